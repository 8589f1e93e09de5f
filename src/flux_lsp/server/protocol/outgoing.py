"""What the server says and asks: notifications, requests of its own, and the replies to them.

Never blocks, and keeps nothing of a request that is answered, cancelled or lost.
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from typing import Any, Protocol

from lsprotocol.types import ResponseError
from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams
from pygls.protocol import LanguageServerProtocol

from flux_lsp.server.protocol import messages
from flux_lsp.server.protocol.framing import frame
from flux_lsp.server.protocol.messages import Id, Response
from flux_lsp.server.protocol.typed import UNSTRUCTURABLE

logger = logging.getLogger(__name__)

# Nobody waits for these; a client that is far behind does without them.
_DROPPABLE = {"window/logMessage", "$/logTrace", "telemetry/event"}


class Writer(Protocol):
    """Where messages go; must not block."""

    def write(self, data: bytes, *, droppable: bool = False) -> None:
        """Send `data` some time."""


class Outgoing(LanguageServerProtocol):
    """The sending half of the protocol, and the receiving of replies."""

    writer: Writer | None  # type: ignore[assignment]  # pygls' may block, so ours says more

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._ids = itertools.count(1)

    def notify(self, method: str, params: Any = None, *, droppable: bool | None = None) -> None:
        """Tell the client something; `droppable` if it may be left out for a slow client."""
        if droppable is None:
            droppable = method in _DROPPABLE or _is_report(method, params)
        self._send_data(messages.notification(method, params), droppable=droppable)

    def post(
        self,
        method: str,
        params: Any = None,
        *,
        result_type: Any = None,
        msg_id: Id | None = None,
    ) -> Future[Any]:
        """Ask the client something. The result is as JSON has it unless `result_type` is given.

        Cancelling the future tells the client, and whatever it still answers is ignored. An error
        reply raises `JsonRpcException`; a connection that ends cancels.
        """
        request_id = next(self._ids) if msg_id is None else msg_id
        data = self._encode(messages.request(request_id, method, params))
        future: Future[Any] = Future()
        self._request_futures[request_id] = future
        self._result_types[request_id] = result_type
        future.add_done_callback(lambda done: self._asked_and_done(request_id, done))
        self._write(data)
        return future

    def send_request(
        self,
        method: str,
        params: Any = None,
        callback: Callable[[Any], None] | None = None,
        msg_id: Id | None = None,
    ) -> Future[Any]:
        """`post` as pygls' typed methods need it: the result is structured."""
        result_type = self.get_result_type(method)
        future = self.post(method, params, result_type=result_type, msg_id=msg_id)
        if callback is not None:
            future.add_done_callback(lambda done: _call_back(done, callback))
        return future

    def set_writer(  # type: ignore[override]  # as `writer`
        self, writer: Writer, include_headers: bool = True
    ) -> None:
        """Send from now on by this writer; `include_headers` unless messages are framed anyhow."""
        self.writer = writer
        self._include_headers = include_headers

    def hang_up(self) -> None:
        """The connection is over: nothing will be answered any more, nothing can be said."""
        self.writer = None
        for future in list(self._request_futures.values()):
            future.cancel()

    def _asked_and_done(self, request_id: Id, future: Future[Any]) -> None:
        forgotten = self._request_futures.pop(request_id, None) is None
        self._result_types.pop(request_id, None)
        if future.cancelled() and not forgotten:
            self.notify("$/cancelRequest", {"id": request_id})

    def _settle(self, response: Response) -> None:
        """Take in a reply of the client's; a late one is ignored."""
        if response.id is None or response.id not in self._request_futures:
            logger.debug("reply to no request: %r", response.id)
            return
        result_type = self._result_types.pop(response.id, None)
        # out of the table before it is done: what is done in the table tells the client to stop
        future = self._request_futures.pop(response.id)
        try:
            if response.error is not None:
                future.set_exception(_exception(response.error))
            else:
                future.set_result(self._structure_result(response, result_type))
        except JsonRpcInvalidParams as unreadable:
            future.set_exception(unreadable)
        except InvalidStateError:  # cancelled by another thread just now
            logger.debug("late reply to %r", response.id)

    def _structure_result(self, response: Response, result_type: Any) -> Any:
        if result_type is None:
            return response.result
        reply = messages.result(response.id or 0, response.result)
        try:
            return self._converter.structure(reply, result_type).result
        except UNSTRUCTURABLE as error:
            raise JsonRpcInvalidParams("the client's reply is not what was asked for") from error

    def _send_data(self, data: Any, *, droppable: bool = False) -> None:
        self._write(self._encode(data), droppable=droppable)

    def _serialize_message(self, data: Any) -> Any:
        """What JSON does not know: lsprotocol's classes. Anything else raises TypeError."""
        if not hasattr(data, "__attrs_attrs__"):
            raise TypeError(f"{type(data).__name__} is not for sending")
        return self._converter.unstructure(data)

    def _encode(self, data: Any) -> bytes:
        body = messages.encode(data, self._serialize_message)
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


def _exception(error: dict[str, Any]) -> JsonRpcException:
    code, message = error.get("code"), str(error.get("message", ""))
    number = code if isinstance(code, int) else messages.INTERNAL_ERROR
    exception: JsonRpcException = JsonRpcException.from_error(
        ResponseError(number, message, error.get("data"))
    )
    return exception


def _call_back(future: Future[Any], callback: Callable[[Any], None]) -> None:
    if not future.cancelled() and future.exception() is None:
        callback(future.result())
