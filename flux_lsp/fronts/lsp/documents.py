"""Gives runs and the menu the client's open documents.

Never holds text of its own: the protocol's store does.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from flux_lsp.runs.documents import WorkspaceDocuments

if TYPE_CHECKING:
    from flux_lsp.fronts.lsp.protocol.documents import LineDocuments as Store
    from flux_lsp.fronts.lsp.protocol.positions import Encoding


class EditorDocuments(WorkspaceDocuments):
    """The open documents, with positions in the encoding that the client agreed to."""

    def __init__(self, store: "Store", roots: Sequence[Path]) -> None:
        """`roots` are the workspace folders."""
        super().__init__(store, roots)
        self.store = store

    @property
    def encoding(self) -> "Encoding":
        """The encoding that the client agreed to: utf-8, utf-16 or utf-32."""
        return self.store.encoding
