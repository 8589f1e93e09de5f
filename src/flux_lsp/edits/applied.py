"""Whether what an edit asks for is in the file already, so that nothing is made twice.

Never calls a short or common text "already there": it must be the edit's own new text.
"""

from bisect import bisect_right
from difflib import SequenceMatcher

from flux_lsp.core.text import Change, Span, apply_changes
from flux_lsp.edits.document import Document, as_is, unindented, without_trailing
from flux_lsp.edits.fit import Lines
from flux_lsp.edits.located import Applied, One
from flux_lsp.edits.places import contiguous, preferred

_LEAST = 6  # letters and digits in a new text that says anything
_ALIKE = 0.6


def holds_new(doc: Document, found: One) -> Applied | None:
    """The place found for the search text, when the new text already stands around it."""
    first, last = _lines_of(doc, found.region)
    whole = doc.span(first, last)
    moved = [Change(_back(change.span, whole.start), change.text) for change in found.changes]
    new = Document(apply_changes(whole.of(doc.text), moved)).lines
    if len(new) <= last - first:
        return None
    for place in contiguous(doc, new, as_is):
        if place.first <= first and last <= place.last:
            added = [*doc.lines[place.first : first], *doc.lines[last : place.last]]
            sure = any(line.strip() for line in added)
            return Applied(doc.span(place.first, place.last), None if sure else found)
    return None


def stands_elsewhere(doc: Document, found: One) -> bool:
    """Whether all that an edit would put in stands in the file already, as it is, in blocks."""
    added = [Document(change.text).lines for change in found.changes if change.text.strip()]
    blocks = [[line for line in lines if line.strip()] for lines in added]
    long = all(sum(_says_much(line) for line in block) > 1 for block in blocks)
    return bool(blocks) and long and all(contiguous(doc, block, unindented) for block in blocks)


def _says_much(line: str) -> bool:
    return sum(char.isalnum() for char in line) >= _LEAST


def already_there(doc: Document, lines: Lines, target: Span | None) -> Applied | None:
    """The new text, when it stands in one place and the search text, its like, in none."""
    if sum(char.isalnum() for line in lines.new for char in line) < _LEAST:
        return None
    if lines.new == lines.search or not _derived(lines):
        return None
    spans = [doc.span(p.first, p.last) for p in contiguous(doc, lines.new, without_trailing)]
    chosen = preferred(spans, target)
    return Applied(spans[chosen[0]]) if len(chosen) == 1 else None


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
