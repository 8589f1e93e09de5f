"""Names what a run would be about, without parsing: for the menu's hot path.

It takes the name from the document's outline. Without one it guesses by lines, like a run without a
tree. `context/target.py` decides for a run; a benchmark compares the two.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from flux_lsp.syntax.block_ends import SymbolHead
from flux_lsp.syntax.head_search import LOOK_AHEAD, LOOK_BACK, find_head_around
from flux_lsp.syntax.heads import read_head
from flux_lsp.syntax.languages import Language
from flux_lsp.syntax.line_marks import is_swallowed
from flux_lsp.syntax.outline import OutlineEntry


class LineView(Protocol):
    """What the menu reads of a document; 0-based lines with their ends."""

    language_id: str
    version: int

    @property
    def line_count(self) -> int:
        """Number of lines."""
        ...

    def lines(self, first: int, last: int) -> list[str]:
        """Return a copy of lines `first..last`, clamped to the document."""
        ...

    def column(self, number: int, units: int) -> int:
        """Return the code point column of a position on line `number`."""
        ...


class Known(Protocol):
    """What an earlier tree said about a document; see `fronts/lsp/outlines.py`."""

    def at(self, line: int) -> "tuple[OutlineEntry, int, bool] | None":
        """Return where a line is now, how far lines moved there, and whether somebody typed on it."""
        ...


@dataclass(frozen=True, slots=True)
class Named:
    """A symbol: its name, "" without one, None where there is no symbol; its kind where known."""

    name: str | None
    kind: str = ""


def name_target(document: LineView, line: int, language: Language, known: Known | None) -> Named:
    """Name what a cursor on the 0-based `line` means."""
    place = known.at(line) if known is not None else None
    if place is None:
        return _guess_name(document, line, language)
    symbol, _, typed = place
    if typed and _starts_symbol(document, line, language):
        return _guess_name(document, line, language)
    if symbol.torn:
        head, window, start = _find_head(document, line, language)
        if head is not None and _is_better(head, start, window, place, document, language):
            return Named(head.name)
    return Named(symbol.name, symbol.kind)


def _guess_name(document: LineView, line: int, language: Language) -> Named:
    head, window, start = _find_head(document, line, language)
    if head is None:
        return Named(None)
    is_element = window[head.line - start].lstrip().startswith("<")
    return Named(head.name, "element" if is_element else "")


def _starts_symbol(document: LineView, line: int, language: Language) -> bool:
    return read_head(document.lines(line, line + LOOK_AHEAD), 0, language) is not None


def _find_head(
    document: LineView, line: int, language: Language
) -> tuple[SymbolHead | None, Sequence[str], int]:
    """Find the head around a line, counted in the document; also returns the lines read, and their first."""
    start = max(0, line - LOOK_BACK)
    window = document.lines(start, line + LOOK_AHEAD)
    head = find_head_around(window, line - start, language) if window else None
    return (SymbolHead(head.line + start, head.name) if head else None), window, start


def _is_better(
    head: SymbolHead,
    start: int,
    window: Sequence[str],
    place: tuple[OutlineEntry, int, bool],
    document: LineView,
    language: Language,
) -> bool:
    """Whether the guess is better than the tree, which a fault misled; a run decides alike."""
    symbol, moved, _ = place
    if symbol.name is None:
        return True
    first, signature = symbol.first + moved, symbol.signature + moved
    if head.line <= max(first, signature):
        return False
    above = document.lines(signature, signature)
    return bool(above) and is_swallowed([*above, window[head.line - start]], 1, 0, 0, language)
