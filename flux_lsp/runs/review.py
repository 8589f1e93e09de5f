"""Proposals: verified plans that wait for a person's yes, whole or hunk by hunk, in any front.

Looking at one never changes anything; accepting hunks in any order gives the same text.
"""

import re
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from flux_lsp.actions.action import Action
from flux_lsp.checks.values import CheckResult
from flux_lsp.core.text import Change, LineRange, Snapshot, Span
from flux_lsp.edits.change.diff import carry_over, find_changes
from flux_lsp.edits.change.hunks import Hunk, group_hunks, shift_hunk
from flux_lsp.edits.values import NewFile, Plan
from flux_lsp.engine.values import Proposed
from flux_lsp.runs.patch import format_file_patch
from flux_lsp.runs.values import AppliedEdit, FileEdit

Review = Literal["auto", "always", "inline", "never"]  # the setting `review`


@dataclass(frozen=True)
class HunkPiece:
    """One hunk of one file, with the number it is accepted by (from 1)."""

    number: int
    base: Snapshot
    hunk: Hunk
    is_stale: bool = False  # somebody typed over its lines: it changes nothing any more


@dataclass(frozen=True)
class NewFilePiece:
    """One new file, with the number it is accepted by (from 1)."""

    number: int
    file: NewFile


Piece = HunkPiece | NewFilePiece


@dataclass(frozen=True)
class Proposal:
    """What a run would change, as far as nobody has decided on it yet."""

    run: str
    action: str
    uri: str  # the document the run was about
    open: tuple[Piece, ...]
    total: int  # pieces that it had at first
    in_place: bool = False  # the person wants to see it in the code itself
    checks: tuple[CheckResult, ...] = ()  # what the project's own checks say of the whole

    @property
    def uris(self) -> frozenset[str]:
        """The documents that the open hunks change."""
        return frozenset(piece.base.uri for piece in self.open if isinstance(piece, HunkPiece))

    @property
    def stale(self) -> tuple[HunkPiece, ...]:
        """The hunks that somebody typed over."""
        return tuple(p for p in self.open if isinstance(p, HunkPiece) and p.is_stale)

    def is_about(self, uri: str) -> bool:
        """Whether the proposal comes from a run on this document or would change it; a new file counts."""
        return self.uri == uri or any(
            isinstance(piece, NewFilePiece) or piece.base.uri == uri for piece in self.open
        )

    def find_uri(self, piece: Piece, new_uri: Callable[[str, str], str]) -> str:
        """Find the document that a piece changes or makes; `new_uri` knows where a new file goes."""
        if isinstance(piece, HunkPiece):
            return piece.base.uri
        return new_uri(piece.file.path, self.uri)

    def make_edits(self, chosen: Sequence[Piece]) -> tuple[FileEdit, ...]:
        """Make the edits of the chosen hunks; a stale one makes none."""
        files: OrderedDict[str, tuple[Snapshot, list[Change]]] = OrderedDict()
        for piece in chosen:
            if isinstance(piece, HunkPiece) and not piece.is_stale:
                files.setdefault(piece.base.uri, (piece.base, []))[1].extend(piece.hunk.changes)
        return tuple(FileEdit(base, tuple(changes)) for base, changes in files.values())

    def list_new_files(self, chosen: Sequence[Piece]) -> tuple[NewFile, ...]:
        """The chosen new files."""
        return tuple(piece.file for piece in chosen if isinstance(piece, NewFilePiece))

    def reject(self, chosen: Sequence[Piece]) -> "Proposal":
        """Return the proposal without the chosen pieces."""
        numbers = {piece.number for piece in chosen}
        return replace(self, open=tuple(p for p in self.open if p.number not in numbers))

    def accept(self, chosen: Sequence[Piece]) -> "Proposal":
        """Return what is left, on the text that holds the chosen pieces."""
        edits = {edit.base.uri: edit for edit in self.make_edits(chosen)}
        left = self.reject(chosen)
        return replace(left, open=tuple(_move_onto(piece, edits) for piece in left.open))

    def restore_stale(self, fitting: "Proposal") -> "Proposal":
        """Return the proposal with each stale hunk as it is in `fitting`, so that it may fit again."""
        pieces = {piece.number: piece for piece in fitting.open}
        stale = {piece.number for piece in self.stale}
        return replace(
            self, open=tuple(pieces[p.number] if p.number in stale else p for p in self.open)
        )


