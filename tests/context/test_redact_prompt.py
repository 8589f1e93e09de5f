import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flux_lsp.context.redact_prompt import redact_prompt, restore_secrets
from flux_lsp.core.conversation import Prompt, RedactedPrompt, Reply, ToolCall, Turn
from flux_lsp.core.errors import ErrorCode, Problem
from flux_lsp.core.usage import Usage
from tests.context.canaries import CANARIES, HARMLESS, LETTERS

TOKEN = "ghp_" + LETTERS[:36]


def prompt(text: str, *, system: str = "Rules for the target.", stable: str = "") -> Prompt:
    turn = Turn("user", ({"type": "text", "text": text},))
    return Prompt("edit", system, stable, (turn,), ("rewrite_range",), 1_000)


def said(redacted: RedactedPrompt) -> str:
    """Everything that leaves, as one text."""
    given = redacted.prompt
    blocks = [block for turn in given.turns for block in turn.blocks]
    return "\n".join([given.system, given.stable, json.dumps(blocks, ensure_ascii=False)])


def first_text(redacted: RedactedPrompt) -> str:
    return str(redacted.prompt.turns[0].blocks[0]["text"])


def reply(text: str = "", code: str | None = None) -> Reply:
    calls = () if code is None else (ToolCall("t1", "rewrite_range", json.dumps({"code": code})),)
    return Reply("m", text, calls, "end_turn", Usage())


def restored(redacted: RedactedPrompt, answer: Reply) -> Reply:
    found = restore_secrets(answer, redacted)
    assert isinstance(found, Reply)
    return found


def code_of(answer: Reply) -> str:
    return str(json.loads(answer.tool_calls[0].json)["code"])


@pytest.mark.parametrize("name", CANARIES)
def test_no_canary_leaves_wherever_it_stands_and_each_comes_back(name: str) -> None:
    secret, line = CANARIES[name]
    code = line.format(secret)
    text = (
        f'<file path="a.py" first_line="1" last_line="9">\nx = 1\n{code}\n</file>\n'
        f'<target path="a.py" first_line="2" last_line="2">\n{code}\n</target>\n'
        f"<diagnostic>possible secret: {secret} here</diagnostic>\n"
        f"<instruction>use {secret} twice</instruction>"
    )
    asked = prompt(text, stable=f"<guidance>Log in with {secret} please</guidance>")
    later = asked.continue_with(
        Turn("assistant", ({"type": "tool_use", "id": "t1", "name": "x", "input": {"code": "y"}},)),
        Turn("user", ({"type": "tool_result", "tool_use_id": "t1", "content": f"no: {secret}!"},)),
    )
    redacted = redact_prompt(later)
    assert secret not in said(redacted)
    assert json.dumps(secret)[1:-1] not in said(redacted)
    answer = restored(redacted, reply(first_text(redacted), first_text(redacted)))
    assert answer.text == text
    assert code_of(answer) == text


def test_the_same_secret_has_the_same_placeholder_in_every_call() -> None:
    first = redact_prompt(prompt(f"x = '{TOKEN}'"))
    again = redact_prompt(prompt(f"y = '{TOKEN}'\nz = 'AKIAABCDEFGH23456789'"))
    [placeholder] = first.placeholders
    assert re.fullmatch(r"FLUX_SECRET_[0-9a-f]{12}", placeholder)
    assert placeholder in again.placeholders
    assert placeholder in first_text(again)


def test_a_retry_keeps_its_prefix_byte_for_byte() -> None:
    asked = prompt(f'password = "hunter2"\nkey = "{TOKEN}"', stable="Be brief.")
    first = redact_prompt(asked)
    later = redact_prompt(
        asked.continue_with(Turn("user", ({"type": "text", "text": "again: sk-ant-" + LETTERS},)))
    )
    assert later.prompt.turns[0] == first.prompt.turns[0]
    assert later.prompt.stable == first.prompt.stable


def test_secrets_do_not_show_in_the_values_repr() -> None:
    assert TOKEN not in repr(redact_prompt(prompt(f"x = '{TOKEN}'")))


def test_a_secret_known_by_its_name_is_hidden_where_it_stands_alone_too() -> None:
    redacted = redact_prompt(prompt('password = "hunter2"\n\nprint("hunter2")\n# not xhunter2x\n'))
    assert first_text(redacted).count("FLUX_SECRET_") == 2
    assert "xhunter2x" in first_text(redacted)


def test_a_secret_cut_off_in_feedback_is_hidden_too() -> None:
    asked = prompt(f"x = '{TOKEN}'").continue_with(
        Turn(
            "user", ({"type": "text", "text": f"nearest: x = '{TOKEN[:25]}… and …{TOKEN[-20:]}'"},)
        )
    )
    redacted = redact_prompt(asked)
    assert TOKEN[:20] not in said(redacted)
    assert TOKEN[-15:] not in said(redacted)
    text = str(redacted.prompt.turns[1].blocks[0]["text"])
    assert (
        restored(redacted, reply(text)).text == f"nearest: x = '{TOKEN[:25]}… and …{TOKEN[-20:]}'"
    )


