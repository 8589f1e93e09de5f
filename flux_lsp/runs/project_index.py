"""Keeps the index of each workspace folder up to date in a child process, and opens it for a run.

Never builds anything in this process, never starts before a run wants it, and never keeps a run
waiting for longer than 300 ms.
"""

import asyncio
import logging
import os
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from time import monotonic
from typing import Any

from flux_lsp.context.project.database import is_complete
from flux_lsp.context.project.index import (
    EditedFile,
    StoredIndex,
    open_index,
    read_edited_file,
)
from flux_lsp.context.project.order import ShownBefore
from flux_lsp.context.project.values import IndexState
from flux_lsp.core.text import Snapshot
from flux_lsp.runs.index_process import IndexProcess
from flux_lsp.runs.private_files import make_private

log = logging.getLogger(__name__)

_FRESH = 30.0  # seconds for which an index that was brought up to date is not looked at again
_QUIET = 2.0  # seconds after a file was saved before the index is brought up to date
_MOST_OPEN = 40  # documents that count as they are in the editor
ListOpen = Callable[[Path], list[Snapshot]]


class ProjectIndexes:
    """The indexes of a session, one for each workspace folder that a run asked for."""

    def __init__(self, data: Path, list_open: ListOpen) -> None:
        """`list_open` lists the open documents below a folder, with their paths from it."""
        self._data, self._list_open = data, list_open
        self._folders: dict[Path, _IndexedFolder] = {}
        self._shown: dict[Path, ShownBefore] = {}

    def get_shown(self, root: Path) -> ShownBefore:
        """Return what this session has shown of the project at `root`."""
        return self._shown.setdefault(root, ShownBefore())

    async def open(
        self, root: Path, path: str, exclude: tuple[str, ...], patience: float
    ) -> StoredIndex | None:
        """Open the index of `root` for a run on its file `path`; None where there can be none.

        `patience`: seconds to wait for what the file imports, if the index is new.
        """
        folder = self._folders.get(root)
        if folder is None:
            folder = self._folders[root] = _IndexedFolder(get_database_path(self._data, root), root)
        await folder.prepare(path, exclude, patience)
        return await asyncio.to_thread(folder.open, self._list_open, exclude)

    def note_change(self, file: Path) -> None:
        """Note that a file was saved, or changed on disk: its index is brought up to date soon."""
        for root, folder in self._folders.items():
            if file.is_relative_to(root):
                folder.refresh_later()

    async def close(self) -> None:
        """End the child processes. What they have written stays."""
        await asyncio.gather(*(folder.close() for folder in self._folders.values()))


class _IndexedFolder:
    """One workspace folder: its database, and the process that works on it."""

    def __init__(self, database: Path, root: Path) -> None:
        self._database, self._root = database, root
        self._process: IndexProcess | None = None
        self._exclude: tuple[str, ...] = ()
        self._finished = float("-inf")
        self._is_complete = False
        self._is_damaged = False
        self._timer: asyncio.TimerHandle | None = None
        self._open_files: dict[str, tuple[Snapshot, EditedFile]] = {}

    async def prepare(self, path: str, exclude: tuple[str, ...], patience: float) -> None:
        """Bring the index up to date, and wait a little for what `path` imports."""
        is_stale = monotonic() - self._finished > _FRESH or exclude != self._exclude
        self._exclude = exclude
        if self._process is None and is_stale:
            await self._start()
        if self._process is not None and not self._is_complete:
            self._is_complete = await asyncio.to_thread(is_complete, self._database)
        if self._process is not None and not self._is_complete:
            await self._process.wait_for(path, patience)

    def open(self, list_open: ListOpen, exclude: tuple[str, ...]) -> StoredIndex | None:
        """Open the index with the open documents over it. Blocks."""
        files = {}
        for snapshot in list_open(self._root)[:_MOST_OPEN]:
            known = self._open_files.get(snapshot.path)
            if known is None or known[0].text != snapshot.text:
                file = read_edited_file(snapshot.path, snapshot.language_id, snapshot.text)
                known = (snapshot, file)
            files[snapshot.path] = known
        self._open_files = files
        open_files = {path: file for path, (_, file) in files.items()}
        if not self._database.is_file():
            return None
        index = open_index(self._database, self._root, open_files, exclude)
        self._is_damaged = index is None
        return index

    def refresh_later(self) -> None:
        """Bring the index up to date once nothing was saved for two seconds."""
        if self._timer is not None:
            self._timer.cancel()
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(_QUIET, lambda: asyncio.ensure_future(self._refresh()))

    async def close(self) -> None:
        """End the process."""
        if self._timer is not None:
            self._timer.cancel()
        if self._process is not None:
            await self._process.close()

    async def _refresh(self) -> None:
        if self._process is not None:  # it may be past the file by now
            self.refresh_later()
        else:
            await self._start()

    async def _start(self) -> None:
        order = {
            "root": str(self._root),
            "database": str(self._database),
            "exclude": list(self._exclude),
            "check": self._is_damaged,
        }
        try:
            await asyncio.to_thread(make_private, self._database.parent)
            process = await IndexProcess.start(order, self._database.parent)
        except OSError as error:
            log.info("the project cannot be indexed: %s", error)
            self._finished = monotonic()
            return
        self._is_damaged = False
        self._process = process
        process.task.add_done_callback(self._finish)

    def _finish(self, task: "asyncio.Task[bool]") -> None:
        self._process = None
        self._finished = monotonic()
        with suppress(asyncio.CancelledError):
            self._is_complete = task.result() or self._is_complete


def describe_index(data: Path, root: Path | None, *, is_wanted: bool) -> dict[str, Any]:
    """Describe the index of a workspace folder for a person: its state, and what it holds. Blocks.

    `state` is complete, partial, none, off (the setting) or unreadable; the counts are 0 for the last
    three.
    """
    if root is None or not is_wanted:
        return _make_report("off", None)
    path = get_database_path(data, root)
    if not path.is_file():
        return _make_report("none", path)
    index = open_index(path, root, {}, ())
    if index is None:
        return _make_report("unreadable", path)
    held = index.describe()
    return _make_report("complete" if held.is_complete else "partial", path, held)


def _make_report(state: str, path: Path | None, held: IndexState | None = None) -> dict[str, Any]:
    held = held or IndexState()
    return {
        "state": state,
        "path": path and str(path),
        "files": held.files,
        "definitions": held.definitions,
        "references": held.references,
        "bytes": held.size,
    }


def get_database_path(data: Path, root: Path) -> Path:
    """Return where the index of a workspace folder lies in the data folder."""
    name = sha256(os.path.realpath(root).encode("utf-8", "surrogateescape")).hexdigest()[:20]
    return data / "projects" / f"{name}.sqlite3"
