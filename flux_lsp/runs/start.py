"""Starts a run on a document as it is now, or once more where its code is now.

Never waits for a model.
"""

import asyncio
from contextlib import suppress
from dataclasses import replace
from urllib.parse import urlsplit

from flux_lsp.actions.action import Action
from flux_lsp.core.errors import ErrorCode, FluxError
from flux_lsp.core.text import Snapshot
from flux_lsp.core.tiers import Tier
from flux_lsp.edits.change.diff import find_changes
from flux_lsp.edits.change.moved_span import move_span
from flux_lsp.engine.pipelines.stored_state import StoredPipeline
from flux_lsp.engine.values import Request
from flux_lsp.runs.events import Observer, RunRetried
from flux_lsp.runs.life import live_through
from flux_lsp.runs.pipelines.run import prepare_resumption
from flux_lsp.runs.run_records import begin_records
from flux_lsp.runs.run_table import Run
from flux_lsp.runs.session import RunSession
from flux_lsp.runs.undo import undo_run
from flux_lsp.runs.uris import parse_file_uri

_LONGEST_EARLIER = 20_000  # characters of a conversation; the newest are kept


async def take_snapshot(
    session: RunSession, uri: str, action: str, version: int | None = None
) -> Snapshot:
    """Take the document that `action` works on; it has to be at `version` if that is given.

    Raises FluxError when there is no such document, or the action cannot work on it.
    """
    snapshot = await session.documents.take_snapshot(uri)
    path = parse_file_uri(uri)
    if snapshot is None and path is None:
        raise FluxError(
            ErrorCode.BAD_REQUEST,
            f"“{urlsplit(uri).scheme}” documents are not shared with Flux: it works on "
            "files on disk, untitled documents and notebook cells",
            "Save a copy and run the action there",
        )
    if snapshot is None:
        raise FluxError(
            ErrorCode.BAD_REQUEST,
            f"`{path.name if path else uri}` is neither open nor a readable text file",
            "Open it in the editor, then run the action again",
        )
    resolved = await session.find_action(action, uri)
    if isinstance(resolved, Action) and resolved.writes_tests and path is None:
        raise FluxError(
            ErrorCode.BAD_REQUEST,
            f"Save `{snapshot.path}` first: tests have to import it",
            "Then run the action again",
        )
    if version is not None and version != snapshot.version:
        raise FluxError(
            ErrorCode.STALE_DOCUMENT,
            f"`{snapshot.path}` changed since the action was offered",
            "Open the menu again",
        )
    return snapshot


def start_run(
    session: RunSession,
    request: Request,
    *observers: Observer,
    resumed: StoredPipeline | None = None,
) -> Run:
    """Begin a run in the background; `observers` get its events beside those of the session.

    `resumed`: a pipeline that was cut off and goes on.
    """
    if session.keeps_records:
        begin_records(session)
    return session.runs.start(request, lambda run: live_through(session, run), observers, resumed)


async def resume_run(
    session: RunSession,
    stored: StoredPipeline,
    *observers: Observer,
    instruction: str = "",
    tier: Tier | None = None,
) -> Run:
    """Go on with a pipeline that was cut off, at the first step that is not done.

    Raises FluxError when the documents changed so that the finished steps do not fit any more.
    """
    moved = await prepare_resumption(session, stored, instruction, tier)
    return start_run(session, moved.request, *observers, resumed=moved)


async def retry_run(
    session: RunSession,
    run: Run,
    *observers: Observer,
    instruction: str = "",
    tier: Tier | None = None,
    undo: bool = False,
) -> Run:
    """Run the same action on the same code again, with a further remark or on another tier.

    `undo`: take back what the run changed first, where that is still possible.
    """
    if undo and run.edits:
        with suppress(FluxError):  # somebody typed over it: the new answer starts from there
            await undo_run(session, run.id)
    if instruction.strip():
        session.publish(RunRetried(run.id))
    session.proposals.drop(run.id)
    await session.forget_patch(run.id)
    old = run.request
    now = await take_snapshot(session, run.uri, old.action)
    request = replace(
        await asyncio.to_thread(_carry, old, now),
        instruction="\n".join(filter(None, (old.instruction, instruction))),
        tier=tier or old.tier,
        remark=bool(instruction.strip()),
    )
    return start_run(session, request, *observers)


async def continue_run(
    session: RunSession, run: Run, instruction: str, *observers: Observer, tier: Tier | None = None
) -> Run:
    """Ask something further where a run was; the model is told what was asked and answered before.

    A change that still waits for a yes is asked for anew. Raises FluxError for a run that goes on.
    """
    old, result = run.request, run.result
    if result is None or not instruction.strip():
        raise FluxError(
            ErrorCode.BAD_REQUEST,
            "This run is still going on" if result is None else "There is nothing further asked",
            "Wait for its end" if result is None else "Pass `instruction`",
        )
    if result.status == "proposed":
        return await retry_run(session, run, *observers, instruction=instruction, tier=tier)
    action = _choose_next_action(session, old.action)
    now = await take_snapshot(session, run.uri, action)
    asked = old.instruction or old.action
    words = f"Asked: {asked}\nAnswered: {result.text or f'{result.status}. {result.summary}'}"
    request = replace(
        await asyncio.to_thread(_carry, old, now),
        action=action,
        instruction=instruction,
        earlier="\n".join(filter(None, (old.earlier, words)))[-_LONGEST_EARLIER:],
        tier=tier or old.tier,
        diagnostics=(),
        directive_line=None,
    )
    return start_run(session, request, *observers)


def _choose_next_action(session: RunSession, action: str) -> str:
    """Choose the action that takes further words: one that edits without any gives way to one with."""
    known = {each.id: each for each in session.registry.actions}
    if action not in known or known[action].returns != "edit" or known[action].needs_instruction:
        return action
    takers = (
        each.id for each in known.values() if each.returns == "edit" and each.needs_instruction
    )
    return next(takers, action)


def _carry(request: Request, now: Snapshot) -> Request:
    """Move the request onto the document as it is now, where its old places mean other code."""
    before = request.snapshot
    if before.text == now.text:
        return replace(request, snapshot=now)
    typed = find_changes(before.text, now.text)
    selection = move_span(request.selection, typed)
    diagnostics = tuple(
        replace(diagnostic, span=move_span(diagnostic.span, typed))
        for diagnostic in request.diagnostics
    )
    directive = None if request.directive_line is None else now.get_line(selection.start)
    return replace(
        request,
        snapshot=now,
        selection=selection,
        diagnostics=diagnostics,
        directive_line=directive,
    )
