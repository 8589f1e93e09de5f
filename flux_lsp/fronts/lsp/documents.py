"""The client's open documents for runs and for the menu.

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
    """Documents whose positions are counted as agreed with the client."""

    def __init__(self, store: "Store", roots: Sequence[Path]) -> None:
        """`roots` are the workspace folders."""
        super().__init__(store, roots)
        self.store = store

    @property
    def encoding(self) -> "Encoding":
        """utf-8, utf-16 or utf-32, as agreed with the client."""
        return self.store.encoding
