"""JSON-RPC messages as plain values: reads them from bodies, and makes bodies from them.

Never structures parameters: they stay as JSON has them, so that data which looks like a message
(a nested "jsonrpc" key) stays data. Stdlib only.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from flux_lsp.fronts.lsp.protocol.framing import frame

PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
INTERNAL_ERROR = -32603
NOT_INITIALIZED = -32002
REQUEST_CANCELLED = -32800
SERVER_CANCELLED = -32802

Id = str | int


class RequestMessage(NamedTuple):
    """A request, which wants a reply under `id`."""

    id: Id
    method: str
    params: Any


class NotificationMessage(NamedTuple):
    """A notification, which wants no reply."""

    method: str
    params: Any


class ResponseMessage(NamedTuple):
    """An answer to our request; `error` is None or the error object."""

    id: Id | None
    result: Any
    error: dict[str, Any] | None


class MalformedMessage(NamedTuple):
    """Input that is not a message; the answer is this error, under `id` if there was one."""

    id: Id | None
    code: int
    reason: str


Message = RequestMessage | NotificationMessage | ResponseMessage | MalformedMessage


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)


def read_message(body: bytes) -> Message:
    """Read the message in `body`. Never raises."""
    try:
        data = _DECODER.decode(body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        return MalformedMessage(None, PARSE_ERROR, f"not JSON in UTF-8: {_explain(error)}")
    if not isinstance(data, dict):
        return MalformedMessage(None, INVALID_REQUEST, "a message is one JSON object; no batches")
    if data.get("jsonrpc") != "2.0":
        return MalformedMessage(_read_id(data), INVALID_REQUEST, 'jsonrpc is not "2.0"')
    method = data.get("method")
    if isinstance(method, str):
        return _read_call(data, method, data.get("params"))
    return _read_response(data)


def make_result(request_id: Id, value: Any) -> dict[str, Any]:
    """Make the reply that everything went well."""
    return {"jsonrpc": "2.0", "id": request_id, "result": value}


def make_error(request_id: Id | None, code: int, message: str, data: Any = None) -> dict[str, Any]:
    """Make the reply that something went wrong."""
    body = {"code": code, "message": message}
    return {
        "jsonrpc": "2.0",
        "id": request_id,
        "error": body if data is None else {**body, "data": data},
    }


def make_request(request_id: Id, method: str, params: Any) -> dict[str, Any]:
    """Make a request to the client."""
    return {"jsonrpc": "2.0", "id": request_id, **_make_call(method, params)}


def make_notification(method: str, params: Any) -> dict[str, Any]:
    """Make a notification to the client."""
    return {"jsonrpc": "2.0", **_make_call(method, params)}


def encode_body(message: Any, default: Callable[[Any], Any] | None = None) -> bytes:
    """Encode `message` as JSON; `default` converts what JSON does not know. TypeError if it cannot."""
    text = json.dumps(message, default=default, ensure_ascii=False, separators=(",", ":"))
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:  # half a surrogate pair: only an escape can carry it
        return json.dumps(message, default=default, separators=(",", ":")).encode("ascii")


def encode_frame(message: Any, default: Callable[[Any], Any] | None = None) -> bytes:
    """Encode `message` as `encode_body` does, with its header."""
    return frame(encode_body(message, default))


def _make_call(method: str, params: Any) -> dict[str, Any]:
    return {"method": method} if params is None else {"method": method, "params": params}


def _read_call(data: dict[str, Any], method: str, params: Any) -> Message:
    if params is not None and not isinstance(params, dict | list):
        return MalformedMessage(
            _read_id(data), INVALID_PARAMS, f"params of {method} is not an object"
        )
    if "id" not in data:
        return NotificationMessage(method, params)
    request_id = _read_id(data)
    if request_id is None:
        return MalformedMessage(None, INVALID_REQUEST, "id is not a string or an integer")
    return RequestMessage(request_id, method, params)


def _read_response(data: dict[str, Any]) -> Message:
    if "method" in data or not ("result" in data or "error" in data):
        return MalformedMessage(
            _read_id(data), INVALID_REQUEST, "neither a method nor a result or error"
        )
    failure = data.get("error")
    if failure is not None and not isinstance(failure, dict):
        failure = {"code": INVALID_REQUEST, "message": str(failure)}
    return ResponseMessage(_read_id(data), data.get("result"), failure)


def _read_id(data: dict[str, Any]) -> Id | None:
    value = data.get("id")
    if isinstance(value, float) and value.is_integer():  # JSON written by Lua
        return int(value)
    return value if isinstance(value, str | int) and not isinstance(value, bool) else None


def _explain(error: BaseException) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"bad byte at {error.start}"
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} at {error.pos}"
    return "nested too deeply" if isinstance(error, RecursionError) else "bad value"
