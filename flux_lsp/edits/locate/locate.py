"""The steps by which the place of a search text is found, strictest first.

Each step gives exactly one place, or says that there are many, or nothing; the first that speaks
decides. Never the first of many, anchors only, another letter case, or far more than was searched.
"""

from flux_lsp.core.text import Span
from flux_lsp.edits.change.diff import smallest
from flux_lsp.edits.document import (
    Document,
    as_is,
    folded,
    squeezed,
    unindented,
    without_trailing,
)
from flux_lsp.edits.locate.align_fuzzy import align_fuzzy
from flux_lsp.edits.locate.already_applied import already_there, holds_new
from flux_lsp.edits.locate.elision import by_pieces
from flux_lsp.edits.locate.exact import everywhere, is_text, literal
from flux_lsp.edits.locate.places import (
    Level,
    Place,
    contiguous,
    narrowed,
    preferred,
    skipping_blanks,
)
from flux_lsp.edits.locate.reflow import reflowed
from flux_lsp.edits.locate.reindent import can_reindent, reindent_edit, without_doubled_blanks
from flux_lsp.edits.located import Located, Many, One
from flux_lsp.edits.parse.answer import Edit, EditLines
from flux_lsp.edits.parse.undo_damage import repairs

LEVELS = (
    Level("exact", as_is, contiguous),
    Level("blanks at line ends", without_trailing, contiguous),
    Level("typography", folded, contiguous),
    Level("indentation", unindented, contiguous, indents=True),
    Level("blank lines", unindented, skipping_blanks, indents=True),
)
INNER = Level("blanks within lines", squeezed, skipping_blanks, indents=True, blanks=True)
_LONGEST = 3  # times the file that a search text may be long; escapes and blanks add to it
_ANYWAY = 10_000  # characters it may have in any case
_SHOWN = 6


def locate(doc: Document, edit: Edit, target: Span | None) -> Located:
    """Where `edit` belongs in `doc` and what it changes there; places in `target` come first."""
    if edit.replace_all:
        return everywhere(doc, edit)
    if not _searchable(doc, edit):
        return None
    lines = EditLines(_lines(edit.old), _lines(edit.new))
    found = _located(doc, edit, lines, target)
    return (holds_new(doc, found) or found) if isinstance(found, One) else found


def locate_plainly(doc: Document, edit: Edit) -> Located:
    """Where `edit` belongs when nothing but indentation and line ends may differ."""
    if not _searchable(doc, edit):
        return None
    lines = EditLines(_lines(edit.old), _lines(edit.new))
    return (None if edit.whole_lines else literal(doc, edit, None)) or by_levels(doc, lines, None)


def _searchable(doc: Document, edit: Edit) -> bool:
    """Whether there is something to look for, and not far more than the file has."""
    return is_text(edit.old) and len(edit.old) <= _LONGEST * len(doc.text) + _ANYWAY


def _located(doc: Document, edit: Edit, lines: EditLines, target: Span | None) -> Located:
    if not edit.old.strip():
        return literal(doc, edit, target)
    found = None if edit.whole_lines else literal(doc, edit, target)
    found = found or by_levels(doc, lines, target)
    if found is None and edit.whole_lines and len(lines.search) == 1:
        found = _within_a_line(doc, edit, target)
    if found is None:
        found = already_there(doc, lines, target)
    return found or _mended(doc, lines, target)


def by_levels(doc: Document, lines: EditLines, target: Span | None) -> Located:
    """The steps that compare line by line.

    All but the first and the last are a narrower choice of what the coarsest of them sees.
    """
    found = by_level(doc, lines, LEVELS[0], target)
    if found is not None:
        return found
    coarse = contiguous(doc, lines.search, unindented)
    for level in LEVELS[1:-1]:
        found = _chosen(doc, lines, level, narrowed(doc, coarse, lines.search, level.view), target)
        if found is not None:
            return found
    return by_level(doc, lines, LEVELS[-1], target)


def by_level(doc: Document, lines: EditLines, level: Level, target: Span | None) -> Located:
    """One step: places as `level` sees lines, of which exactly one must be meant."""
    return _chosen(doc, lines, level, level.find(doc, lines.search, level.view), target)


def _chosen(
    doc: Document, lines: EditLines, level: Level, places: list[Place], target: Span | None
) -> Located:
    places = [place for place in places if can_reindent(doc, place, lines, level)]
    spans = doc.spans([(place.first, place.last) for place in places])
    chosen = preferred(spans, target)
    if len(chosen) > 1:
        return Many(level.name, tuple(spans[i] for i in chosen[:_SHOWN]))
    if not chosen:
        return None
    place, span = places[chosen[0]], spans[chosen[0]]
    text = reindent_edit(doc, place, without_doubled_blanks(doc, place, lines), level)
    if text is None:
        return None
    return One(level.name, span, smallest(span.of(doc.text), text, span.start))


def _mended(doc: Document, lines: EditLines, target: Span | None) -> Located:
    for name, repaired in repairs(lines):
        found = by_levels(doc, repaired, target)
        if found is not None:
            return One(name, found.region, found.changes) if isinstance(found, One) else found
    return (
        by_pieces(doc, lines, LEVELS)
        or by_level(doc, lines, INNER, target)
        or reflowed(doc, lines, target)
        or align_fuzzy(doc, lines)
    )


def _within_a_line(doc: Document, edit: Edit, target: Span | None) -> Located:
    """A fragment of a line given as a whole line, when it does not cut a word."""
    part = Edit(edit.path, edit.old.removesuffix("\n"), edit.new.removesuffix("\n"))
    found = literal(doc, part, target)
    if isinstance(found, One) and (
        _cuts_word(doc, found.region.start) or _cuts_word(doc, found.region.end)
    ):
        return None
    return found


def _cuts_word(doc: Document, at: int) -> bool:
    around = doc.text[max(0, at - 1) : at + 1]
    return len(around) == 2 and all(char.isalnum() or char == "_" for char in around)


def _lines(text: str) -> list[str]:
    """Whole lines; blanks behind the last line end belong to the line that goes on in the file."""
    text = text.replace("\r\n", "\n")
    if not text[text.rfind("\n") + 1 :].strip():
        text = text[: text.rfind("\n") + 1]
    text = text.removesuffix("\n")
    return text.split("\n") if text else []
