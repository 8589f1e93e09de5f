"""Runs one action on one file in this process, in a session of its own.

Never prints and never writes a file.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flux_lsp.actions.registry import load_registry
from flux_lsp.core.tiers import Tier
from flux_lsp.engine.values import Applied, Proposed, Request, RunResult
from flux_lsp.files import SOURCE_BYTES, read_bytes
from flux_lsp.fronts.cli.disk_front import Changes, DiskFront
from flux_lsp.fronts.cli.lines import locate_range, select_lines
from flux_lsp.fronts.cli.workspace import find_workspace
from flux_lsp.runs.configuration import Configuration, SettingsInput
from flux_lsp.runs.decide import accept_pieces, choose_pieces
from flux_lsp.runs.diagnostics import read_diagnostics
from flux_lsp.runs.documents import WorkspaceDocuments
from flux_lsp.runs.preview import preview_run
from flux_lsp.runs.session import RunSession
from flux_lsp.runs.start import start_run, take_snapshot
from flux_lsp.runs.uris import parse_file_uri
from flux_lsp.runs.values import FileEdit


@dataclass(frozen=True)
class ActionOrder:
    """What a person asked for. `lines` count from 1, None is the whole file.

    `settings` are the person's own, by key. `accept`: also accept what waits for a yes.
    """

    action: str
    file: Path
    lines: tuple[int, int] | None = None
    instruction: str = ""
    tier: Tier | None = None
    model: str = ""
    max_usd: float | None = None
    diagnostics: Sequence[Mapping[str, Any]] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    accept: bool = False


@dataclass(frozen=True)
class ActionReport:
    """How the action ended, what it changed or would change, and what else the person should know."""

    result: RunResult
    changed: Changes
    messages: Sequence[str]


async def run_action(order: ActionOrder) -> ActionReport:
    """Run the action and wait for its end; a cancel ends it in order first. Raises FluxError."""
    async with _open_session(order) as (front, session):
        request = await _make_request(front, session, order)
        result: RunResult = await start_run(session, request).wait()
        if order.accept and isinstance(result, Proposed):
            await accept_pieces(session, choose_pieces(session, result.run))
            result = Applied(**result.common_fields, summary=result.summary)
        if isinstance(result, Proposed):
            changed = _list_proposed(session, result, request.snapshot.uri)
        else:
            changed = front.list_changes()
        return ActionReport(result, changed, front.messages)


async def preview_action(order: ActionOrder) -> dict[str, Any]:
    """Return what `flux.preview` would say of the order; sends nothing. Raises FluxError."""
    async with _open_session(order) as (front, session):
        return await preview_run(session, await _make_request(front, session, order))


@asynccontextmanager
async def _open_session(order: ActionOrder) -> AsyncIterator[tuple[DiskFront, RunSession]]:
    front = DiskFront()
    documents = WorkspaceDocuments(front, [find_workspace(order.file.parent).resolve()])
    front.on_change = documents.notify_change
    personal = {"flux": dict(order.settings)}
    registry = load_registry()
    configuration = Configuration(front, documents, SettingsInput(personal=personal), registry)
    session = RunSession(front, documents, configuration, registry, keeps_records=True)
    await configuration.start()
    try:
        yield front, session
    finally:
        await session.close()


async def _make_request(front: DiskFront, session: RunSession, order: ActionOrder) -> Request:
    content = await asyncio.to_thread(read_bytes, order.file, SOURCE_BYTES)
    uri = front.open(order.file, content.decode("utf-8"))
    snapshot = await take_snapshot(session, uri, order.action)
    return Request(
        run="",
        action=order.action,
        snapshot=snapshot,
        selection=select_lines(snapshot, order.lines),
        instruction=order.instruction,
        diagnostics=read_diagnostics(
            order.diagnostics, lambda range_: locate_range(snapshot, range_)
        ),
        tier=order.tier,
        model=order.model,
        max_usd=order.max_usd,
    )


def _list_proposed(session: RunSession, result: Proposed, beside: str) -> Changes:
    """List what would change if the person said yes."""
    changed: Changes = {}
    for file in result.plan.files:
        edit = FileEdit(result.base[file.path], file.changes)
        path = parse_file_uri(edit.base.uri)
        if path is not None:
            changed[path] = (edit.base.text, edit.after)
    for new in result.plan.new_files:
        path = parse_file_uri(session.documents.make_uri(new.path, beside))
        if path is not None:
            changed[path] = (None, new.content)
    return changed
