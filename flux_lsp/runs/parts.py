"""Judges what became of one file of an edit, and makes the edits that repair it or take it back.

Pure functions of texts. Never takes typed text away.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from flux_lsp.core.text import Change, Snapshot, Span, apply_changes
from flux_lsp.edits.change.diff import find_changes
from flux_lsp.edits.change.rebase import rebase, rebase_text
from flux_lsp.edits.document import BOM
from flux_lsp.runs.echo import is_absent
from flux_lsp.runs.values import FileEdit

# "silent": nobody told of the file. "misplaced": the front made the change on a text on which
# somebody had typed, at the lines of the text before.
State = Literal["has", "lacks", "silent", "misplaced"]


@dataclass(frozen=True)
class FilePart:
    """What became of one file. `now`: its text, open or on disk, None when it is gone.

    `before` and `after` are the texts around the change as the front writes them. `typed`: what
    somebody had typed when a misplaced change arrived, and `wrong`: what the front made of it.
    """

    edit: FileEdit
    state: State
    before: Snapshot
    after: str
    now: Snapshot | None
    typed: str = ""
    wrong: str = ""

    @property
    def uri(self) -> str:
        """The file's, as the edit names it."""
        return self.edit.base.uri

    @property
    def path(self) -> str:
        """The file's, for a person."""
        return self.edit.base.path

    @property
    def changes(self) -> Sequence[Change]:
        """The changes of the edit, as changes of `before`."""
        if self.before is self.edit.base:
            return self.edit.changes
        return find_changes(self.before.text, self.after)

    @property
    def was_closed(self) -> bool:
        """Whether nobody had the file open."""
        return self.edit.base.version is None

    @property
    def holds_something(self) -> bool:
        """Whether the file holds its part, or something of it."""
        if self.state in {"has", "misplaced"}:
            return True
        edit = FileEdit(self.before, find_changes(self.before.text, self.after))
        return self.now is not None and not is_absent(self.now.text, edit)

    def mend(self, text: str) -> "FilePart":
        """Return the part once a repair has made `text` of the file."""
        right = rebase_text(self.changes, self.before.text, self.typed) or ""
        before = rebase_text(find_changes(right, self.typed), right, text)
        snapshot = replace(self.before, text=self.typed if before is None else before)
        return replace(self, state="has", before=snapshot, after=text)

    def make_repair(self) -> FileEdit | None:
        """Make the edit that puts a misplaced change in its place; None where it has none.

        Where somebody typed over the place it has none any more.
        """
        right = rebase_text(self.changes, self.before.text, self.typed)
        return None if right is None else self._move(self.wrong, right)

    def make_inverse(self) -> FileEdit | None:
        """Make the edit that takes the change back; None where somebody typed over it."""
        if self.state == "misplaced":
            return self._move(self.wrong, self.typed)
        return self._move(self.after, self.before.text) if self.state == "has" else None

    def _move(self, old: str, new: str) -> FileEdit | None:
        """Make the edit from `old` to `new`, on what the file is now."""
        changes = rebase(find_changes(old, new), old, self.now.text) if self.now else None
        return None if changes is None or self.now is None else FileEdit(self.now, changes)


def judge_part(edit: FileEdit, now: Snapshot | None, texts: Sequence[str]) -> FilePart:
    """Judge a file by its text `now` and by those that it came to hold since the edit was sent."""
    if now is None:
        return FilePart(edit, "lacks", edit.base, edit.after, None)
    before, after = edit.base, edit.after
    if before.version is None and now.version is not None:  # opened just now
        before = replace(before, text=adopt_form(before.text, now.text), version=now.version)
        after = adopt_form(after, now.text)
    part = FilePart(edit, "lacks", before, after, now)
    misplaced = _find_misplaced(before, part.changes, texts)
    if misplaced is not None:
        return replace(part, state="misplaced", typed=misplaced[0], wrong=misplaced[1])
    if now.text == after or _has_come(part, texts):
        return replace(part, state="lacks" if _is_undone(part, now.text) else "has")
    if not texts and now.text == before.text:
        return replace(part, state="silent")
    return replace(part, state="has") if _is_beside(part, now.text) else part


def holds_exactly(edit: FileEdit, texts: Sequence[str]) -> bool:
    """Whether one of `texts` is just what the edit makes of its file."""
    return any(text == edit.after or text == adopt_form(edit.after, text) for text in texts)


def adopt_form(text: str, like: str) -> str:
    """Return `text` with the mark and the line ends of `like`: editors drop and unify them."""
    if not like.startswith(BOM):
        text = text.removeprefix(BOM)
    if "\r" not in like:
        return text.replace("\r\n", "\n")
    only_pairs = like.count("\r\n") == like.count("\n") == like.count("\r")
    return text.replace("\r\n", "\n").replace("\n", "\r\n") if only_pairs else text


def _is_undone(part: FilePart, text: str) -> bool:
    """Whether every change that a file held is out of it again."""
    back = find_changes(part.after, part.before.text)
    return bool(back) and set(back) <= set(find_changes(part.after, text))


def _is_beside(part: FilePart, text: str) -> bool:
    """Whether all of the change is in a text in which somebody typed elsewhere."""
    back = find_changes(part.after, part.before.text)
    left = rebase(back, part.after, text)
    return left is not None and len(left) == len(back)


def _has_come(part: FilePart, texts: Sequence[str]) -> bool:
    """Whether the file came to hold the change, at its place on what was typed before it."""
    pairs = pairwise((part.before.text, *texts))
    return part.after in texts or any(
        result == rebase_text(part.changes, part.before.text, typed) for typed, result in pairs
    )


def _find_misplaced(
    base: Snapshot, changes: Sequence[Change], texts: Sequence[str]
) -> tuple[str, str] | None:
    """Find what was typed and what a front made of it by the positions of the text before.

    None as well where those positions are the right ones.
    """
    for typed, result in pairwise(texts):
        by_position = typed != base.text and result == _apply_by_position(base, changes, typed)
        if by_position and result != rebase_text(changes, base.text, typed):
            return typed, result
    return None


def _apply_by_position(base: Snapshot, changes: Sequence[Change], text: str) -> str | None:
    """Make `changes` of `base` at the same lines and columns of another text."""
    other = replace(base, text=text)

    def move(offset: int) -> int:
        line = base.get_line(offset)
        if line >= other.line_count:
            return len(text)
        span = other.get_line_span(line, line)
        length = len(span.extract(text).rstrip("\r\n"))
        return span.start + min(offset - base.line_starts[line], length)

    moved = [Change(Span(move(c.span.start), move(c.span.end)), c.text) for c in changes]
    try:
        return apply_changes(text, moved)
    except ValueError:
        return None
