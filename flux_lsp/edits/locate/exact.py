"""The first step: the search text as it stands, in whole lines or within one.

Never compares loosely: a line end is the only thing that may differ.
"""

import re
from collections.abc import Sequence

from flux_lsp.core.text import Change, Span
from flux_lsp.edits.change.diff import find_changes, move_change
from flux_lsp.edits.document import TextLines
from flux_lsp.edits.indentation import get_indent
from flux_lsp.edits.locate.partial_lines import widen_to_line
from flux_lsp.edits.locate.places import find_offsets, select_preferred
from flux_lsp.edits.location import Location, ManyPlaces, UniquePlace
from flux_lsp.edits.parse.answer import Edit

_SHOWN = 6
_BEGINS_LINE = re.compile(r"\t|  |[\w@#\"']")


def locate_literal(doc: TextLines, edit: Edit, target: Span | None) -> Location:
    """The place where `edit.old` occurs, character by character, line ends aside."""
    old, new = _convert_ends(doc, edit.old), _convert_ends(doc, edit.new)
    if not is_text(old) or (doc.mixed_ends and "\n" in edit.old):
        return None  # in mixed ends the same lines differ: the line steps see them all
    spans = [Span(at, at + len(old)) for at in find_offsets(doc.text, old)]
    chosen = select_preferred(spans, target)
    if len(chosen) > 1 and "\n" in old.strip("\r\n"):
        whole = [i for i in chosen if _is_whole_lines(doc.text, spans[i])]
        chosen = whole if len(whole) == 1 else chosen
    if len(chosen) > 1:
        return ManyPlaces("exact", tuple(spans[i] for i in chosen[:_SHOWN]))
    if not chosen or _needs_indenting(doc, spans[chosen[0]], old, new):
        return None  # a later step knows about indentation
    region, doubt = widen_to_line(doc.text, spans[chosen[0]], old, new)
    old = region.extract(doc.text)
    new = _add_line_ends(doc, region, old, new)
    return UniquePlace("exact", region, find_changes(old, new, region.start), doubt)


def is_text(old: str) -> bool:
    """Whether a search text can identify a place: it holds text, or whole blank lines."""
    return bool(old.strip()) or "\n" in old


def _is_whole_lines(text: str, span: Span) -> bool:
    """Whether `span` begins and ends where lines do; of several lines, that is what is meant."""
    starts = span.start == 0 or text[span.start - 1] in "\r\n"
    ends = span.end == len(text) or text[span.end] in "\r\n" or text[span.end - 1] in "\r\n"
    return starts and ends


def locate_everywhere(doc: TextLines, edit: Edit) -> Location:
    """Return all places of `edit.old`, left to right, for an edit that asks for all."""
    old, new = _convert_ends(doc, edit.old), _convert_ends(doc, edit.new)
    if not old.strip() or (doc.mixed_ends and "\n" in edit.old):
        return None
    spans: list[Span] = []
    at = doc.text.find(old)
    while at >= 0:
        spans.append(Span(at, at + len(old)))
        at = doc.text.find(old, at + len(old))
    if not spans:
        return None
    return UniquePlace(
        "everywhere", Span(spans[0].start, spans[-1].end), _change_all(spans, old, new)
    )


def _change_all(spans: Sequence[Span], old: str, new: str) -> tuple[Change, ...]:
    parts = find_changes(old, new)
    return tuple(move_change(part, span.start) for span in spans for part in parts)


def _convert_ends(doc: TextLines, text: str) -> str:
    """Return `text` with the line ends of the file; where those are mixed the line steps decide."""
    if "\r" not in text and "\r" not in doc.text:
        return text
    return text.replace("\r\n", "\n").replace("\n", doc.end_of_line)


def _add_line_ends(doc: TextLines, region: Span, old: str, new: str) -> str:
    """Return `new` with the line ends that the search text has at its ends and that `new` lacks.

    It would swallow the next line, or be glued to the line above: there only where it plainly begins
    a line, as ".b()" may well be meant to go up. An edit that takes away nothing but the line end
    before a blank line takes that blank line away.
    """
    end = doc.end_of_line
    if new + end == old and doc.text.startswith(end, region.end):
        return new
    if old.endswith(end) and new and not new.endswith(end) and region.end < len(doc.text):
        new = new + end
    if old.startswith(end) and _BEGINS_LINE.match(new) and region.start:
        new = new if doc.text[region.start - 1] in "\r\n" else end + new
    return new


def _needs_indenting(doc: TextLines, region: Span, old: str, new: str) -> bool:
    """Whether the first line lacks a part of its indentation, or one line without any becomes several."""
    start = doc.text.rfind("\n", 0, region.start) + 1
    margin = doc.text[start : region.start]
    if not margin or margin.strip():
        return False
    alone = "\n" not in old.rstrip("\r\n") and "\n" in new.rstrip("\r\n")
    to_the_end = doc.text[region.end - 1 : region.end + 1].endswith(("\n", "\r"))
    return bool(get_indent(old)) or (alone and to_the_end)
