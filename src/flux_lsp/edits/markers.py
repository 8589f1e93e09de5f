"""The lines that frame a SEARCH/REPLACE block, as models write them.

Only says what a line may be; `text_blocks` says what it is.
"""

import re
from dataclasses import dataclass

_HEAD = re.compile(r"^(\s*)(<{3,}\s?|-{3,}\s)\s*(?:SEARCH|ORIGINAL)\b(.*)$")
_DIVIDER = re.compile(r"^(\s*)(={3,})\s*$")
_END = re.compile(r"^\s*(?:>{3,}|\+{3,})\s*(?:REPLACE|UPDATED)\s*[<:]?\s*$")
_FENCE = re.compile(r"^\s*(`{3,}|~{3,})([^`]*)$")
_LINE_HINT = re.compile(r"^\s*:(?:start|end)_line:\s*\d+\s*$")
_LONGEST = 300  # of a marker line; longer ones are content


@dataclass(frozen=True, slots=True)
class Head:
    """A line that opens a block; `rest` is what follows the word, usually nothing or a path."""

    line: int
    indent: str
    size: int
    rest: str


def head(line: str, number: int) -> Head | None:
    """The opening of a block, None when `line` is none."""
    found = _HEAD.match(line) if len(line) <= _LONGEST else None
    if not found:
        return None
    return Head(number, found[1], len(found[2].rstrip()), found[3].strip().strip(">:").strip())


def is_divider(line: str) -> bool:
    """Whether `line` may divide old from new text."""
    return len(line) <= _LONGEST and bool(_DIVIDER.match(line))


def divides(line: str, opening: Head) -> bool:
    """Whether `line` is the divider that goes with `opening`: as long and as far in."""
    found = _DIVIDER.match(line)
    return found is not None and (found[1], len(found[2])) == (opening.indent, opening.size)


def is_end(line: str) -> bool:
    """Whether `line` closes a block."""
    return len(line) <= _LONGEST and bool(_END.match(line))


def fence(line: str) -> str | None:
    """What stands behind the backticks of a code fence, None when `line` is none."""
    found = _FENCE.match(line) if len(line) <= _LONGEST else None
    return found[2].strip() if found else None


def without_line_hints(lines: list[str]) -> list[str]:
    """A search text without the line numbers that some tools' blocks begin with."""
    start = 0
    while start < len(lines) and _LINE_HINT.match(lines[start][:_LONGEST]):
        start += 1
    if start and start < len(lines) and set(lines[start].strip()) == {"-"}:
        start += 1
    return lines[start:]
