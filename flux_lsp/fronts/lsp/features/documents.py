"""Handles open documents: keeps outlines, proposals and findings in step with what is typed.

Never touches the text: the protocol has changed it before a handler here is called.
"""

from collections.abc import Mapping
from typing import Any

from lsprotocol import types

from flux_lsp.fronts.lsp.flux_server import FluxServer
from flux_lsp.fronts.lsp.protocol.params import require
from flux_lsp.fronts.lsp.protocol.typed import skip_structuring
from flux_lsp.fronts.lsp.reviewing import read_line_edits


def register(server: FluxServer) -> None:
    """Handle `didOpen`, `didChange`, `didSave` and `didClose`."""

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def begin_outline(params: types.DidOpenTextDocumentParams) -> None:
        server.outlining.handle_open(params.text_document.uri)
        server.reviewing.handle_open(params.text_document.uri)
        server.agent_checking.handle_change(params.text_document.uri)
        server.findings.handle_other_text(params.text_document.uri)
        server.session.documents.notify_change(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    @skip_structuring  # comes with every key press
    def follow_change(params: Mapping[str, Any]) -> None:
        uri: str = params["textDocument"]["uri"]  # the protocol has checked it
        changes = params["contentChanges"]
        server.outlining.handle_change(uri, changes)
        document = server.session.documents.store.get(uri)
        if document is not None:
            # One that came late was put below newer ones: its lines are not those of the document.
            is_last = params["textDocument"].get("version") == document.version
            edits = read_line_edits(changes) if is_last else None
            server.reviewing.handle_change(uri, document.version, edits)
            server.findings.handle_change(uri, document.version, edits)
        server.agent_checking.handle_change(uri)
        server.session.documents.notify_change(uri)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    @skip_structuring
    def note_save(params: Mapping[str, Any]) -> None:
        uri = require(params, "textDocument.uri", str)
        server.session.documents.notify_save(uri)
        server.session.configuration.note_file_change(uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def forget_document(params: types.DidCloseTextDocumentParams) -> None:
        uri = params.text_document.uri
        server.outlining.handle_close(uri)
        server.agent_checking.handle_close(uri)
        server.findings.handle_other_text(uri)
        server.session.documents.syntax.forget(uri)
