"""A whole answer over the real SDK: what goes out, what comes in, what is counted."""

import asyncio
import json

import pytest

from flux_lsp.core.conversation import ToolCall, Turn
from flux_lsp.core.errors import ErrorCode
from flux_lsp.core.usage import Usage
from flux_lsp.models.client import Route
from flux_lsp.models.size import estimate_body_tokens
from tests.fakes.messages_api import (
    Gate,
    MessagesApi,
    empty,
    refusal,
    status,
    stream_of,
    text,
    thinking,
    tool,
)
from tests.models.given import HAIKU, LOCAL, SONNET, asking, prompt


async def test_a_tool_call_comes_back_as_it_was_streamed() -> None:
    code = 'def f():\n    return "ü\\n\\t🎉"\n'
    answer = text("I'll do it.").then(tool("rewrite_range", {"code": code}, id="toolu_1"))
    counted = {"input": 50, "cache_write": 30, "cache_read": 900, "output": 70}
    async with MessagesApi(answer.in_pieces(3).using(**counted)) as api, asking(api) as it:
        reply = await it.reply()
    assert reply.tool_calls == (
        ToolCall("toolu_1", "rewrite_range", json.dumps({"code": code}, ensure_ascii=False)),
    )
    assert reply.text == "I'll do it."
    assert (reply.stop_reason, reply.model) == ("tool_use", "claude-haiku-5-5")
    assert reply.usage == Usage(50, 70, 30, 900)
    assert it.usages == [Usage(50, 70, 30, 900)]
    assert "".join(it.texts) == "I'll do it."
    assert len(it.texts) > 1


async def test_the_body_sent_is_the_body_shown() -> None:
    async with MessagesApi(text("a"), text("b"), text("c"), lenient=True) as api:
        async with asking(api) as it:
            for number, route in enumerate((HAIKU, SONNET, LOCAL)):
                await it.reply(route)
                assert api.calls[number].json == it.client.request_body(prompt(), route)


@pytest.mark.parametrize("route", [HAIKU, SONNET])
async def test_the_real_api_would_take_the_body_of_each_model(route: Route) -> None:
    """The fake refuses what the vendor's documentation says is refused."""
    async with MessagesApi(tool("rewrite_range", {"code": ""}), text("b"), text("c")) as api:
        async with asking(api) as it:
            first = await it.reply(route)
            result = {
                "type": "tool_result",
                "tool_use_id": first.tool_calls[0].id,
                "is_error": True,
                "content": "NO_CHANGE: nothing changed",
            }
            turns = (
                *prompt().turns,
                Turn("assistant", first.blocks),
                Turn("user", (result,)),
            )
            await it.reply(route, turns=turns, tools=("apply_edits",))
            await it.reply(route, stable="", tools=())


async def test_thinking_is_kept_for_the_next_turn_and_is_no_text() -> None:
    answer = (
        thinking("Let me see", signature="c2ln")
        .then(text("Yes", "\n"))
        .then(tool("apply_edits", '{"edits": ['))
    )
    async with MessagesApi(answer.cut()) as api, asking(api) as it:
        reply = await it.reply()
    assert reply.text == "Yes\n"
    assert reply.stop_reason == "max_tokens"
    assert reply.tool_calls[0].json == '{"edits": ['
    assert reply.blocks == (
        {"type": "thinking", "thinking": "Let me see", "signature": "c2ln"},
        {"type": "text", "text": "Yes"},  # the API takes no blank text back
        {"type": "tool_use", "id": "toolu_apply_edits", "name": "apply_edits", "input": {}},
    )


@pytest.mark.parametrize(
    ("sent", "understood"),
    [
        ("end_turn", "end_turn"),
        ("stop_sequence", "stop_sequence"),
        ("model_context_window_exceeded", "max_tokens"),
        ("stop", "end_turn"),
        ("EOS", "end_turn"),
        ("length", "max_tokens"),
        ("content_filter", "refusal"),
        (None, "end_turn"),  # message_stop is the end of a message, whatever it does not say
    ],
)
async def test_stop_reasons(sent: str | None, understood: str | None) -> None:
    async with MessagesApi(text("a").stopping(sent)) as api, asking(api) as it:
        assert (await it.reply()).stop_reason == understood


