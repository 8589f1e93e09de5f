"""A session with one client: life cycle, documents, commands and progress.

Knows nothing of what a server does, and takes and gives everything as JSON has it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flux_lsp.fronts.lsp.protocol.documents import Documents
from flux_lsp.fronts.lsp.protocol.greeting import initialize_result
from flux_lsp.fronts.lsp.protocol.incoming import Handler, Incoming, State, after
from flux_lsp.fronts.lsp.protocol.messages import Request
from flux_lsp.fronts.lsp.protocol.params import BadParamsError, need, optional
from flux_lsp.fronts.lsp.protocol.positions import negotiate

if TYPE_CHECKING:
    from flux_lsp.fronts.lsp.protocol.plain import PlainServer

Token = str | int  # of work-done progress


class Session(Incoming):
    """The methods every server has. `documents` holds what is open."""

    def __init__(self, server: PlainServer) -> None:
        super().__init__(server.report_error)
        self._host = server
        self.documents = Documents()
        self.initialize_params: dict[str, Any] = {}
        self.trace: Any = "off"
        self.cancellable: dict[Token, Callable[[], object]] = {}  # work that may be cancelled
        self._commands: dict[str, Callable[[list[Any]], Any]] = {}
        self._builtin = {
            "initialize": self._initialize,
            "initialized": lambda _: None,
            "shutdown": self._shut_down,
            "exit": self._exit,
            "textDocument/didOpen": self._did_open,
            "textDocument/didChange": self._did_change,
            "textDocument/didClose": self._did_close,
            "workspace/executeCommand": self._execute,
            "window/workDoneProgress/cancel": self._cancel_progress,
            "$/setTrace": self._set_trace,
        }

    def on_command(self, name: str, handler: Callable[[list[Any]], Any]) -> None:
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
        if isinstance(process_id, int):
            self._host.watch_process(process_id)

    def _initialize_result(self) -> dict[str, Any]:
        return initialize_result(self._host.offer, self.initialize_params)

    def _shut_down(self, _params: Any) -> None:
        self.state = State.SHUT_DOWN
        self.cancel_running()

    def _exit(self, _params: Any) -> None:
        self._host.stop()
        self.state = State.OVER

    def _did_open(self, params: Any) -> None:
        self.documents.did_open(params)

    def _did_change(self, params: Any) -> None:
        if self.documents.did_change(params) is None:
            raise BadParamsError("the document is not open")

    def _did_close(self, params: Any) -> None:
        if self.documents.did_close(params) is None:
            raise BadParamsError("the document is not open")

    def _execute(self, params: Any) -> Any:
        name = need(params, "command", str)
        arguments = optional(params, "arguments", list) or []
        if (command := self._commands.get(name)) is None:
            raise BadParamsError(f"no command {name!r}")
        return command(arguments)

    def _cancel_progress(self, params: Any) -> None:
        token = params.get("token") if isinstance(params, dict) else None
        cancel = self.cancellable.pop(token, None) if isinstance(token, str | int) else None
        if cancel is not None:
            cancel()

    def _set_trace(self, params: Any) -> None:
        value = need(params, "value", str)
        if value not in ("off", "messages", "verbose"):
            raise BadParamsError(f"no trace value {value!r}")
        self.trace = value
