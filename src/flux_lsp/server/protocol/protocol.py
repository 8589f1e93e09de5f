"""pygls' language server protocol with its faults mended: the methods every server has.

Knows nothing of what a server does. Handlers are pygls' own (typed parameters, by decorator) or
plain ones, which take parameters and return results as JSON has them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lsprotocol.types import TraceValue

from flux_lsp.server.protocol.documents import Documents
from flux_lsp.server.protocol.greeting import initialize_result
from flux_lsp.server.protocol.incoming import Handler, Incoming, State, after
from flux_lsp.server.protocol.messages import Request
from flux_lsp.server.protocol.params import BadParamsError, need, optional
from flux_lsp.server.protocol.positions import negotiate
from flux_lsp.server.protocol.progress import TidyProgress
from flux_lsp.server.protocol.typed import (
    build_capabilities,
    call_command,
    structure_capabilities,
)
from flux_lsp.server.protocol.workspace import DocumentsWorkspace

if TYPE_CHECKING:
    from lsprotocol import types

    from flux_lsp.server.protocol.server import Server


class Protocol(Incoming):
    """Life cycle, documents, commands and progress. `documents` holds what is open."""

    _server: Server

    def __init__(self, server: Server, converter: Any) -> None:
        super().__init__(server, converter)
        self.documents = Documents()
        self.initialize_params: dict[str, Any] = {}
        self.progress = TidyProgress(self)
        self._commands: dict[str, Callable[[list[Any]], Any]] = {}

    def plain_command(self, name: str, handler: Callable[[list[Any]], Any]) -> None:
        """Have the command `name` run by `handler(arguments)`; sync or async."""
        self._commands[name] = handler

    def capability(self, path: str) -> Any:
        """What the client says at a dotted path of its capabilities; None when nothing."""
        value: Any = self.initialize_params.get("capabilities")
        for key in path.split("."):
            value = value.get(key) if isinstance(value, dict) else None
        return value

    def resume(self, initialize: Request) -> None:
        """Go on after an `initialize` that has its reply already."""
        self._take_in(initialize.params)
        if (own := self._own_handler("initialize")) is not None:
            self._run(own, initialize.params, lambda _, error: self._noted("initialize", _, error))

    def cancel_running(self) -> None:
        """Give up every request that is being worked on."""
        for task in list(self._running.values()):
            task.cancel()

    @property
    def workspace(self) -> DocumentsWorkspace:
        """Pygls' workspace: folders, and copies of the open documents."""
        if self.state is State.NEW:
            raise RuntimeError("no workspace before initialize")
        return self._folders

    @cached_property
    def _folders(self) -> DocumentsWorkspace:
        return DocumentsWorkspace(self.initialize_params, self.documents)

    @cached_property
    def client_capabilities(self) -> types.ClientCapabilities:  # type: ignore[override]
        """The client's capabilities as pygls has them; `capability` is the quick way."""
        from lsprotocol.types import ClientCapabilities

        data = self.initialize_params.get("capabilities")
        return structure_capabilities(self, data, ClientCapabilities)

    @property
    def server_capabilities(self) -> types.ServerCapabilities:
        """The server's capabilities as pygls has them."""
        from lsprotocol.types import ServerCapabilities

        result = self._initialize_result()
        return structure_capabilities(self, result["capabilities"], ServerCapabilities)

    def _register_builtin_features(self) -> None:
        builtins: dict[str, Handler] = {
            "initialize": self._initialize,
            "initialized": lambda _: None,
            "shutdown": self._shut_down,
            "exit": self._exit,
            "textDocument/didOpen": self._did_open,
            "textDocument/didChange": self._did_change,
            "textDocument/didClose": self._did_close,
            "workspace/didChangeWorkspaceFolders": self._change_folders,
            "workspace/executeCommand": self._execute,
            "window/workDoneProgress/cancel": self._cancel_progress,
            "$/setTrace": self._set_trace,
        }
        for method, handler in builtins.items():
            self.fm.add_builtin_feature(method, handler)

    def _handler(self, method: str) -> Handler | None:
        # its own handler runs before the reply is made, since it may still register features
        return self._initialize if method == "initialize" else super()._handler(method)

    def _initialize(self, params: Any) -> Any:
        if not isinstance(params, dict):
            raise BadParamsError("initialize takes an object")
        self._take_in(params)
        own = self._own_handler("initialize")
        return after(own(params) if own else None, self._initialize_result)

    def _take_in(self, params: dict[str, Any]) -> None:
        self.initialize_params = params
        self.state = State.RUNNING
        capabilities = params.get("capabilities")
        self.documents.encoding = negotiate(capabilities if isinstance(capabilities, dict) else {})
        process_id = params.get("processId")
        self._server.process_id = process_id if isinstance(process_id, int) else None
        self._server.watch_parent()

    def _initialize_result(self) -> dict[str, Any]:
        offer = self._server.offer
        if offer.capabilities is None:
            offer = offer._replace(capabilities=build_capabilities(self))
        return initialize_result(offer, self.initialize_params)

    def _shut_down(self, _params: Any) -> None:
        self.state = State.SHUT_DOWN
        self.cancel_running()

    def _exit(self, _params: Any) -> None:
        self._server.stop()
        self.state = State.OVER

    def _did_open(self, params: Any) -> None:
        self.documents.did_open(params)

    def _did_change(self, params: Any) -> None:
        if self.documents.did_change(params) is None:
            raise BadParamsError("the document is not open")

    def _did_close(self, params: Any) -> None:
        if self.documents.did_close(params) is None:
            raise BadParamsError("the document is not open")

    def _change_folders(self, params: Any) -> None:
        added, removed = (optional(params, f"event.{key}", list) for key in ("added", "removed"))
        self.workspace.change_folders(added or (), removed or ())

    def _execute(self, params: Any) -> Any:
        name = need(params, "command", str)
        arguments = optional(params, "arguments", list) or []
        if (plain := self._commands.get(name)) is not None:
            return plain(arguments)
        if (command := self.fm.commands.get(name)) is not None:
            return call_command(self, name, command, arguments)
        raise BadParamsError(f"no command {name!r}")

    def _cancel_progress(self, params: Any) -> None:
        token = params.get("token") if isinstance(params, dict) else None
        future = self.progress.tokens.get(token) if isinstance(token, str | int) else None
        if future is not None:
            future.cancel()

    def _set_trace(self, params: Any) -> None:
        value = need(params, "value", str)
        if value not in ("off", "messages", "verbose"):
            raise BadParamsError(f"no trace value {value!r}")
        self.trace = TraceValue(value)
