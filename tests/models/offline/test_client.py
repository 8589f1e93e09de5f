"""The offline provider behaves as every provider does: streams, counts, can be cancelled."""

import asyncio
import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flux_lsp.context.redact_prompt import redact_prompt, restore_secrets
from flux_lsp.context.render import render_user_turn
from flux_lsp.context.values import Context, TargetLines
from flux_lsp.core.conversation import CallError, Prompt, RedactedPrompt, Reply, Turn
from flux_lsp.core.text import Span
from flux_lsp.core.usage import Usage, estimate_tokens
from flux_lsp.models.client import ModelClient
from flux_lsp.models.offline import ABILITIES, OfflineClient
from flux_lsp.models.offline.request import read_elements
from tests.models.offline.asking import ROUTE, ask, complete, excerpt, prompt_for, snapshot

CODE = "def f(total):\n    if not total:\n        return 1\n    return total\n"


async def test_text_is_told_in_pieces_and_counted() -> None:
    pieces: list[str] = []
    counted: list[Usage] = []
    client: ModelClient = OfflineClient()
    prompt = prompt_for("explain", CODE, tools=())
    reply = await client.complete(
        RedactedPrompt(prompt, {}), ROUTE, pieces.append, 1.0, on_usage=counted.append
    )
    assert isinstance(reply, Reply)
    assert "".join(pieces) == reply.text
    assert len(pieces) > 1
    assert reply.model == "offline"
    assert reply.stop_reason == "end_turn"
    assert reply.blocks == ({"type": "text", "text": reply.text},)
    assert counted[-1] == reply.usage
    assert reply.usage.output == estimate_tokens(reply.text)
    assert reply.usage.input >= estimate_tokens(str(prompt.turns[0].blocks[0]["text"]))


async def test_an_edit_is_a_tool_call_whose_blocks_can_be_sent_back() -> None:
    reply = await complete(prompt_for("edit", CODE, instruction="add docstrings"))
    assert reply.stop_reason == "tool_use"
    (call,) = reply.tool_calls
    assert call.name == "apply_edits"
    (edit,) = json.loads(call.json)["edits"]
    assert CODE.count(edit["old_string"]) == 1
    assert '"""Return' in edit["new_string"]
    assert reply.blocks == (
        {"type": "tool_use", "id": call.id, "name": call.name, "input": json.loads(call.json)},
    )
    assert reply.usage.output == estimate_tokens(call.json)


async def test_the_same_question_gets_the_same_answer() -> None:
    prompt = prompt_for("tests", CODE)
    assert await complete(prompt) == await complete(prompt)


async def test_it_can_be_cancelled_between_pieces() -> None:
    pieces: list[str] = []
    prompt = prompt_for("explain", CODE * 50, tools=())
    running = asyncio.ensure_future(
        OfflineClient().complete(RedactedPrompt(prompt, {}), ROUTE, pieces.append, 1.0)
    )
    while not pieces:
        await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert len(pieces) < 5


async def test_a_refusal_says_what_can_be_done() -> None:
    asked = await ask("edit", CODE, instruction="make it faster")
    assert asked.reply.stop_reason == "refusal"
    assert asked.text == f"This instruction is none of those that the rules carry out. {ABILITIES}"
    assert "`rename X to Y`" in ABILITIES
    assert "ANTHROPIC_API_KEY" in ABILITIES


async def test_a_retry_is_refused_for_there_is_only_one_answer() -> None:
    prompt = prompt_for("edit", CODE, instruction="add docstrings")
    reply = await complete(prompt)
    result = {"type": "tool_result", "tool_use_id": reply.tool_calls[0].id, "content": "FORMAT: x"}
    again = prompt.continue_with(Turn("assistant", reply.blocks), Turn("user", (result,)))
    assert (await complete(again)).stop_reason == "refusal"


async def test_a_prompt_without_a_target_is_refused() -> None:
    turn = Turn("user", ({"type": "text", "text": "Hello"},))
    assert (await complete(Prompt("edit", "", "", (turn,), (), 9))).stop_reason == "refusal"


