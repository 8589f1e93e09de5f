"""Begins a job, and opens one that was begun: its folder, its order, and the services it works with.

Never sends anything.
"""

import asyncio
import os
import re
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from pathlib import Path
from shutil import rmtree
from typing import Any
from uuid import uuid4

from flux_lsp.actions.action import Action
from flux_lsp.core.errors import ErrorCode, FluxError, Problem
from flux_lsp.core.text import Snapshot
from flux_lsp.engine.services import WorkspaceContext
from flux_lsp.engine.values import Request
from flux_lsp.ledger.processes import get_host_name, is_alive
from flux_lsp.runs.batch.job import Job, JobWatch
from flux_lsp.runs.batch.job_store import JobStore
from flux_lsp.runs.batch.polling import read_poll_seconds
from flux_lsp.runs.batch.values import BatchOrder, ItemSelection
from flux_lsp.runs.session import RunSession
from flux_lsp.runs.workspace_context import read_workspace_context

_ID = re.compile(r"[0-9a-f]{12}")
_KEPT = timedelta(days=30)  # the server keeps results for 29
_RETURNS = ("edit", "tests")


def list_job_folders(data: Path) -> list[Path]:
    """List the folders of all jobs, the newest last. Blocks."""
    folders = [f for f in (data / "batches").glob("*") if _ID.fullmatch(f.name)]
    return sorted(folders, key=lambda folder: folder.lstat().st_mtime)


def forget_old_jobs(data: Path, now: datetime) -> None:
    """Delete the jobs whose results the server has deleted. Blocks."""
    for folder in list_job_folders(data):
        if folder.is_symlink() or folder.lstat().st_mtime > (now - _KEPT).timestamp():
            continue
        rmtree(folder, ignore_errors=True)


def find_job_folder(data: Path, job_id: str) -> Path:
    """Return the folder of a job; raises FluxError when there is none."""
    folder = data / "batches" / job_id
    if not _ID.fullmatch(job_id) or not (folder / "job.sqlite3").is_file():
        raise FluxError(
            ErrorCode.BAD_REQUEST, f"There is no job `{job_id}`", "See `flux-lsp batch list`"
        )
    return folder


def store_order(data: Path, order: BatchOrder, selection: ItemSelection, now: datetime) -> JobStore:
    """Write a new job with all that it is about. Blocks."""
    store = JobStore(data / "batches" / uuid4().hex[:12])
    plain = asdict(order) | {"root": str(order.root), "folder": str(order.folder)}
    files = ((path, snapshot.text) for path, snapshot in selection.files.items())
    store.write_order({"order": plain, "time": now.isoformat()}, files, selection.items)
    return store


def read_order(store: JobStore) -> BatchOrder:
    """Read the order of a job; raises FluxError when it holds none. Blocks."""
    plain = store.read_facts().get("order")
    if not isinstance(plain, dict):
        raise FluxError(
            ErrorCode.BAD_REQUEST,
            f"The job in {store.folder} was never begun in full; nothing of it was sent",
            "Run the command again",
        )
    paths: dict[str, Any] = {"root": Path(plain["root"]), "folder": Path(plain["folder"])}
    return BatchOrder(**{**plain, **paths, "paths": tuple(plain["paths"])})


def claim_job(store: JobStore) -> None:
    """Claim a job for this process; raises FluxError while another one is at work on it. Blocks.

    Two at once could each make the same batch.
    """
    holder = f"{os.getpid()} {get_host_name()}"

    def is_free(other: str) -> bool:
        pid, _, host = other.partition(" ")
        return host == get_host_name() and pid.isdecimal() and not is_alive(int(pid))

    other = store.claim(holder, is_free)
    if other is not None:
        raise FluxError(
            ErrorCode.BAD_REQUEST,
            f"Another command is at work on the job {store.folder.name}: process {other}",
            "Wait until it has ended, or interrupt it",
        )


def release_job(store: JobStore) -> None:
    """Let other processes work on a job again. Blocks."""
    store.write_facts({"holder": ""})


