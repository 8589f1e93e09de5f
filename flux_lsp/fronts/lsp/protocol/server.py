"""The same server as a pygls server: pygls' decorators and typed calls work beside plain handlers.

What pygls does otherwise is not mended twice: everything that is read, written, started or ended
goes the way of `PlainServer` and `Session`.
"""

from __future__ import annotations

from typing import Any

from pygls.lsp.server import LanguageServer

from flux_lsp.fronts.lsp.protocol.plain import PlainServer
from flux_lsp.fronts.lsp.protocol.protocol import Protocol
from flux_lsp.fronts.lsp.protocol.typed import LazyConverter


class Server(PlainServer, LanguageServer):  # type: ignore[misc]  # start_… return the exit code
    """A pygls `LanguageServer`, mended. Also takes pygls' `JsonRpcException` from handlers."""

    protocol: Protocol

    def report_server_error(self, error: Exception, source: Any) -> None:
        """What pygls itself reports: to the log, where it would be a popup."""
        self.report_error(error, source.__name__)

    def watch_process(self, process_id: int) -> None:
        """As the plain server; pygls' handlers may want to know the number."""
        self.process_id = process_id
        super().watch_process(process_id)

    def _make_session(self) -> Protocol:
        LanguageServer.__init__(
            self,
            self.offer.name,
            self.offer.version,
            protocol_cls=Protocol,
            converter_factory=LazyConverter,
        )
        return self.protocol
