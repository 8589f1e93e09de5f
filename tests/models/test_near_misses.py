"""Answers that differ a little from the API's own are understood, at once, and asked for once."""

import asyncio
import json
from typing import Any

import pytest

from flux_lsp.core.conversation import CallError, Reply
from flux_lsp.core.errors import ErrorCode
from flux_lsp.models.anthropic.events import EventDecoder
from tests.fakes.answers import Answer
from tests.fakes.flags import Gate
from tests.fakes.http import Connection
from tests.fakes.messages_api import MessagesApi, stream_of, text
from tests.models.given import asking

Json = dict[str, Any]
CODE = json.dumps({"code": "x = 'é\u2028'\n"}, ensure_ascii=False)
START: Json = {
    "type": "message_start",
    "message": {
        "type": "message",
        "role": "assistant",
        "model": "claude-haiku-5-5",
        "content": [],
        "usage": {"input_tokens": 70, "output_tokens": 1},
    },
}
OPEN: Json = {
    "type": "content_block_start",
    "index": 0,
    "content_block": {"type": "tool_use", "id": "t", "name": "rewrite_range", "input": {}},
}
CLOSE: Json = {"type": "content_block_stop", "index": 0}
STOP: Json = {"type": "message_stop"}


def pieces(index: int | None = 0) -> list[Json]:
    place = {} if index is None else {"index": index}
    return [
        {
            "type": "content_block_delta",
            **place,
            "delta": {"type": "input_json_delta", "partial_json": CODE[at : at + 7]},
        }
        for at in range(0, len(CODE), 7)
    ]


def end(reason: object = "tool_use") -> Json:
    return {
        "type": "message_delta",
        "delta": {"stop_reason": reason},
        "usage": {"output_tokens": 20},
    }


def whole(*events: Json) -> list[Json]:
    return [START, OPEN, *pieces(), CLOSE, *events]


def without(events: list[Json], key: str) -> list[Json]:
    return [{k: v for k, v in event.items() if k != key} for event in events]


def wire(events: list[Json], form: str = "event: {name}\ndata: {data}\n\n") -> bytes:
    return "".join(
        form.format(name=event.get("type"), data=json.dumps(event, ensure_ascii=False))
        for event in events
    ).encode()


USUAL = whole(end(), STOP)
MESSAGE: Json = {
    **START["message"],
    "content": [{**OPEN["content_block"], "input": json.loads(CODE)}],
    "stop_reason": "tool_use",
    "usage": {"input_tokens": 70, "output_tokens": 20},
}
UNNAMED = [
    {key: value for key, value in event.items() if key != "type"} | {"kind": event["type"]}
    for event in USUAL
]
STREAMS = {
    "as the API sends it": wire(USUAL),
    "no event names": wire(USUAL, "data: {data}\n\n"),
    "no blank after the colon": wire(USUAL, "event:{name}\ndata:{data}\n\n"),
    "no blank lines": wire(USUAL, "event: {name}\ndata: {data}\n"),
    "no names and no blank lines": wire(USUAL, "data: {data}\n"),
    "no types in the data": b"".join(
        wire([event], f"event: {event['kind']}\ndata: {{data}}\n\n") for event in UNNAMED
    ),
    "carriage returns": wire(USUAL, "event: {name}\r\ndata: {data}\r\n\r\n"),
    "old line ends": wire(USUAL, "event: {name}\rdata: {data}\r\r"),
    "a mark of byte order": "\ufeff".encode() + wire(USUAL),
    "comments and [DONE]": b": hello\n\n" + wire(USUAL) + b"data: [DONE]\n\n",
    "no last line end": wire(USUAL).rstrip(),
    "no message_start": wire(USUAL[1:]),
    "no message_stop": wire(whole(end())),
    "no stop reason": wire(whole(end(None), STOP)),
    "no message_delta": wire(whole(STOP)),
    "a stop reason of OpenAI": wire(whole(end("tool_calls"), STOP)),
    "another of OpenAI": wire(whole(end("stop"), STOP)),
    "a stop reason of nobody": wire(whole(end("xyz"), STOP)),
    "a stop reason at the top": wire(
        whole({"type": "message_delta", "stop_reason": "tool_use"}, STOP)
    ),
    "no indexes": wire(without(USUAL, "index")),
    "the block's start twice": wire([START, OPEN, OPEN, *pieces(), CLOSE, end(), STOP]),
    "the whole message": json.dumps(MESSAGE).encode(),
    "the whole message, indented": json.dumps(MESSAGE, indent=2).encode(),
    "the whole message as one event": wire([MESSAGE]),
    "a list of events": json.dumps(USUAL).encode(),
    "an event a line": "\n".join(json.dumps(event) for event in USUAL).encode(),
}


