"""The main job as pytest-lsp's client drives it: typed by lsprotocol on both ends, for three editors."""

import asyncio
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Union

import pytest
import pytest_asyncio
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities, make_test_lsp_client

from tests.fakes.answers import tool
from tests.fakes.messages_api import MessagesApi
from tests.fakes.wire import clean_environment
from tests.server.flux import KEY

CODE = """\
def total(items):
    n = 0
    for item in items:
        n += item
    return n
"""
BETTER = """\
def total(items):
    return sum(items)
"""
WITHIN = 30.0  # seconds; an end to waiting, not a measure
EDITORS = ["neovim@v0.11.0", "visual-studio-code@v1.65.2", "emacs@v29.1"]


@dataclass
class Editor:
    """A client with one document, which takes the edits that the server sends."""

    client: LanguageClient
    api: MessagesApi
    uri: str
    text: str = CODE
    version: int = 1
    edits: list[types.WorkspaceEdit] = field(default_factory=list)

    def apply(self, params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
        """Make the edit, and tell of the change it was."""
        self.edits.append(params.edit)
        for edit in reversed(self._text_edits(params.edit)):
            start, end = (self._offset(at) for at in (edit.range.start, edit.range.end))
            self.text = self.text[:start] + edit.new_text + self.text[end:]
        self.version += 1
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(self.version, self.uri),
                [types.TextDocumentContentChangeWholeDocument(self.text)],
            )
        )
        return types.ApplyWorkspaceEditResult(applied=True)

    def _text_edits(self, edit: types.WorkspaceEdit) -> list[types.TextEdit]:
        if edit.changes:
            return [*edit.changes[self.uri]]
        (document,) = edit.document_changes or ()
        assert isinstance(document, types.TextDocumentEdit)
        assert document.text_document == types.OptionalVersionedTextDocumentIdentifier(
            uri=self.uri, version=self.version
        )
        return [each for each in document.edits if isinstance(each, types.TextEdit)]

    def _offset(self, position: types.Position) -> int:
        lines = self.text.splitlines(keepends=True)
        return sum(map(len, lines[: position.line])) + position.character


def make_client() -> LanguageClient:
    """A client that tells an action with a command from a bare command; lsprotocol does not."""
    client = make_test_lsp_client()
    converter = client.protocol._converter

    def structure(item: Any, _kind: Any) -> Any:
        bare = isinstance(item.get("command"), str)
        return converter.structure(item, types.Command if bare else types.CodeAction)

    converter.register_structure_hook(Union[types.Command, types.CodeAction], structure)  # noqa: UP007  # another type
    return client


@pytest_asyncio.fixture(params=EDITORS)
async def editor(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Editor]:
    """A server process with one open document."""
    (tmp_path / "app.py").write_text(CODE)
    uri = (tmp_path / "app.py").as_uri()
    async with MessagesApi(tool("rewrite_range", {"code": BETTER})) as api:
        full = {"ANTHROPIC_BASE_URL": api.url, "ANTHROPIC_API_KEY": KEY}
        config = ClientServerConfig(
            [sys.executable, "-m", "flux_lsp"],
            client_factory=make_client,
            server_env=clean_environment(tmp_path / "home", full),
        )
        client = await config.start()
        assert isinstance(client, LanguageClient)
        editor = Editor(client, api, uri)

        @client.feature(types.WORKSPACE_APPLY_EDIT)  # type: ignore[untyped-decorator]
        def apply_edit(params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
            return editor.apply(params)

        await client.initialize_session(
            types.InitializeParams(
                capabilities=client_capabilities(request.param),
                root_uri=tmp_path.as_uri(),
                initialization_options={"workspaceTrusted": True},
            )
        )
        document = types.TextDocumentItem(uri, types.LanguageKind.Python, 1, CODE)
        client.text_document_did_open(types.DidOpenTextDocumentParams(document))
        yield editor
        async with asyncio.timeout(WITHIN):
            await client.shutdown_session()


async def list_actions(editor: Editor, *only: str) -> list[types.CodeAction]:
    """The menu with all of the function selected."""
    everything = types.Range(types.Position(0, 0), types.Position(5, 0))
    context = types.CodeActionContext([], only or None, types.CodeActionTriggerKind.Invoked)
    params = types.CodeActionParams(types.TextDocumentIdentifier(editor.uri), everything, context)
    async with asyncio.timeout(WITHIN):
        actions = await editor.client.text_document_code_action_async(params)
    return [action for action in actions or () if isinstance(action, types.CodeAction)]


async def test_an_action_from_the_menu_becomes_one_versioned_edit(editor: Editor) -> None:
    actions = await list_actions(editor)
    command = next(a.command for a in actions if a.kind == "refactor.rewrite.flux.edit")
    assert command is not None
    assert command.arguments is not None
    offered: Any = command.arguments[0]
    argument = {**offered, "instruction": "use sum", "wait": True}
    async with asyncio.timeout(WITHIN):
        outcome: Any = await editor.client.workspace_execute_command_async(
            types.ExecuteCommandParams(command.command, arguments=[argument])
        )
    assert outcome["status"] == "applied", outcome
    assert editor.text == BETTER
    assert len(editor.edits) == 1
    assert len(editor.api.calls) == 1


async def test_only_what_is_asked_for_is_offered(editor: Editor) -> None:
    kinds = {action.kind for action in await list_actions(editor, "refactor.rewrite.flux.edit")}
    assert kinds == {"refactor.rewrite.flux.edit"}


async def test_a_wrong_argument_is_refused_with_a_sentence(editor: Editor) -> None:
    params = types.ExecuteCommandParams("flux.run", arguments=[{"action": "edit"}])
    with pytest.raises(JsonRpcException, match=r"`uri` is missing") as refusal:
        async with asyncio.timeout(WITHIN):
            await editor.client.workspace_execute_command_async(params)
    assert refusal.value.code == -32602
    assert editor.api.calls == []
