"""What the fake Messages API can answer, as values built by small helpers, and their wire form.

    text("Hello")                                      one text block, stop_reason end_turn
    tool("rewrite_range", {"code": "x = 1\n"})         one tool call; a string is sent as it is
    thinking("hm").then(text("Hello"))                 several blocks in one answer
    text("Hel").cut()                                  stop_reason max_tokens
    refusal("cyber")                                   HTTP 200, no content, stop_reason refusal
    status(429, headers={"retry-after": "3"})          an HTTP error in the API's own form
    html(status=200)                                   a captive portal
    text("Hello").failing("overloaded_error", after=1) an error event in mid-stream
    text("Hello").dropped(after=1)                     connection closed in mid-stream
    text("Hello").dropped_before_headers()
    text("Hello").unended(after=1)                     a clean end without message_stop
    text("Hello").stalled(after=1)                     silence until the client goes away
    text("Hello").held(gate, after=1)                  silence until the test opens the gate
    text("Hello").trickled(0.05)                       a pause between any two pieces
    text("Hello").using(input=1000, cache_read=900)    the usage reported
    stream_of(b"event: ...")                           the body of the stream, byte for byte

`after` counts content deltas: 0 is right after message_start, None after the last one. Knows
nothing of the product.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from tests.fakes.flags import Gate

Json = dict[str, Any]
Ending = Literal["complete", "drop", "reset", "end", "stall", "error"]

ERROR_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    504: "timeout_error",
    529: "overloaded_error",
}


@dataclass(frozen=True)
class Answer:
    """One answer; make it with the helpers below, vary it with the methods."""

    blocks: tuple[Json, ...] = ()
    stop_reason: str | None = "end_turn"
    stop_details: Json | None = None
    usage: Mapping[str, int] = field(default_factory=lambda: {"input": 100, "output": 20})
    model: str | None = None  # None: the one that was asked
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None  # sent instead of blocks
    piece: int = 24  # code points a delta
    ending: Ending = "complete"
    after: int | None = None
    error: Json | None = None
    before_headers: bool = False  # drop, reset and stall: before the first byte
    delay: float = 0.0  # seconds before the headers
    pause: float = 0.0  # seconds before each delta
    gate: Gate | None = None
    gate_after: int | None = None  # None: before the headers

    def then(self, other: "Answer") -> "Answer":
        """This answer's blocks, then the other's, and its stop reason."""
        return replace(other, blocks=(*self.blocks, *other.blocks))

    def cut(self) -> "Answer":
        """Out of tokens."""
        return replace(self, stop_reason="max_tokens")

    def stopping(self, reason: str | None) -> "Answer":
        """Another stop_reason."""
        return replace(self, stop_reason=reason)

    def using(self, **tokens: int) -> "Answer":
        """Usage: input, output, cache_write, cache_read; what is not named is 0."""
        return replace(self, usage=tokens)

    def by(self, model: str) -> "Answer":
        """Another model says it answered."""
        return replace(self, model=model)

    def failing(self, kind: str, message: str = "", after: int | None = None) -> "Answer":
        """An error event in mid-stream."""
        return replace(self, ending="error", error=error_body(kind, message or kind), after=after)

    def dropped(self, after: int | None = None) -> "Answer":
        """The connection is closed in mid-stream."""
        return replace(self, ending="drop", after=after)

    def reset(self, after: int | None = None) -> "Answer":
        """The connection is reset in mid-stream."""
        return replace(self, ending="reset", after=after)

    def dropped_before_headers(self) -> "Answer":
        """The connection is closed without an answer."""
        return replace(self, ending="drop", before_headers=True)

    def unended(self, after: int | None = None) -> "Answer":
        """The stream ends in good order, without message_stop."""
        return replace(self, ending="end", after=after)

    def stalled(self, after: int | None = None) -> "Answer":
        """Nothing more comes."""
        return replace(self, ending="stall", after=after)

    def stalled_before_headers(self) -> "Answer":
        """Nothing comes at all."""
        return replace(self, ending="stall", before_headers=True)

    def delayed(self, seconds: float) -> "Answer":
        """Comes late; a gate is better where the test can open one."""
        return replace(self, delay=seconds)

    def held(self, gate: Gate, after: int | None = None) -> "Answer":
        """Waits at the gate: before the headers, or after so many deltas."""
        return replace(self, gate=gate, gate_after=after)

    def trickled(self, pause: float, piece: int = 4) -> "Answer":
        """`pause` seconds before each delta, of `piece` code points."""
        return replace(self, pause=pause, piece=piece)

    def in_pieces(self, piece: int) -> "Answer":
        """Deltas of so many code points."""
        return replace(self, piece=piece)

    def with_headers(self, **headers: str) -> "Answer":
        """Further response headers; `_` stands for `-`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return replace(self, headers={**self.headers, **named})


def text(*texts: str) -> Answer:
    """An answer of text blocks."""
    return Answer(tuple({"type": "text", "text": one} for one in texts))


def tool(name: str, arguments: Mapping[str, object] | str, id: str = "") -> Answer:  # noqa: A002 - the wire's word
    """A tool call; `arguments` as a string is sent as it is, valid JSON or not."""
    raw = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
    block = {"type": "tool_use", "id": id or f"toolu_{name}", "name": name, "json": raw}
    return Answer((block,), stop_reason="tool_use")


