"""The session as pygls' protocol: typed handlers, commands and questions on the mended base.

Never on the way of a plain handler.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.progress import Progress
from pygls.protocol import LanguageServerProtocol

from flux_lsp.fronts.lsp.protocol import typed
from flux_lsp.fronts.lsp.protocol.errors import RpcError
from flux_lsp.fronts.lsp.protocol.greeting import initialize_result
from flux_lsp.fronts.lsp.protocol.incoming import Handler, State
from flux_lsp.fronts.lsp.protocol.messages import Id
from flux_lsp.fronts.lsp.protocol.outgoing import as_it_is
from flux_lsp.fronts.lsp.protocol.params import optional
from flux_lsp.fronts.lsp.protocol.session import Session, Token
from flux_lsp.fronts.lsp.protocol.workspace import DocumentsWorkspace

if TYPE_CHECKING:
    from flux_lsp.fronts.lsp.protocol.server import Server


class Protocol(Session, LanguageServerProtocol):  # type: ignore[misc]  # overrides on purpose
    """pygls' `LanguageServerProtocol` with `Session` in the place of what it does itself."""

    def __init__(self, server: Server, converter: Any) -> None:
        Session.__init__(self, server)
        self._builtin["workspace/didChangeWorkspaceFolders"] = self._change_folders
        LanguageServerProtocol.__init__(self, server, converter)
        self.progress = TidyProgress(self)

    def post(
        self,
        method: str,
        params: Any = None,
        *,
        read: Callable[[Any], Any] = as_it_is,
        fail: Callable[[RpcError], Exception] = typed.exception_of,
        request_id: Id | None = None,
    ) -> Future[Any]:
        """As the session's; an error reply raises pygls' `JsonRpcException`."""
        return super().post(method, params, read=read, fail=fail, request_id=request_id)

    def send_request(
        self,
        method: str,
        params: Any = None,
        callback: Callable[[Any], None] | None = None,
        msg_id: Id | None = None,
    ) -> Future[Any]:
        """Ask the client something and have the result structured, for pygls' typed methods."""
        read = partial(typed.structure_result, self, self.get_result_type(method))
        future = self.post(method, params, read=read, request_id=msg_id)
        if callback is not None:
            future.add_done_callback(lambda done: _call_back(done, callback))
        return future

    @property
    def workspace(self) -> DocumentsWorkspace:
        """The workspace of pygls: folders, and copies of the open documents."""
        if self.state is State.NEW:
            raise RuntimeError("no workspace before initialize")
        return self._folders

    @cached_property
    def _folders(self) -> DocumentsWorkspace:
        return DocumentsWorkspace(self.initialize_params, self.documents)

    @cached_property
    def client_capabilities(self) -> types.ClientCapabilities:  # type: ignore[override]
        """The client's capabilities as pygls has them; `capability` is the quick way."""
        data = self.initialize_params.get("capabilities")
        return typed.structure_capabilities(self, data, types.ClientCapabilities)

    @property
    def server_capabilities(self) -> types.ServerCapabilities:
        """The server's capabilities as pygls has them."""
        result = self._initialize_result()
        return typed.structure_capabilities(self, result["capabilities"], types.ServerCapabilities)

    def _register_builtin_features(self) -> None:
        for method, handler in self._builtin.items():
            self.fm.add_builtin_feature(method, handler)

    def _own_handler(self, method: str) -> Handler | None:
        own = super()._own_handler(method)
        feature = self.fm.features.get(method)
        if own is None and feature is not None:
            return partial(typed.call_feature, self, method, feature)
        return own

    def _execute(self, params: Any) -> Any:
        name = optional(params, "command", str) or ""
        command = self.fm.commands.get(name)
        if command is None:
            return super()._execute(params)
        arguments = optional(params, "arguments", list) or []
        return typed.call_command(self, name, command, arguments)

    def _initialize_result(self) -> dict[str, Any]:
        offer = self._host.offer
        if offer.capabilities is None:
            offer = offer._replace(capabilities=typed.build_capabilities(self))
        return initialize_result(offer, self.initialize_params)

    def _change_folders(self, params: Any) -> None:
        added, removed = (optional(params, f"event.{key}", list) for key in ("added", "removed"))
        self.workspace.change_folders(added or (), removed or ())

    def _cancel_progress(self, params: Any) -> None:
        super()._cancel_progress(params)
        token = params.get("token") if isinstance(params, dict) else None
        future = self.progress.tokens.get(token) if isinstance(token, str | int) else None
        if future is not None:
            future.cancel()

    def _set_trace(self, params: Any) -> None:
        super()._set_trace(params)
        self.trace = types.TraceValue(self.trace)

    def _failure(self, error: BaseException, method: str) -> RpcError:
        if isinstance(error, JsonRpcException):
            return RpcError(error.code, error.message, error.data)
        return super()._failure(error, method)

    def _plain(self, value: Any) -> Any:
        if not hasattr(value, "__attrs_attrs__"):
            return super()._plain(value)
        return self._converter.unstructure(value)


class TidyProgress(Progress):
    """pygls' progress, except that an ended token is forgotten."""

    def end(self, token: Token, value: types.WorkDoneProgressEnd) -> None:
        """Notify the end of work; the token may be used again afterwards."""
        super().end(token, value)
        self.tokens.pop(token, None)


def _call_back(future: Future[Any], callback: Callable[[Any], None]) -> None:
    if not future.cancelled() and future.exception() is None:
        callback(future.result())