def needs_yes(plan: Plan, action: Action, review: Review) -> bool:
    """Whether a person is asked first: always, or where a plan is more than they expect of `action`."""
    if review != "auto":
        return review != "never"
    many = len(plan.files) + len(plan.new_files) > 1 and action.returns != "tests"
    return bool(plan.outside or plan.doubt or many)


def propose(proposed: Proposed, uri: str, *, in_place: bool = False) -> Proposal:
    """Cut the plan of a run on the document `uri` into pieces; those of that document come first."""
    pieces: list[Piece] = []
    plan, bases = proposed.plan, proposed.base
    for file in sorted(plan.files, key=lambda changed: bases[changed.path].uri != uri):
        base = bases[file.path]
        for hunk in group_hunks(base.text, file.changes):
            pieces.append(HunkPiece(len(pieces) + 1, base, hunk))
    for new in plan.new_files:
        pieces.append(NewFilePiece(len(pieces) + 1, new))
    checks = proposed.checks
    return Proposal(
        proposed.run, proposed.action, uri, tuple(pieces), len(pieces), in_place, checks
    )


def cut_edit(run: str, action: str, edit: AppliedEdit) -> Proposal:
    """Cut what an edit did to files that were there into pieces, as if it were still to be done."""
    pieces: list[Piece] = []
    for base, after in edit.files:
        for hunk in group_hunks(base.text, find_changes(base.text, after)):
            pieces.append(HunkPiece(len(pieces) + 1, base, hunk))
    return Proposal(run, action, "", tuple(pieces), len(pieces))


def is_near(piece: Piece, uri: str, first: int, last: int) -> bool:
    """Whether a hunk is at 0-based lines `first..last` of `uri`, or right below them."""
    if isinstance(piece, NewFilePiece) or piece.base.uri != uri:
        return False
    return piece.hunk.lines.first - 2 <= last and first <= piece.hunk.lines.last


def format_patch(proposal: Proposal) -> str:
    """Format the open pieces as a patch for `git apply`."""
    changed = [
        format_file_patch(edit.base.path, edit.base.text, edit.after)
        for edit in proposal.make_edits(proposal.open)
    ]
    created = [
        format_file_patch(new.path, None, new.content)
        for new in proposal.list_new_files(proposal.open)
    ]
    return "".join([*changed, *created])


def format_markdown(proposal: Proposal) -> str:
    """Format the open pieces as a diff in a code block, whatever fences the code itself has.

    A line after it names the hunks that no longer fit.
    """
    patch = format_patch(proposal)
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", patch)), default=0))
    code = f"{fence}diff\n{patch}{fence}\n" if patch else ""
    return "\n".join(filter(None, (code, describe_stale(proposal.stale))))


def describe_stale(pieces: Sequence[HunkPiece]) -> str:
    """Say which hunks no longer fit, and what to do; "" for none."""
    which = " and ".join(f"{piece.number} in `{piece.base.path}`" for piece in pieces)
    return f"You typed over change {which}. Undo what you typed, or reject it." if which else ""


def _move_onto(piece: Piece, edits: Mapping[str, FileEdit]) -> Piece:
    """Move a hunk of one text onto the text that an edit of it has made."""
    edit = None if isinstance(piece, NewFilePiece) else edits.get(piece.base.uri)
    if edit is None or isinstance(piece, NewFilePiece) or piece.is_stale:
        return piece
    after = replace(edit.base, text=edit.after)
    start = edit.base.line_starts[piece.hunk.lines.first - 1]
    moved = carry_over(Change(Span(start, start), ""), edit.changes).span.start
    grown = after.get_line(moved) + 1 - piece.hunk.lines.first
    lines = LineRange(piece.hunk.lines.first + grown, piece.hunk.lines.last + grown)
    return replace(piece, base=after, hunk=Hunk(shift_hunk(piece.hunk, edit.changes), lines))
