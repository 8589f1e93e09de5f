"""A search text whose lines are broken otherwise than the file's: the same text but for blanks.

Only whole lines of the file, only where no string changes by it, and only in one place.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from flux_lsp.core.text import Span
from flux_lsp.edits.diff import smallest
from flux_lsp.edits.document import Document, folded, keys_of, squeezed
from flux_lsp.edits.fit import Lines
from flux_lsp.edits.indentation import Rule, indent_of, uniform
from flux_lsp.edits.linediff import blocks
from flux_lsp.edits.located import Located, Many, One
from flux_lsp.edits.places import Place, offsets, preferred

_STRING = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`")
_LEAST = 12  # characters that are no blanks; less says too little
_SHOWN = 6


def reflowed(doc: Document, lines: Lines, target: Span | None) -> Located:
    """The lines of the file that hold the search text when line breaks do not count."""
    needle = "".join(keys_of(lines.search, squeezed))
    whole = doc.joined(squeezed).replace("\n", "")
    if len(needle) < _LEAST or needle not in whole:
        return None
    ends = list(accumulate(map(len, doc.keys(squeezed)), initial=0))
    found: list[tuple[Place, Rule]] = []
    for at in offsets(whole, needle):
        place = _whole_lines(ends, at, at + len(needle))
        rule = _rule(doc, place, lines.search) if place else None
        if place and rule and _same_strings(doc.lines[place.first : place.last], lines.search):
            found.append((place, rule))
    spans = [doc.span(place.first, place.last) for place, _ in found]
    chosen = preferred(spans, target)
    if len(chosen) != 1:
        return Many("line breaks", tuple(spans[i] for i in chosen[:_SHOWN])) if chosen else None
    return _replaced(doc, *found[chosen[0]], lines)


def _whole_lines(ends: list[int], start: int, stop: int) -> Place | None:
    """The lines from offset `start` to `stop` of the squeezed text, when both are line bounds."""
    first, last = bisect_left(ends, start), bisect_left(ends, stop)
    if ends[first] != start or ends[last] != stop:
        return None
    while ends[first + 1] == start:  # blank lines before do not belong to it
        first += 1
    return Place(first, last, {})


def _rule(doc: Document, place: Place, search: list[str]) -> Rule | None:
    """How indentation differs, judging by the line starts that both have; one rule or none.

    None as well when the lines are broken alike: then something else is the matter.
    """
    mine, real = _starts(search), _starts(doc.lines[place.first : place.last])
    if mine.keys() == real.keys():
        return None
    return uniform([(mine[at], real[at]) for at in sorted(mine.keys() & real.keys())])


def _starts(lines: list[str]) -> dict[int, str]:
    """The indentation of each line, by how many characters stand before it, blanks aside."""
    sizes = accumulate(map(len, keys_of(lines, squeezed)), initial=0)
    return {at: indent_of(line) for at, line in zip(sizes, lines, strict=False) if line.strip()}


def _same_strings(real: list[str], search: list[str]) -> bool:
    """Whether blanks differ only outside of strings."""
    one, other = "\n".join(keys_of(real, folded)), "\n".join(keys_of(search, folded))
    return _STRING.findall(one) == _STRING.findall(other)


def _replaced(doc: Document, place: Place, rule: Rule, lines: Lines) -> One | None:
    """The new text in the place of the lines, but for those that it leaves alone."""
    margins = [rule(indent_of(line)) if line.strip() else "" for line in lines.new]
    if None in margins:
        return None
    new = [f"{m}{line.lstrip()}" for m, line in zip(margins, lines.new, strict=True)]
    rows: list[str] = []
    done = 0
    for kept in _kept(doc.lines[place.first : place.last], lines):
        rows += new[done : kept.new]
        rows += doc.lines[place.first + kept.first : place.first + kept.last]
        done = kept.new + kept.size
    rows += new[done:]
    end = doc.ends[place.first] or doc.end_of_line
    open_end = place.last == len(doc.lines) and not doc.ends[-1]
    text = end.join(rows) + ("" if open_end or not rows else end)
    span = doc.span(place.first, place.last)
    return One("line breaks", span, smallest(span.of(doc.text), text, span.start))


@dataclass(frozen=True, slots=True)
class _Kept:
    """`size` lines of the new text from `new` on, and the lines of the region that hold the same."""

    new: int
    size: int
    first: int
    last: int


def _kept(region: list[str], lines: Lines) -> Iterator[_Kept]:
    """What stays: lines that both texts have, as far as they begin and end where real lines do."""
    bounds = _bounds(region)
    sizes = list(accumulate(map(len, keys_of(lines.search, squeezed)), initial=0))
    free = 0  # no line of the region is kept twice
    for block in blocks(lines.search, lines.new):
        at = range(block.a_start, block.a_start + block.size + 1)
        fits = [i for i in at if sizes[i] in bounds]
        if not fits or fits[0] == fits[-1]:
            continue
        first, last = max(free, bounds[sizes[fits[0]]][0]), bounds[sizes[fits[-1]]][1]
        yield _Kept(block.b_start + fits[0] - block.a_start, fits[-1] - fits[0], first, last)
        free = last


def _bounds(region: list[str]) -> dict[int, tuple[int, int]]:
    """The first and the last line bound at each size of squeezed text: blank lines lie between."""
    bounds: dict[int, tuple[int, int]] = {}
    for i, size in enumerate(accumulate(map(len, keys_of(region, squeezed)), initial=0)):
        bounds[size] = (bounds.get(size, (i, i))[0], i)
    return bounds
