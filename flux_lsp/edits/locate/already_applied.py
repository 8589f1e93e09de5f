"""Finds out whether the file already holds what an edit asks for, so that nothing is written twice.

Never calls a short or common text "already there": it must be the edit's own new text.
"""

from flux_lsp.core.text import Span, apply_changes
from flux_lsp.edits.change.diff import move_change
from flux_lsp.edits.change.linediff import is_similar
from flux_lsp.edits.document import (
    TextLines,
    keep_line,
    squeeze_line,
    strip_indent,
    view_lines,
)
from flux_lsp.edits.locate.places import (
    LinePlace,
    find_contiguous,
    find_skipping_blanks,
    select_preferred,
)
from flux_lsp.edits.locate.rows import is_informative
from flux_lsp.edits.location import AlreadyApplied, UniquePlace
from flux_lsp.edits.parse.answer import EditLines

_ALIKE = 0.6
_NEAR = 8  # lines further than the new text is long


def find_new_around(doc: TextLines, place: UniquePlace) -> AlreadyApplied | None:
    """Return the place of the search text if the new text already stands around it."""
    whole = _widen_to_lines(doc.text, place.region)
    moved = [move_change(change, -whole.start) for change in place.changes]
    new = TextLines(apply_changes(whole.extract(doc.text), moved)).lines
    old = TextLines(whole.extract(doc.text)).lines
    more = len(_drop_blank(new)) > len(_drop_blank(old))
    if not _drop_blank(old) or len(new) <= len(old):
        return None
    around, start = _cut_window(doc.text, whole, len(new))
    first, last = around.find_line(whole.start - start), around.find_line(whole.end - start - 1)
    if _is_in_own_new(around, place, first, last + 1):
        return AlreadyApplied(place.region)
    for match in (find_skipping_blanks if more else find_contiguous)(around, new, keep_line):
        if match.first <= first and last < match.last:
            span = around.get_span(match.first, match.last)
            region = Span(span.start + start, span.end + start)
            return AlreadyApplied(region, None if more else place)
    return None


def _cut_window(text: str, span: Span, lines: int) -> tuple[TextLines, int]:
    """Cut out the whole lines around `span`, so many on either side; returns them and their start."""
    start, end = span.start, span.end
    for _ in range(lines + _NEAR):
        start = text.rfind("\n", 0, max(0, start - 1)) + 1
        stop = text.find("\n", end)
        end = len(text) if stop < 0 else stop + 1
    return TextLines(text[start:end]), start


def _widen_to_lines(text: str, span: Span) -> Span:
    start = text.rfind("\n", 0, span.start) + 1
    if span.end > span.start and text[span.end - 1] == "\n":
        return Span(start, span.end)
    stop = text.find("\n", span.end)
    return Span(start, len(text) if stop < 0 else stop + 1)


def _drop_blank(lines: list[str]) -> list[str]:
    return [line for line in lines if line.strip()]


def _is_in_own_new(around: TextLines, place: UniquePlace, first: int, last: int) -> bool:
    """Whether the place lies in or beside what the edit would insert: it was inserted before."""
    if len(place.changes) != 1:
        return False
    block = _drop_blank(TextLines(place.changes[0].text).lines)
    if sum(map(is_informative, block)) < 2:
        return False
    places = find_skipping_blanks(around, block, strip_indent)
    return any(place.first <= last and first <= place.last for place in places)


def is_elsewhere(doc: TextLines, place: UniquePlace) -> bool:
    """Whether the file already holds all that an edit would insert, in blocks."""
    added = [TextLines(change.text).lines for change in place.changes if change.text.strip()]
    blocks = [[line for line in lines if line.strip()] for lines in added]
    long = all(sum(is_informative(line) for line in block) > 1 for block in blocks)
    return bool(blocks) and long and all(find_skipping_blanks(doc, b, strip_indent) for b in blocks)


def find_already_there(
    doc: TextLines, lines: EditLines, target: Span | None
) -> AlreadyApplied | None:
    """Return where the new text stands, if in one place, and if the search text is visibly its old form."""
    if not any(is_informative(line) for line in lines.new):
        return None
    if lines.new == lines.search or _is_part(lines) or not _is_derived(lines):
        return None
    places = find_contiguous(doc, lines.new, keep_line)
    chosen = select_preferred([doc.get_span(place.first, place.last) for place in places], target)
    if len(chosen) != 1 or _is_removed_near(doc, places[chosen[0]], lines):
        return None
    return AlreadyApplied(doc.get_span(places[chosen[0]].first, places[chosen[0]].last))


def _is_part(lines: EditLines) -> bool:
    """Whether the new text is a run of the search text: then it stands there before, too."""
    search = "\n".join(["", *(line.strip() for line in lines.search if line.strip()), ""])
    return "\n".join(["", *(line.strip() for line in lines.new if line.strip()), ""]) in search


def _is_removed_near(doc: TextLines, place: LinePlace, lines: EditLines) -> bool:
    """Whether a line the edit takes away still stands around the place."""
    keys, around = doc.view_keys(squeeze_line), len(lines.search) + 2
    near = set(keys[max(0, place.first - around) : place.last + around])
    kept = set(view_lines(lines.new, squeeze_line))
    gone = [key for key in view_lines(lines.search, squeeze_line) if key and key not in kept]
    return any(key in near for key in gone)


def _is_derived(lines: EditLines) -> bool:
    """Whether the new text is visibly made from the search text."""
    search = [line.strip() for line in lines.search if line.strip()]
    new = {line.strip() for line in lines.new}
    if sum(line in new for line in search) * 2 >= len(search):
        return True
    if len(search) > 3 or len(lines.new) > 3:
        return False
    return is_similar(" ".join(search), " ".join(map(str.strip, lines.new)), _ALIKE)
