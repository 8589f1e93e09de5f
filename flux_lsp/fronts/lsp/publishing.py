"""Publishes the diagnostics of each document: those of every part of the server in one notification.

Never decides what a diagnostic says.
"""

from collections.abc import Callable, Sequence
from typing import Any

Notify = Callable[[str, object], None]


class DiagnosticsPublisher:
    """What each part of the server has to say of a document; a client only keeps the last list."""

    def __init__(self, notify: Notify) -> None:
        """`notify` sends a notification to the client."""
        self._notify = notify
        self._by_uri: dict[str, dict[str, tuple[int | None, list[dict[str, Any]]]]] = {}

    def publish(
        self, uri: str, part: str, version: int | None, items: Sequence[dict[str, Any]]
    ) -> None:
        """Publish what `part` says now, with what the others said last.

        `version` is the document's, None for a file that is closed. It is left out where the parts
        looked at different ones; each of them looks again after typing.
        """
        parts = self._by_uri.setdefault(uri, {})
        if items:
            parts[part] = (version, list(items))
        else:
            parts.pop(part, None)
        versions = {version, *(at for at, _ in parts.values())}
        params: dict[str, Any] = {
            "uri": uri,
            "diagnostics": [item for _, items in parts.values() for item in items],
        }
        if version is not None and len(versions) == 1:
            params["version"] = version
        if not parts:
            del self._by_uri[uri]
        self._notify("textDocument/publishDiagnostics", params)
