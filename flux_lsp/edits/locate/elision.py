"""Locates an edit that leaves out the same stretch in both texts ("..."), piece by piece.

Both texts must leave out at the same rank; the file's text in between is kept. Never joins pieces
unless exactly one way of placing them in order exists.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flux_lsp.core.text import Change, Span
from flux_lsp.edits.change.diff import find_changes
from flux_lsp.edits.document import TextLines
from flux_lsp.edits.locate.places import MatchLevel
from flux_lsp.edits.locate.reindent import reindent_edit
from flux_lsp.edits.location import Location, ManyPlaces, UniquePlace
from flux_lsp.edits.parse.answer import EditLines
from flux_lsp.edits.parse.placeholders import is_dots, is_placeholder

_MOST_PIECES = 12
_SHOWN = 6
_MOST_WAYS = 40  # that make different changes; more than one is ambiguous in any case


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to place all pieces so far."""

    spans: tuple[Span, ...] = ()
    changes: tuple[Change, ...] = ()

    @property
    def end(self) -> int:
        return self.spans[-1].end if self.spans else 0


def locate_pieces(doc: TextLines, lines: EditLines, levels: Sequence[MatchLevel]) -> Location:
    """Locate the pieces around the left-out stretches; None unless both texts leave out alike."""
    search, new = split_pieces(lines.search), split_pieces(lines.new)
    if not 1 < len(search) == len(new) <= _MOST_PIECES:
        return None
    parts = [
        EditLines(a, b) for a, b in zip(search, new, strict=True) if not _is_blank(a) or a != b
    ]
    if not parts or any(_is_blank(part.search) for part in parts):
        return None
    for level in levels:
        ways = _find_ways(doc, parts, level)
        if len({way.changes for way in ways}) > 1:
            return ManyPlaces("left-out lines", tuple(_get_extent(way) for way in ways[:_SHOWN]))
        if ways:
            return UniquePlace("left-out lines", _get_extent(ways[0]), ways[0].changes)
    return None


def _is_blank(lines: list[str]) -> bool:
    return not any(line.strip() for line in lines)


def split_pieces(lines: list[str]) -> list[list[str]]:
    """`lines` split at those that stand for left-out code."""
    parts: list[list[str]] = [[]]
    for line in lines:
        if is_dots(line) or is_placeholder(line):
            parts.append([])
        else:
            parts[-1].append(line)
    return parts


def _find_ways(doc: TextLines, parts: list[EditLines], level: MatchLevel) -> list[_Way]:
    """Return the ways that differ in what they change; of equal ones the one that ends first."""
    ways = [_Way()]
    for part in parts:
        options = _find_options(doc, part, level)
        longer: dict[tuple[Change, ...], _Way] = {}
        for way in ways:
            for span, changes in options:
                if way.end <= span.start:
                    longer.setdefault(
                        (*way.changes, *changes), _Way((*way.spans, span), (*way.changes, *changes))
                    )
        ways = list(longer.values())[:_MOST_WAYS]
    return ways


def _get_extent(way: _Way) -> Span:
    return Span(way.spans[0].start, way.spans[-1].end)


def _find_options(
    doc: TextLines, part: EditLines, level: MatchLevel
) -> list[tuple[Span, tuple[Change, ...]]]:
    options: list[tuple[Span, tuple[Change, ...]]] = []
    for place in level.find(doc, part.search, level.view):
        text = reindent_edit(doc, place, part, level)
        if text is not None:
            span = doc.get_span(place.first, place.last)
            options.append((span, find_changes(span.extract(doc.text), text, span.start)))
    return options