async def find_batch_action(session: RunSession, order: BatchOrder) -> Action:
    """Find the action of an order. Raises FluxError when nothing runs, or its result is no change of files."""
    action = await session.find_action(order.action, (order.root / "x").as_uri())
    if isinstance(action, Problem):
        raise FluxError(action.code, action.message, action.hint)
    if action.returns not in _RETURNS or action.needs_diagnostics:
        raise FluxError(
            ErrorCode.BAD_REQUEST,
            f"`{order.action}` cannot run as a batch: its result is no change of a file, or needs "
            "diagnostics",
            "Batches take actions and agents that edit or write tests",
        )
    if action.needs_instruction and not order.instruction.strip():
        raise FluxError(
            ErrorCode.BAD_REQUEST,
            f"`{order.action}` needs an instruction that says what should change",
            "Add --instruction TEXT",
        )
    return action


async def open_job(session: RunSession, store: JobStore, order: BatchOrder, watch: JobWatch) -> Job:
    """Open a job with the services of its workspace. Raises FluxError when nothing can be asked."""
    action = await find_batch_action(session, order)
    uri = (order.root / "x").as_uri()
    services = await session.configuration.get_services(uri)
    if services.not_ready is not None:
        problem = services.not_ready
        raise FluxError(problem.code, problem.message, problem.hint)
    environment = await session.configuration.get_environment()
    door = services.client.batches
    if door is None and not order.now:
        raise FluxError(
            ErrorCode.NOT_CONFIGURED,
            f"The provider `{services.client.provider}` takes no batches",
            "Add --now: Flux then makes ordinary calls, at the ordinary price",
        )
    contexts = _Contexts(order, store)

    async def read_context(request: Request, action: Action) -> WorkspaceContext:
        return await asyncio.to_thread(contexts.read, request, action, services.settings)

    return Job(
        id=store.folder.name,
        order=order,
        action=action,
        store=store,
        services=replace(services, read_context=read_context),
        environment=environment,
        door=door,
        poll_seconds=read_poll_seconds(),
        watch=watch,
    )


class _Contexts:
    """What lies around the files of a job: the texts that it keeps, then the disk; not the project.

    An item sees its own file and your guidance, so that its question is the same whenever it is made.
    """

    def __init__(self, order: BatchOrder, store: JobStore) -> None:
        self._order, self._store = order, store
        self._known: dict[str, WorkspaceContext] = {}

    def read(self, request: Request, action: Action, settings: Any) -> WorkspaceContext:
        path = request.snapshot.path
        if action.writes_tests:
            return self._read(request, action, settings)
        if path not in self._known:
            self._known = {path: self._read(request, action, settings)}  # items come by file
        return self._known[path]

    def _read(self, request: Request, action: Action, settings: Any) -> WorkspaceContext:
        root = self._order.root
        context = read_workspace_context(request, action, root, settings, self._read_text)
        tests = context.test_file.snapshot if context.test_file else None
        if tests is not None:
            self._store.keep_text(tests.path, tests.text)
        return context

    def _read_text(self, uri: str) -> Snapshot | None:
        from flux_lsp.files import SOURCE_BYTES, read_bytes
        from flux_lsp.runs.uris import parse_file_uri

        file = parse_file_uri(uri)
        if file is None or not file.is_relative_to(self._order.root):
            return None
        path = file.relative_to(self._order.root).as_posix()
        text = self._store.read_text(path)
        if text is None:
            try:
                text = read_bytes(file, SOURCE_BYTES).decode("utf-8")
            except (OSError, UnicodeDecodeError):
                return None
        return Snapshot(uri, path, "", None, text)


def iterate_jobs(data: Path) -> Iterator[JobStore]:
    """Open the jobs one after the other, the newest last; skips what is none. Blocks."""
    for folder in list_job_folders(data):
        try:
            find_job_folder(data, folder.name)
            store = JobStore(folder)
        except FluxError:
            continue
        try:
            yield store
        finally:
            store.close()
