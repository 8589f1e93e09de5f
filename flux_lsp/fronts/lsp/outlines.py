"""Keeps the outlines of open documents in step with typing until the next tree is there.

Only the loop uses it; it makes no tree itself. It keeps a bounded number of changes per document.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flux_lsp.core.text import LINE_END
from flux_lsp.syntax.outline import Outline, OutlineEntry

_MOST_CHANGES = 200  # that an outline is carried through; a newer one comes long before


@dataclass(frozen=True, slots=True)
class Moved:
    """A change of lines: `removed` lines behind line `first` became `added` ones."""

    first: int
    removed: int
    added: int


@dataclass(slots=True)
class Changes:
    """What happened to a document since its outline; `lost` if nobody can tell any more."""

    moves: list[Moved] = field(default_factory=list)
    lost: bool = False

    def note(self, changes: Sequence[Mapping[str, Any]]) -> None:
        """Take in the content changes of one didChange."""
        for change in changes:
            place = change.get("range")
            if place is None or len(self.moves) >= _MOST_CHANGES:
                self.lost = True
                return
            first, last = place["start"]["line"], place["end"]["line"]
            added = _count_line_ends(change["text"])
            self.moves.append(Moved(first, last - first, added))


@dataclass(frozen=True, slots=True)
class Carried:
    """An outline, with the changes made since."""

    outline: Outline
    changes: Changes

    def at(self, line: int) -> tuple[OutlineEntry, int, bool] | None:
        """Return where a line is now, by how many lines it moved, and whether somebody typed on it.

        None for a new line, and if too much has changed.
        """
        if self.changes.lost:
            return None
        was, typed = line, False
        for move in reversed(self.changes.moves):
            if was < move.first:
                continue
            end = move.first + move.added
            if was > end:
                was -= move.added - move.removed
            elif was == end:  # it holds what stood behind the change
                was, typed = move.first + move.removed, True
            elif was == move.first:
                typed = True
            else:
                return None
        return self.outline.find_place(was), line - was, typed


class Outlines:
    """The outlines, by the uri of an open document."""

    def __init__(self) -> None:
        """Empty."""
        self._carried: dict[str, Carried] = {}
        self._begun: dict[str, Changes] = {}

    def begin(self, uri: str) -> None:
        """Note that somebody makes an outline of the document as it is now."""
        self._begun[uri] = Changes()

    def end(self, uri: str, outline: Outline | None) -> None:
        """Take the outline, or None if there can be none; a document closed meanwhile gets none."""
        changes = self._begun.pop(uri, None)
        if changes is None:
            return
        if outline is None:
            self._carried.pop(uri, None)
        else:
            self._carried[uri] = Carried(outline, changes)

    def note(self, uri: str, changes: Sequence[Mapping[str, Any]]) -> None:
        """Note a change of the document."""
        carried = self._carried.get(uri)
        if carried is not None:
            carried.changes.note(changes)
        begun = self._begun.get(uri)
        if begun is not None:
            begun.note(changes)

    def get(self, uri: str) -> Carried | None:
        """Return what is known about the document's lines."""
        return self._carried.get(uri)

    def forget(self, uri: str) -> None:
        """Forget a document that was closed, or opened anew."""
        self._carried.pop(uri, None)
        self._begun.pop(uri, None)


def _count_line_ends(text: str) -> int:
    return len(LINE_END.findall(text)) if "\r" in text else text.count("\n")
