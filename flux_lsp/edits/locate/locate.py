"""Locates the place of a search text by several steps, the strictest first.

Each step gives exactly one place, or says that there are many, or nothing; the first that speaks
decides. Never the first of many, anchors only, another letter case, or far more than was searched.
"""

from flux_lsp.core.text import Span
from flux_lsp.edits.change.diff import find_changes
from flux_lsp.edits.document import (
    TextLines,
    fold_line,
    keep_line,
    squeeze_line,
    strip_indent,
    strip_trailing,
)
from flux_lsp.edits.locate.align_fuzzy import align_fuzzy
from flux_lsp.edits.locate.already_applied import find_already_there, find_new_around
from flux_lsp.edits.locate.elision import locate_pieces
from flux_lsp.edits.locate.exact import is_text, locate_everywhere, locate_literal
from flux_lsp.edits.locate.places import (
    LinePlace,
    MatchLevel,
    find_contiguous,
    find_skipping_blanks,
    narrow_places,
    select_preferred,
)
from flux_lsp.edits.locate.reflow import locate_reflowed
from flux_lsp.edits.locate.reindent import can_reindent, drop_doubled_blanks, reindent_edit
from flux_lsp.edits.location import AlreadyApplied, Location, ManyPlaces, UniquePlace
from flux_lsp.edits.parse.answer import Edit, EditLines
from flux_lsp.edits.parse.undo_damage import propose_repairs

LEVELS = (
    MatchLevel("exact", keep_line, find_contiguous),
    MatchLevel("blanks at line ends", strip_trailing, find_contiguous),
    MatchLevel("typography", fold_line, find_contiguous),
    MatchLevel("indentation", strip_indent, find_contiguous, indents=True),
    MatchLevel("blank lines", strip_indent, find_skipping_blanks, indents=True),
)
INNER = MatchLevel(
    "blanks within lines", squeeze_line, find_skipping_blanks, indents=True, blanks=True
)
_LONGEST = 3  # times the file that a search text may be long; escapes and blanks add to it
_ANYWAY = 10_000  # characters it may have in any case
_SHOWN = 6


def locate_edit(doc: TextLines, edit: Edit, target: Span | None) -> Location:
    """Return where `edit` belongs in `doc` and what it changes there; places in `target` come first."""
    if edit.replace_all:
        return locate_everywhere(doc, edit)
    if not _is_searchable(doc, edit):
        return None
    lines = EditLines(_split_lines(edit.old), _split_lines(edit.new))
    location = _locate_lines(doc, edit, lines, target)
    if isinstance(location, UniquePlace):
        return find_new_around(doc, location) or location
    return location


def locate_plainly(doc: TextLines, edit: Edit) -> Location:
    """Locate `edit` where nothing but indentation and line ends may differ."""
    if not _is_searchable(doc, edit):
        return None
    lines = EditLines(_split_lines(edit.old), _split_lines(edit.new))
    return (None if edit.whole_lines else locate_literal(doc, edit, None)) or locate_by_levels(
        doc, lines, None
    )


def _is_searchable(doc: TextLines, edit: Edit) -> bool:
    """Whether there is something to look for, and not far more than the file has."""
    return is_text(edit.old) and len(edit.old) <= _LONGEST * len(doc.text) + _ANYWAY


def _locate_lines(doc: TextLines, edit: Edit, lines: EditLines, target: Span | None) -> Location:
    if not edit.old.strip():
        return locate_literal(doc, edit, target)
    location = None if edit.whole_lines else locate_literal(doc, edit, target)
    location = location or locate_by_levels(doc, lines, target)
    if location is None and edit.whole_lines and len(lines.search) == 1:
        location = _locate_within_line(doc, edit, target)
    return location or _locate_or_recognize(doc, lines, target)


def _locate_or_recognize(doc: TextLines, lines: EditLines, target: Span | None) -> Location:
    """Locate a search text that is not quite the file's, unless its new text is there already.

    The new text may also stand at another place by chance. Then a place of the same text is meant;
    a place of a similar text is in doubt, and nothing is located.
    """
    applied = find_already_there(doc, lines, target)
    place = _locate_same_text(doc, lines, target)
    if applied is None:
        return place or _locate_similar_text(doc, lines, target)
    if place is not None:
        return place if _is_apart(place, applied) else applied
    similar = _locate_similar_text(doc, lines, target)
    return None if similar is not None and _is_apart(similar, applied) else applied


