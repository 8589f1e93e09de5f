"""What a person decides about a run's changes: accept, reject, look at, undo.

Never touches what was typed since.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flux_lsp.core.errors import ErrorCode, FluxError, Problem
from flux_lsp.runs.apply import EditOrder, apply_edits
from flux_lsp.runs.events import EditApplied, EditUndone, HunksRejected
from flux_lsp.runs.patch import write_patch
from flux_lsp.runs.review import Piece, Proposal, describe_stale, format_patch
from flux_lsp.runs.run_table import Run
from flux_lsp.runs.session import RunSession
from flux_lsp.runs.undo import invert_edits
from flux_lsp.runs.values import WorkspaceEdit


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


async def accept_pieces(session: RunSession, choice: Choice) -> Proposal:
    """Apply the pieces and return the rest of the proposal. Raises FluxError when that fails."""
    proposal = choice.proposal
    if not choice.pieces:
        raise FluxError(ErrorCode.NO_CHANGE, "This change was decided on already", "")
    _refuse_stale(choice)
    order = EditOrder(
        label=f"Flux: {proposal.action}",
        edits=proposal.make_edits(choice.pieces),
        new_files=proposal.list_new_files(choice.pieces),
        beside=proposal.uri,
    )
    applied = await apply_edits(session.front, session.documents, order)
    if isinstance(applied, Problem):
        raise FluxError(applied.code, applied.message, applied.hint)
    left = await _keep(session, proposal.accept(choice.pieces))
    run = session.runs.find(proposal.run)
    if run is not None:
        run.edits = (*(() if run.undone else run.edits), applied)
        run.undone = False
    session.publish(EditApplied(proposal.run, applied))
    return left


async def reject_pieces(session: RunSession, choice: Choice) -> Proposal:
    """Drop the pieces and return the rest of the proposal. Changes no document."""
    proposal = choice.proposal
    left = await _keep(session, proposal.reject(choice.pieces))
    session.publish(HunksRejected(proposal.run, choice.numbers))
    return left


async def show_proposal(session: RunSession, proposal: Proposal) -> Path:
    """Show what the proposal would still change, as a diff in a document; returns the file."""
    folder, front = session.configuration.data_dir / "proposals", session.front
    file = await asyncio.to_thread(write_patch, folder, proposal.run, format_patch(proposal))
    if not await front.show_document(file.as_uri()):
        hover = "hover over it, or " if front.can.hovers else ""
        front.tell("info", f"Flux: to see the change {hover}open {file}")
    return file


async def undo_run(session: RunSession, run_id: str | None) -> tuple[Run, list[str]]:
    """Undo what a run changed; returns the run, and the uris of new files that could not be removed.

    Without an id it takes the newest run that changed something. Raises FluxError when it cannot undo.
    """
    run = _find_undoable(session, run_id)
    if not run.edits or run.undone:
        raise FluxError(ErrorCode.NO_CHANGE, "This run changed nothing that is still there", "")
    edits = invert_edits(run.edits)
    if not isinstance(edits, Problem):
        order = EditOrder(f"Flux: undo {run.request.action}", edits)
        undone = await apply_edits(session.front, session.documents, order)
    problem = edits if isinstance(edits, Problem) else undone
    if isinstance(problem, Problem):
        raise FluxError(problem.code, problem.message, "Use the editor's own undo")
    run.undone = True
    created = [file for edit in run.edits for file in edit.created]
    kept = await _remove_files(session, created)
    session.publish(EditUndone(run.id, tuple(kept)))
    return run, kept


def _find_undoable(session: RunSession, run_id: str | None) -> Run:
    if run_id is not None:
        return session.find_run(run_id)
    newest = session.runs.find_last(lambda run: bool(run.edits) and not run.undone)
    return newest or session.find_run("")


async def _remove_files(session: RunSession, created: Sequence[tuple[str, str]]) -> list[str]:
    """Remove files that a run made, unless somebody edited them since; returns the uris that stay."""
    kept = []
    for uri, content in created:
        now = await session.documents.take_snapshot(uri)
        unchanged = now is not None and now.text == content
        if not unchanged or not session.front.can.deletes_files:
            kept.append(uri)
            continue
        edit = WorkspaceEdit("Flux: undo", deleted=(uri,))
        if await session.front.apply_edit(edit) is not None:
            kept.append(uri)
    return kept


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
