"""Symbols of languages that are worked on by lines: where one begins, and its own lines."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.real_symbols.comments import is_comment
from bench.real_symbols.source import File

_SCRIPT = (
    r"^\s*(?:export\s+)?(?:async\s+)?function\s+(?P<name>\w+)|^\s*const (?P<other>\w+) = .*=> \{$"
)
DEFINITIONS = {
    "elixir": r"^\s*defp?\s+(?P<name>\w+)",
    "haskell": r"^(?P<name>[a-z]\w*)\s*::",
    "vim": r"^fu\w*!?\s+(?P<name>[\w:#]+)",
    "julia": r"^\s*function\s+(?P<name>\w+)",
    "fsharp": r"^\s*let\s+(?:rec\s+|inline\s+)?(?P<name>\w+)",
    "nim": r"^\s*(?:proc|func|template|iterator)\s+(?P<name>\w+)",
    "vue": _SCRIPT,
    "svelte": _SCRIPT,
}
_CLOSING = {
    "elixir": re.compile(r"end\b"),
    "julia": re.compile(r"end\b"),
    "vim": re.compile(r"endfu"),
    "vue": re.compile(r"\}"),
    "svelte": re.compile(r"\}"),
}


@dataclass(frozen=True)
class Own:
    """A symbol's own lines, and where its name stands."""

    name: str
    line: int
    column: int
    first: int
    last: int


def own_lines(file: File) -> Iterator[Own]:
    """Every symbol whose end can be told."""
    pattern = re.compile(DEFINITIONS[file.language.id])
    for number, line in enumerate(file.lines):
        match = pattern.match(line)
        if match is None:
            continue
        name = match[match.lastgroup or "name"]
        last = _last(file, number, name)
        if last is not None:
            column = match.start(match.lastgroup or "name")
            yield Own(name, number, column, _first(file, number), last)


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _first(file: File, at: int) -> int:
    """With the comments and attributes right above."""
    margin = _indent(file.lines[at])
    while at > 0 and _indent(file.lines[at - 1]) == margin:
        above = file.lines[at - 1].strip()
        if not (is_comment(above, file.language) or above.startswith(("@", "[<"))):
            break
        at -= 1
    return at


def _last(file: File, at: int, name: str) -> int | None:
    closing = _CLOSING.get(file.language.id)
    margin = _indent(file.lines[at])
    if closing is None:
        return _last_indented(file.lines, at, margin, name)
    for number in range(at + 1, len(file.lines)):
        line = file.lines[number]
        if line.strip() and len(_indent(line)) <= len(margin):
            return number if _indent(line) == margin and closing.match(line.strip()) else None
    return None


def _last_indented(lines: Sequence[str], at: int, margin: str, name: str) -> int:
    last = at
    for number in range(at + 1, len(lines)):
        line = lines[number]
        own = re.match(rf"{re.escape(name)}\b(?!\s*::)", line) if not margin else None
        if line.strip() and len(_indent(line)) <= len(margin) and not own:
            break
        if line.strip():
            last = number
    return last