def test_a_password_that_is_a_word_of_our_own_does_not_take_the_tags_apart() -> None:
    redacted = redact_prompt(prompt('<target path="a">\npassword = "target"\n</target>'))
    assert first_text(redacted).startswith("<target path=")


def test_ids_names_and_signed_thinking_stay_as_they_came() -> None:
    thinking = {"type": "thinking", "thinking": f"hm {TOKEN}", "signature": TOKEN}
    call = {"type": "tool_use", "id": TOKEN, "name": "apply_edits", "input": {"edits": [TOKEN]}}
    result = {
        "type": "tool_result",
        "tool_use_id": TOKEN,
        "content": [{"type": "text", "text": TOKEN}],
    }
    asked = prompt(f"x = '{TOKEN}'").continue_with(
        Turn("assistant", (thinking, call)), Turn("user", (result,))
    )
    answer, told = redact_prompt(asked).prompt.turns[1:]
    assert answer.blocks[0] == thinking
    assert answer.blocks[1]["id"] == TOKEN
    assert "FLUX_SECRET_" in str(answer.blocks[1]["input"])
    assert told.blocks[0]["tool_use_id"] == TOKEN
    assert TOKEN not in str(told.blocks[0]["content"])


def test_nothing_to_hide_leaves_the_prompt_alone() -> None:
    asked = prompt("\n".join(HARMLESS))
    redacted = redact_prompt(asked)
    assert redacted.prompt is asked
    assert redacted.placeholders == {}


@pytest.mark.parametrize("secret", ['a"b\\c\td1', "ünïcödé1☃", "x\u2028y1z2", "😀pass1"])
def test_a_secret_comes_back_into_json_escaped_as_json_wants_it(secret: str) -> None:
    redacted = RedactedPrompt(
        prompt("FLUX_SECRET_0123456789ab"), {"FLUX_SECRET_0123456789ab": secret}
    )
    answer = restored(redacted, reply(code="x = 'FLUX_SECRET_0123456789ab'\n"))
    assert code_of(answer) == f"x = '{secret}'\n"


@pytest.mark.parametrize(
    "change",
    [
        lambda p: p[:-1],
        lambda p: p + "0",
        lambda p: p.lower(),
        lambda p: p.replace("_", "-"),
        lambda p: p.replace("_", " "),
        lambda p: "FLUX_SECRET_" + "0" * 12,
        lambda p: "FLUX_SECRET_",
        lambda p: p + "_2",
    ],
)
def test_an_altered_placeholder_is_refused(change: object) -> None:
    assert callable(change)
    redacted = redact_prompt(prompt(f"x = '{TOKEN}'"))
    [placeholder] = redacted.placeholders
    altered = change(placeholder)
    for answer in (reply(code=f"x = '{altered}'\n"), reply(f"x = '{altered}'\n")):
        found = restore_secrets(answer, redacted)
        if altered.startswith(placeholder + "_"):  # the placeholder itself is whole
            continue
        assert isinstance(found, Problem)
        assert found.code is ErrorCode.FORMAT
        assert found.hint


def test_talk_of_placeholders_beside_a_tool_call_is_no_fault() -> None:
    redacted = redact_prompt(prompt(f"x = '{TOKEN}'"))
    [placeholder] = redacted.placeholders
    answer = replace(reply("I kept FLUX_SECRET_… as it was.", f"x = '{placeholder}'"))
    assert code_of(restored(redacted, answer)) == f"x = '{TOKEN}'"


def test_code_that_speaks_of_placeholders_itself_can_be_edited() -> None:
    redacted = redact_prompt(prompt('P = "FLUX_SECRET_0123456789ab"\nQ = "FLUX_SECRETS"\n'))
    assert redacted.placeholders == {}
    answer = reply(code='P = "FLUX_SECRET_0123456789ab"\nQ = "FLUX_SECRETS"\nR = 1\n')
    assert restored(redacted, answer) == answer


def test_for_reading_secrets_stay_hidden() -> None:
    redacted = redact_prompt(prompt(f"x = '{TOKEN}'"))
    [placeholder] = redacted.placeholders
    shown = restore_secrets(reply(f"It holds `{placeholder}`."), redacted, show=True)
    assert isinstance(shown, Reply)
    assert shown.text == "It holds `[secret]`."
    assert isinstance(restore_secrets(reply("FLUX_SECRET_altered"), redacted, show=True), Reply)


lines = st.sampled_from(
    [line.format(secret) for secret, line in CANARIES.values()] + list(HARMLESS)
)
junk = st.text(st.sampled_from("ab1 _-=:\"'\n\\é😀FLUX_SECRET"), max_size=12)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(lines, junk), max_size=8).map("\n".join))
def test_redacting_and_restoring_is_the_identity(text: str) -> None:
    redacted = redact_prompt(prompt(text))
    answer = restored(redacted, reply(first_text(redacted), first_text(redacted)))
    assert answer.text == text
    assert code_of(answer) == text


def test_this_projects_own_sources_hold_nothing_to_hide() -> None:
    """What is found in ordinary code is the measure of over-redaction."""
    sources = Path(__file__).parents[2] / "flux_lsp"
    found = {
        p.name
        for p in sources.rglob("*.py")
        if redact_prompt(prompt(p.read_text("utf-8"))).placeholders
    }
    assert found == set()
