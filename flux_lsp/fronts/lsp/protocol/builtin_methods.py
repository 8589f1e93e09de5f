"""The methods every server has: life cycle, documents, commands and progress.

Takes parameters as JSON has them: documents are changed without a detour. Knows nothing of what a
server does.
"""

from __future__ import annotations

import contextvars
from collections.abc import Callable
from typing import Any, Protocol

from flux_lsp.fronts.lsp.protocol.documents import LineDocuments
from flux_lsp.fronts.lsp.protocol.greeting import ServerDescription, make_initialize_result
from flux_lsp.fronts.lsp.protocol.incoming import Handler, LifeStage, MessageReceiver, run_after
from flux_lsp.fronts.lsp.protocol.messages import RequestMessage
from flux_lsp.fronts.lsp.protocol.params import BadParamsError, get_optional, require
from flux_lsp.fronts.lsp.protocol.positions import negotiate

Token = str | int  # of work-done progress


class SessionOwner(Protocol):
    """The server, as far as its session needs it."""

    description: ServerDescription

    def report_error(self, error: Exception, method: str) -> None:
        """Report that a handler failed."""

    def watch_process(self, process_id: int) -> None:
        """Watch this process, which is the client's."""

    def stop(self, code: int | None = None) -> None:
        """End the session, as the client asked."""


class BuiltinMethods(MessageReceiver):
    """What a session does by itself; `documents` holds the open documents."""

    def __init__(self, server: SessionOwner) -> None:
        super().__init__(server.report_error)
        self._owner = server
        self.documents = LineDocuments()
        self.initialize_params: dict[str, Any] = {}
        self.trace: Any = "off"
        self.cancellable: dict[Token, Callable[[], object]] = {}  # work that may be cancelled
        self._token: contextvars.ContextVar[Token | None] = contextvars.ContextVar(
            "work_done_token", default=None
        )
        self._builtin = {
            "initialize": self._initialize,
            "initialized": lambda _: None,
            "shutdown": self._shut_down,
            "exit": self._exit,
            "textDocument/didOpen": self._open_document,
            "textDocument/didChange": self._change_document,
            "textDocument/didClose": self._close_document,
            "workspace/executeCommand": self._execute_command,
            "window/workDoneProgress/cancel": self._cancel_progress,
            "$/setTrace": self._set_trace,
        }

    @property
    def work_done_token(self) -> Token | None:
        """The token by which the client follows the command that runs here; None if it does not."""
        return self._token.get()

    def get_capability(self, path: str) -> Any:
        """Return what the client's capabilities say at a dotted path, None if nothing."""
        value: Any = self.initialize_params.get("capabilities")
        for key in path.split("."):
            value = value.get(key) if isinstance(value, dict) else None
        return value

    def resume(self, initialize: RequestMessage) -> None:
        """Go on after an `initialize` that has its reply already."""
        self._note_client(initialize.params)
        if (handler := self._find_feature("initialize")) is not None:
            self._run(
                handler,
                initialize.params,
                lambda value, error: self._log_failure("initialize", value, error),
            )

    def cancel_running(self) -> None:
        """Cancel every request under way."""
        for task in list(self._running.values()):
            task.cancel()

    def _find_handler(self, method: str) -> Handler | None:
        # its own handler runs before the reply is made, since it may still register features
        return self._initialize if method == "initialize" else super()._find_handler(method)

    def _call_command(self, name: str, arguments: list[Any]) -> Any:
        """Return the result of a registered command, or an awaitable of it."""
        raise NotImplementedError

    def _initialize(self, params: Any) -> Any:
        if not isinstance(params, dict):
            raise BadParamsError("initialize takes an object")
        self._note_client(params)
        handler = self._find_feature("initialize")
        return run_after(handler(params) if handler else None, self._make_initialize_result)

    def _note_client(self, params: dict[str, Any]) -> None:
        self.initialize_params = params
        self.stage = LifeStage.RUNNING
        capabilities = params.get("capabilities")
        self.documents.encoding = negotiate(capabilities if isinstance(capabilities, dict) else {})
        process_id = params.get("processId")
        if isinstance(process_id, int):
            self._owner.watch_process(process_id)

    def _make_initialize_result(self) -> dict[str, Any]:
        return make_initialize_result(self._owner.description, self.initialize_params)

    def _shut_down(self, _params: Any) -> None:
        self.stage = LifeStage.SHUT_DOWN
        self.cancel_running()

    def _exit(self, _params: Any) -> None:
        self._owner.stop()
        self.stage = LifeStage.OVER

    def _open_document(self, params: Any) -> None:
        self.documents.open_document(params)

    def _change_document(self, params: Any) -> None:
        if self.documents.change_document(params) is None:
            raise BadParamsError("the document is not open")

    def _close_document(self, params: Any) -> None:
        if self.documents.close_document(params) is None:
            raise BadParamsError("the document is not open")

    def _execute_command(self, params: Any) -> Any:
        name = require(params, "command", str)
        arguments = get_optional(params, "arguments", list) or []
        token = params.get("workDoneToken")
        self._token.set(token if isinstance(token, str | int) else None)
        return self._call_command(name, arguments)

    def _cancel_progress(self, params: Any) -> None:
        token = params.get("token") if isinstance(params, dict) else None
        cancel = self.cancellable.pop(token, None) if isinstance(token, str | int) else None
        if cancel is not None:
            cancel()

    def _set_trace(self, params: Any) -> None:
        value = require(params, "value", str)
        if value not in ("off", "messages", "verbose"):
            raise BadParamsError(f"no trace value {value!r}")
        self.trace = value
