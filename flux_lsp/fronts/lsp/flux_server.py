"""The language server: pygls' server, and what Flux knows about the connected editor.

Holds no logic: the handlers in `features/` ask the parts that it holds.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flux_lsp.actions.registry import Registry
from flux_lsp.fronts.lsp.agent_checking import AgentChecking
from flux_lsp.fronts.lsp.client import PyglsClient
from flux_lsp.fronts.lsp.configuration import EditorConfiguration
from flux_lsp.fronts.lsp.documents import EditorDocuments
from flux_lsp.fronts.lsp.editor import Capabilities, Editor
from flux_lsp.fronts.lsp.finding_publishing import FindingPublishing
from flux_lsp.fronts.lsp.outlining import Outlining
from flux_lsp.fronts.lsp.protocol.greeting import ServerDescription
from flux_lsp.fronts.lsp.protocol.server import MendedServer
from flux_lsp.fronts.lsp.publishing import DiagnosticsPublisher
from flux_lsp.fronts.lsp.reviewing import Reviewing
from flux_lsp.fronts.lsp.session import EditorSession
from flux_lsp.runs.background import QUIET, BackgroundTasks
from flux_lsp.runs.uris import parse_file_uri


class FluxServer(MendedServer):
    """Flux behind one connection; the session and what follows its documents exist from `initialize` on."""

    session: EditorSession
    outlining: Outlining
    agent_checking: AgentChecking
    findings: FindingPublishing
    reviewing: Reviewing

    def __init__(
        self, description: ServerDescription, command_line: Mapping[str, object], registry: Registry
    ) -> None:
        """Nothing is loaded yet. `command_line`: settings given there."""
        super().__init__(description)
        self.background = BackgroundTasks()
        self._command_line = command_line
        self._registry = registry
        self._is_warm = False

    def begin_session(self, params: Mapping[str, Any]) -> None:
        """Note what the client is and can do; no I/O, no waiting."""
        options = params.get("initializationOptions")
        client = params.get("clientInfo")
        name = client.get("name") if isinstance(client, dict) else None
        can = Capabilities(
            params.get("capabilities") or {},
            options if isinstance(options, dict) else {},
            name if isinstance(name, str) else "",
        )
        if can.loses_messages:
            self.protocol.pace()
        editor = Editor(PyglsClient(self), can)
        documents = EditorDocuments(self.documents, _find_roots(params))
        configuration = EditorConfiguration(
            editor, documents, can.options, self._command_line, self._registry
        )
        self.session = EditorSession(editor, documents, configuration, self._registry)
        self.outlining = Outlining(documents, self.background.start, QUIET)
        self.session.find_outline = self.outlining.get
        self.reviewing = Reviewing(self.session)
        publisher = DiagnosticsPublisher(editor.notify)
        self.agent_checking = AgentChecking(self.session, publisher, self.background.start)
        self.session.note_trust = self.agent_checking.check_again
        self.findings = FindingPublishing(self.session, publisher, self.background.start)

    async def end_session(self) -> None:
        """End every run and close the connection to the model."""
        if not self.initialize_params:
            return
        await self.session.close()
        self.outlining.close()
        self.reviewing.close()
        self.agent_checking.close()
        self.findings.close()

    def warm_up(self) -> None:
        """Load the SDK once somebody opens the menu: a window that only edits is spared 50 MB."""
        if not self._is_warm:
            self._is_warm = True
            self.background.start(self.session.configuration.warm())


def _find_roots(params: Mapping[str, Any]) -> list[Path]:
    folders = params.get("workspaceFolders")
    uris = [folder["uri"] for folder in folders] if folders else [params.get("rootUri")]
    return [path for uri in uris if uri and (path := parse_file_uri(uri)) is not None]
