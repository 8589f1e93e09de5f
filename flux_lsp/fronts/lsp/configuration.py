"""Takes the settings that a client pushes or returns, and makes what its menu needs of them.

Never decides which settings count: `settings` does.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flux_lsp.actions.registry import Registry
from flux_lsp.fronts.lsp.documents import EditorDocuments
from flux_lsp.fronts.lsp.editor import ClientError, Editor
from flux_lsp.fronts.lsp.front import EditorFront
from flux_lsp.fronts.lsp.menu import Menu
from flux_lsp.runs.configuration import Configuration as RunConfiguration
from flux_lsp.runs.configuration import SettingsInput

# They read their initializationOptions from files of the workspace as well (`.helix/languages.toml`,
# `.zed/settings.json`), so a repository could write there what only a person may say.
_OPTIONS_FROM_WORKSPACE = frozenset({"helix", "zed"})


class EditorConfiguration(RunConfiguration):
    """The settings of a session, some of which come from an editor."""

    def __init__(
        self,
        editor: Editor,
        documents: EditorDocuments,
        options: Mapping[str, Any],
        command_line: Mapping[str, object],
        registry: Registry,
    ) -> None:
        """`options` are the client's initializationOptions; reads nothing yet."""
        is_personal = editor.can.client_name.lower() not in _OPTIONS_FROM_WORKSPACE
        trusted = options.get("workspaceTrusted") if is_personal else None
        self._editor = editor
        self._pushed: object = options.get("settings", options)
        self._pulled: object = None
        settings_input = SettingsInput(
            editor=self._pushed,
            personal=options.get("userSettings") if is_personal else None,
            workspace_trusted=trusted if isinstance(trusted, bool) else None,
            command_line=command_line,
        )
        super().__init__(EditorFront(editor, documents), documents, settings_input, registry)

    async def start(self) -> None:
        """Load the settings for the first time, after `initialized`."""
        await super().start()
        if self._editor.can.has("workspace.configuration"):
            await self._pull()

    async def update(self, pushed: object, personal: object = None) -> None:
        """Take settings that the client pushed, or pull them if the push is empty.

        `personal`: the person's own settings, from an editor that tells them apart.
        """
        if pushed or personal is not None:
            self._pushed = pushed or self._pushed
            if personal is not None:
                self.settings_input = replace(self.settings_input, personal=personal)
            self._take_over()
        if self._editor.can.has("workspace.configuration"):
            await self._pull()

    async def make_menu(self) -> Menu:
        """Return what the code-action menu depends on."""
        settings = await self.get_settings()
        action = "textDocument.codeAction"
        tags = self._editor.can.get(f"{action}.tagSupport.valueSet")
        return Menu(
            actions=tuple(a for a in self._registry.actions if settings.first.is_enabled(a.id)),
            disabled=settings.why_not_ready,
            key_command=self._editor.can.key_command if settings.needs_key else "",
            shows_disabled=self._editor.can.has(f"{action}.disabledSupport"),
            marks_generated=isinstance(tags, list) and 1 in tags,
            shows_agents=settings.first.shows_agents,
            agent_command=self._editor.can.agent_command,
        )

    async def _pull(self) -> None:
        try:
            answer = await self._editor.ask(
                "workspace/configuration", {"items": [{"section": "flux"}]}, within=5
            )
        except ClientError:
            return
        first = answer[0] if isinstance(answer, list) and answer else None
        pulled = first if isinstance(first, Mapping) else None
        if pulled != self._pulled and (pulled or self._pulled):  # taken back counts, unset does not
            self._pulled = pulled
            self._take_over()

    def _take_over(self) -> None:
        editor = self._pulled or self._pushed
        self.settings_input = replace(self.settings_input, editor=editor)
        self.reload()
