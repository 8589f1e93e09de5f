"""Locates a search text whose lines are broken in other places than the file's.

Never takes a part of a line, never lets a string change, and never takes one of several places.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass
from itertools import accumulate

from flux_lsp.core.text import Span
from flux_lsp.edits.change.diff import smallest
from flux_lsp.edits.change.linediff import count_common_prefix, count_common_suffix
from flux_lsp.edits.document import TextLines, fold_line, squeeze_line, view_lines
from flux_lsp.edits.indentation import Rule, get_indent, infer_rule
from flux_lsp.edits.locate.places import LinePlace, find_offsets, select_preferred
from flux_lsp.edits.location import Location, ManyPlaces, UniquePlace
from flux_lsp.edits.parse.answer import EditLines

_STRING = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`")
_LEAST = 12  # characters that are no blanks; less says too little
_SHOWN = 6


def locate_reflowed(doc: TextLines, lines: EditLines, target: Span | None) -> Location:
    """The lines of the file that hold the search text when line breaks do not count."""
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
        return (
            ManyPlaces("line breaks", tuple(spans[i] for i in chosen[:_SHOWN])) if chosen else None
        )
    return _replace_lines(doc, *places[chosen[0]], lines)


def _find_whole_lines(ends: list[int], start: int, stop: int) -> LinePlace | None:
    """The lines from offset `start` to `stop` of the squeezed text, when both are line bounds."""
    first, last = bisect_left(ends, start), bisect_left(ends, stop)
    if ends[first] != start or ends[last] != stop:
        return None
    while ends[first + 1] == start:  # blank lines before do not belong to it
        first += 1
    return LinePlace(first, last, {})


def _infer_rule(doc: TextLines, place: LinePlace, search: list[str]) -> Rule | None:
    """How indentation differs, judging by the line starts that both have; one rule or none.

    None as well when the lines are broken alike: then something else is the matter.
    """
    searched, real = _index_starts(search), _index_starts(doc.lines[place.first : place.last])
    if searched.keys() == real.keys():
        return None
    return infer_rule([(searched[at], real[at]) for at in sorted(searched.keys() & real.keys())])


def _index_starts(lines: list[str]) -> dict[int, str]:
    """The indentation of each line, by how many characters stand before it, blanks aside."""
    sizes = accumulate(map(len, view_lines(lines, squeeze_line)), initial=0)
    return {at: get_indent(line) for at, line in zip(sizes, lines, strict=False) if line.strip()}


def _has_same_strings(real: list[str], search: list[str]) -> bool:
    """Whether blanks differ only outside of strings."""
    text, other = "\n".join(view_lines(real, fold_line)), "\n".join(view_lines(search, fold_line))
    return _STRING.findall(text) == _STRING.findall(other)


def _replace_lines(
    doc: TextLines, place: LinePlace, rule: Rule, lines: EditLines
) -> UniquePlace | None:
    """The new text in the place of the lines, but for those at both ends it leaves alone."""
    head, tail = _find_kept(doc, place, lines)
    new = lines.new[head.searched : len(lines.new) - tail.searched]
    margins = [rule(get_indent(line)) if line.strip() else "" for line in new]
    if None in margins:
        return None
    end = doc.ends[place.first] or doc.end_of_line
    text = "".join(f"{m}{line.lstrip()}{end}" for m, line in zip(margins, new, strict=True))
    first, last = place.first + head.real, place.last - tail.real
    if last == len(doc.lines) and not doc.ends[-1]:
        text = text.removesuffix(end)
    span = doc.get_span(first, last)
    whole = doc.get_span(place.first, place.last)
    return UniquePlace("line breaks", whole, smallest(span.of(doc.text), text, span.start))


@dataclass(frozen=True, slots=True)
class _Kept:
    """So many lines of the search text, and the lines of the file that hold the same."""

    searched: int
    real: int


def _find_kept(doc: TextLines, place: LinePlace, lines: EditLines) -> tuple[_Kept, _Kept]:
    """What stays at the start and at the end of the region."""
    real = view_lines(doc.lines[place.first : place.last], squeeze_line)
    search = view_lines(lines.search, squeeze_line)
    start = count_common_prefix(lines.search, lines.new)
    limit = min(len(lines.search), len(lines.new)) - start
    stop = count_common_suffix(lines.search, lines.new, limit)
    head = _fit_lines(search[:start], real)
    rest = real[head.real :]
    tail = _fit_lines(search[len(search) - stop :][::-1], rest[::-1])
    return head, tail


def _fit_lines(search: list[str], real: list[str]) -> _Kept:
    """Return the most lines of `search` that end where a line of `real` does."""
    sizes = {size: i for i, size in enumerate(accumulate(map(len, real), initial=0))}
    kept = _Kept(0, 0)
    for i, size in enumerate(accumulate(map(len, search), initial=0)):
        if size in sizes:
            kept = _Kept(i, sizes[size])
    return kept
