"""Makes the outlines of open documents in threads, on opening and again after typing.

The menu reads them; nobody waits for one. Never parses on the loop.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from flux_lsp.core.text import Snapshot
from flux_lsp.fronts.lsp.documents import EditorDocuments
from flux_lsp.fronts.lsp.outlines import Carried, Outlines
from flux_lsp.syntax.heads import prepare_patterns
from flux_lsp.syntax.languages import Language, find_language

if TYPE_CHECKING:
    from flux_lsp.fronts.lsp.protocol.documents import LineDocument
    from flux_lsp.syntax.outline import Outline

_LONG = 20_000  # lines; a longer file is parsed when a run needs it, not for everyone who looks
_SHARE = 10  # an outline is made again after so many times the time that it took
_SOON = 0.05  # seconds

Spawn = Callable[[Coroutine[Any, Any, None]], None]


class Outlining:
    """One connection's outlines; used on the loop."""

    def __init__(self, documents: EditorDocuments, spawn: Spawn, quiet: float) -> None:
        """`quiet`: seconds after the start, and between two outlines of one document."""
        self._documents = documents
        self._spawn = spawn
        self._quiet = quiet
        self._outlines = Outlines()
        self._due: dict[str, asyncio.TimerHandle] = {}
        self._took: dict[str, float] = {}
        self._began = time.monotonic()

    def get(self, uri: str) -> Carried | None:
        """Return what is known about a document's lines; None until its first outline is there."""
        return self._outlines.get(uri)

    def handle_open(self, uri: str) -> None:
        """Make an outline soon; at the start, after the editor's first requests."""
        document = self._documents.store.get(uri)
        if document is None:
            return
        self._outlines.forget(document.uri)
        left = self._began + self._quiet - time.monotonic()
        self._plan(document.uri, max(left, _SOON))

    def handle_change(self, uri: str, changes: Sequence[Mapping[str, Any]]) -> None:
        """Carry the outline through the changes, and plan a new one."""
        document = self._documents.store.get(uri)
        if document is None or self._get_language(document).grammar is None:
            return
        self._outlines.note(document.uri, changes)
        self._plan(document.uri, max(self._quiet, _SHARE * self._took.get(document.uri, 0.0)))

    def handle_close(self, uri: str) -> None:
        """Forget all of it."""
        for key in {
            uri,
            *(known for known in self._due if self._documents.store.get(known) is None),
        }:
            self._forget(key)

    def close(self) -> None:
        """Stop planning outlines."""
        for handle in self._due.values():
            handle.cancel()
        self._due.clear()

    def _get_language(self, document: "LineDocument") -> Language:
        return find_language(document.language_id, self._documents.get_display_path(document.uri))

    def _forget(self, uri: str) -> None:
        handle = self._due.pop(uri, None)
        if handle is not None:
            handle.cancel()
        self._took.pop(uri, None)
        self._outlines.forget(uri)

    def _plan(self, uri: str, delay: float) -> None:
        """Plan one outline, however much is typed meanwhile; it will show the text of that moment."""
        if uri in self._due:
            return
        loop = asyncio.get_running_loop()
        self._due[uri] = loop.call_later(delay, lambda: self._spawn(self._make(uri)))

    async def _make(self, uri: str) -> None:
        self._due.pop(uri, None)
        document = self._documents.store.get(uri)
        if document is None or document.line_count > _LONG:
            self._outlines.forget(uri)
            return
        if uri not in self._took:
            self._took[uri] = 0.0
            await asyncio.to_thread(prepare_patterns, self._get_language(document))
        if self._get_language(document).grammar is None:
            return
        snapshot = self._documents.take_open_snapshot(uri)
        if snapshot is None:
            return
        self._outlines.begin(uri)
        outline, took = await asyncio.to_thread(partial(self._outline, snapshot))
        self._took[uri] = took
        self._outlines.end(uri, outline)

    def _outline(self, snapshot: Snapshot) -> "tuple[Outline | None, float]":
        began = time.thread_time()
        parsed = self._documents.syntax.parse(snapshot)
        outline = parsed.outline() if parsed else None
        return outline, time.thread_time() - began
