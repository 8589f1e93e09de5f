"""One client's session: runs with an editor as their front.

Holds no logic of a run, only what the commands and the menu share.
"""

from flux_lsp.actions.registry import Registry
from flux_lsp.fronts.lsp.configuration import EditorConfiguration
from flux_lsp.fronts.lsp.documents import EditorDocuments
from flux_lsp.fronts.lsp.editor import Editor
from flux_lsp.fronts.lsp.front import EditorFront
from flux_lsp.runs.session import RunSession


class EditorSession(RunSession):
    """Everything that the server knows while one client is connected."""

    documents: EditorDocuments
    configuration: EditorConfiguration

    def __init__(
        self,
        editor: Editor,
        documents: EditorDocuments,
        configuration: EditorConfiguration,
        registry: Registry,
    ) -> None:
        """Nothing is going on yet."""
        super().__init__(
            EditorFront(editor, documents), documents, configuration, registry, keeps_records=True
        )
        self.editor = editor