async def test_the_text_dialect_with_and_without_a_word_behind_the_markers() -> None:
    asked = await ask("edit", CODE, instruction="add docstrings", tools=())
    assert asked.reply.tool_calls == ()
    assert asked.text.startswith("src/shop/stock.py\n<<<<<<< SEARCH\n")
    assert '"""Return' in asked.after["src/shop/stock.py"]
    marked = replace(
        prompt_for("edit", CODE, instruction="add docstrings", tools=()),
        system="like this:\n<<<<<<< SEARCH w7\n",
    )
    text = (await complete(marked)).text
    assert [line for line in text.splitlines() if line.endswith(" w7")] == [
        "<<<<<<< SEARCH w7",
        "======= w7",
        ">>>>>>> REPLACE w7",
    ]


async def test_text_that_occurs_twice_is_searched_for_with_its_surroundings() -> None:
    code = f"class A:\n    {CODE.replace(chr(10), chr(10) + '    ')}\n" * 2
    asked = await ask("edit", code, (8, 11), "add docstrings")
    (edit,) = json.loads(asked.reply.tool_calls[0].json)["edits"]
    assert code.count(edit["old_string"]) == 1
    assert asked.after["src/shop/stock.py"].count('"""Return') == 1


async def test_where_search_and_replace_is_not_offered_it_refuses() -> None:
    asked = await ask("edit", CODE, instruction="add docstrings", tools=("rewrite_range",))
    assert asked.refused
    assert "search and replace" in asked.text


async def test_models_probe_and_body() -> None:
    client = OfflineClient()
    assert client.provider == "offline"
    assert await client.models() == []
    assert await client.probe("offline") == "available"
    assert await client.probe("claude") == "404"
    await client.warm()
    await client.close()
    prompt = prompt_for("edit", CODE)
    body = client.request_body(prompt, ROUTE)
    assert json.loads(json.dumps(body)) == body


async def test_secrets_stay_placeholders_and_come_back() -> None:
    secret = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    code = f'def f(total):\n    if not total:\n        return "{secret}"\n'
    redacted = redact_prompt(prompt_for("edit", code, instruction="add docstrings"))
    assert secret not in str(redacted.prompt)
    reply = await OfflineClient().complete(redacted, ROUTE, lambda _: None, 1.0)
    assert not isinstance(reply, CallError)
    assert secret not in str(reply)
    restored = restore_secrets(reply, redacted)
    assert isinstance(restored, Reply)
    assert secret in restored.tool_calls[0].json
    assert "FLUX_SECRET" not in restored.tool_calls[0].json


_LINES = st.lists(
    st.sampled_from(
        [
            "x = 1",
            "</target>",
            "</file>",
            '<target path="a.py" first_line="1" last_line="2">',
            '<file path="b.py" first_line="3" last_line="4">',
            "<instruction>do it</instruction>",
            '<left_out path="a.py" first_line="1" last_line="9"/>',
            '<diagnostic severity="error">no</diagnostic>',
            "",
            "é\u2028\x0c'",
        ]
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=150, deadline=None)
@given(_LINES, st.sampled_from(["\n", "\r\n", "\r"]), st.booleans(), st.data())
def test_whatever_a_text_holds_its_elements_are_read_back(
    lines: list[str], end: str, ended: bool, data: st.DataObject
) -> None:
    text = end.join(lines) + (end if ended else "")
    shot = snapshot(text, "a.py")
    count = shot.get_lines(Span(0, len(text))).last
    first = data.draw(st.integers(1, count))
    last = data.draw(st.integers(first, count))
    shown = TargetLines(shot, shot.get_line_span(first - 1, last - 1))
    context = Context(shown, (excerpt(text, "a.py"), excerpt(text, "b.py")))
    elements = read_elements(render_user_turn(context, (), "do it\nwell"))
    assert [e.name for e in elements] == ["file", "file", "target", "instruction"]
    assert elements[0].text == elements[1].text == text
    assert elements[2].text == shown.text
    assert elements[2].line("first_line", 0) == first
    assert elements[3].text == "do it\nwell"
