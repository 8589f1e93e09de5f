"""Open documents as snapshots, and files beside them; positions stay in the client's encoding here.

Never holds text of its own: the protocol's store does.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit
from weakref import WeakValueDictionary

from flux_lsp.core.errors import Code, Problem
from flux_lsp.core.text import Snapshot
from flux_lsp.files import SOURCE_BYTES, read_bytes
from flux_lsp.fronts.lsp.syntax_cache import SyntaxCache

if TYPE_CHECKING:
    from flux_lsp.fronts.lsp.apply import Seen
    from flux_lsp.fronts.lsp.protocol.documents import Documents as Store
    from flux_lsp.fronts.lsp.protocol.positions import Encoding


class Documents:
    """The client's documents and the workspace's files, as values."""

    def __init__(self, store: "Store", roots: Sequence[Path]) -> None:
        """`roots` are the workspace folders, most specific one wins."""
        self.store = store
        self.roots = tuple(roots)
        self.real_roots: tuple[Path, ...] = ()  # where those that are links lead
        self.syntax = SyntaxCache()
        self.listeners: set[Callable[[str], None]] = set()
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @property
    def encoding(self) -> "Encoding":
        """utf-8, utf-16 or utf-32, as agreed with the client."""
        return self.store.encoding

    def open_snapshot(self, uri: str) -> Snapshot | None:
        """The open document as it is now."""
        document = self.store.get(uri)
        if document is None:
            return None
        path = self.display(uri)
        return Snapshot(uri, path, document.language_id, document.version, document.text())

    async def snapshot(self, uri: str) -> Snapshot | None:
        """The open document, or the file on disk with version None; None when there is neither."""
        return self.open_snapshot(uri) or await asyncio.to_thread(self.read_file, uri)

    def read(self, uri: str) -> Snapshot | None:
        """The same for a caller that is in a thread already."""
        return self.open_snapshot(uri) or self.read_file(uri)

    async def current(self, base: Snapshot) -> Snapshot | None:
        """What `base` has become; a document that was open and is closed counts as gone."""
        if base.version is not None:
            return self.open_snapshot(base.uri)
        return await self.snapshot(base.uri)

    def read_file(self, uri: str) -> Snapshot | None:
        """A file of the workspace as text; None when it is missing or no UTF-8 text. Blocks."""
        path = path_of(uri)
        if path is None:
            return None
        try:
            text = read_bytes(path, SOURCE_BYTES).decode("utf-8")
        except (OSError, UnicodeDecodeError):
            return None
        return Snapshot(uri, self.display(uri), "", None, text)

    def create_on_disk(self, files: Sequence[tuple[str, str]]) -> Problem | None:
        """Make files for a client that cannot; an existing one is never overwritten. Blocks."""
        for uri, content in files:
            path = path_of(uri)
            if path is None:
                return Problem(Code.BAD_REQUEST, f"{uri} is not a file", "Save the document first")
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                with path.open("x", encoding="utf-8", newline="") as file:
                    file.write(content)
            except OSError as error:
                exists = isinstance(error, FileExistsError)
                return Problem(
                    Code.STALE_DOCUMENT if exists else Code.BAD_REQUEST,
                    f"`{path.name}` could not be made: {error.strerror}",
                    "Check the folder, then run the action again",
                )
        return None

    def display(self, uri: str) -> str:
        """How the document is called towards the model: relative to its workspace folder."""
        path = path_of(uri)
        if path is None:
            return unquote(urlsplit(uri).path).rsplit("/", 1)[-1] or "untitled"
        root = self._root_of(path)
        return path.name if root is None else path.relative_to(root).as_posix()

    def remove_from_disk(self, files: Sequence[tuple[str, str]]) -> None:
        """Take back files that were just made, since the rest of their edit failed. Blocks."""
        for uri, _ in files:
            path = path_of(uri)
            if path is not None:
                path.unlink(missing_ok=True)

    @asynccontextmanager
    async def alone(self, uris: Iterable[str]) -> AsyncIterator[None]:
        """Have these documents to oneself among all who use this; the editor may still change them."""
        async with AsyncExitStack() as held:
            for uri in sorted(set(uris)):  # in one order, so that two never wait for each other
                await held.enter_async_context(self._turns.setdefault(uri, asyncio.Lock()))
            yield

    def uri_of(self, path: str, beside: str) -> str:
        """The uri of a relative path, in the folder that the document `beside` lies in."""
        document = path_of(beside)
        root = self._root_of(document) if document else None
        return ((root or next(iter(self.roots), Path.cwd())) / path).as_uri()

    def follow_roots(self) -> None:
        """Learn where roots that are links lead: some editors name documents that way. Blocks."""
        real = (Path(os.path.realpath(root)) for root in self.roots)
        self.real_roots = tuple(root for root in real if root not in self.roots)

    def _root_of(self, path: Path) -> Path | None:
        inside = [root for root in (*self.roots, *self.real_roots) if path.is_relative_to(root)]
        return max(inside, key=lambda root: len(root.parts), default=None)

    def changed(self, uri: str) -> None:
        """Tell the listeners; called by the protocol after each change."""
        for listener in tuple(self.listeners):
            listener(uri)

    def watch(self, uris: Sequence[str]) -> "Seen":
        """Record what the client tells of `uris` while an edit is on its way."""
        from flux_lsp.fronts.lsp.apply import Seen

        return Seen(self, uris)


def path_of(uri: str) -> Path | None:
    """The file behind a `file:` uri, None for any other scheme."""
    parts = urlsplit(uri)
    if parts.scheme != "file":
        return None
    path = unquote(parts.path)
    if parts.netloc not in {"", "localhost"}:
        return Path(f"//{parts.netloc}{path}")  # a Windows share
    drive = len(path) > 2 and path[0] == "/" and path[2] == ":"
    return Path(path[1:] if drive else path)


def named_file(uri: str) -> Path | None:
    """The file that a uri of any scheme names: a notebook's of a cell, the one a view shows."""
    path = path_of(uri)
    if path is not None:
        return path
    named = unquote(urlsplit(uri).path)
    return Path(named) if named.startswith("/") else None
