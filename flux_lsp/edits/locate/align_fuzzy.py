"""The last step: a search text that is nearly, but not quite, what stands in the file.

Strictly bounded: its first and last line stand in the file, nearly all others do too, and nowhere
else does it fit nearly as well. The result is a three-way merge, so that no line of the file is
lost and nothing the answer only imagined is written.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from flux_lsp.edits.change.diff import smallest
from flux_lsp.edits.change.merge import Sides, Spot, merged
from flux_lsp.edits.document import Document, keys_of, unindented
from flux_lsp.edits.indentation import indent_of
from flux_lsp.edits.locate.overlay import Overlay, overlay, written
from flux_lsp.edits.locate.reindent import Lines
from flux_lsp.edits.located import Located, Many, One

_LEAST_LINES = 3
_MOST_LINES = 200
_MOST_PLACES = 20
_EQUAL = 0.8  # of the lines on the longer side
_SHARED = 0.6  # of the search lines, wherever they stand: less is not looked at
_AHEAD = 0.1  # how much better the place must be than any other


@dataclass(frozen=True)
class _Fit:
    """The search text over some lines of the file, whose numbers are `numbers`."""

    numbers: list[int]
    over: Overlay

    @property
    def lines(self) -> tuple[int, int]:
        return self.numbers[0], self.numbers[-1] + 1


def aligned(doc: Document, lines: Lines) -> Located:
    """The one place the search text nearly fits, merged; None when in any doubt."""
    solid = sum(1 for line in lines.search if line.strip())
    if not _LEAST_LINES <= solid <= _MOST_LINES:
        return None
    fits = sorted(_fits(doc, lines), key=lambda fit: -fit.over.score)
    if not fits or fits[0].over.score < _EQUAL:
        return None
    rivals = [fit for fit in fits[1:] if fits[0].over.score - fit.over.score < _AHEAD]
    if rivals:
        return Many("nearly", tuple(doc.span(*fit.lines) for fit in [fits[0], *rivals[:5]]))
    return _merged(doc, lines.new, fits[0])


def _fits(doc: Document, lines: Lines) -> Iterator[_Fit]:
    """The best fit from each line that is the first of the search text."""
    search = [key for key in keys_of(lines.search, unindented) if key]
    if any(f"\n{search[i]}\n" not in doc.joined(unindented) for i in (0, -1)):
        return
    numbers, joined = doc.solid(unindented)
    keys = joined.split("\n")[1:-1]
    starts = [i for i, key in enumerate(keys) if key == search[0]]
    if len(starts) > _MOST_PLACES:
        return
    in_file = frozenset(keys)
    for start in starts:
        stops = list(_stops(search, keys, start))
        laid = (
            overlay(lines, [doc.lines[n] for n in numbers[start:stop]], in_file) for stop in stops
        )
        found = [_Fit(numbers[start:stop], o) for stop, o in zip(stops, laid, strict=True) if o]
        if found:
            yield max(found, key=lambda fit: fit.over.score)


def _stops(search: list[str], keys: list[str], start: int) -> Iterator[int]:
    """Where the region may end: at the search text's last line, with most lines in common."""
    size, slack = len(search), max(2, len(search) // 5)
    wanted = Counter(search)
    last = min(start + size + slack, len(keys))
    for stop in range(start + max(2, size - slack), last + 1):
        if keys[stop - 1] == search[-1]:
            shared = sum((wanted & Counter(keys[start:stop])).values())
            if shared >= _SHARED * size:
                yield stop


def _merged(doc: Document, new: list[str], fit: _Fit) -> One | None:
    first, last = fit.lines
    over, rule = fit.over, fit.over.rule
    search_keys, new_keys = written(over.search, rule), written(new, rule)
    if search_keys is None or new_keys is None:
        return None
    real = list(zip(doc.lines[first:last], doc.ends[first:last], strict=True))
    at = {i: fit.numbers[j] - first for i, j in over.at.items()}
    slips = {over.search[i].strip() for i in over.loose}

    def write(number: int, spot: Spot) -> str | None:  # noqa: ARG001 (a `merge.Write`)
        line = new[number]
        if line.strip() in slips:
            return None
        return f"{rule(indent_of(line))}{line.lstrip()}" if line.strip() else line

    def settle(search: int, number: int) -> str | None:
        if search in over.loose or over.search[search] == new[number]:
            return None
        return write(number, Spot(search, ()))

    sides = Sides(search_keys, new_keys, real, at, over.loose)
    text = merged(sides, new, write, doc.end_of_line, settle)
    span = doc.span(first, last)
    return One("nearly", span, smallest(span.of(doc.text), text, span.start)) if text else None
