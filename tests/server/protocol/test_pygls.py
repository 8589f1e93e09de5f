"""The server as a pygls server: handlers written for pygls, on documents and replies that are mended."""

from typing import Any

import pytest

from tests.fakes.lsp import LspClient, LspError, capabilities
from tests.server.protocol.conftest import Spawn

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("textDocument/hover", {}),
        ("textDocument/hover", None),
        ("textDocument/hover", {"textDocument": {"uri": "x"}, "position": {"line": "a"}}),
        ("textDocument/hover", [1, 2]),
        ("workspace/executeCommand", {"command": "demo.typed"}),  # argument missing
        ("workspace/executeCommand", {"command": "demo.typed", "arguments": [{"line": {}}]}),
    ],
)
async def test_wrong_parameters_are_answered_as_such(
    demo: LspClient, method: str, params: Any
) -> None:
    with pytest.raises(LspError) as caught:
        await demo.request(method, params)
    assert caught.value.code == -32602
    demo.notify(method, params)
    assert await demo.execute("demo.echo", "alive") == ["alive"]


async def test_typed_handlers_see_documents_with_the_right_lines(demo: LspClient) -> None:
    uri = demo.open("file:///feed.txt", "a\x0cX\nsecond\u2028\n", "plaintext")
    demo.change(uri, (1, 0), (1, 6), "é")
    where = {"textDocument": {"uri": uri}, "position": {"line": 1, "character": 0}}
    assert await demo.request("textDocument/hover", where) == {"contents": "é\u2028\n"}
    location = await demo.request("textDocument/definition", where)  # in a thread
    assert location["uri"] == uri
    assert (await demo.execute("demo.workspace"))["texts"][uri] == demo.text(uri)


async def test_a_code_action_is_typed_but_for_diagnostics(demo: LspClient) -> None:
    odd = {"message": {"kind": "plaintext", "value": "x"}, "more": [1]}
    where = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}
    context = {"diagnostics": [odd], "only": ["quickfix"], "triggerKind": 2}
    params = {"textDocument": {"uri": "file:///a"}, "range": where, "context": context}
    (action,) = await demo.request("textDocument/codeAction", params)
    assert action["command"]["arguments"] == [{"only": ["quickfix"], "trigger": 2}, odd]


async def test_a_command_knows_the_token_that_it_is_followed_by(demo: LspClient) -> None:
    for token in ("mine", 7, None):
        params = {"command": "demo.token", "workDoneToken": token}
        assert await demo.request("workspace/executeCommand", params) == token
    assert await demo.execute("demo.token") is None


async def test_typed_commands_and_custom_methods_work(demo: LspClient) -> None:
    assert await demo.execute("demo.typed", {"line": 3, "character": 0}, "x", 1) == [3, "x", 1]
    assert await demo.request("demo/object", {"inner": {"value": [1]}}) == [1]


async def test_pygls_errors_go_out_as_they_are(demo: LspClient) -> None:
    with pytest.raises(LspError) as caught:
        await demo.execute("demo.modified")
    assert (caught.value.code, caught.value.message) == (-32801, "moved on")


async def test_workspace_folders_come_and_go(demo: LspClient) -> None:
    def event(added: list[str], removed: list[str]) -> dict[str, Any]:
        sides = {"added": added, "removed": removed}
        folders = {k: [{"uri": uri, "name": "n"} for uri in uris] for k, uris in sides.items()}
        return {"event": folders}

    demo.notify("workspace/didChangeWorkspaceFolders", event(["file:///a", "file:///b"], []))
    demo.notify("workspace/didChangeWorkspaceFolders", event([], ["file:///a", "file:///zz"]))
    assert (await demo.execute("demo.workspace"))["folders"] == ["file:///b"]


@pytest.mark.parametrize("result", [{}, 5, None])
async def test_a_malformed_reply_to_a_typed_question_is_an_error_not_silence(
    demo: LspClient, result: Any
) -> None:
    demo.on("workspace/applyEdit", lambda _params: result)
    assert await demo.execute("demo.edit", 10) == ["JsonRpcInvalidParams", -32602]


async def test_a_typed_question_gets_a_typed_reply(demo: LspClient) -> None:
    demo.on("workspace/applyEdit", lambda _params: {"applied": True})
    assert await demo.execute("demo.edit", 10) is True


async def test_progress_by_pygls_means_is_cancelled_and_forgotten(demo: LspClient) -> None:
    pending = demo.start_command("demo.pyglsProgress", "mine")
    await demo.wait_for(lambda: len(demo.progress("mine")) == 2)
    demo.notify("window/workDoneProgress/cancel", {"token": "mine"})
    assert await pending == []
    assert [value["kind"] for value in demo.progress("mine")] == ["begin", "report", "end"]


@pytest.mark.asyncio(loop_scope="function")
async def test_capabilities_that_are_not_offered_are_derived_by_pygls(spawn: Spawn) -> None:
    client = await spawn("--derived", capabilities=capabilities(["utf-32"]))
    offered = client.server["capabilities"]
    assert offered["positionEncoding"] == "utf-32"
    assert offered["textDocumentSync"] == {"openClose": True, "change": 2, "save": False}
    assert offered["hoverProvider"] is True
    assert "demo.typed" in offered["executeCommandProvider"]["commands"]
    seen = await client.execute("demo.workspace")
    assert (seen["encoding"], seen["applyEdit"]) == ("utf-32", True)
    assert await client.shutdown() == 0
