"""Watches which texts documents come to hold while an edit is under way.

Driven by events: never polls, and never changes a document.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from urllib.parse import unquote

from flux_lsp.runs.documents import WorkspaceDocuments
from flux_lsp.runs.values import AppliedEdit

# How long a front may take to tell of its own change.
ECHO_WITHIN = 0.5
# How long an edit of a cancelled run may still turn up in a document, to be undone.
_LATEST = 600.0


class DocumentWatch:
    """Records the changes of some documents; use it as a context manager."""

    def __init__(self, documents: WorkspaceDocuments, uris: Sequence[str]) -> None:
        """Watches `uris` from the moment it is entered."""
        self._documents = documents
        self._texts: dict[str, list[str]] = {unquote(uri): [] for uri in uris}
        self._changed = asyncio.Event()

    def __enter__(self) -> "DocumentWatch":
        self._documents.listeners.add(self._note)
        return self

    def __exit__(self, *_: object) -> None:
        self._documents.listeners.discard(self._note)

    def add(self, uris: Iterable[str]) -> None:
        """Watch these documents too."""
        for uri in uris:
            self._texts.setdefault(unquote(uri), [])

    def has_held(self, uri: str, text: str) -> bool:
        """Whether the document held exactly `text` at some moment."""
        return text in self.list_texts(uri)

    def list_texts(self, uri: str) -> list[str]:
        """List what the document came to hold since the watch began, the oldest first."""
        return self._texts[unquote(uri)]

    async def wait_for_change(self, within: float) -> bool:
        """Whether a document changed since the watch began, waiting a little for it."""
        return await self.wait_until(lambda: any(self._texts.values()), within)

    async def wait_for_text(self, uri: str, expected: str, within: float) -> bool:
        """Whether the document held exactly `expected` at some moment, waiting a little for it."""
        return await self.wait_until(lambda: self.has_held(uri, expected), within)

    async def wait_until(self, happened: Callable[[], bool], within: float) -> bool:
        """Whether `happened` holds, asked again after each change, waiting a little for it."""
        try:
            async with asyncio.timeout(within):
                while not happened():
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            return False
        return True

    def _note(self, uri: str) -> None:
        texts = self._texts.get(unquote(uri))  # a client may write a uri otherwise than Flux
        snapshot = self._documents.take_open_snapshot(uri) if texts is not None else None
        if texts is not None and snapshot is not None:
            texts.append(snapshot.text)
            self._changed.set()


def watch_late_edit(
    documents: WorkspaceDocuments, edit: AppliedEdit, tell: Callable[[AppliedEdit], None]
) -> None:
    """Call `tell` if the documents come to hold the edit after all."""
    missing = {base.uri: text for base, text in edit.files}

    def look(uri: str) -> None:
        now = documents.take_open_snapshot(uri)
        if now is not None and missing.get(uri) == now.text:
            del missing[uri]
            if not missing:
                documents.listeners.discard(look)
                tell(edit)

    documents.listeners.add(look)
    asyncio.get_running_loop().call_later(_LATEST, documents.listeners.discard, look)
