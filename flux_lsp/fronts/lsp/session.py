"""One client's session: runs with an editor as their front.

Holds no logic of a run, only what the commands and the menu share.
"""

from collections.abc import Callable

from flux_lsp.actions.registry import Registry
from flux_lsp.core.text import Snapshot, Span
from flux_lsp.fronts.lsp.configuration import EditorConfiguration
from flux_lsp.fronts.lsp.documents import EditorDocuments
from flux_lsp.fronts.lsp.editor import Editor
from flux_lsp.fronts.lsp.front import EditorFront
from flux_lsp.fronts.lsp.menu_target import Known, name_target
from flux_lsp.runs.session import RunSession
from flux_lsp.syntax.languages import find_language


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
        self.find_outline: Callable[[str], Known | None] = lambda _: None
        self.note_trust: Callable[[], None] = lambda: None  # a file is trusted now

    def name_target(self, snapshot: Snapshot, span: Span) -> str:
        """Name the symbol that a run would be about, as the menu does; "" for none."""
        document = self.documents.store.get(snapshot.uri)
        if document is None:
            return ""
        language = find_language(document.language_id, snapshot.path)
        line = snapshot.get_line(span.start)
        named = name_target(document, line, language, self.find_outline(document.uri))
        return (named.name if named else None) or ""
