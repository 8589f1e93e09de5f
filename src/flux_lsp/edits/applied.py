"""Whether what an edit asks for is in the file already, so that nothing is made twice.

Never calls a short or common text "already there": it must be the edit's own new text.
"""

from bisect import bisect_right
from difflib import SequenceMatcher

from flux_lsp.core.text import Change, Span, apply_changes
from flux_lsp.edits.document import (
    Document,
    as_is,
    keys_of,
    squeezed,
    unindented,
)
from flux_lsp.edits.fit import Lines
from flux_lsp.edits.located import Applied, One
from flux_lsp.edits.places import Place, contiguous, preferred, skipping_blanks

_LEAST = 6  # letters and digits in a new text that says anything
_ALIKE = 0.6


def holds_new(doc: Document, found: One) -> Applied | None:
    """The place found for the search text, when the new text already stands around it."""
    first, last = _lines_of(doc, found.region)
    if _ends_in_own_new(doc, found, first, last):
        return Applied(found.region)
    whole = doc.span(first, last)
    moved = [Change(_back(change.span, whole.start), change.text) for change in found.changes]
    new = Document(apply_changes(whole.of(doc.text), moved)).lines
    solid = [i for i in range(first, last) if doc.lines[i].strip()]
    more = sum(1 for line in new if line.strip()) > len(solid)
    if not solid or len(new) <= last - first:
        return None
    for place in (skipping_blanks if more else contiguous)(doc, new, as_is):
        if place.first <= solid[0] and solid[-1] < place.last:
            return Applied(doc.span(place.first, place.last), None if more else found)
    return None


def _ends_in_own_new(doc: Document, found: One, first: int, last: int) -> bool:
    """Whether the place lies in, or touches, what the edit would put in: it was put in before."""
    if len(found.changes) != 1:
        return False
    block = [line for line in Document(found.changes[0].text).lines if line.strip()]
    if sum(map(_says_much, block)) < 2:
        return False
    places = skipping_blanks(doc, block, unindented)
    return any(place.first <= last and first <= place.last for place in places)


def stands_elsewhere(doc: Document, found: One) -> bool:
    """Whether all that an edit would put in stands in the file already, as it is, in blocks."""
    added = [Document(change.text).lines for change in found.changes if change.text.strip()]
    blocks = [[line for line in lines if line.strip()] for lines in added]
    long = all(sum(_says_much(line) for line in block) > 1 for block in blocks)
    return bool(blocks) and long and all(skipping_blanks(doc, b, unindented) for b in blocks)


def _says_much(line: str) -> bool:
    return sum(char.isalnum() for char in line) >= _LEAST


def already_there(doc: Document, lines: Lines, target: Span | None) -> Applied | None:
    """The new text, when it stands in one place and the search text, its like, in none."""
    if sum(char.isalnum() for line in lines.new for char in line) < _LEAST:
        return None
    if lines.new == lines.search or _is_part(lines) or not _derived(lines):
        return None
    places = contiguous(doc, lines.new, as_is)
    chosen = preferred([doc.span(place.first, place.last) for place in places], target)
    if len(chosen) != 1 or _removed_is_near(doc, places[chosen[0]], lines):
        return None
    return Applied(doc.span(places[chosen[0]].first, places[chosen[0]].last))


def _is_part(lines: Lines) -> bool:
    """Whether the new text is a run of the search text: then it stands there before, too."""
    search = "\n".join(["", *(line.strip() for line in lines.search if line.strip()), ""])
    return "\n".join(["", *(line.strip() for line in lines.new if line.strip()), ""]) in search


def _removed_is_near(doc: Document, place: Place, lines: Lines) -> bool:
    """Whether a line the edit takes away still stands around the place."""
    keys, around = doc.keys(squeezed), len(lines.search) + 2
    near = set(keys[max(0, place.first - around) : place.last + around])
    kept = set(keys_of(lines.new, squeezed))
    gone = [key for key in keys_of(lines.search, squeezed) if key and key not in kept]
    return any(key in near for key in gone)


def _derived(lines: Lines) -> bool:
    """Whether the new text is visibly made from the search text."""
    search = [line.strip() for line in lines.search if line.strip()]
    new = {line.strip() for line in lines.new}
    if sum(line in new for line in search) * 2 >= len(search):
        return True
    if len(search) > 3 or len(lines.new) > 3:
        return False
    one, other = " ".join(search)[:400], " ".join(map(str.strip, lines.new))[:400]
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _ALIKE


def _lines_of(doc: Document, region: Span) -> tuple[int, int]:
    first = max(0, bisect_right(doc.starts, region.start) - 1)
    last = bisect_right(doc.starts, max(region.start, region.end - 1))
    return first, max(first, min(last, len(doc.lines)))


def _back(span: Span, by: int) -> Span:
    return Span(span.start - by, span.end - by)
