"""Begins and ends a session with an editor.

Never reads a file in `initialize`, which has its answer already.
"""

from collections.abc import Mapping
from typing import Any

from lsprotocol import types

from flux_lsp.fronts.lsp.flux_server import FluxServer
from flux_lsp.fronts.lsp.last_session import note_session, remove_old_files
from flux_lsp.fronts.lsp.protocol.typed import skip_structuring
from flux_lsp.fronts.lsp.watching import watch_files


def register(server: FluxServer) -> None:
    """Handle `initialize`, `initialized` and the end."""

    @server.feature(types.INITIALIZE)
    @skip_structuring  # editors say more than LSP knows, and one wrong value may not end it all
    def begin_session(params: Mapping[str, Any]) -> None:
        server.begin_session(params)

    @server.feature(types.INITIALIZED)
    async def load_configuration(_params: types.InitializedParams) -> None:
        session = server.session
        await session.configuration.start()
        client = server.protocol.initialize_params.get("clientInfo") or {}
        server.background.start_later(lambda: note_session(session, client))
        server.background.start_later(lambda: remove_old_files(session))
        server.background.start_later(lambda: watch_files(session.editor))

    server.add_stop_hook(server.end_session)
