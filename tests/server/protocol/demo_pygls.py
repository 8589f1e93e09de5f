"""Handlers of the demo server as pygls has them: typed parameters, results, errors and threads."""

import asyncio
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from flux_lsp.fronts.lsp.protocol.server import MendedServer


def register(server: MendedServer) -> None:
    """Register everything."""
    _register_features(server)
    _register_commands(server)


def _register_features(server: MendedServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def hover(ls: MendedServer, params: types.HoverParams) -> types.Hover:
        document = ls.workspace.get_text_document(params.text_document.uri)
        return types.Hover(contents=document.lines[params.position.line])

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    @server.thread()
    def definition(params: types.DefinitionParams) -> types.Location:
        nowhere = types.Range(types.Position(0, 0), types.Position(0, 0))
        return types.Location(uri=params.text_document.uri, range=nowhere)

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION)
    def code_action(params: types.CodeActionParams) -> list[types.CodeAction]:
        context = params.context
        seen = {"only": context.only, "trigger": context.trigger_kind}
        command = types.Command("echo", "demo.echo", arguments=[seen, *context.diagnostics])
        return [types.CodeAction("Demo: echo", command=command)]

    @server.feature("demo/object")
    async def custom(params: Any) -> Any:
        return params.inner.value


def _register_commands(server: MendedServer) -> None:
    @server.command("demo.typed")
    async def typed(ls: MendedServer, position: types.Position, *rest: Any) -> Any:
        assert ls is server
        return [position.line, *rest]

    @server.command("demo.modified")
    def modified() -> None:
        raise JsonRpcException("moved on", code=-32801)

    @server.command("demo.edit")
    async def edit(seconds: float) -> Any:
        """Ask the client by pygls' typed method, with a time limit."""
        try:
            async with asyncio.timeout(seconds):
                empty = types.ApplyWorkspaceEditParams(types.WorkspaceEdit())
                return (await server.workspace_apply_edit_async(empty)).applied
        except TimeoutError:
            return "timeout"
        except JsonRpcException as error:
            return [type(error).__name__, error.code]

    @server.command("demo.pyglsProgress")
    async def progress(token: str) -> Any:
        """Work-done progress by pygls' means, until cancelled."""
        await server.work_done_progress.create_async(token)
        cancelled = asyncio.Event()
        loop = asyncio.get_running_loop()
        server.work_done_progress.tokens[token].add_done_callback(
            lambda _: loop.call_soon_threadsafe(cancelled.set)
        )
        server.work_done_progress.begin(token, types.WorkDoneProgressBegin(title="pygls"))
        server.work_done_progress.report(token, types.WorkDoneProgressReport(message="working"))
        await cancelled.wait()
        server.work_done_progress.end(token, types.WorkDoneProgressEnd())
        return list(server.work_done_progress.tokens)

    @server.command("demo.workspace")
    def workspace() -> Any:
        can = server.client_capabilities.workspace
        return {
            "folders": list(server.workspace.folders),
            "applyEdit": can and can.apply_edit,
            "encoding": server.server_capabilities.position_encoding,
            "texts": {uri: each.source for uri, each in server.workspace.text_documents.items()},
        }