async def test_a_refusal_and_an_empty_answer_are_replies() -> None:
    async with MessagesApi(refusal("cyber"), empty()) as api, asking(api) as it:
        refused, nothing = await it.reply(), await it.reply()
    assert (refused.stop_reason, refused.text, refused.blocks) == ("refusal", "", ())
    assert (nothing.stop_reason, nothing.text, nothing.blocks) == ("end_turn", "", ())
    assert nothing.first_token_ms is None


@pytest.mark.parametrize("after", [None, 0, 1])
async def test_a_stream_that_nothing_ended_has_no_stop_reason(after: int | None) -> None:
    answer = tool("rewrite_range", {"code": "x = 1"}).unended(after)
    async with MessagesApi(answer) as api, asking(api) as it:
        reply = await it.reply()
    assert reply.stop_reason is None
    assert (reply.usage.input, reply.usage.estimated) == (100, True)


async def test_a_server_that_leaves_much_out_is_understood() -> None:
    """No usage, no block start, whole arguments in the start, unknown events and deltas."""
    events: list[object] = [
        {"type": "message_start"},
        {"type": "something_new", "index": 0},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "a"}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "new_delta", "x": 1}},
        {
            "type": "content_block_start",
            "index": 1,
            "content_block": {"type": "tool_use", "id": "1", "name": "t", "input": {"a": 1}},
        },
        {"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": None},
        {"type": "message_stop"},
        "[DONE]",
    ]
    async with MessagesApi(stream_of(_wire(events))) as api, asking(api) as it:
        reply = await it.reply()
    assert (reply.text, reply.tool_calls[0].json) == ("a", '{"a": 1}')
    assert reply.stop_reason == "tool_use"
    assert reply.usage == Usage(estimate_body_tokens(api.calls[0].json), 4, estimated=True)
    assert reply.model == "claude-haiku-5-5"  # as asked, since the server does not say


async def test_the_model_that_answers_is_named() -> None:
    async with MessagesApi(text("a").by("claude-haiku-5-5-20261007")) as api, asking(api) as it:
        assert (await it.reply()).model == "claude-haiku-5-5-20261007"


async def test_times_are_measured_by_the_clock() -> None:
    gate, late = Gate(), Gate()
    answer = text("abcdef").in_pieces(2).held(gate)
    async with MessagesApi(answer, text("ab").in_pieces(1).held(late, after=1)) as api:
        async with asking(api) as it:
            task = asyncio.create_task(it.ask())
            await gate.reached.wait()
            it.clock.seconds += 1.5
            gate.open()
            first = await task
            task = asyncio.create_task(it.ask())
            await late.reached.wait()
            while len(it.texts) < 4:
                await asyncio.sleep(0)
            it.clock.seconds += 2
            late.open()
            second = await task
    assert (first.first_token_ms, first.total_ms) == (1500, 1500)
    assert (second.first_token_ms, second.total_ms) == (0, 2000)


async def test_one_connection_serves_one_call_after_the_other() -> None:
    async with MessagesApi(text("a"), status(429), text("b")) as api, asking(api) as it:
        await it.reply()
        await it.fault()
        await it.reply()
    assert len({call.connection for call in api.calls}) == 1


async def test_a_server_with_a_path_of_its_own() -> None:
    async with MessagesApi(text("a")) as api, asking(api.url + "/proxy/") as it:
        await it.reply()
    assert api.calls[0].path == "/proxy/v1/messages"


async def test_an_unknown_stop_reason_is_named_and_not_asked_about_again() -> None:
    async with MessagesApi(text("a").stopping("pause_turn")) as api, asking(api) as it:
        fault = await it.fault()
    assert (fault.problem.code, fault.retryable) == (ErrorCode.FORMAT, False)
    assert "`pause_turn`" in fault.problem.message
    assert api.url in fault.problem.message


def _wire(events: list[object]) -> bytes:
    parts = []
    for event in events:
        name = event["type"] if isinstance(event, dict) else "note"
        parts.append(f"event: {name}\ndata: {json.dumps(event)}\n\n")
    return "".join(parts).encode()
