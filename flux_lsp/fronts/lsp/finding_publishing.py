"""Shows the findings of a session as diagnostics, and keeps them in step with typing.

Never changes a document and never runs anything.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from flux_lsp.fronts.lsp.finding_items import format_finding, list_fixes
from flux_lsp.fronts.lsp.menu import Menu
from flux_lsp.fronts.lsp.publishing import DiagnosticsPublisher
from flux_lsp.fronts.lsp.session import EditorSession
from flux_lsp.runs.line_edits import LineEdit

_PAUSE = 0.2  # seconds without typing

Spawn = Callable[[Coroutine[Any, Any, None]], None]


class FindingPublishing:
    """One connection's findings; used on the loop."""

    def __init__(
        self, session: EditorSession, publisher: DiagnosticsPublisher, spawn: Spawn
    ) -> None:
        """Nothing was found yet."""
        self._session = session
        self._publisher = publisher
        self._spawn = spawn
        self._due: dict[str, asyncio.TimerHandle] = {}
        session.findings.listeners.append(self._plan)

    def handle_change(self, uri: str, version: int, edits: Sequence[LineEdit] | None) -> None:
        """Follow what was typed; `edits` is None where nobody can tell."""
        if self._session.findings.has(uri):
            self._session.findings.follow(uri, version, edits)
            self._plan(uri)

    def handle_other_text(self, uri: str) -> None:
        """Look for the findings again: the document was opened, closed or changed on disk."""
        if self._session.findings.has(uri):
            self._session.findings.forget_version(uri)
            self._plan(uri)

    def handle_rename(self, old: str, new: str) -> None:
        """Take the findings of a file or folder to its new name."""
        self._session.findings.rename(old, new)

    def close(self) -> None:
        """Show nothing more."""
        for handle in self._due.values():
            handle.cancel()
        self._due.clear()

    def list_fixes(self, uri: str, first: int, last: int, menu: Menu) -> list[dict[str, Any]]:
        """List what a person can do with the findings on lines `first..last`, as LSP code actions."""
        document = self._session.documents.store.get(uri)
        if document is None or not self._session.findings.has(uri):
            return []
        encoding = self._session.documents.encoding
        return [
            action
            for placed in self._session.findings.list_near(uri, first, last)
            for action in list_fixes(placed, uri, document.version, menu, encoding)
        ]

    def _plan(self, uri: str) -> None:
        """Publish soon: typing and the findings of one run come in many pieces."""
        if uri in self._due:
            self._due[uri].cancel()
        loop = asyncio.get_running_loop()
        self._due[uri] = loop.call_later(_PAUSE, lambda: self._spawn(self._publish(uri)))

    async def _publish(self, uri: str) -> None:
        self._due.pop(uri, None)
        documents, table = self._session.documents, self._session.findings
        closed = (
            None if documents.is_open(uri) else await asyncio.to_thread(documents.read_file, uri)
        )
        now = documents.take_open_snapshot(uri) or closed
        encoding = documents.encoding
        items = [format_finding(placed, encoding) for placed in table.place(uri, now)]
        self._publisher.publish(uri, "findings", now.version if now else None, items)
