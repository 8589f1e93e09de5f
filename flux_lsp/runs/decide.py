"""What a person decides about a proposal: accept it, reject it, look at it.

Never touches what was typed since.
"""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from flux_lsp.core.errors import ErrorCode, FluxError, Problem
from flux_lsp.runs.apply import EditOrder, apply_edits
from flux_lsp.runs.events import EditApplied, HunksRejected
from flux_lsp.runs.patch import write_patch
from flux_lsp.runs.review import Piece, Proposal, cut_edit, describe_stale, format_patch
from flux_lsp.runs.session import RunSession
from flux_lsp.runs.values import AppliedEdit
from flux_lsp.runs.words import tell_unsaved


@dataclass(frozen=True)
class Choice:
    """Some open pieces of a proposal: all, one hunk by its number, one file's."""

    proposal: Proposal
    pieces: tuple[Piece, ...]

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of the chosen pieces."""
        return tuple(piece.number for piece in self.pieces)


def choose_pieces(
    session: RunSession, run_id: str | None, hunk: int | None = None, uri: str | None = None
) -> Choice:
    """Choose the open pieces, of the newest proposal when no run is named. Raises FluxError."""
    proposal = find_proposal(session, run_id)
    new_uri = session.documents.make_uri
    pieces = tuple(
        piece
        for piece in proposal.open
        if hunk in {None, piece.number} and uri in {None, proposal.find_uri(piece, new_uri)}
    )
    return Choice(proposal, pieces)


def find_proposal(session: RunSession, run_id: str | None) -> Proposal:
    """Find a proposal by its run, or the newest one; raises FluxError when there is none."""
    proposal = session.proposals.find(run_id)
    if isinstance(proposal, Problem):
        raise FluxError(proposal.code, proposal.message, proposal.hint)
    return proposal


def find_edit(session: RunSession, run_id: str | None) -> Proposal | None:
    """Find what a run has changed, in the form of a proposal; None while it waits, or without a run."""
    run = session.runs.find(run_id) if run_id else None
    if run is None or not run.edits or not isinstance(session.proposals.find(run.id), Problem):
        return None
    files = tuple(file for edit in run.edits for file in edit.files)
    return cut_edit(run.id, run.request.action, AppliedEdit(files))


async def accept_pieces(session: RunSession, choice: Choice) -> Proposal:
    """Apply the pieces and return the rest of the proposal. Raises FluxError when that fails."""
    proposal = choice.proposal
    if not choice.pieces:
        raise FluxError(
            ErrorCode.NO_CHANGE, "This change was decided on already", "Open the menu again"
        )
    _refuse_stale(choice)
    edits = proposal.make_edits(choice.pieces)
    order = EditOrder(
        label=f"Flux: {proposal.action}",
        edits=[edit.anchor_to_text() for edit in edits],  # a file may be open or closed by now
        new_files=proposal.list_new_files(choice.pieces),
        beside=proposal.uri,
    )
    applied = await apply_edits(session.front, session.documents, order)
    if isinstance(applied, Problem):
        raise FluxError(applied.code, applied.message, applied.hint)
    left = await _keep(session, proposal.accept(choice.pieces))
    run = session.runs.find(proposal.run)
    if run is not None:
        session.runs.add_edit(run, applied)
    tell_unsaved(session.front, applied)
    session.publish(EditApplied(proposal.run, applied, len(choice.pieces) / proposal.total))
    return left


async def reject_pieces(session: RunSession, choice: Choice) -> Proposal:
    """Drop the pieces and return the rest of the proposal. Changes no document."""
    proposal = choice.proposal
    left = await _keep(session, proposal.reject(choice.pieces))
    share = len(choice.pieces) / proposal.total
    session.publish(HunksRejected(proposal.run, choice.numbers, share))
    return left


async def show_proposal(session: RunSession, proposal: Proposal) -> Path:
    """Show what it would still change, or has changed, as a diff in a document; returns the file."""
    folder, front = session.configuration.data_dir / "proposals", session.front
    file = await asyncio.to_thread(write_patch, folder, proposal.run, format_patch(proposal))
    if not await front.show_document(file.as_uri()):
        hovers = front.can.hovers and session.proposals.has(proposal.uri)
        hover = "hover over it, or " if hovers else ""
        front.tell("info", f"Flux: to see the change {hover}open {file}")
    return file


def _refuse_stale(choice: Choice) -> None:
    """Refuse a choice with a hunk that was typed over: all of it is accepted, or nothing."""
    stale = [piece for piece in choice.proposal.stale if piece.number in choice.numbers]
    if stale:
        hint = "Then accept the rest" if len(choice.pieces) > 1 else ""
        raise FluxError(ErrorCode.STALE_DOCUMENT, describe_stale(stale).rstrip("."), hint)


async def _keep(session: RunSession, proposal: Proposal) -> Proposal:
    left = session.proposals.keep(proposal)
    await session.forget_patch(proposal.run)
    return left
