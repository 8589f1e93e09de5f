"""pygls' `LanguageServerProtocol` on the mended base: typed handlers, commands and requests.

Never lets a message through pygls' own reading, dispatch or writing.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from functools import cached_property, partial
from typing import Any

from lsprotocol import types
from pygls.progress import Progress
from pygls.protocol import LanguageServerProtocol

from flux_lsp.fronts.lsp.protocol import typed
from flux_lsp.fronts.lsp.protocol.builtin_methods import BuiltinMethods, Token
from flux_lsp.fronts.lsp.protocol.greeting import make_initialize_result
from flux_lsp.fronts.lsp.protocol.incoming import Handler, LifeStage
from flux_lsp.fronts.lsp.protocol.messages import Id
from flux_lsp.fronts.lsp.protocol.params import BadParamsError, get_optional
from flux_lsp.fronts.lsp.protocol.workspace import DocumentsWorkspace


class MendedProtocol(BuiltinMethods, LanguageServerProtocol):  # type: ignore[misc]  # overrides on purpose
    """The protocol that pygls' server, feature manager and progress use."""

    def __init__(self, server: Any, converter: Any) -> None:
        """`server` is pygls' `LanguageServer` and a `SessionOwner`."""
        BuiltinMethods.__init__(self, server)
        self._builtin["workspace/didChangeWorkspaceFolders"] = self._change_folders
        LanguageServerProtocol.__init__(self, server, converter)
        self.progress = TidyProgress(self)

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
        if self.stage is LifeStage.NEW:
            raise RuntimeError("no workspace before initialize")
        return self._folders

    @cached_property
    def _folders(self) -> DocumentsWorkspace:
        return DocumentsWorkspace(self.initialize_params, self.documents)

    @cached_property
    def client_capabilities(self) -> types.ClientCapabilities:  # type: ignore[override]
        """The client's capabilities as pygls has them; `get_capability` is the quick way."""
        data = self.initialize_params.get("capabilities")
        return typed.structure_capabilities(self, data, types.ClientCapabilities)

    @property
    def server_capabilities(self) -> types.ServerCapabilities:
        """The server's capabilities as pygls has them."""
        result = self._make_initialize_result()
        return typed.structure_capabilities(self, result["capabilities"], types.ServerCapabilities)

    def _register_builtin_features(self) -> None:
        for method, handler in self._builtin.items():
            self.fm.add_builtin_feature(method, handler)

    def _find_feature(self, method: str) -> Handler | None:
        feature = self.fm.features.get(method)
        return feature and partial(typed.call_feature, self, method, feature)

    def _call_command(self, name: str, arguments: list[Any]) -> Any:
        if (command := self.fm.commands.get(name)) is None:
            raise BadParamsError(f"no command {name!r}")
        return typed.call_command(self, name, command, arguments)

    def _make_initialize_result(self) -> dict[str, Any]:
        description = self._owner.description
        if description.capabilities is None:
            description = description._replace(capabilities=typed.build_capabilities(self))
        return make_initialize_result(description, self.initialize_params)

    def _change_folders(self, params: Any) -> None:
        added, removed = (
            get_optional(params, f"event.{key}", list) for key in ("added", "removed")
        )
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

    def _convert_value(self, value: Any) -> Any:
        if not hasattr(value, "__attrs_attrs__"):
            return super()._convert_value(value)
        return self._converter.unstructure(value)


class TidyProgress(Progress):
    """pygls' progress, except that it forgets an ended token."""

    def end(self, token: Token, value: types.WorkDoneProgressEnd) -> None:
        """Notify the end of work; the token may be used again afterwards."""
        super().end(token, value)
        self.tokens.pop(token, None)


def _call_back(future: Future[Any], callback: Callable[[Any], None]) -> None:
    if not future.cancelled() and future.exception() is None:
        callback(future.result())
