"""Proposals: verified plans that wait for a person's yes, whole or hunk by hunk, in any front.

Looking at one never changes anything; accepting hunks in any order gives the same text.
"""

import re
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from flux_lsp.actions.action import Action
from flux_lsp.core.text import Change, LineRange, Snapshot, apply_changes
from flux_lsp.edits.change.hunks import Hunk, group_hunks, shift_hunk
from flux_lsp.edits.values import NewFile, Plan
from flux_lsp.engine.values import Proposed
from flux_lsp.runs.patch import format_file_patch
from flux_lsp.runs.values import FileEdit

Review = Literal["auto", "always", "never"]  # the setting `review`


@dataclass(frozen=True)
class HunkPiece:
    """One hunk of one file, with the number it is accepted by (from 1)."""

    number: int
    base: Snapshot
    hunk: Hunk


@dataclass(frozen=True)
class NewFilePiece:
    """One new file, with the number it is accepted by (from 1)."""

    number: int
    file: NewFile


Piece = HunkPiece | NewFilePiece


@dataclass(frozen=True)
class Proposal:
    """What a run would change, and which pieces are accepted or still open."""

    run: str
    action: str
    uri: str  # the document the run was about
    pieces: tuple[Piece, ...]
    accepted: frozenset[int] = frozenset()
    rejected: frozenset[int] = frozenset()

    @property
    def open(self) -> tuple[Piece, ...]:
        """The pieces that nobody has decided on yet."""
        done = self.accepted | self.rejected
        return tuple(piece for piece in self.pieces if piece.number not in done)

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
        """Make edits from the chosen hunks, for each file as it is after the accepted hunks."""
        files: OrderedDict[str, tuple[Snapshot, list[Change]]] = OrderedDict()
        for piece in chosen:
            if isinstance(piece, HunkPiece):
                base, before = piece.base, self._list_accepted_changes(piece.base)
                after = replace(base, text=apply_changes(base.text, before))
                files.setdefault(base.uri, (after, []))[1].extend(shift_hunk(piece.hunk, before))
        return tuple(FileEdit(base, tuple(changes)) for base, changes in files.values())

    def list_new_files(self, chosen: Sequence[Piece]) -> tuple[NewFile, ...]:
        """The chosen new files."""
        return tuple(piece.file for piece in chosen if isinstance(piece, NewFilePiece))

    def _list_accepted_changes(self, base: Snapshot) -> list[Change]:
        return [
            change
            for piece in self.pieces
            if isinstance(piece, HunkPiece)
            and piece.number in self.accepted
            and piece.base.uri == base.uri
            for change in piece.hunk.changes
        ]


def needs_yes(plan: Plan, action: Action, review: Review) -> bool:
    """Whether a person is asked first: always, or where a plan is more than they expect of `action`."""
    if review != "auto":
        return review == "always"
    many = len(plan.files) + len(plan.new_files) > 1 and action.returns != "tests"
    return bool(plan.outside or plan.doubt or many)


def propose(proposed: Proposed, uri: str) -> Proposal:
    """Cut the plan of a run on the document `uri` into pieces; those of that document come first."""
    pieces: list[Piece] = []
    plan, bases = proposed.plan, proposed.base
    for file in sorted(plan.files, key=lambda changed: bases[changed.path].uri != uri):
        base = bases[file.path]
        for hunk in group_hunks(base.text, file.changes):
            pieces.append(HunkPiece(len(pieces) + 1, base, hunk))
    for new in plan.new_files:
        pieces.append(NewFilePiece(len(pieces) + 1, new))
    return Proposal(proposed.run, proposed.action, uri, tuple(pieces))


def keep_open_pieces(proposal: Proposal) -> Proposal:
    """Keep only the open pieces, each on the text that already holds the accepted ones."""
    pieces: list[Piece] = []
    for piece in proposal.open:
        if isinstance(piece, NewFilePiece):
            pieces.append(piece)
            continue
        (edit,) = proposal.make_edits([piece])
        parts = group_hunks(edit.base.text, edit.changes)
        lines = LineRange(parts[0].lines.first, parts[-1].lines.last)
        pieces.append(HunkPiece(piece.number, edit.base, Hunk(edit.changes, lines)))
    return Proposal(proposal.run, proposal.action, proposal.uri, tuple(pieces))


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
    """Format the open pieces as a diff in a code block, whatever fences the code itself has."""
    patch = format_patch(proposal)
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", patch)), default=0))
    return f"{fence}diff\n{patch}{fence}\n"
