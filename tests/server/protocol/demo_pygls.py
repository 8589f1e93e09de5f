"""The demo server as a pygls server, with handlers written for pygls beside the plain ones."""

import asyncio
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from flux_lsp.fronts.lsp.protocol.greeting import Offer
from flux_lsp.fronts.lsp.protocol.server import Server
from tests.server.protocol.demo_handlers import register


def build(offer: Offer, watch: float) -> Server:
    server = Server(offer, parent_watch_seconds=watch)
    register(server, errors=JsonRpcException)
    _features(server)
    _commands(server)
    return server


def _features(server: Server) -> None:
    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def hover(ls: Server, params: types.HoverParams) -> types.Hover:
        document = ls.workspace.get_text_document(params.text_document.uri)
        return types.Hover(contents=document.lines[params.position.line])

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    @server.thread()
    def definition(params: types.DefinitionParams) -> types.Location:
        nowhere = types.Range(types.Position(0, 0), types.Position(0, 0))
        return types.Location(uri=params.text_document.uri, range=nowhere)

    @server.feature("demo/object")
    async def custom(params: Any) -> Any:
        return params.inner.value


def _commands(server: Server) -> None:
    @server.command("demo.typed")
    async def typed(ls: Server, position: types.Position, *rest: Any) -> Any:
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