@pytest.mark.parametrize("kind", ["text/event-stream", "application/json", "text/plain"])
@pytest.mark.parametrize("name", STREAMS)
async def test_a_clear_answer_is_read(name: str, kind: str) -> None:
    answer = Answer(headers={"content-type": kind}, body=STREAMS[name])
    async with MessagesApi(answer) as api, asking(api) as it:
        reply = await it.reply()
    (call,) = reply.tool_calls
    assert json.loads(call.json) == json.loads(CODE)
    assert (call.name, reply.stop_reason) in {
        ("rewrite_range", "tool_use"),
        ("rewrite_range", "end_turn"),
    }
    assert reply.usage.input >= 70
    assert reply.usage.output >= 20 or reply.usage.estimated
    assert len(api.calls) == 1


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
@pytest.mark.parametrize("name", STREAMS)
def test_it_does_not_matter_where_the_bytes_are_split(name: str, size: int) -> None:
    raw = STREAMS[name]
    at_once, by_pieces = EventDecoder(), EventDecoder()
    events = [*at_once.feed(raw), *at_once.close()]
    again = [
        event for at in range(0, len(raw), size) for event in by_pieces.feed(raw[at : at + size])
    ]
    assert [*again, *by_pieces.close()] == events


UNCLEAR = {
    "cut in the middle of a tool": wire([START, OPEN, *pieces()[:2]]),
    "a tool that nothing ended": wire([START, OPEN, *pieces()]),
    "a tool whose JSON is cut, and a word of nobody": wire(
        [START, OPEN, *pieces()[:2], end("xyz"), STOP]
    ),
    "broken JSON": wire(USUAL[:3]) + b'data: {"type": \n\n',
    "broken UTF-8": wire(USUAL[:3]) + b'data: {"type": "\xff"}\n\n',
    "nothing": b"",
    "only a comment": b": keep-alive\n\n",
    "another JSON": b'{"ok": true}',
    "a number": b"42",
    "a page": b"<html><body>Hello</body></html>",
}


@pytest.mark.parametrize("name", UNCLEAR)
async def test_what_is_not_clear_is_no_answer(name: str) -> None:
    async with MessagesApi(stream_of(UNCLEAR[name])) as api, asking(api) as it:
        answer = await it.ask()
    if isinstance(answer, Reply):
        assert answer.stop_reason is None, "whoever reads it knows that it is not whole"
    else:
        assert answer.problem.code in {ErrorCode.NETWORK, ErrorCode.FORMAT}
    assert answer.usage.prompt > 0, "the request was taken, so it may cost"


@pytest.mark.parametrize("kind", ["text/html", "text/plain", "application/json"])
async def test_a_page_costs_nothing(kind: str) -> None:
    answer = Answer(headers={"content-type": kind}, body=UNCLEAR["a page"])
    async with MessagesApi(answer) as api, asking(api) as it:
        fault = await it.fault()
    assert (fault.usage.prompt, fault.retryable) == (0, False)
    assert "page of its own" in fault.problem.message


async def test_an_error_with_status_200_is_what_it_says() -> None:
    error = {"type": "error", "error": {"type": "overloaded_error", "message": "busy"}}
    bodies = [json.dumps(error).encode(), wire([error], "data: {data}\n\n"), wire([error])]
    async with MessagesApi(*map(stream_of, bodies)) as api, asking(api) as it:
        for _ in bodies:
            fault = await it.fault()
            assert (fault.problem.code, fault.usage.prompt) == (ErrorCode.OVERLOADED, 0)


class HeldOpen(MessagesApi):
    """Sends each body and keeps the connection open until the client goes away."""

    bodies: list[bytes]

    async def _converse(self, connection: Connection) -> None:
        if (request := await connection.read()) is None:
            return
        self._record(request, connection.number)
        await connection.start(200, {"content-type": "text/event-stream"})
        await connection.chunk(self.bodies.pop(0))
        await connection.unless_gone(Gate().opened.wait(None))


@pytest.mark.parametrize("events", [USUAL, whole(end()), whole(STOP), whole(end("stop"))])
async def test_an_answer_is_taken_when_it_is_over_whatever_the_connection_does(
    events: list[Json],
) -> None:
    async with HeldOpen() as api, asking(api) as it:
        api.bodies = [wire(events)]
        reply = await asyncio.wait_for(it.ask(timeout=15.0), 10)
    assert isinstance(reply, Reply), reply
    assert reply.stop_reason in {"tool_use", "end_turn"}


async def test_a_connection_that_breaks_behind_the_answer_does_no_harm() -> None:
    class Dropping(HeldOpen):
        async def _converse(self, connection: Connection) -> None:
            if (request := await connection.read()) is None:
                return
            self._record(request, connection.number)
            await connection.start(200, {"content-type": "text/event-stream"})
            await connection.chunk(self.bodies.pop(0))

    async with Dropping() as api, asking(api) as it:
        api.bodies = [wire(whole(end())), wire(whole())]
        first, second = await it.ask(), await it.ask()
    assert isinstance(first, Reply), first
    assert isinstance(second, CallError), second


async def test_blocks_that_all_have_one_number_are_all_kept() -> None:
    events = [
        START,
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hm"}},
        CLOSE,
        OPEN,
        *pieces(),
        CLOSE,
        end(),
        STOP,
    ]
    async with MessagesApi(stream_of(wire(events))) as api, asking(api) as it:
        reply = await it.reply()
    assert (reply.text, [call.json for call in reply.tool_calls]) == ("Hm", [CODE])


async def test_a_body_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flux_lsp.models.anthropic.events._LONGEST", 10_000)
    async with MessagesApi(stream_of(b"data: " + b"x" * 20_000), text("a")) as api:
        async with asking(api) as it:
            assert "no answer" in (await it.fault()).problem.message
            assert (await it.reply()).text == "a"
