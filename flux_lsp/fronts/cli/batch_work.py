"""The work behind `flux-lsp batch`: begins a job, goes on with one, and ends with its patches.

Never prints but through `batch_show`.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from shutil import rmtree

from flux_lsp.actions.registry import load_registry
from flux_lsp.core.errors import FluxError, Problem
from flux_lsp.fronts.cli.batch_show import BatchScreen
from flux_lsp.fronts.cli.disk_front import DiskFront
from flux_lsp.fronts.cli.exit_codes import DONE, FAILED
from flux_lsp.runs.batch.advance import ask_unanswered_again, carry_on
from flux_lsp.runs.batch.job import Job
from flux_lsp.runs.batch.job_store import JobStore
from flux_lsp.runs.batch.money import JobPrice, price_job
from flux_lsp.runs.batch.open import (
    claim_job,
    find_batch_action,
    find_job_folder,
    forget_old_jobs,
    open_job,
    read_order,
    release_job,
    store_order,
)
from flux_lsp.runs.batch.patches import apply_results, write_patches
from flux_lsp.runs.batch.report import describe_job, summarize_job
from flux_lsp.runs.batch.select import select_items
from flux_lsp.runs.batch.values import BatchOrder, ItemSelection
from flux_lsp.runs.configuration import Configuration, SettingsInput
from flux_lsp.runs.documents import WorkspaceDocuments
from flux_lsp.runs.private_files import write_private
from flux_lsp.runs.session import RunSession
from flux_lsp.settings import paths


@dataclass
class BatchCommand:
    """How the command was called. `asks`: a person is there to say yes. `job_id` once there is a job."""

    apply: bool = False
    output: Path | None = None
    as_json: bool = False
    dry_run: bool = False
    asks: bool = False
    now: bool = False
    provider: str = ""
    max_usd: float | None = None
    job_id: str = ""
    screen: BatchScreen = field(default_factory=BatchScreen)


async def begin_job(command: BatchCommand, order: BatchOrder) -> int:
    """Select the items, show the price, ask, and do the work. Raises FluxError before anything is sent."""
    async with open_batch_session(command, order.root) as session:
        action = await find_batch_action(session, order)
        uri = (order.root / "x").as_uri()
        exclude = (await session.configuration.get_services(uri)).settings.context.exclude
        selection = await asyncio.to_thread(select_items, order, action, exclude)
        command.screen.show_skipped(selection.skipped)
        if not selection.items:
            return command.screen.show_nothing(as_json=command.as_json)
        data, now = session.configuration.data_dir, datetime.now(UTC)
        await asyncio.to_thread(forget_old_jobs, data, now)
        store = await asyncio.to_thread(store_order, data, order, selection, now)
        with closing(store):
            try:
                job = await open_job(session, store, order, command.screen)
                price = await _price(job)
                goes_on = await _ask(command, job, selection, price)
            except BaseException:
                rmtree(store.folder, ignore_errors=True)
                raise
            if not goes_on:
                rmtree(store.folder, ignore_errors=True)
                return DONE if command.dry_run else FAILED
            return await _work(command, session, job, price)


async def go_on_with_job(command: BatchCommand, job_id: str, *, cancel: bool) -> int:
    """Go on with a job, or end it: what is under way is fetched and settled either way. Raises FluxError."""
    with closing(JobStore(find_job_folder(paths.get_data_dir(), job_id))) as store:
        order = read_order(store)
        if command.max_usd is not None:
            order = replace(order, max_usd=command.max_usd)
        order = replace(order, now=order.now or command.now)
        async with open_batch_session(command, order.root) as session:
            job = await open_job(session, store, order, command.screen)
            if cancel:
                job = replace(job, is_canceled=True)
            return await _work(command, session, job, None)


async def show_job(command: BatchCommand, job_id: str) -> int:
    """Show how a job stands, as far as is known here. Raises FluxError."""
    with closing(JobStore(find_job_folder(paths.get_data_dir(), job_id))) as store:
        async with open_batch_session(command, read_order(store).root) as session:
            return await _report(command, session, store, None)


@asynccontextmanager
async def open_batch_session(command: BatchCommand, root: Path) -> AsyncIterator[RunSession]:
    """Open a session for the workspace `root`, in this process."""
    front = DiskFront()
    documents = WorkspaceDocuments(front, [root])
    registry = load_registry()
    personal = {"flux": {"provider": command.provider} if command.provider else {}}
    configuration = Configuration(front, documents, SettingsInput(personal=personal), registry)
    session = RunSession(front, documents, configuration, registry)
    await configuration.start()
    try:
        yield session
    finally:
        await session.close()
        command.screen.show_messages(front.messages)


async def _price(job: Job) -> JobPrice:
    price = await price_job(job, job.store.list_items())
    if isinstance(price, Problem):
        raise FluxError(price.code, price.message, price.hint)
    return price


async def _ask(command: BatchCommand, job: Job, selection: ItemSelection, price: JobPrice) -> bool:
    """Show the items and the price; whether to go on."""
    command.screen.show_order(job, selection, price, as_json=command.as_json and command.dry_run)
    if command.dry_run:
        return False
    return not command.asks or await asyncio.to_thread(command.screen.ask_for_yes)


async def _work(
    command: BatchCommand, session: RunSession, job: Job, price: JobPrice | None
) -> int:
    """Carry the job on as far as it goes, then write what there is; raises FluxError only for a damaged store."""
    command.job_id = job.id
    problem: Problem | None = None
    await asyncio.to_thread(claim_job, job.store)
    try:
        if price is None and not job.is_canceled:
            await asyncio.to_thread(ask_unanswered_again, job)
        with command.screen.show_progress():
            await carry_on(job, price)
    except FluxError as error:
        problem = error.problem
    finally:
        await asyncio.to_thread(release_job, job.store)
    await asyncio.to_thread(_write_patches, command, job.store)
    if command.apply:
        applied = await asyncio.to_thread(apply_results, job.store, job.order.root)
        command.screen.show_applied(applied)
        if problem is None:
            problem = next((refused for _, refused in applied if refused is not None), None)
    return await _report(command, session, job.store, problem)


def _write_patches(command: BatchCommand, store: JobStore) -> None:
    """Write the patches: private in the data folder, like any file in a folder of the person's own."""
    folder, write = store.folder / "patches", write_private
    if command.output is not None:
        folder, write = command.output.absolute(), _write_plainly
    else:
        rmtree(folder, ignore_errors=True)
    patches = write_patches(store, folder, write)
    store.write_facts({"patches": [str(patch) for patch in patches]})


def _write_plainly(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


async def _report(
    command: BatchCommand, session: RunSession, store: JobStore, problem: Problem | None
) -> int:
    ledger = (await session.configuration.get_environment()).ledger
    summary = await asyncio.to_thread(summarize_job, store, ledger)
    report = await asyncio.to_thread(describe_job, store, summary)
    return command.screen.show_report(report, problem, as_json=command.as_json)
