"""Open documents and workspace files as snapshots, and locks on who may change them.

Never holds the text of an open document: the front does.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from weakref import WeakValueDictionary

from flux_lsp.core.text import Snapshot
from flux_lsp.files import SOURCE_BYTES, read_bytes
from flux_lsp.runs.ports import OpenDocuments
from flux_lsp.runs.syntax_cache import SyntaxCache
from flux_lsp.runs.uris import identify_file, name_untitled, parse_file_uri


class WorkspaceDocuments:
    """The documents a person has open and the workspace's files, as values."""

    def __init__(self, opened: OpenDocuments, roots: Sequence[Path]) -> None:
        """`roots` are the workspace folders; the most specific one wins."""
        self._opened = opened
        self.roots = tuple(roots)
        self.real_roots: tuple[Path, ...] = ()  # where those that are links lead
        self.syntax = SyntaxCache()
        self.listeners: set[Callable[[str], None]] = set()
        self.save_listeners: set[Callable[[str], None]] = set()
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def is_open(self, uri: str) -> bool:
        """Whether a person has the document open."""
        return self._opened.get(uri) is not None

    def take_open_snapshot(self, uri: str) -> Snapshot | None:
        """The open document as it is now."""
        document = self._opened.get(uri)
        if document is None:
            return None
        path = self.get_display_path(uri)
        return Snapshot(uri, path, document.language_id, document.version, document.text())

    async def take_snapshot(self, uri: str) -> Snapshot | None:
        """The open document, or the file on disk with version None; None when there is neither."""
        return self.take_open_snapshot(uri) or await asyncio.to_thread(self.read_file, uri)

    def read(self, uri: str) -> Snapshot | None:
        """Do the same for a caller that already runs in a thread.

        A file that is open by another name (a link, another case) is the open document.
        """
        snapshot = self.take_open_snapshot(uri)
        if snapshot is None:
            twin = self._find_open_twin(uri)
            snapshot = self.take_open_snapshot(twin) if twin else None
        return snapshot or self.read_file(uri)

    def _find_open_twin(self, uri: str) -> str | None:
        """Find the open document that is the same file. Blocks."""
        file = identify_file(parse_file_uri(uri))
        opened = self._opened.list_uris() if file else ()
        return next((u for u in opened if identify_file(parse_file_uri(u)) == file), None)

    def list_open(self, root: Path) -> list[Snapshot]:
        """List the open documents below `root`, with their paths from it. Blocks."""
        roots = (root, Path(os.path.realpath(root)))
        snapshots = []
        for uri in self._opened.list_uris():
            file, snapshot = parse_file_uri(uri), self.take_open_snapshot(uri)
            above = next((r for r in roots if file and file.is_relative_to(r)), None)
            if file is not None and snapshot is not None and above is not None:
                path = file.relative_to(above).as_posix()
                snapshots.append(replace(snapshot, path=path))
        return snapshots

    def read_file(self, uri: str) -> Snapshot | None:
        """A file of the workspace as text; None when it is missing or no UTF-8 text. Blocks."""
        path = parse_file_uri(uri)
        if path is None:
            return None
        try:
            text = read_bytes(path, SOURCE_BYTES).decode("utf-8")
        except (OSError, UnicodeDecodeError):
            return None
        return Snapshot(uri, self.get_display_path(uri), "", None, text)

    async def is_saved(self, uri: str, text: str) -> bool:
        """Whether the file on disk holds exactly `text`."""
        saved = await asyncio.to_thread(self.read_file, uri)
        return saved is not None and saved.text == text

    def get_display_path(self, uri: str) -> str:
        """Return the path that the model sees: relative to the workspace folder."""
        path = parse_file_uri(uri)
        if path is None:
            return name_untitled(uri)
        root = self._find_root_of(path)
        return path.name if root is None else path.relative_to(root).as_posix()

    def make_uri(self, path: str, beside: str) -> str:
        """The uri of a relative path, in the folder that the document `beside` lies in."""
        document = parse_file_uri(beside)
        root = self._find_root_of(document) if document else None
        return ((root or next(iter(self.roots), Path.cwd())) / path).as_uri()

    def follow_roots(self) -> None:
        """Learn where roots that are links lead: some editors name documents that way. Blocks."""
        real = (Path(os.path.realpath(root)) for root in self.roots)
        self.real_roots = tuple(root for root in real if root not in self.roots)

    @asynccontextmanager
    async def lock(self, uris: Iterable[str]) -> AsyncIterator[None]:
        """Lock these documents against other runs; the person may still change them."""
        async with AsyncExitStack() as turns:
            for uri in sorted(set(uris)):  # in one order, so that two never wait for each other
                await turns.enter_async_context(self._turns.setdefault(uri, asyncio.Lock()))
            yield

    def is_locked(self, uri: str) -> bool:
        """Whether an edit of a run is on its way to the document."""
        turn = self._turns.get(uri)
        return turn is not None and turn.locked()

    def notify_change(self, uri: str) -> None:
        """Tell the listeners; called by the front after each change."""
        for listener in tuple(self.listeners):
            listener(uri)

    def notify_save(self, uri: str) -> None:
        """Tell that the person saved a document; called by the front."""
        for listener in tuple(self.save_listeners):
            listener(uri)

    def find_root(self, uri: str) -> Path | None:
        """Return the workspace folder that the document lies in."""
        path = parse_file_uri(uri)
        return None if path is None else self._find_root_of(path)

    def _find_root_of(self, path: Path) -> Path | None:
        inside = [root for root in (*self.roots, *self.real_roots) if path.is_relative_to(root)]
        return max(inside, key=lambda root: len(root.parts), default=None)
