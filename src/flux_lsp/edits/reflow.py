"""A search text whose lines are broken otherwise than the file's: the same text but for blanks.

Only whole lines of the file, only where no string changes by it, and only in one place.
"""

import re
from bisect import bisect_left
from itertools import accumulate

from flux_lsp.core.text import Span
from flux_lsp.edits.diff import smallest
from flux_lsp.edits.document import Document, folded, keys_of, squeezed
from flux_lsp.edits.fit import Lines
from flux_lsp.edits.indentation import indent_of, uniform
from flux_lsp.edits.located import Located, Many, One
from flux_lsp.edits.places import offsets, preferred

_STRING = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`")
_LEAST = 12  # characters that are no blanks; less says too little
_SHOWN = 6


def reflowed(doc: Document, lines: Lines, target: Span | None) -> Located:
    """The lines of the file that hold the search text when line breaks do not count."""
    needle = "".join(keys_of(lines.search, squeezed))
    if len(needle) < _LEAST:
        return None
    keys = doc.keys(squeezed)
    ends = list(accumulate(map(len, keys), initial=0))
    found = [
        place
        for at in offsets("".join(keys), needle)
        if (place := _whole_lines(ends, at, at + len(needle)))
        and _same_strings(doc.lines[place[0] : place[1]], lines.search)
    ]
    spans = [doc.span(*place) for place in found]
    chosen = preferred(spans, target)
    if len(chosen) != 1:
        return Many("line breaks", tuple(spans[i] for i in chosen[:_SHOWN])) if chosen else None
    return _replaced(doc, found[chosen[0]], lines)


def _whole_lines(ends: list[int], start: int, stop: int) -> tuple[int, int] | None:
    """The lines from offset `start` to `stop` of the squeezed text, when both are line bounds."""
    first, last = bisect_left(ends, start), bisect_left(ends, stop)
    if ends[first] != start or ends[last] != stop:
        return None
    while ends[first + 1] == start:  # blank lines before do not belong to it
        first += 1
    return first, last


def _same_strings(real: list[str], search: list[str]) -> bool:
    """Whether blanks differ only outside of strings."""
    one, other = "\n".join(keys_of(real, folded)), "\n".join(keys_of(search, folded))
    return _STRING.findall(one) == _STRING.findall(other)


def _replaced(doc: Document, place: tuple[int, int], lines: Lines) -> One | None:
    solid = next(line for line in lines.search if line.strip())
    rule = uniform([(indent_of(solid), indent_of(doc.lines[place[0]]))])
    margins = [rule(indent_of(line)) if rule else None for line in lines.new]
    if any(margin is None for margin, line in zip(margins, lines.new, strict=True) if line.strip()):
        return None
    span = doc.span(*place)
    end = doc.ends[place[0]] or doc.end_of_line
    text = "".join(
        f"{margin or ''}{line.strip()}{end}" if line.strip() else end
        for margin, line in zip(margins, lines.new, strict=True)
    )
    if not doc.ends[place[1] - 1]:
        text = text.removesuffix(end)
    return One("line breaks", span, smallest(span.of(doc.text), text, span.start))
