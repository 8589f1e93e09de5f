"""Sends what the server says and asks: notifications, its own requests; takes their replies.

Never blocks, and keeps nothing of a request that was answered, cancelled or lost.
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from typing import Any, NamedTuple, Protocol

from lsprotocol.types import ResponseError
from pygls.exceptions import JsonRpcException

from flux_lsp.fronts.lsp.protocol import messages
from flux_lsp.fronts.lsp.protocol.framing import frame
from flux_lsp.fronts.lsp.protocol.messages import Id, ResponseMessage
from flux_lsp.fronts.lsp.protocol.pacing import Pacer
from flux_lsp.fronts.lsp.protocol.params import BadParamsError

logger = logging.getLogger(__name__)

# Nobody waits for these; a client that is far behind does without them.
_DROPPABLE = {"window/logMessage", "$/logTrace", "telemetry/event"}


class Writer(Protocol):
    """Where messages go; must not block."""

    def write(self, data: bytes, *, droppable: bool = False) -> None:
        """Send `data` soon."""


class PendingRequest(NamedTuple):
    """Our own request under way."""

    future: Future[Any]
    read: Callable[[Any], Any] | None  # makes the result of what JSON has


class MessageSender:
    """The sending half of a session, and the receiving of replies."""

    def __init__(self) -> None:
        self.writer: Writer | None = None
        self._include_headers = True
        self._ids = itertools.count(1)
        self._pending: dict[Id, PendingRequest] = {}
        self._pacer: Pacer | None = None

    def set_writer(self, writer: Writer, include_headers: bool = True) -> None:
        """Send by this writer from now on; `include_headers` unless the transport frames messages."""
        self.writer = writer
        self._include_headers = include_headers

    def pace(self) -> None:
        """Keep what follows a reply apart from it from now on."""
        self._pacer = Pacer(lambda data, droppable: self._write(data, droppable=droppable))

    def notify(self, method: str, params: Any = None, *, droppable: bool | None = None) -> None:
        """Tell the client something; `droppable` if a slow client may miss it."""
        if droppable is None:
            droppable = method in _DROPPABLE or _is_report(method, params)
        self._send(messages.make_notification(method, params), droppable=droppable)

    def post(
        self,
        method: str,
        params: Any = None,
        *,
        read: Callable[[Any], Any] | None = None,
        request_id: Id | None = None,
    ) -> Future[Any]:
        """Ask the client something; the future is cancelled when the connection ends.

        Cancelling it tells the client, and a later answer is ignored. `read` makes the
        result of what JSON has or raises BadParamsError. An error reply raises `JsonRpcException`.
        """
        key = next(self._ids) if request_id is None else request_id
        data = self._encode(messages.make_request(key, method, params))
        future: Future[Any] = Future()
        self._pending[key] = PendingRequest(future, read)
        future.add_done_callback(lambda done: self._withdraw(key, done))
        self._pass_on(data)
        return future

    def hang_up(self) -> None:
        """End the connection: no answer will come, and nothing can be sent."""
        self.writer = None
        for request in list(self._pending.values()):
            request.future.cancel()

    def _withdraw(self, request_id: Id, future: Future[Any]) -> None:
        unanswered = self._pending.pop(request_id, None) is not None
        if unanswered and future.cancelled():
            self.notify("$/cancelRequest", {"id": request_id})

    def _settle(self, response: ResponseMessage) -> None:
        """Take in a reply of the client; ignores a late one."""
        # out of the table before it is done: what is done in the table is withdrawn
        request = None if response.id is None else self._pending.pop(response.id, None)
        if request is None:
            logger.debug("reply to no request: %r", response.id)
            return
        try:
            if response.error is not None:
                request.future.set_exception(make_exception(response.error))
            else:
                read = request.read
                request.future.set_result(read(response.result) if read else response.result)
        except BadParamsError as error:
            reason = f"unreadable reply: {error}"
            unreadable = {"code": messages.INVALID_PARAMS, "message": reason}
            request.future.set_exception(make_exception(unreadable))
        except InvalidStateError:  # cancelled by another thread just now
            logger.debug("late reply to %r", response.id)

    def _convert_value(self, value: Any) -> Any:
        """Convert a value that JSON does not know; TypeError if nothing can."""
        raise TypeError(f"{type(value).__name__} is not for sending")

    def _send(self, message: dict[str, Any], *, droppable: bool = False) -> None:
        self._pass_on(self._encode(message), droppable=droppable, is_reply="method" not in message)

    def _pass_on(self, data: bytes, *, droppable: bool = False, is_reply: bool = False) -> None:
        if self._pacer is None:
            self._write(data, droppable=droppable)
        else:
            self._pacer.send(data, droppable=droppable, is_reply=is_reply)

    def _encode(self, message: dict[str, Any]) -> bytes:
        body = messages.encode_body(message, self._convert_value)
        return frame(body) if self._include_headers else body

    def _write(self, data: bytes, *, droppable: bool = False) -> None:
        if self.writer is None:
            logger.debug("nobody to send to")
        else:
            self.writer.write(data, droppable=droppable)


def make_exception(error: dict[str, Any]) -> JsonRpcException:
    """Make pygls' exception from the error object of a reply."""
    code, data = error.get("code"), error.get("data")
    code = code if isinstance(code, int) else messages.INTERNAL_ERROR
    response = ResponseError(code, str(error.get("message", "")), data)
    exception: JsonRpcException = JsonRpcException.from_error(response)
    return exception


def _is_report(method: str, params: Any) -> bool:
    if method != "$/progress":
        return False
    value = params["value"] if isinstance(params, dict) else getattr(params, "value", None)
    kind = value.get("kind") if isinstance(value, dict) else getattr(value, "kind", None)
    return kind == "report"
