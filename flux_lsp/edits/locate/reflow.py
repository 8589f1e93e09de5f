"""Locates a search text that breaks its lines in other places than the file.

Never takes a part of a line, never lets a string change, and never takes one of several places.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from flux_lsp.core.text import Span
from flux_lsp.edits.change.diff import find_changes
from flux_lsp.edits.change.linediff import find_blocks
from flux_lsp.edits.document import TextLines, fold_line, squeeze_line, view_lines
from flux_lsp.edits.indentation import Rule, get_indent, infer_rule
from flux_lsp.edits.locate.places import LinePlace, find_offsets, select_preferred
from flux_lsp.edits.location import Location, ManyPlaces, UniquePlace
from flux_lsp.edits.parse.answer import EditLines

_STRING = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`")
_LEAST = 12  # characters that are no blanks; less says too little
_SHOWN = 6


def locate_reflowed(doc: TextLines, lines: EditLines, target: Span | None) -> Location:
    """Find the lines of the file that hold the search text if line breaks do not count."""
    needle = "".join(view_lines(lines.search, squeeze_line))
    whole = doc.join_keys(squeeze_line).replace("\n", "")
    if len(needle) < _LEAST or needle not in whole:
        return None
    ends = list(accumulate(map(len, doc.view_keys(squeeze_line)), initial=0))
    places: list[tuple[LinePlace, Rule]] = []
    for at in find_offsets(whole, needle):
        place = _find_whole_lines(ends, at, at + len(needle))
        rule = _infer_rule(doc, place, lines.search) if place else None
        if place and rule and _has_same_strings(doc.lines[place.first : place.last], lines.search):
            places.append((place, rule))
    spans = [doc.get_span(place.first, place.last) for place, _ in places]
    chosen = select_preferred(spans, target)
    if len(chosen) != 1:
        regions = tuple(spans[i] for i in chosen[:_SHOWN])
        return ManyPlaces("line breaks", regions) if regions else None
    return _replace_lines(doc, *places[chosen[0]], lines)


def _find_whole_lines(ends: list[int], start: int, stop: int) -> LinePlace | None:
    """Find the lines from offset `start` to `stop` of the squeezed text, if both are line bounds."""
    first, last = bisect_left(ends, start), bisect_left(ends, stop)
    if ends[first] != start or ends[last] != stop:
        return None
    while ends[first + 1] == start:  # blank lines before do not belong to it
        first += 1
    return LinePlace(first, last, {})


def _infer_rule(doc: TextLines, place: LinePlace, search: list[str]) -> Rule | None:
    """Infer how indentation differs from the line starts that both have; one rule or none.

    None also if both break their lines alike: then something else differs.
    """
    searched, real = _index_starts(search), _index_starts(doc.lines[place.first : place.last])
    if searched.keys() == real.keys():
        return None
    return infer_rule([(searched[at], real[at]) for at in sorted(searched.keys() & real.keys())])


def _index_starts(lines: list[str]) -> dict[int, str]:
    """Index the indentation of each line by how many characters stand before it, blanks aside."""
    sizes = accumulate(map(len, view_lines(lines, squeeze_line)), initial=0)
    return {at: get_indent(line) for at, line in zip(sizes, lines, strict=False) if line.strip()}


def _has_same_strings(real: list[str], search: list[str]) -> bool:
    """Whether blanks differ only outside of strings."""
    text, other = "\n".join(view_lines(real, fold_line)), "\n".join(view_lines(search, fold_line))
    return _STRING.findall(text) == _STRING.findall(other)


def _replace_lines(
    doc: TextLines, place: LinePlace, rule: Rule, lines: EditLines
) -> UniquePlace | None:
    """Replace the lines by the new text, except for those that it leaves alone."""
    margins = [rule(get_indent(line)) if line.strip() else "" for line in lines.new]
    if None in margins:
        return None
    new = [f"{m}{line.lstrip()}" for m, line in zip(margins, lines.new, strict=True)]
    rows: list[str] = []
    written = 0
    for kept in _find_kept(doc.lines[place.first : place.last], lines):
        rows += new[written : kept.new]
        rows += doc.lines[place.first + kept.first : place.first + kept.last]
        written = kept.new + kept.size
    rows += new[written:]
    end = doc.ends[place.first] or doc.end_of_line
    open_end = place.last == len(doc.lines) and not doc.ends[-1]
    text = end.join(rows) + ("" if open_end or not rows else end)
    span = doc.get_span(place.first, place.last)
    return UniquePlace("line breaks", span, find_changes(span.extract(doc.text), text, span.start))


@dataclass(frozen=True, slots=True)
class _Kept:
    """`size` lines of the new text from `new` on, and the lines of the region that hold the same."""

    new: int
    size: int
    first: int
    last: int


def _find_kept(region: list[str], lines: EditLines) -> Iterator[_Kept]:
    """Find the lines that stay: both texts have them, and they begin and end where real lines do."""
    bounds = _find_bounds(region)
    sizes = list(accumulate(map(len, view_lines(lines.search, squeeze_line)), initial=0))
    free = 0  # no line of the region is kept twice
    for block in find_blocks(lines.search, lines.new):
        at = range(block.a_start, block.a_start + block.size + 1)
        fits = [i for i in at if sizes[i] in bounds]
        if not fits or fits[0] == fits[-1]:
            continue
        first, last = max(free, bounds[sizes[fits[0]]][0]), bounds[sizes[fits[-1]]][1]
        yield _Kept(block.b_start + fits[0] - block.a_start, fits[-1] - fits[0], first, last)
        free = last


def _find_bounds(region: list[str]) -> dict[int, tuple[int, int]]:
    """Find the first and the last line bound at each size of text; blank lines lie between them."""
    bounds: dict[int, tuple[int, int]] = {}
    for i, size in enumerate(accumulate(map(len, view_lines(region, squeeze_line)), initial=0)):
        bounds[size] = (bounds.get(size, (i, i))[0], i)
    return bounds
