"""How the fake Messages API sends an answer: whole or streamed, held, trickled, or broken off.

Also what it records of a request. Decides nothing about what is answered.
"""

import asyncio
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tests.fakes.answers import Answer, Json, events, message
from tests.fakes.flags import Flag, Gate
from tests.fakes.http import Connection


@dataclass
class Call:
    """One recorded request; header names in lower case."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes
    connection: int
    answered: Flag = field(default_factory=Flag)
    disconnected: Flag = field(default_factory=Flag)  # the client left before it was answered

    @property
    def json(self) -> Json:
        """The body; {} when it is no JSON object."""
        try:
            value = json.loads(self.body)
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}


async def deliver(answer: Answer, to: Connection, call: Call, number: int) -> bool:
    """Send it; False when the connection is to be closed."""
    if answer.gate is not None and answer.gate_after is None:
        await _wait_at(answer.gate, to)
    if answer.delay:
        await to.unless_gone(asyncio.sleep(answer.delay))
    if answer.before_headers:
        return await _break_off(answer, to, call)
    headers = {"request-id": f"req_{number:04}", **answer.headers}
    model = str(call.json.get("model", ""))
    if answer.body is not None:
        await to.send(answer.status, headers, answer.body)
    elif call.json.get("stream"):
        headers["content-type"] = "text/event-stream; charset=utf-8"
        await to.start(200, headers)
        if not await _stream(answer, to, call, events(answer, model, number)):
            return False
    else:
        whole = json.dumps(message(answer, model, number)).encode()
        await to.send(200, {"content-type": "application/json", **headers}, whole)
    if to.gone.is_set():
        return False
    call.answered.set()
    return True


async def _stream(
    answer: Answer, to: Connection, call: Call, pieces: Iterable[tuple[str, Json]]
) -> bool:
    deltas = 0
    for name, data in pieces:
        is_delta = name == "content_block_delta"
        if answer.gate is not None and answer.gate_after == deltas and is_delta:
            await _wait_at(answer.gate, to)
        if answer.ending != "complete" and _over(answer, name, deltas):
            return await _break_off(answer, to, call)
        if is_delta and answer.pause and not await to.unless_gone(asyncio.sleep(answer.pause)):
            return False
        await to.chunk(_sse(name, data))
        if name == "message_start":
            await to.chunk(_sse("ping", {"type": "ping"}))
        deltas += is_delta
    await to.finish()
    return not to.gone.is_set()


async def _break_off(answer: Answer, to: Connection, call: Call) -> bool:
    """An answer that does not come to its end as it should."""
    if answer.ending == "stall":
        await to.gone.wait()
        return False
    call.answered.set()  # as far as it ever will be
    if answer.ending == "reset":
        to.reset()
    if answer.ending in {"drop", "reset"}:
        return False
    if answer.error is not None:
        await to.chunk(_sse("error", answer.error))
    await to.finish()
    return not to.gone.is_set()


async def _wait_at(gate: Gate, to: Connection) -> None:
    gate.reached.set()
    await to.unless_gone(gate.opened.wait(None))


def _over(answer: Answer, name: str, deltas: int) -> bool:
    if answer.after is None:
        return name == "message_delta"
    # the first event that would go beyond: a delta too many, or the end of the message
    return name == "message_delta" or (name != "message_start" and deltas >= answer.after)


def _sse(name: str, data: Json) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n".encode()
