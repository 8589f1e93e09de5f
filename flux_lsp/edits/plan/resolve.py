"""Finds the places of all edits of one file: one set of changes, or which edits failed and how.

Never applies only some of them. It looks for every edit in the file first, and only then in what
the other edits make of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter

from flux_lsp.core.text import Change, Span, apply_changes
from flux_lsp.edits.change.diff import find_changes
from flux_lsp.edits.document import TextLines
from flux_lsp.edits.locate.already_applied import is_elsewhere
from flux_lsp.edits.locate.locate import locate_edit, locate_plainly
from flux_lsp.edits.locate.tabs import convert_tabs
from flux_lsp.edits.location import AlreadyApplied, Location, ManyPlaces, UniquePlace
from flux_lsp.edits.parse.answer import Edit
from flux_lsp.edits.parse.undo_damage import replace_entities


@dataclass(frozen=True)
class ResolvedEdits:
    """The result for all edits of one file. `locations[i]` is for edit `i`. `changes` are of the file's
    text, in order. `clash` names two edits that change the same place. If an edit was found only in
    what others make of the file, `later_texts` has that text, and its region is a span of it. `doubt`
    as in `Plan`.
    """

    doc: TextLines
    edits: Sequence[Edit]
    locations: tuple[Location, ...]
    changes: tuple[Change, ...] = ()
    clash: tuple[int, int] | None = None
    later_texts: Mapping[int, str] = field(default_factory=dict)
    doubt: str = ""

    @property
    def failed(self) -> list[int]:
        """Edits without a place."""
        return [
            i
            for i, location in enumerate(self.locations)
            if location is None or isinstance(location, ManyPlaces)
        ]

    @property
    def applied(self) -> bool:
        """Whether the file holds every edit already."""
        return not self.changes and any(
            isinstance(location, AlreadyApplied) for location in self.locations
        )


@dataclass
class _Sheet:
    """The changes so far, each with its edit and its region."""

    entries: list[tuple[Change, Span, int]] = field(default_factory=list)

    def add(self, place: UniquePlace, edit: int) -> int | None:
        """Add the changes of `edit`; returns the edit that they clash with, or None."""
        for change in place.changes:
            other = next((n for old, _, n in self.entries if _is_clash(old, change)), None)
            if other is not None:
                return other
        known = {change for change, _, _ in self.entries}
        self.entries += [(c, place.region, edit) for c in place.changes if c not in known]
        return None

    def list_changes(self) -> tuple[Change, ...]:
        """Return the changes in order; insertions at one place by their regions, then by their edits."""
        keyed = [((change.span, region.start, n), change) for change, region, n in self.entries]
        return tuple(change for _, change in sorted(keyed, key=itemgetter(0)))


def resolve_edits(
    text: str, edits: Sequence[Edit], target: Span | None, known: UniquePlace | None = None
) -> ResolvedEdits:
    """Find the place of each of `edits` in `text`; `known` is a change whose place is known."""
    doc = TextLines(text)
    edits = convert_tabs(doc, edits)
    locations = [locate_edit(doc, edit, target) for edit in edits]
    if any(isinstance(place, UniquePlace) and place.step == "entities" for place in locations):
        edits = [_replace_entities(edit) for edit in edits]  # one answer is escaped as a whole
        locations = [locate_edit(doc, edit, target) for edit in edits]
    if any(isinstance(p, AlreadyApplied) and p.alternative is None for p in locations):
        locations = [_recognize_applied(doc, place) for place in locations]
    if not all(isinstance(place, AlreadyApplied) for place in locations):
        locations = [_take_at_word(place) for place in locations]
    sheet = _Sheet()
    if known is not None:
        sheet.add(known, 0)
    for number, place in enumerate(locations):
        other = sheet.add(place, number) if isinstance(place, UniquePlace) else None
        if other is not None:
            return ResolvedEdits(doc, edits, tuple(locations), clash=(other, number))
    changes = sheet.list_changes()
    later_texts: dict[int, str] = {}
    if None in locations and changes:
        changes = _resolve_later(doc, edits, locations, changes, later_texts)
    doubts = (place.doubt for place in locations if isinstance(place, UniquePlace) and place.doubt)
    return ResolvedEdits(
        doc, edits, tuple(locations), changes, later_texts=later_texts, doubt=next(doubts, "")
    )


def _replace_entities(edit: Edit) -> Edit:
    return replace(edit, old=replace_entities(edit.old), new=replace_entities(edit.new))


def _recognize_applied(doc: TextLines, location: Location) -> Location:
    """If the file already holds other edits, treat one whose new lines stand elsewhere as held, too."""
    if isinstance(location, UniquePlace) and location.changes and is_elsewhere(doc, location):
        return AlreadyApplied(location.region)
    return location


def _take_at_word(location: Location) -> Location:
    """If other edits are new, apply one that may mean "once more"."""
    return location.alternative or location if isinstance(location, AlreadyApplied) else location


def _resolve_later(
    doc: TextLines,
    edits: Sequence[Edit],
    locations: list[Location],
    changes: tuple[Change, ...],
    later_texts: dict[int, str],
) -> tuple[Change, ...]:
    """Locate edits in what earlier ones make of the text; completes `locations` and `later_texts`."""
    text = apply_changes(doc.text, changes)
    for number, location in enumerate(locations):
        again = locate_plainly(TextLines(text), edits[number]) if location is None else None
        if isinstance(again, UniquePlace):
            locations[number], later_texts[number] = again, text
            text = apply_changes(text, again.changes)
    return find_changes(doc.text, text)


def _is_clash(change: Change, other: Change) -> bool:
    a, b = change.span, other.span
    if change == other:
        return not len(a)  # the same insertion by two edits: once or twice?
    if not len(a) or not len(b):
        point, around = (a.start, b) if not len(a) else (b.start, a)
        return around.start < point < around.end
    return a.start < b.end and b.start < a.end
