"""Turns patterns of ignore files into regular expressions that cannot explode.

Never backtracks over stars: a pattern becomes an expression whose parts give nothing back.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

_CLASSES = {
    "alnum": r"a-zA-Z0-9", "alpha": r"a-zA-Z", "blank": r" \t", "cntrl": r"\x00-\x1f\x7f",
    "digit": r"0-9", "graph": r"\x21-\x7e", "lower": r"a-z", "print": r"\x20-\x7e",
    "punct": r"!-/:-@\[-`{-~", "space": r"\s", "upper": r"A-Z", "xdigit": r"0-9A-Fa-f",
}  # fmt: skip


@lru_cache(maxsize=20_000)
def compile_path(segments: tuple[str, ...]) -> re.Pattern[str] | None:
    """Compile an expression for whole paths; None for a pattern that matches nothing."""
    try:
        return re.compile("".join(_build_path(segments)), re.DOTALL)
    except ValueError:
        return None


def _build_path(segments: tuple[str, ...]) -> Iterator[str]:
    """Build the parts of an expression. Between two `**` the first place that fits is as good as any."""
    groups: list[list[str]] = [[]]
    for segment in segments:
        if segment != "**":
            groups[-1].append(_build_segment(segment))
        elif groups[-1] or len(groups) == 1:
            groups.append([])
    first, *others = ["/".join(group) for group in groups]
    if not others:
        yield first
        return
    yield f"{first}/" if first else ""
    for group in others[:-1]:
        yield rf"(?>(?:[^/]++/)*?{group}/)"
    yield rf"(?:[^/]++/)*?{others[-1]}" if others[-1] else ".+"


def _build_segment(glob: str) -> str:
    """Build an expression for one segment; it gives back at most what its last star took."""
    pieces = [""]
    for part in _split_characters(glob):
        if part != "*":
            pieces[-1] += part
        elif pieces[-1] or len(pieces) == 1:  # a run of stars is one star
            pieces.append("")
    first, *others = pieces
    if not others:
        return first
    middle = "".join(f"(?>[^/]*?{piece})" for piece in others[:-1])
    return f"{first}{middle}[^/]*{others[-1]}(?![^/])"


def _split_characters(glob: str) -> Iterator[str]:
    """Split into `*` and expressions for one character. Raises ValueError when the glob is broken."""
    place = 0
    while place < len(glob):
        c = glob[place]
        if c == "[":
            part, place = read_set(glob, place)
            yield part
            continue
        if c == "\\":
            place += 1
            if place == len(glob):
                raise ValueError("a backslash at the end")
            c = re.escape(glob[place])
        else:
            c = {"*": "*", "?": "[^/]"}.get(c) or re.escape(c)
        yield c
        place += 1


def read_set(glob: str, start: int) -> tuple[str, int]:
    """Read `[…]` at `start`; returns its expression, and where it ends. Raises ValueError."""
    place = start + 1
    negated = glob[place : place + 1] in {"!", "^"}
    place += negated
    inner, first = "", place
    while glob[place : place + 1] != "]" or place == first:
        item, place = _read_item(glob, place)
        if glob[place : place + 1] == "-" and glob[place + 1 : place + 2] not in {"", "]"}:
            last, place = _read_item(glob, place + 1)
            if len(item) == len(last) == 1:
                inner += re.escape(item) + (f"-{re.escape(last)}" if item <= last else "")
                continue
            item += last if len(last) == 1 else ""
        inner += item if len(item) > 1 else re.escape(item)
    if not inner:
        return ("[^/]" if negated else "(?!)"), place + 1
    return f"(?!/)[{'^' if negated else ''}{inner}]", place + 1


def _read_item(glob: str, place: int) -> tuple[str, int]:
    """Read one character of a set, or the inside of a class like `[:alpha:]`. Raises ValueError."""
    if glob.startswith("[:", place):
        name, closed, _ = glob[place + 2 :].partition(":]")
        if closed and name in _CLASSES:
            return _CLASSES[name], place + len(name) + 4
        if closed:
            raise ValueError("an unknown class")
    if glob.startswith("\\", place):
        place += 1
    if place >= len(glob):
        raise ValueError("a set without an end")
    return glob[place], place + 1
