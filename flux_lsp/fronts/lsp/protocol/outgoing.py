"""What the server says and asks: notifications, requests of its own, and the replies to them.

Never blocks, and keeps nothing of a request that is answered, cancelled or lost.
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from typing import Any, NamedTuple, Protocol

from flux_lsp.fronts.lsp.protocol import messages
from flux_lsp.fronts.lsp.protocol.errors import RpcError
from flux_lsp.fronts.lsp.protocol.framing import frame
from flux_lsp.fronts.lsp.protocol.messages import Id, Response
from flux_lsp.fronts.lsp.protocol.params import BadParamsError

logger = logging.getLogger(__name__)

# Nobody waits for these; a client that is far behind does without them.
_DROPPABLE = {"window/logMessage", "$/logTrace", "telemetry/event"}


class Writer(Protocol):
    """Where messages go; must not block."""

    def write(self, data: bytes, *, droppable: bool = False) -> None:
        """Send `data` some time."""


def as_it_is(value: Any) -> Any:
    """`value`: what needs no reading."""
    return value


class Question(NamedTuple):
    """A request of ours on its way."""

    future: Future[Any]
    read: Callable[[Any], Any]  # makes the result of what JSON has
    fail: Callable[[RpcError], Exception]  # makes the exception of an error reply


class Outgoing:
    """The sending half of a session, and the receiving of replies."""

    def __init__(self) -> None:
        self.writer: Writer | None = None
        self._include_headers = True
        self._ids = itertools.count(1)
        self._asked: dict[Id, Question] = {}

    def set_writer(self, writer: Writer, include_headers: bool = True) -> None:
        """Send from now on by this writer; `include_headers` unless messages are framed anyhow."""
        self.writer = writer
        self._include_headers = include_headers

    def notify(self, method: str, params: Any = None, *, droppable: bool | None = None) -> None:
        """Tell the client something; `droppable` if it may be left out for a slow client."""
        if droppable is None:
            droppable = method in _DROPPABLE or _is_report(method, params)
        self._send(messages.notification(method, params), droppable=droppable)

    def post(
        self,
        method: str,
        params: Any = None,
        *,
        read: Callable[[Any], Any] = as_it_is,
        fail: Callable[[RpcError], Exception] = as_it_is,
        request_id: Id | None = None,
    ) -> Future[Any]:
        """Ask the client something; the future is cancelled when the connection ends.

        Cancelling it tells the client, and whatever that still answers is ignored. `read` makes the
        result of what JSON has or raises BadParamsError; `fail` the exception of an `RpcError`.
        """
        key = next(self._ids) if request_id is None else request_id
        data = self._encode(messages.request(key, method, params))
        future: Future[Any] = Future()
        self._asked[key] = Question(future, read, fail)
        future.add_done_callback(lambda done: self._withdraw(key, done))
        self._write(data)
        return future

    def hang_up(self) -> None:
        """The connection is over: nothing will be answered any more, nothing can be said."""
        self.writer = None
        for question in list(self._asked.values()):
            question.future.cancel()

    def _withdraw(self, request_id: Id, future: Future[Any]) -> None:
        unanswered = self._asked.pop(request_id, None) is not None
        if unanswered and future.cancelled():
            self.notify("$/cancelRequest", {"id": request_id})

    def _settle(self, response: Response) -> None:
        """Take in a reply of the client's; a late one is ignored."""
        # out of the table before it is done: what is done in the table is withdrawn
        question = None if response.id is None else self._asked.pop(response.id, None)
        if question is None:
            logger.debug("reply to no request: %r", response.id)
            return
        try:
            if response.error is not None:
                question.future.set_exception(question.fail(RpcError.of(response.error)))
            else:
                question.future.set_result(question.read(response.result))
        except BadParamsError as error:
            unreadable = RpcError(messages.INVALID_PARAMS, f"unreadable reply: {error}")
            question.future.set_exception(question.fail(unreadable))
        except InvalidStateError:  # cancelled by another thread just now
            logger.debug("late reply to %r", response.id)

    def _plain(self, value: Any) -> Any:
        """What JSON has for a value it does not know; TypeError if nothing."""
        raise TypeError(f"{type(value).__name__} is not for sending")

    def _send(self, message: dict[str, Any], *, droppable: bool = False) -> None:
        self._write(self._encode(message), droppable=droppable)

    def _encode(self, message: dict[str, Any]) -> bytes:
        body = messages.encode(message, self._plain)
        return frame(body) if self._include_headers else body

    def _write(self, data: bytes, *, droppable: bool = False) -> None:
        if self.writer is None:
            logger.debug("nobody to send to")
        else:
            self.writer.write(data, droppable=droppable)


def _is_report(method: str, params: Any) -> bool:
    if method != "$/progress":
        return False
    value = params["value"] if isinstance(params, dict) else getattr(params, "value", None)
    kind = value.get("kind") if isinstance(value, dict) else getattr(value, "kind", None)
    return kind == "report"
