"""Whether what an edit asks for is in the file already, so that nothing is made twice.

Never calls a short or common text "already there": it must be the edit's own new text.
"""

from flux_lsp.core.text import Change, Span, apply_changes
from flux_lsp.edits.change.linediff import alike
from flux_lsp.edits.document import (
    Document,
    as_is,
    keys_of,
    squeezed,
    unindented,
)
from flux_lsp.edits.locate.places import Place, contiguous, preferred, skipping_blanks
from flux_lsp.edits.located import Applied, One
from flux_lsp.edits.parse.answer import EditLines

_LEAST = 6  # letters and digits in a new text that says anything
_ALIKE = 0.6
_NEAR = 8  # lines further than the new text is long


def holds_new(doc: Document, found: One) -> Applied | None:
    """The place found for the search text, when the new text already stands around it."""
    whole = _whole_lines(doc.text, found.region)
    moved = [Change(_moved(change.span, -whole.start), change.text) for change in found.changes]
    new = Document(apply_changes(whole.of(doc.text), moved)).lines
    old = Document(whole.of(doc.text)).lines
    more = len(_solid(new)) > len(_solid(old))
    if not _solid(old) or len(new) <= len(old):
        return None
    around, start = _window(doc.text, whole, len(new))
    first, last = around.line_of(whole.start - start), around.line_of(whole.end - start - 1)
    if _ends_in_own_new(around, found, first, last + 1):
        return Applied(found.region)
    for place in (skipping_blanks if more else contiguous)(around, new, as_is):
        if place.first <= first and last < place.last:
            span = _moved(around.span(place.first, place.last), start)
            return Applied(span, None if more else found)
    return None


def _window(text: str, span: Span, lines: int) -> tuple[Document, int]:
    """The whole lines around `span`, so many on either side, and where they begin."""
    start, end = span.start, span.end
    for _ in range(lines + _NEAR):
        start = text.rfind("\n", 0, max(0, start - 1)) + 1
        stop = text.find("\n", end)
        end = len(text) if stop < 0 else stop + 1
    return Document(text[start:end]), start


def _whole_lines(text: str, span: Span) -> Span:
    start = text.rfind("\n", 0, span.start) + 1
    if span.end > span.start and text[span.end - 1] == "\n":
        return Span(start, span.end)
    stop = text.find("\n", span.end)
    return Span(start, len(text) if stop < 0 else stop + 1)


def _solid(lines: list[str]) -> list[str]:
    return [line for line in lines if line.strip()]


def _ends_in_own_new(around: Document, found: One, first: int, last: int) -> bool:
    """Whether the place lies in, or touches, what the edit would put in: it was put in before."""
    if len(found.changes) != 1:
        return False
    block = _solid(Document(found.changes[0].text).lines)
    if sum(map(_says_much, block)) < 2:
        return False
    places = skipping_blanks(around, block, unindented)
    return any(place.first <= last and first <= place.last for place in places)


def stands_elsewhere(doc: Document, found: One) -> bool:
    """Whether all that an edit would put in stands in the file already, as it is, in blocks."""
    added = [Document(change.text).lines for change in found.changes if change.text.strip()]
    blocks = [[line for line in lines if line.strip()] for lines in added]
    long = all(sum(_says_much(line) for line in block) > 1 for block in blocks)
    return bool(blocks) and long and all(skipping_blanks(doc, b, unindented) for b in blocks)


def _says_much(line: str) -> bool:
    return sum(char.isalnum() for char in line[:200]) >= _LEAST


def already_there(doc: Document, lines: EditLines, target: Span | None) -> Applied | None:
    """The new text, when it stands in one place and the search text, its like, in none."""
    if not any(_says_much(line) for line in lines.new):
        return None
    if lines.new == lines.search or _is_part(lines) or not _derived(lines):
        return None
    places = contiguous(doc, lines.new, as_is)
    chosen = preferred([doc.span(place.first, place.last) for place in places], target)
    if len(chosen) != 1 or _removed_is_near(doc, places[chosen[0]], lines):
        return None
    return Applied(doc.span(places[chosen[0]].first, places[chosen[0]].last))


def _is_part(lines: EditLines) -> bool:
    """Whether the new text is a run of the search text: then it stands there before, too."""
    search = "\n".join(["", *(line.strip() for line in lines.search if line.strip()), ""])
    return "\n".join(["", *(line.strip() for line in lines.new if line.strip()), ""]) in search


def _removed_is_near(doc: Document, place: Place, lines: EditLines) -> bool:
    """Whether a line the edit takes away still stands around the place."""
    keys, around = doc.keys(squeezed), len(lines.search) + 2
    near = set(keys[max(0, place.first - around) : place.last + around])
    kept = set(keys_of(lines.new, squeezed))
    gone = [key for key in keys_of(lines.search, squeezed) if key and key not in kept]
    return any(key in near for key in gone)


def _derived(lines: EditLines) -> bool:
    """Whether the new text is visibly made from the search text."""
    search = [line.strip() for line in lines.search if line.strip()]
    new = {line.strip() for line in lines.new}
    if sum(line in new for line in search) * 2 >= len(search):
        return True
    if len(search) > 3 or len(lines.new) > 3:
        return False
    return alike(" ".join(search), " ".join(map(str.strip, lines.new)), _ALIKE)


def _moved(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by)
