"""Handles what the client says and asks: state checks, dispatch, cancellation, and every reply.

Never lets a handler's failure out: a request gets an error reply, a notification a line in the log.
"""

from __future__ import annotations

import asyncio
import contextvars
import enum
import inspect
import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from pygls.exceptions import JsonRpcException

from flux_lsp.fronts.lsp.protocol import messages
from flux_lsp.fronts.lsp.protocol.framing import BadFrame
from flux_lsp.fronts.lsp.protocol.messages import (
    Id,
    MalformedMessage,
    NotificationMessage,
    RequestMessage,
    ResponseMessage,
)
from flux_lsp.fronts.lsp.protocol.outgoing import MessageSender
from flux_lsp.fronts.lsp.protocol.params import BadParamsError

logger = logging.getLogger(__name__)

Handler = Callable[[Any], Any]  # parameters as JSON has them → result, or an awaitable of it
_WhenDone = Callable[[Any, BaseException | None], None]


class LifeStage(enum.Enum):
    """The stage of a session's life."""

    NEW = "before initialize"
    RUNNING = "initialized"
    SHUT_DOWN = "after shutdown"
    OVER = "after exit"


class MessageReceiver(MessageSender):
    """The receiving half of a session. It calls `report` with what fails, and in which method."""

    def __init__(self, report: Callable[[Exception, str], None]) -> None:
        super().__init__()
        self.stage = LifeStage.NEW
        self._report = report
        self._ctx_msg_id: contextvars.ContextVar[Id | None] = contextvars.ContextVar(
            "msg_id", default=None
        )
        self._builtin: dict[str, Handler] = {}
        self._running: dict[Id, asyncio.Future[Any]] = {}  # requests being worked on
        self._unwanted: set[Id] = set()  # of these, the ones the client cancelled
        self._background: set[asyncio.Future[Any]] = set()  # notifications being worked on

    @property
    def msg_id(self) -> Id | None:
        """The id of the request under way here; None in a notification."""
        return self._ctx_msg_id.get()

    def receive(self, body: bytes | BadFrame) -> None:
        """Take in one message as it came over the connection."""
        if isinstance(body, BadFrame):
            self._refuse_malformed(MalformedMessage(None, messages.INVALID_REQUEST, body.reason))
        else:
            self.dispatch(messages.read_message(body))

    def dispatch(self, message: messages.Message) -> None:
        """Take in one message that has been read already."""
        if self.stage is LifeStage.OVER:
            return
        match message:
            case RequestMessage():
                # each in a context of its own, for `msg_id`
                contextvars.copy_context().run(self._serve_request, message)
            case NotificationMessage():
                self._serve_notification(message)
            case ResponseMessage():
                self._settle(message)
            case MalformedMessage():
                self._refuse_malformed(message)

    def _refuse_malformed(self, malformed: MalformedMessage) -> None:
        logger.warning("malformed message: %s", malformed.reason)
        if malformed.id in self._pending:  # a reply that says nothing
            failure = {"code": malformed.code, "message": malformed.reason}
            self._settle(ResponseMessage(malformed.id, None, failure))
        else:
            self._send(messages.make_error(malformed.id, malformed.code, malformed.reason))

    def _serve_request(self, request: RequestMessage) -> None:
        self._ctx_msg_id.set(request.id)
        done = partial(self._send_reply, request)
        if (refusal := self._find_refusal(request)) is not None:
            self._send(refusal)
            return
        handler = self._find_handler(request.method)
        if handler is None:
            reason = f"Method not found: {request.method}"
            self._send(messages.make_error(request.id, messages.METHOD_NOT_FOUND, reason))
        elif (task := self._run(handler, request.params, done)) is not None:
            self._running[request.id] = task

    def _find_refusal(self, request: RequestMessage) -> dict[str, Any] | None:
        starts = request.method == "initialize"
        if self.stage is LifeStage.NEW and not starts:
            return messages.make_error(request.id, messages.NOT_INITIALIZED, "not initialized yet")
        if self.stage is LifeStage.SHUT_DOWN:
            return messages.make_error(request.id, messages.INVALID_REQUEST, "shut down already")
        if self.stage is LifeStage.RUNNING and starts:
            return messages.make_error(request.id, messages.INVALID_REQUEST, "initialized already")
        if request.id in self._running:
            return messages.make_error(request.id, messages.INVALID_REQUEST, "this id is in use")
        return None

    def _serve_notification(self, note: NotificationMessage) -> None:
        if note.method != "exit" and self.stage is not LifeStage.RUNNING:
            logger.debug("%s %s: ignored", note.method, self.stage.value)
        elif note.method == "$/cancelRequest":
            self._cancel(note.params.get("id") if isinstance(note.params, dict) else None)
        elif (handler := self._find_handler(note.method)) is not None:
            task = self._run(handler, note.params, partial(self._log_failure, note.method))
            if task is not None:
                self._background.add(task)
                task.add_done_callback(self._background.discard)
        elif not note.method.startswith("$/"):
            logger.info("no handler for the notification %s", note.method)

    def _cancel(self, request_id: Any) -> None:
        task = self._running.get(request_id) if isinstance(request_id, str | int) else None
        if task is None:
            logger.debug("nothing to cancel under %r", request_id)
        else:
            self._unwanted.add(request_id)
            task.cancel()

    def _find_handler(self, method: str) -> Handler | None:
        handlers = [
            handler
            for handler in (self._builtin.get(method), self._find_feature(method))
            if handler is not None
        ]
        if len(handlers) < 2:
            return handlers[0] if handlers else None
        return partial(_run_both, *handlers)

    def _find_feature(self, method: str) -> Handler | None:
        """Find the handler that the server registered; takes parameters as JSON has them."""
        raise NotImplementedError

    def _run(self, handler: Handler, params: Any, done: _WhenDone) -> asyncio.Future[Any] | None:
        """Run a handler and call `done`; returns the future of a handler that takes its time."""
        try:
            value = handler(params)
        except Exception as error:  # noqa: BLE001  # the edge around each message
            done(None, error)
            return None
        if not inspect.isawaitable(value):
            done(value, None)
            return None
        task = asyncio.ensure_future(value)
        task.add_done_callback(lambda finished: done(*_read_outcome(finished)))
        return task

    def _send_reply(self, request: RequestMessage, value: Any, error: BaseException | None) -> None:
        self._running.pop(request.id, None)
        if error is None:
            error = self._send_result(request.id, value)
        if isinstance(error, asyncio.CancelledError):
            error = self._describe_cancellation(request.id)
        self._unwanted.discard(request.id)
        if error is not None:
            failure = self._convert_failure(error, request.method)
            self._send(messages.make_error(request.id, failure.code, failure.message, failure.data))

    def _describe_cancellation(self, request_id: Id) -> JsonRpcException:
        if request_id in self._unwanted:
            return JsonRpcException("Request cancelled", messages.REQUEST_CANCELLED)
        return JsonRpcException("The server gave this request up", messages.SERVER_CANCELLED)

    def _send_result(self, request_id: Id, value: Any) -> BaseException | None:
        try:
            self._send(messages.make_result(request_id, value))
        except (TypeError, ValueError, RecursionError) as no_json:
            return no_json
        return None

    def _convert_failure(self, error: BaseException, method: str) -> JsonRpcException:
        """Convert what a handler raised into an error reply."""
        if isinstance(error, JsonRpcException):
            return error
        if isinstance(error, BadParamsError):
            return JsonRpcException(str(error), messages.INVALID_PARAMS)
        if isinstance(error, Exception):
            self._report(error, method)
        # neither the text nor the traceback: both may quote what only the log should hold
        reason = f"Internal error: {type(error).__name__}"
        return JsonRpcException(reason, messages.INTERNAL_ERROR)

    def _log_failure(self, method: str, _value: Any, error: BaseException | None) -> None:
        if isinstance(error, BadParamsError):
            logger.warning("%s ignored: %s", method, error)
        elif isinstance(error, Exception):
            self._report(error, method)


def _read_outcome(task: asyncio.Future[Any]) -> tuple[Any, BaseException | None]:
    if task.cancelled():
        return None, asyncio.CancelledError()
    error = task.exception()
    return (None, error) if error is not None else (task.result(), None)


def _run_both(builtin: Handler, own: Handler, params: Any) -> Any:
    """Run the builtin and the server's own handler; returns the builtin's result."""
    value = builtin(params)
    return run_after(own(params), lambda: value)


def run_after(first: Any, then: Callable[[], Any]) -> Any:
    """Call `then()`, once `first` is over if that is awaitable."""

    async def wait() -> Any:
        await first
        return then()

    return wait() if inspect.isawaitable(first) else then()
