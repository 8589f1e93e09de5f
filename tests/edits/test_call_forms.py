"""Tool calls written as text come to the same edits as the calls, or to FORMAT: never to half a call."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flux_lsp.core.errors import ErrorCode
from flux_lsp.edits.parse.reasoning import strip_reasoning
from flux_lsp.edits.read import read_reply
from flux_lsp.edits.values import Plan, Reject
from tests.edits.reading import after, block, make_scope, said

FILE = "def count(items):\n    n = 0\n    return n\n\n\ndef other():\n    pass\n"
TARGET = "def count(items):\n    n = 0\n    return n\n"
CODE = "def count(items):\n    n = len(items)\n    return n\n"
RIGHT = FILE.replace("n = 0", "n = len(items)")
EDITS = [{"path": "a.py", "old_string": "    n = 0\n", "new_string": "    n = len(items)\n"}]


def result(text: str, file: str = FILE, target: str = TARGET, path: str = "a.py") -> str | Reject:
    work = make_scope(file, target, path)
    plan = read_reply(said(text), work)
    return after(plan, work, path) if isinstance(plan, Plan) else plan


CALL = json.dumps({"name": "rewrite_range", "arguments": {"code": CODE}})
EDIT_CALL = json.dumps({"name": "apply_edits", "arguments": {"edits": EDITS}})
SHAPES = [
    {"name": "rewrite_range", "arguments": {"code": CODE}},
    {"name": "rewrite_range", "parameters": {"code": CODE}},
    {"name": "rewrite_range", "input": {"code": CODE}, "type": "tool_use", "id": "toolu_1"},
    {"name": "rewrite_range", "args": {"code": CODE}},
    {"name": "rewriteRange", "arguments": json.dumps({"code": CODE})},
    {"name": "functions.rewrite_range", "arguments": {"code": CODE}},
    {"tool": "rewrite_range", "arguments": {"code": CODE}},
    {"tool": "rewrite_range", "code": CODE},
    {"tool_name": "rewrite_range", "parameters": {"code": CODE}, "tool_call_id": "0"},
    {"action": "rewrite_range", "action_input": {"code": CODE}},
    {"type": "function", "function": {"name": "rewrite_range", "arguments": {"code": CODE}}},
    {"function": "rewrite_range", "arguments": {"code": CODE}},
    {"tool_calls": [{"id": "a", "function": {"name": "rewrite_range", "arguments": CODE_JSON}}]}
    if (CODE_JSON := json.dumps({"code": CODE}))
    else {},
    {"tool_uses": [{"recipient_name": "functions.rewrite_range", "parameters": {"code": CODE}}]},
    {"function_call": {"name": "rewrite_range", "arguments": {"code": CODE}}},
    {"rewrite_range": {"code": CODE}},
    [{"name": "rewrite_range", "arguments": {"code": CODE}}],
    {"name": "apply_edits", "arguments": {"edits": EDITS}},
    [{"name": "apply_edits", "arguments": {"edits": EDITS, "note": "Counts."}}],
]


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: str(shape)[:60])
@pytest.mark.parametrize(
    "form",
    [
        "{}",
        "\n{}\n",
        "Here is the call:\n\n{}\n",
        "```json\n{}\n```",
        "```\n{}\n```\nDone.",
        "I count them.\n```tool_call\n{}\n```\n",
        "<tool_call>\n{}\n</tool_call>",
        "<tool_call>{}</tool_call>",
        "<tool_call>\n```json\n{}\n```\n</tool_call>",
        "<function_call>{}</function_call>",
        "<TOOLCALL>{}</TOOLCALL>",
        "[TOOL_CALLS]{}",
        "[TOOL_CALLS] {}</s>",
        "<|python_tag|>{}<|eom_id|>",
        "<|tool_call|>{}<|/tool_call|>",
        "<|START_ACTION|>{}<|END_ACTION|>",
    ],
)
def test_a_json_call_is_read_in_any_wrapping(form: str, shape: object, indent: int | None) -> None:
    assert result(form.replace("{}", json.dumps(shape, indent=indent))) == RIGHT


ARGS = json.dumps({"code": CODE})
PARAMETERS = json.dumps(EDITS)


@pytest.mark.parametrize(
    "text",
    [
        f'<function_calls>\n<invoke name="rewrite_range">\n<parameter name="code">{CODE}</parameter>\n'
        "</invoke>\n</function_calls>",
        f'<invoke name="rewrite_range"><parameter name="code">\n{CODE}</parameter></invoke>',
        f"<function=rewrite_range>\n<parameter=code>\n{CODE}</parameter>\n</function>",
        f"<tool_call>\n<function=rewrite_range>\n<parameter=code>\n{CODE}\n</parameter>\n</function>\n"
        "</tool_call>",
        f"<function=rewrite_range>{ARGS}</function>",
        f"<rewrite_range>\n<code>\n{CODE}</code>\n</rewrite_range>",
        f"<rewrite_range><code>{CODE}</code><note>Counts.</note></rewrite_range>",
        f"Sure.\n\n<rewrite_range>\n<code>{CODE}</code>\n</rewrite_range>\n\nDone.",
        f"<tool_call>rewrite_range\n<arg_key>code</arg_key>\n<arg_value>{CODE}</arg_value>\n</tool_call>",
        f"<tool_call>rewrite_range\n{ARGS}\n</tool_call>",
        f"[TOOL_CALLS]rewrite_range[ARGS]{ARGS}",
        "<|tool_calls_section_begin|><|tool_call_begin|>functions.rewrite_range:0"
        f"<|tool_call_argument_begin|>{ARGS}<|tool_call_end|><|tool_calls_section_end|>",
        f"<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>rewrite_range\n```json\n{ARGS}\n"
        "```<｜tool▁call▁end｜><｜tool▁calls▁end｜>",
        "<|start|>assistant<|channel|>commentary to=functions.rewrite_range <|constrain|>json<|message|>"
        f"{ARGS}<|call|>",
        f">>>rewrite_range\n{ARGS}",
        f'```tool_code\nrewrite_range(code="""{CODE}""")\n```',
        f"```tool_code\nprint(default_api.rewrite_range(code={CODE!r}))\n```",
        f"[rewrite_range(code={CODE!r})]",
        f"<|python_tag|>rewrite_range(code={CODE!r})",
        f"apply_edits(edits={EDITS!r})",
        f'<invoke name="apply_edits"><parameter name="edits">{PARAMETERS}</parameter></invoke>',
        f"<function=apply_edits><parameter=edits>\n{PARAMETERS}\n</parameter></function>",
        "<apply_edits>\n<edits>\n<edit>\n<path>a.py</path>\n<old_string>    n = 0</old_string>\n"
        "<new_string>    n = len(items)</new_string>\n</edit>\n</edits>\n</apply_edits>",
        "<apply_edits>\n<path>a.py</path>\n<old_string>\n    n = 0\n</old_string>\n<new_string>\n"
        "    n = len(items)\n</new_string>\n</apply_edits>",
        "<apply_edits><path>a.py</path><old_string>\n    n = 0\n</old_string><new_string>"
        "    n = len(items)</new_string></apply_edits>",
        "<apply_edits><path>a.py</path><old_string>n = 0</old_string><new_string>\nn = len(items)\n"
        "</new_string></apply_edits>",
    ],
    ids=lambda text: text[:50],
)
def test_a_call_is_read_in_the_forms_of_models_that_have_their_own(text: str) -> None:
    assert result(text) == RIGHT


def test_two_calls_are_one_answer() -> None:
    other = {"path": "a.py", "old_string": "    pass\n", "new_string": "    return 1\n"}
    second = json.dumps({"name": "apply_edits", "arguments": {"edits": [other]}})
    right = RIGHT.replace("pass", "return 1")

    assert result(f"<tool_call>{EDIT_CALL}</tool_call>\n<tool_call>{second}</tool_call>") == right
    assert result(f"{EDIT_CALL}\n{second}") == right
    assert result(f"[{EDIT_CALL}, {second}]") == right


CALLS = [
    f"<tool_call>\n{CALL}\n</tool_call>",
    f"```json\n{EDIT_CALL}\n```",
    f'<invoke name="rewrite_range"><parameter name="code">{CODE}</parameter></invoke>',
    f"<function=rewrite_range><parameter=code>{CODE}</parameter></function>",
    f"<rewrite_range><code>{CODE}</code></rewrite_range>",
    f"[TOOL_CALLS]rewrite_range[ARGS]{ARGS}",
]


@pytest.mark.parametrize("text", CALLS, ids=lambda text: text[:30])
def test_a_call_that_was_cut_off_is_format(text: str) -> None:
    whole = text.rindex("}" if "{" in text else "</")
    for end in range(whole):
        assert isinstance(result(text[:end]), Reject), text[:end]


@pytest.mark.parametrize(
    "text",
    [
        '<tool_call>{"name": "edit_file", "arguments": {"code": "x"}}</tool_call>',
        f'<tool_call>{{"name": "rewrite_range", "arguments": "{CODE[:9]}</tool_call>',
        f"<tool_call>{CALL}</tool_call><tool_call>{CALL[:-5]}</tool_call>",
        f"{CALL}\n{EDIT_CALL[:-1]}",
        '{"name": "rewrite_range", "arguments": {"code": "a", "code": "b"}}',
        '{"name": "rewrite_range", "arguments": {"code": "a"}, "input": {"code": "b"}}',
        '{"name": "rewrite_range", "arguments": 7}',
        '{"name": "rewrite_range", "arguments": {}}',
        f"{CALL}\n{CALL.replace('len', 'sum')}",
        f'<invoke name="rewrite_range"><parameter name="code">{CODE}</invoke>',
        f'<invoke name="rewrite_range"><parameter name="code">{CODE}</parameter>',
        f'<invoke name="rewrite_range"><parameter name="code">a</parameter>{CODE}</invoke>',
        '<invoke name="rewrite_range"><parameter name="code">a</parameter></invoke>b</parameter></invoke>',
        '<invoke name="rewrite_range"><parameter name="code">a</parameter><parameter name="code">b'
        "</parameter></invoke>",
        "<rewrite_range><code>a</code><code>b</code></rewrite_range>",
        f"[{CALL}, 7]",
        f"rewrite_range(code={CODE!r}",
        "rewrite_range(code=open('a').read())",
        f"{CALL}\n{block('    n = 0', '    n = 1')}",
        f"{block('    n = 0', '    n = 1')}\n<tool_call>{CALL}</tool_call>",
    ],
    ids=lambda text: text[:60],
)
def test_a_call_that_is_not_whole_and_clear_is_format(text: str) -> None:
    refused = result(text)

    assert isinstance(refused, Reject)
    assert refused.code is ErrorCode.FORMAT


def test_feedback_names_both_ways_out() -> None:
    refused = result(f"<tool_call>{CALL[:-5]}</tool_call>")

    assert isinstance(refused, Reject)
    assert "Call the tool itself" in refused.feedback
    assert "SEARCH" in refused.feedback


def test_html_in_an_element_is_the_code() -> None:
    page = "<p>Use <code>x</code>.</p>\n"
    code = "<p>Use <code>x</code> or <code>y</code>.</p>\n"

    assert (
        result(f"<rewrite_range><code>{code}</code></rewrite_range>", page, page, "a.html") == code
    )


def test_a_block_that_speaks_of_calls_is_a_block() -> None:
    text = block("    n = 0\n", f"    n = {CALL!r}\n")

    assert result(text) == FILE.replace("n = 0", f"n = {CALL!r}")


def test_a_file_that_holds_calls_is_never_overwritten_by_one() -> None:
    file = f"{CALL}\n{EDIT_CALL}\n"

    assert isinstance(result(f"```json\n{CALL}\n```", file, file, "calls.jsonl"), Reject)


def test_a_json_file_is_not_overwritten_by_a_call_that_begins_and_ends_as_it_does() -> None:
    file = '{\n  "a": 1\n}\n'
    edits = [{"path": "a.json", "old_string": '"a": 1', "new_string": '"a": 2'}]
    call = json.dumps({"name": "apply_edits", "arguments": {"edits": edits}}, indent=2)

    assert result(f"```json\n{call}\n```", file, file, "a.json") == file.replace("1", "2")


@pytest.mark.parametrize(
    "text",
    [
        " " * 50_000 + "rewrite_range",
        "<tool_call>" + " \n" * 20_000 + "rewrite_range(",
        "a" * 50_000 + "rewrite_range",
        "<rewrite_range>" + "<code>a</code>\n" * 3_000 + "x</rewrite_range>",
        '<invoke name="rewrite_range">' + '<parameter name="code">a</parameter>' * 2_000,
        '{\n"a": [\n' * 1_000 + "rewrite_range",
        "[TOOL_CALLS]" * 5_000 + "rewrite_range",
        "{" * 50_000 + "rewrite_range",
        "<rewrite_range>" * 3_000 + "</rewrite_range>" * 3_000,
        "<think>\n</think>\n" * 3_000,
    ],
    ids=lambda text: text[:20],
)
def test_no_text_takes_long_to_refuse(text: str) -> None:
    before = time.process_time()
    answer = strip_reasoning(text, prose=False)

    assert isinstance(answer, Reject) or isinstance(result(answer), Reject)
    assert time.process_time() - before < 5


PARTS = [
    CALL, EDIT_CALL, CALL[:40], CALL[40:], "<tool_call>", "</tool_call>", "\n", "```json\n", "```\n",
    "[TOOL_CALLS]", "[", "]", ", ", "Here:\n", '<invoke name="rewrite_range">', "</invoke>",
    f'<parameter name="code">{CODE}</parameter>', "</parameter>", "<function=rewrite_range>",
    "</function>", f"<parameter=code>\n{CODE}", "<rewrite_range>", "</rewrite_range>", "</code>",
    f"<code>{CODE}", f"rewrite_range(code={CODE!r})", "<|python_tag|>",
]  # fmt: skip


@given(st.lists(st.sampled_from(PARTS), max_size=9))
@settings(max_examples=600, deadline=None)
def test_pieces_of_calls_come_to_the_call_or_to_nothing(parts: list[str]) -> None:
    came = result("".join(parts))

    assert isinstance(came, Reject) or came == RIGHT