def _is_apart(place: UniquePlace | ManyPlaces | AlreadyApplied, applied: AlreadyApplied) -> bool:
    regions = place.regions if isinstance(place, ManyPlaces) else (place.region,)
    held = applied.region
    return not any(span.start < held.end and held.start < span.end for span in regions)


def locate_by_levels(doc: TextLines, lines: EditLines, target: Span | None) -> Location:
    """Locate by the steps that compare line by line.

    All but the first and the last are a narrower choice of what the coarsest of them sees.
    """
    location = locate_at_level(doc, lines, LEVELS[0], target)
    if location is not None:
        return location
    coarse = find_contiguous(doc, lines.search, strip_indent)
    for level in LEVELS[1:-1]:
        location = _choose_place(
            doc, lines, level, narrow_places(doc, coarse, lines.search, level.view), target
        )
        if location is not None:
            return location
    return locate_at_level(doc, lines, LEVELS[-1], target)


def locate_at_level(
    doc: TextLines, lines: EditLines, level: MatchLevel, target: Span | None
) -> Location:
    """Locate by one step: exactly one place must be meant."""
    return _choose_place(doc, lines, level, level.find(doc, lines.search, level.view), target)


def _choose_place(
    doc: TextLines,
    lines: EditLines,
    level: MatchLevel,
    places: list[LinePlace],
    target: Span | None,
) -> Location:
    places = [place for place in places if can_reindent(doc, place, lines, level)]
    spans = doc.get_spans([(place.first, place.last) for place in places])
    chosen = select_preferred(spans, target)
    if len(chosen) > 1:
        return ManyPlaces(level.name, tuple(spans[i] for i in chosen[:_SHOWN]))
    if not chosen:
        return None
    place, span = places[chosen[0]], spans[chosen[0]]
    text = reindent_edit(doc, place, drop_doubled_blanks(doc, place, lines), level)
    if text is None:
        return None
    return UniquePlace(level.name, span, find_changes(span.extract(doc.text), text, span.start))


def _locate_same_text(doc: TextLines, lines: EditLines, target: Span | None) -> Location:
    """Locate a text that is the same but for the damage of copying, quotes, or blanks in lines."""
    for name, repaired in propose_repairs(lines):
        location = locate_by_levels(doc, repaired, target)
        if isinstance(location, UniquePlace):
            return UniquePlace(name, location.region, location.changes)
        if location is not None:
            return location
    return locate_at_level(doc, lines, INNER, target)


def _locate_similar_text(doc: TextLines, lines: EditLines, target: Span | None) -> Location:
    """Locate a text that leaves lines out, breaks them otherwise, or has a slip."""
    return (
        locate_pieces(doc, lines, LEVELS)
        or locate_reflowed(doc, lines, target)
        or align_fuzzy(doc, lines)
    )


def _locate_within_line(doc: TextLines, edit: Edit, target: Span | None) -> Location:
    """Locate a fragment of a line that was given as a whole line, if it cuts no word."""
    part = Edit(edit.path, edit.old.removesuffix("\n"), edit.new.removesuffix("\n"))
    location = locate_literal(doc, part, target)
    if isinstance(location, UniquePlace) and (
        _is_cutting_word(doc, location.region.start) or _is_cutting_word(doc, location.region.end)
    ):
        return None
    return location


def _is_cutting_word(doc: TextLines, at: int) -> bool:
    around = doc.text[max(0, at - 1) : at + 1]
    return len(around) == 2 and all(char.isalnum() or char == "_" for char in around)


def _split_lines(text: str) -> list[str]:
    """Whole lines; blanks behind the last line end belong to the line that goes on in the file."""
    text = text.replace("\r\n", "\n")
    if not text[text.rfind("\n") + 1 :].strip():
        text = text[: text.rfind("\n") + 1]
    text = text.removesuffix("\n")
    return text.split("\n") if text else []