def thinking(thought: str, signature: str = "c2lnbmVk") -> Answer:
    """A thinking block; put the rest behind it with `then`."""
    return Answer(({"type": "thinking", "thinking": thought, "signature": signature},))


def refusal(category: str | None = "cyber") -> Answer:
    """The model's classifier refused: HTTP 200 without content."""
    details = {"type": "refusal", "category": category, "explanation": None}
    return Answer(stop_reason="refusal", stop_details=details)


def empty() -> Answer:
    """An answer that ends its turn and says nothing."""
    return Answer()


def status(code: int, message: str = "", **options: Any) -> Answer:
    """An HTTP error; options: `kind`, `error_code`, `headers`, a whole `body` (bytes or JSON)."""
    body = options.get("body")
    if body is None:
        kind = options.get("kind") or ERROR_TYPES.get(code, "api_error")
        body = error_body(kind, message or kind, options.get("error_code"))
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"content-type": "application/json", **options.get("headers", {})}
    return Answer(status=code, headers=headers, body=raw)


def html(status: int = 200, page: str = "<html><body>Please log in</body></html>") -> Answer:
    """A web page where the API should be: a captive portal, a proxy, Cloudflare."""
    return Answer(
        status=status, headers={"content-type": "text/html; charset=utf-8"}, body=page.encode()
    )


def stream_of(raw: bytes) -> Answer:
    """An event stream given byte for byte."""
    return Answer(headers={"content-type": "text/event-stream"}, body=raw)


def error_body(kind: str, message: str, error_code: str | None = None) -> Json:
    """The API's error object."""
    error: Json = {"type": kind, "message": message}
    if error_code:
        error["details"] = {"error_code": error_code}
    return {"type": "error", "error": error, "request_id": "req_fake"}


def events(answer: Answer, model: str, number: int) -> Iterator[tuple[str, Json]]:
    """The answer as (event name, data), complete; endings are the server's business."""
    yield "message_start", {"type": "message_start", "message": _opening(answer, model, number)}
    for index, block in enumerate(answer.blocks):
        yield from _block_events(index, block, answer.piece)
    delta: Json = {"stop_reason": answer.stop_reason, "stop_sequence": None}
    if answer.stop_details is not None:
        delta["stop_details"] = answer.stop_details
    usage = {"output_tokens": answer.usage.get("output", 0)}
    yield "message_delta", {"type": "message_delta", "delta": delta, "usage": usage}
    yield "message_stop", {"type": "message_stop"}


def message(answer: Answer, model: str, number: int) -> Json:
    """The answer as one message object, for a call that does not stream."""
    whole = _opening(answer, model, number)
    whole["content"] = [_whole_block(block) for block in answer.blocks]
    whole["stop_reason"] = answer.stop_reason
    whole["usage"]["output_tokens"] = answer.usage.get("output", 0)
    if answer.stop_details is not None:
        whole["stop_details"] = answer.stop_details
    return whole


def _opening(answer: Answer, model: str, number: int) -> Json:
    used = answer.usage
    return {
        "id": f"msg_{number:04}",
        "type": "message",
        "role": "assistant",
        "model": answer.model or model,
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {
            "input_tokens": used.get("input", 0),
            "cache_creation_input_tokens": used.get("cache_write", 0),
            "cache_read_input_tokens": used.get("cache_read", 0),
            "output_tokens": min(1, used.get("output", 0)),
            "service_tier": "standard",
        },
    }


def _block_events(index: int, block: Json, piece: int) -> Iterator[tuple[str, Json]]:
    start, deltas = _DELTAS[block["type"]](block, piece)
    yield (
        "content_block_start",
        {"type": "content_block_start", "index": index, "content_block": start},
    )
    for delta in deltas:
        yield (
            "content_block_delta",
            {"type": "content_block_delta", "index": index, "delta": delta},
        )
    yield "content_block_stop", {"type": "content_block_stop", "index": index}


def _text_deltas(block: Json, piece: int) -> tuple[Json, list[Json]]:
    deltas = [{"type": "text_delta", "text": part} for part in _pieces(block["text"], piece)]
    return {"type": "text", "text": ""}, deltas


def _tool_deltas(block: Json, piece: int) -> tuple[Json, list[Json]]:
    parts = ["", *_pieces(block["json"], piece)]
    start = {"type": "tool_use", "id": block["id"], "name": block["name"], "input": {}}
    return start, [{"type": "input_json_delta", "partial_json": part} for part in parts]


def _thinking_deltas(block: Json, piece: int) -> tuple[Json, list[Json]]:
    parts = _pieces(block["thinking"], piece)
    deltas: list[Json] = [{"type": "thinking_delta", "thinking": part} for part in parts]
    signature = {"type": "signature_delta", "signature": block["signature"]}
    return {"type": "thinking", "thinking": "", "signature": ""}, [*deltas, signature]


def _whole_block(block: Json) -> Json:
    if block["type"] != "tool_use":
        return block
    return {
        "type": "tool_use",
        "id": block["id"],
        "name": block["name"],
        "input": json.loads(block["json"]),
    }


def _pieces(whole: str, size: int) -> list[str]:
    return [whole[at : at + size] for at in range(0, len(whole), size)]


_DELTAS = {"text": _text_deltas, "tool_use": _tool_deltas, "thinking": _thinking_deltas}
