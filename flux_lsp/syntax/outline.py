"""Tells which symbol each line of a text means, from a table that needs no tree.

Computed off the loop from a whole tree; gives the same answers as the tree. Never changes.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from flux_lsp.syntax.symbols import Symbol


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """What a line means: a symbol's name and kind, its first line and that of its name, 0-based.

    `name` is None where no symbol holds the line. `torn`: a fault lies around, so that the tree may
    have taken too much for one symbol.
    """

    name: str | None = None
    kind: str = ""
    first: int = 0
    signature: int = 0
    torn: bool = False


@dataclass(frozen=True, slots=True)
class Outline:
    """Runs of lines that mean the same: `starts` are their first lines, the first one is 0."""

    starts: Sequence[int]
    places: Sequence[OutlineEntry]

    def find_place(self, line: int) -> OutlineEntry:
        """Find what the 0-based `line` means; O(log n)."""
        return self.places[max(0, bisect_right(self.starts, line) - 1)]


def make_outline(
    text: str,
    line_starts: Sequence[int],
    torn: Sequence[tuple[int, int]],
    symbols: Sequence[tuple[Symbol, int, int]],
) -> Outline:
    """Make the table of a text; the time grows with the number of its symbols.

    `torn` are the first and last row of each broken statement. `symbols` come with their first and
    last line, inner ones after outer ones.
    """
    count = len(line_starts)
    owners: list[OutlineEntry | None] = [None] * count
    for symbol, first, last in symbols:
        is_torn = any(a <= last and first <= b for a, b in torn)
        place = OutlineEntry(symbol.name, symbol.kind, first, symbol.signature_line, is_torn)
        owners[first : last + 1] = [place] * (last + 1 - first)
    bare = (OutlineEntry(), OutlineEntry(torn=True))
    rows = _mark_torn_rows(torn, count)
    starts: list[int] = []
    places: list[OutlineEntry] = []
    for line, meant in enumerate(_find_meant_lines(owners, text, line_starts)):
        place = owners[meant] or bare[rows[meant]]
        if not places or place is not places[-1]:
            starts.append(line)
            places.append(place)
    return Outline(starts, places)


def _mark_torn_rows(torn: Sequence[tuple[int, int]], count: int) -> bytearray:
    """1 for each line that lies in a broken statement."""
    rows = bytearray(count)
    for first, last in torn:
        end = min(last + 1, count)
        rows[first:end] = bytes([1]) * (end - first)
    return rows


def _find_meant_lines(
    owners: Sequence[OutlineEntry | None], text: str, starts: Sequence[int]
) -> list[int]:
    """Find the line that each line means; for a blank one outside of symbols, the next or last line."""
    ends = [*starts[1:], len(text)]
    filled = [bool(text[a:b].strip()) for a, b in zip(starts, ends, strict=True)]
    following = max((line for line, full in enumerate(filled) if full), default=0)
    meant = list(range(len(filled)))
    for line in reversed(meant):
        if filled[line]:
            following = line
        elif owners[line] is None:
            meant[line] = following
    return meant
