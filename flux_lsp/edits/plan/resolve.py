"""All edits of one file brought to their places: one set of changes, or which edits failed and how.

All or nothing; every edit is first looked for in the file as it is, and only then in what the
other edits make of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from flux_lsp.core.text import Change, Span, apply_changes
from flux_lsp.edits.change.diff import smallest
from flux_lsp.edits.document import Document
from flux_lsp.edits.locate.already_applied import stands_elsewhere
from flux_lsp.edits.locate.locate import locate, locate_plainly
from flux_lsp.edits.locate.tabs import indented_alike
from flux_lsp.edits.located import Applied, Located, Many, One
from flux_lsp.edits.parse.answer import Edit
from flux_lsp.edits.parse.undo_damage import without_entities


@dataclass(frozen=True)
class Placed:
    """What became of the edits of one file. `found[i]` is for edit `i`; `changes` of the file's
    text, in order; `clash` names two edits that change the same place; `made` has, for an edit that
    was only found in what others make of the file, that text: its region is of it. `doubt` as in
    `Plan`, of the change whose place was known.
    """

    doc: Document
    edits: Sequence[Edit]
    found: tuple[Located, ...]
    changes: tuple[Change, ...] = ()
    clash: tuple[int, int] | None = None
    made: Mapping[int, str] = field(default_factory=dict)
    doubt: str = ""

    @property
    def failed(self) -> list[int]:
        """Edits without a place."""
        return [i for i, one in enumerate(self.found) if one is None or isinstance(one, Many)]

    @property
    def applied(self) -> bool:
        """Whether all that is asked for is there already."""
        return not self.changes and any(isinstance(one, Applied) for one in self.found)


@dataclass
class _Sheet:
    """Changes as they come in, with the edit and the region each belongs to."""

    entries: list[tuple[Change, Span, int]] = field(default_factory=list)

    def add(self, found: One, edit: int) -> int | None:
        """Add the changes of `edit`; the edit they clash with, None when they don't."""
        for change in found.changes:
            other = next((n for old, _, n in self.entries if _clash(old, change)), None)
            if other is not None:
                return other
        known = {change for change, _, _ in self.entries}
        self.entries += [(c, found.region, edit) for c in found.changes if c not in known]
        return None

    def changes(self) -> tuple[Change, ...]:
        """In order; insertions at one place as their regions lie, then as the edits came."""
        key = lambda one: (one[0].span.start, one[0].span.end, one[1].start, one[2])  # noqa: E731
        return tuple(change for change, _, _ in sorted(self.entries, key=key))


def place(
    text: str, edits: Sequence[Edit], target: Span | None, given: One | None = None
) -> Placed:
    """Find the place of each of `edits` in `text`; `given` is a change whose place is known."""
    doc = Document(text)
    edits = indented_alike(doc, edits)
    found = [locate(doc, edit, target) for edit in edits]
    if any(isinstance(one, One) and one.step == "entities" for one in found):
        edits = [_plain(edit) for edit in edits]  # one answer is escaped as a whole
        found = [locate(doc, edit, target) for edit in edits]
    if any(isinstance(one, Applied) and one.otherwise is None for one in found):
        found = [_again(doc, one) for one in found]
    if not all(isinstance(one, Applied) for one in found):
        found = [_meant(one) for one in found]
    sheet = _Sheet()
    if given is not None:
        sheet.add(given, 0)
    for number, one in enumerate(found):
        other = sheet.add(one, number) if isinstance(one, One) else None
        if other is not None:
            return Placed(doc, edits, tuple(found), clash=(other, number))
    changes = sheet.changes()
    made: dict[int, str] = {}
    if None in found and changes:
        changes = _later(doc, edits, found, changes, made)
    return Placed(doc, edits, tuple(found), changes, made=made)


def _plain(edit: Edit) -> Edit:
    return replace(edit, old=without_entities(edit.old), new=without_entities(edit.new))


def _again(doc: Document, found: Located) -> Located:
    """Beside edits that were made before, one whose new lines stand elsewhere was made too."""
    made = isinstance(found, One) and found.changes and stands_elsewhere(doc, found)
    return Applied(found.region) if made and isinstance(found, One) else found


def _meant(found: Located) -> Located:
    """Where other edits are new, one that may mean "once more" is taken at its word."""
    return found.otherwise or found if isinstance(found, Applied) else found


def _later(
    doc: Document,
    edits: Sequence[Edit],
    found: list[Located],
    changes: tuple[Change, ...],
    made: dict[int, str],
) -> tuple[Change, ...]:
    """Edits whose search text is what an earlier one makes; `found` and `made` are completed."""
    text = apply_changes(doc.text, changes)
    for number, one in enumerate(found):
        again = locate_plainly(Document(text), edits[number]) if one is None else None
        if isinstance(again, One):
            found[number], made[number] = again, text
            text = apply_changes(text, again.changes)
    return smallest(doc.text, text)


def _clash(one: Change, other: Change) -> bool:
    a, b = one.span, other.span
    if one == other:
        return not len(a)  # the same insertion by two edits: once or twice?
    if not len(a) or not len(b):
        point, around = (a.start, b) if not len(a) else (b.start, a)
        return around.start < point < around.end
    return a.start < b.end and b.start < a.end
