"""The offline provider behaves as every provider does: streams, counts, can be cancelled."""

import asyncio
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flux_lsp.context.render import user_turn
from flux_lsp.context.seal import seal, unseal
from flux_lsp.context.values import Context, Shown
from flux_lsp.core.conversation import Fault, Prompt, Reply, SealedPrompt, Turn
from flux_lsp.core.text import Span, apply_changes
from flux_lsp.core.usage import Usage, estimate_tokens
from flux_lsp.edits.read import read
from flux_lsp.edits.values import Plan, Target, Workpiece
from flux_lsp.models.client import ModelClient
from flux_lsp.models.offline import ABILITIES, OfflineClient
from flux_lsp.models.offline.elements import read_elements
from tests.models.offline.asking import ROUTE, ask, complete, excerpt, prompt_for, snapshot

CODE = "def f(total):\n    return total\n"


async def test_text_is_told_in_pieces_and_counted() -> None:
    pieces: list[str] = []
    counted: list[Usage] = []
    client: ModelClient = OfflineClient()
    prompt = prompt_for("explain", CODE, tools=())
    reply = await client.complete(
        SealedPrompt(prompt, {}), ROUTE, pieces.append, 1.0, on_usage=counted.append
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
    reply = await complete(prompt_for("edit", CODE, instruction="rename total to amount"))
    assert reply.stop_reason == "tool_use"
    (call,) = reply.tool_calls
    assert call.name == "rewrite_range"
    assert json.loads(call.json)["code"] == CODE.replace("total", "amount")
    assert reply.blocks == (
        {"type": "tool_use", "id": call.id, "name": call.name, "input": json.loads(call.json)},
    )


async def test_the_same_question_gets_the_same_answer() -> None:
    prompt = prompt_for("tests", CODE)
    assert await complete(prompt) == await complete(prompt)


async def test_it_can_be_cancelled_between_pieces() -> None:
    pieces: list[str] = []
    prompt = prompt_for("explain", CODE * 50, tools=())
    running = asyncio.ensure_future(
        OfflineClient().complete(SealedPrompt(prompt, {}), ROUTE, pieces.append, 1.0)
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
    assert asked.text == f"This instruction is none of those that work by rules. {ABILITIES}"
    assert "`rename X to Y`" in ABILITIES


async def test_a_retry_is_refused_for_there_is_only_one_answer() -> None:
    prompt = prompt_for("edit", CODE, instruction="rename total to amount")
    reply = await complete(prompt)
    said = {"type": "tool_result", "tool_use_id": reply.tool_calls[0].id, "content": "FORMAT: x"}
    again = prompt.then(Turn("assistant", reply.blocks), Turn("user", (said,)))
    assert (await complete(again)).stop_reason == "refusal"


async def test_a_prompt_without_a_target_is_refused() -> None:
    turn = Turn("user", ({"type": "text", "text": "Hello"},))
    assert (await complete(Prompt("edit", "", "", (turn,), (), 9))).stop_reason == "refusal"


async def test_the_text_dialect() -> None:
    asked = await ask("edit", CODE, instruction="rename total to amount", tools=())
    assert asked.reply.tool_calls == ()
    assert asked.text.startswith("src/shop/stock.py\n<<<<<<< SEARCH\n")
    assert asked.after["src/shop/stock.py"] == CODE.replace("total", "amount")
    asked = await ask("tests", "def one():\n    return 1\n", path="one.py", tools=())
    assert "from one import one" in asked.after["tests/test_one.py"]


async def test_changes_outside_of_the_target_are_edits_that_are_found_once() -> None:
    code = "def f():\n    return 1\n\n\nx = f()\nx = f()\n\ny = [\n    f(),\n    f(),\n]\n"
    asked = await ask("edit", code, (1, 2), "rename f to g")
    assert asked.reply.tool_calls[0].name == "apply_edits"
    assert asked.after["src/shop/stock.py"] == code.replace("f()", "g()")
    assert isinstance(asked.plan, Plan)
    assert asked.plan.outside


async def test_when_only_the_target_may_be_rewritten_nothing_else_is_touched() -> None:
    code = "def f():\n    return 1\n\n\nx = f()\n"
    asked = await ask("edit", code, (1, 2), "rename f to g", tools=("rewrite_range",))
    assert asked.refused
    asked = await ask("tests", code, (1, 2), tools=("rewrite_range",))
    assert asked.refused


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
    code = f'def f(total):\n    token = "{secret}"\n    return total, token\n'
    prompt = prompt_for("edit", code, instruction="rename total to amount")
    sealed = seal(prompt)
    assert secret not in str(sealed.prompt)
    reply = await OfflineClient().complete(sealed, ROUTE, lambda _: None, 1.0)
    assert not isinstance(reply, Fault)
    assert secret not in str(reply)
    restored = unseal(reply, sealed)
    assert isinstance(restored, Reply)
    assert json.loads(restored.tool_calls[0].json)["code"] == code.replace("total", "amount")
    tests = await complete(seal(prompt_for("tests", f'def f():\n    return "{secret}"\n')).prompt)
    assert "FLUX_SECRET" not in str(tests.tool_calls)


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
    count = shot.lines_of(Span(0, len(text))).last
    first = data.draw(st.integers(1, count))
    last = data.draw(st.integers(first, count))
    shown = Shown(shot, shot.span_of_lines(first - 1, last - 1))
    context = Context(shown, (excerpt(text, "a.py"), excerpt(text, "b.py")))
    elements = read_elements(user_turn(context, (), "do it\nwell"))
    assert [e.name for e in elements] == ["file", "file", "target", "instruction"]
    assert elements[0].text == elements[1].text == text
    assert elements[2].text == shown.text
    assert elements[2].first == first
    assert elements[3].text == "do it\nwell"


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_rules_keep_every_byte_outside_of_what_they_change(data: st.DataObject) -> None:
    """A rename, an import clean-up and docstrings on files with odd line ends and blanks."""
    end = data.draw(st.sampled_from(["\n", "\r\n"]))
    odd = data.draw(
        st.sampled_from(["", "# c  ", "\x0c", "s = '''a\x0c  \nb'''", "é = 'é'; q = 2"])
    )
    parts = ["import os", "import sys", odd, "def f(total, b=1):", "    x = total  # total", ""]
    parts += ["    return f'{total}' , x", odd, "y = f(total=3)"]
    text = end.join(parts) + data.draw(st.sampled_from(["", end]))
    words = data.draw(
        st.sampled_from(["rename total to amount", "remove unused imports", "add docstrings"])
    )
    reply = asyncio.run(complete(prompt_for("edit", text, instruction=words, path="a.py")))
    shot = snapshot(text, "a.py")
    plan = read(reply, Workpiece({"a.py": shot}, Target("a.py", Span(0, len(text)))))
    assert isinstance(plan, Plan)
    (file,) = plan.files
    after = apply_changes(text, file.changes)
    compile(after, "a.py", "exec", dont_inherit=True)
    kept = [
        line
        for line in text.split(end)
        if line.strip() and "tota" not in line and "imp" not in line
    ]
    remaining = iter(after.split(end))
    assert all(line in remaining for line in kept)
