"""Completion and definition in agents' files; a client is asked for them there alone.

Never asks a model.
"""

from typing import Any

from lsprotocol import types

from flux_lsp.fronts.lsp.flux_server import FluxServer
from flux_lsp.fronts.lsp.protocol.positions import find_column


def register(server: FluxServer) -> None:
    """Handle `textDocument/completion` and `textDocument/definition`."""

    @server.feature(types.TEXT_DOCUMENT_COMPLETION)
    def complete_frontmatter(params: types.CompletionParams) -> list[dict[str, Any]]:
        uri, position = params.text_document.uri, params.position
        column = _read_column(server, uri, position)
        return server.agent_checking.suggest(uri, position.line, column)

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    def find_agent(params: types.DefinitionParams) -> dict[str, Any] | None:
        uri, position = params.text_document.uri, params.position
        column = _read_column(server, uri, position)
        return server.agent_checking.find_definition(uri, position.line, column)


def _read_column(server: FluxServer, uri: str, position: types.Position) -> int:
    """The column in code points."""
    snapshot = server.session.documents.take_open_snapshot(uri)
    if snapshot is None or position.line >= snapshot.line_count:
        return 0
    text = snapshot.get_line_span(position.line, position.line).extract(snapshot.text)
    return find_column(text, position.character, server.session.documents.encoding)
