"""pygls' workspace on top of the line-list documents, for handlers written against pygls.

Never hands out a live document: `get_text_document` is a copy as of now, cut into lines by LSP's
rules.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lsprotocol.types import TextDocumentSyncKind, WorkspaceFolder
from pygls.uris import from_fs_path
from pygls.workspace import TextDocument, Workspace

from flux_lsp.fronts.lsp.protocol.documents import LineDocument, LineDocuments
from flux_lsp.fronts.lsp.protocol.lines import split_lines


class TextDocumentCopy(TextDocument):
    """One document at one moment."""

    @property
    def lines(self) -> Sequence[str]:
        """The lines with their ends; like pygls, without an empty last line."""
        lines = split_lines(self.source)
        return tuple(lines if lines[-1] else lines[:-1])


class DocumentsWorkspace(Workspace):
    """Folders as pygls keeps them, text documents out of `documents`."""

    def __init__(self, initialize_params: Mapping[str, Any], documents: LineDocuments) -> None:
        root_uri, root_path = (initialize_params.get(key) for key in ("rootUri", "rootPath"))
        if root_uri is None and root_path is not None:
            root_uri = from_fs_path(root_path)
        super().__init__(root_uri, TextDocumentSyncKind.Incremental, (), documents.encoding)
        self._documents = documents
        self.change_folders(initialize_params.get("workspaceFolders") or (), ())

    def change_folders(self, added: Sequence[Any], removed: Sequence[Any]) -> None:
        """Take in a change of workspace folders, each `{uri, name}`."""
        for folder in removed:
            self.remove_folder(folder["uri"])
        for folder in added:
            self.add_folder(WorkspaceFolder(uri=folder["uri"], name=folder.get("name", "")))

    @property
    def text_documents(self) -> dict[str, TextDocument]:
        """The copies of all open documents, by URI."""
        return {document.uri: self._copy(document) for document in self._documents}

    def get_text_document(self, doc_uri: str) -> TextDocument:
        """Return a copy of an open document; for one that is not open, a copy that reads the file."""
        document = self._documents.get(doc_uri)
        return self._create_text_document(doc_uri) if document is None else self._copy(document)

    def _copy(self, document: LineDocument) -> TextDocument:
        return self._create_text_document(
            document.uri, document.text(), document.version, document.language_id
        )

    def _create_text_document(
        self,
        doc_uri: str,
        source: str | None = None,
        version: int | None = None,
        language_id: str | None = None,
    ) -> TextDocument:
        codec = self._position_codec
        return TextDocumentCopy(doc_uri, source, version, language_id, position_codec=codec)
