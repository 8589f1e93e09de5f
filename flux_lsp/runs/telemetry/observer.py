"""Hands finished runs to the exporter of the endpoint that the settings name; to none if they name none.

Never waits, and never sees a text: `traces.py` notes none.
"""

import asyncio
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flux_lsp.runs.background import BackgroundTasks

if TYPE_CHECKING:
    from flux_lsp.runs.events import Event
    from flux_lsp.runs.session import RunSession
    from flux_lsp.runs.telemetry.exporter import Exporter
    from flux_lsp.runs.telemetry.traces import RunTrace, TraceBook

_LAST_SECONDS = 2.0  # for what waits when the session ends
_VENDOR = "api.anthropic.com"


class TelemetryObserver:
    """An observer of every run of a session."""

    def __init__(self, session: "RunSession") -> None:
        """Nothing has happened yet."""
        self._session = session
        self._book: TraceBook | None = None
        self._exporter: Exporter | None = None
        self._sending = BackgroundTasks()

    def __call__(self, event: "Event") -> None:
        """Note what happened; a run that has ended is sent."""
        if self._book is None:
            from flux_lsp.runs.telemetry.traces import TraceBook  # not needed at the start

            self._book = TraceBook(time.time_ns)
        trace = self._book.note(event)
        if trace is not None:
            run = self._session.runs.find(event.run)
            self._sending.start(self._send(trace, run.uri if run else ""))

    async def finish(self) -> None:
        """Send what waits, within two seconds."""
        await self._sending.wait()
        if self._exporter is not None:
            await asyncio.to_thread(self._exporter.close, _LAST_SECONDS)

    async def _send(self, trace: "RunTrace", uri: str) -> None:
        settings = (await self._session.configuration.get_services(uri)).settings
        endpoint, provider = settings.telemetry.endpoint, settings.provider
        if endpoint is None or provider == "offline":
            return
        if self._exporter is None or self._exporter.endpoint != endpoint:
            from flux_lsp.runs.telemetry.exporter import Exporter

            if self._exporter is not None:
                self._exporter.close(0)
            name = "anthropic" if provider == "auto" else provider
            vendor = _VENDOR if name == "anthropic" else ""
            server = urlsplit(settings.base_url).hostname if settings.base_url else vendor
            self._exporter = Exporter(endpoint, name, server or "")
        self._exporter.send(trace)
