"""Guesses from a line whether a symbol begins there, and the symbol's name, without a tree.

Never parses, and never says where a symbol ends: `block_ends.py` does.
"""

import re
from collections.abc import Sequence
from functools import cache

from flux_lsp.syntax.languages import Language

_LONGEST = 400  # characters of a line that are looked at
_GOES_ON = ("(", ",", ")", "<", "[", "->", "=")
_VALUE_GOES_ON = ("(", "[", "{", "=", ",")
_SIGNATURE = 40  # lines that a signature may take
_STRINGS = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'")


def read_head(lines: Sequence[str], number: int, language: Language) -> str | None:
    """Read the name of the symbol whose first line is `number` (0-based); "" without, None for no symbol.

    A signature over several lines is read as one.
    """
    text = lines[number]
    bare = text.strip()
    if not bare or len(text) > _LONGEST:
        return None
    name = _match(language.heads.nested, lines, number, language)
    if name is None and text[0] not in " \t":
        name = _match(language.heads.top, lines, number, language)
    return name


def prepare_patterns(language: Language) -> None:
    """Compile the patterns of a language; takes tens of ms for some, so call it in a thread."""
    heads = language.heads
    for patterns in (heads.nested, heads.top, heads.fields, heads.flat):
        _compile(patterns)


def _match(
    patterns: tuple[str, ...], lines: Sequence[str], number: int, language: Language
) -> str | None:
    pattern = _compile(patterns)
    if pattern is None:
        return None
    bare = lines[number].strip()
    match = pattern.match(bare)
    if match is None and bare.endswith(_GOES_ON):
        match = pattern.match(_join_signature(lines, number))
    if match is None and number + 1 < len(lines) and lines[number + 1].lstrip().startswith("{"):
        match = pattern.match(f"{bare} {{")
    return None if match is None else _read_name(match, language)


def read_field(lines: Sequence[str], number: int, language: Language) -> str | None:
    """Read the name of the variable whose value begins on line `number` and goes on below, or None."""
    pattern = _compile(language.heads.fields)
    bare = lines[number].strip()
    if pattern is None or not bare.endswith(_VALUE_GOES_ON):
        return None
    match = pattern.match(bare)
    return None if match is None else _read_name(match, language)


def read_flat_head(lines: Sequence[str], number: int, language: Language) -> str | None:
    """Read the name of the heading on line `number`; None for other lines."""
    pattern = _compile(language.heads.flat)
    match = pattern.match(lines[number].lstrip(" ")) if pattern else None
    return None if match is None else _read_name(match, language)


def has_flat_heads(language: Language) -> bool:
    """Whether symbols of this language begin at headings."""
    return bool(language.heads.flat)


def count_unclosed(text: str) -> int:
    """Count the brackets that `text` opens and does not close; below 0 when it closes more."""
    if '"' in text or "'" in text:
        text = _STRINGS.sub("", text)
    count = text.count
    opened = count("(") + count("[") + count("{")
    return opened - count(")") - count("]") - count("}")


def _join_signature(lines: Sequence[str], number: int) -> str:
    """Join the line with those below it until its brackets are closed and a body begins."""
    pieces: list[str] = []
    depth = 0
    for text in lines[number : number + _SIGNATURE]:
        bare = text.strip()
        pieces.append(bare)
        depth += count_unclosed(bare)
        if not bare or (depth <= 0 and not bare.endswith(_GOES_ON)):
            break
        if len(pieces) > 1 and bare.endswith("{"):
            break
    return " ".join(pieces)[: 4 * _LONGEST]


def _read_name(match: re.Match[str], language: Language) -> str:
    name = next((group for group in match.groups() if group is not None), "").strip()
    if len(name) > 1 and name[0] == name[-1] and name[0] in "\"'`":
        name = name[1:-1]
    return " ".join(name.split())[: 60 if language.line_names else 200]


@cache
def _compile(patterns: tuple[str, ...]) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns)) if patterns else None
