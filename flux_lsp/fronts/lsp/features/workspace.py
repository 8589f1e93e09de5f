"""Takes the editor's changes of settings, of files on disk and of workspace folders.

Never reads settings itself: the configuration does, off the loop.
"""

from collections.abc import Mapping
from typing import Any

from lsprotocol import types

from flux_lsp.fronts.lsp.flux_server import FluxServer
from flux_lsp.fronts.lsp.protocol.params import require
from flux_lsp.fronts.lsp.protocol.typed import skip_structuring
from flux_lsp.runs.uris import parse_file_uri

_MOST_CHANGES = 50  # looked at; the index compares every file of the project anyway


def register(server: FluxServer) -> None:
    """Handle what changes beside the documents: settings, files on disk, names and folders."""

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    @skip_structuring  # our plugins tell a person's own settings apart, which LSP has no field for
    async def update_configuration(params: Mapping[str, Any]) -> None:
        await server.session.configuration.update(
            params.get("settings"), params.get("userSettings")
        )

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    @skip_structuring  # a build or a branch changes thousands at once
    def note_changes(params: Mapping[str, Any]) -> None:
        for change in require(params, "changes", list)[:_MOST_CHANGES]:
            uri = require(change, "uri", str)
            server.session.configuration.note_file_change(uri)
            if not server.session.documents.is_open(uri):
                server.findings.handle_other_text(uri)

    @server.feature(types.WORKSPACE_DID_RENAME_FILES)
    def follow_rename(params: types.RenameFilesParams) -> None:
        for file in params.files[:_MOST_CHANGES]:
            server.findings.handle_rename(file.old_uri, file.new_uri)

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def follow_folders(params: types.DidChangeWorkspaceFoldersParams) -> None:
        documents, event = server.session.documents, params.event
        removed = {parse_file_uri(folder.uri) for folder in event.removed}
        added = [path for folder in event.added if (path := parse_file_uri(folder.uri)) is not None]
        kept = [root for root in documents.roots if root not in removed]
        documents.roots = (*kept, *added)
        server.session.configuration.reload()
