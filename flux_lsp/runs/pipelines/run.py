"""Runs a pipeline in a session: its finished steps are stored as it goes, and it goes on from there.

Never decides what a step does: `engine.pipelines` does.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flux_lsp.actions.action import ActionStep
from flux_lsp.core.errors import ErrorCode, FluxError, Problem
from flux_lsp.core.text import Snapshot
from flux_lsp.core.tiers import Tier
from flux_lsp.engine.calls import finish_write
from flux_lsp.engine.events import Observer
from flux_lsp.engine.pipelines.perform import perform_pipeline
from flux_lsp.engine.pipelines.pipeline import PipelineState
from flux_lsp.engine.pipelines.resume import move_onto
from flux_lsp.engine.pipelines.stored_state import StoredPipeline
from flux_lsp.engine.services import Services
from flux_lsp.engine.values import Refused, Result, RunResult
from flux_lsp.runs.pipelines.store import PipelineStore
from flux_lsp.runs.run_table import Run
from flux_lsp.runs.session import RunSession
from flux_lsp.runs.uris import parse_file_uri


async def run_pipeline(
    session: RunSession,
    run: Run,
    steps: Sequence[ActionStep],
    services: Services,
    observe: Observer,
) -> Result:
    """Run the steps that are not done; `run.resumed` says where a pipeline that was cut off stands."""
    store = PipelineStore(session.configuration.data_dir)
    agents = tuple(step.agent for step in steps)

    async def keep(state: PipelineState) -> None:
        run.stored = True
        await finish_write(store.write, StoredPipeline(run.request, state, agents))

    before = run.resumed
    if before is None:
        return await perform_pipeline(steps, run.request, services, observe, keep)
    if not before.fits(agents):
        return _refuse_other_steps(run)
    run.steps = list(before.state.done)
    await keep(before.state)  # under the name of this run, before the old one is forgotten
    await asyncio.to_thread(store.forget, before.request.run)
    return await perform_pipeline(steps, run.request, services, observe, keep, before.state)


def _refuse_other_steps(run: Run) -> Refused:
    problem = Problem(
        ErrorCode.STALE_DOCUMENT,
        f"`{run.request.action}` has other steps than when it was cut off",
        "Run it from the start",
    )
    action = run.request.action
    return Refused(run=run.id, action=action, problem=problem, summary=str(problem))


async def forget_steps(session: RunSession, run: Run, result: RunResult) -> None:
    """Forget the stored steps of a run that ended, unless a retry can go on from them."""
    goes_on = result.error is not None and result.error.code is not ErrorCode.REJECTED_BY_REVIEW
    if run.stored and not goes_on:
        await asyncio.to_thread(PipelineStore(session.configuration.data_dir).forget, run.id)


async def find_stored(session: RunSession, run_id: str) -> StoredPipeline | None:
    """Find a pipeline that was cut off; None where nothing of the run is stored.

    Raises FluxError while the run is under way.
    """
    store = PipelineStore(session.configuration.data_dir)
    stored, run = await asyncio.to_thread(store.read, run_id), session.runs.find(run_id)
    if stored is not None and run is not None and run.is_running:
        raise FluxError(
            ErrorCode.BAD_REQUEST, "The pipeline is still under way", "Cancel it first, or wait"
        )
    return stored


async def list_cut_off(session: RunSession) -> list[dict[str, Any]]:
    """List the pipelines that `flux.retry` can go on with, as JSON, the newest first."""
    store = PipelineStore(session.configuration.data_dir)
    running = {run.id for run in session.runs.list_running()}
    return [
        {
            "run": stored.request.run,
            "action": stored.request.action,
            "uri": stored.request.snapshot.uri,
            "done": len(stored.state.done),
        }
        for stored in await asyncio.to_thread(store.list_cut_off)
        if stored.request.run not in running
    ]


async def prepare_resumption(
    session: RunSession, stored: StoredPipeline, instruction: str = "", tier: Tier | None = None
) -> StoredPipeline:
    """Move a stored pipeline onto the documents as they are; raises FluxError where it does not fit.

    `instruction` is a further remark, for the steps that are left.
    """
    moved = await asyncio.to_thread(_move, session, stored)
    if isinstance(moved, Problem):
        raise FluxError(moved.code, moved.message, moved.hint)
    words = "\n".join(filter(None, (moved.request.instruction, instruction)))
    request = replace(moved.request, instruction=words, tier=tier or moved.request.tier)
    return replace(moved, request=request)


def _move(session: RunSession, stored: StoredPipeline) -> StoredPipeline | Problem:
    documents, beside = session.documents, stored.request.snapshot.uri

    def read_now(uri: str) -> Snapshot | None:
        return documents.read(uri)

    def exists(path: str) -> bool:
        file = parse_file_uri(documents.make_uri(path, beside))
        return file is not None and file.exists()

    return move_onto(stored, read_now, exists)
