"""What holds for any text and any answer: identity of diffs, safety of rebase, all or nothing."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from flux_lsp.core.conversation import Reply, ToolCall
from flux_lsp.core.text import Change, Snapshot, Span, apply_changes
from flux_lsp.core.usage import Usage
from flux_lsp.edits.change.diff import find_changes
from flux_lsp.edits.change.hunks import group_hunks, shift_hunk
from flux_lsp.edits.change.rebase import rebase
from flux_lsp.edits.read import read_reply
from flux_lsp.edits.values import EditScope, Plan, Reject, Target

LETTERS = "ab \t\n\r\u2028\u00e9e\u0301\U0001f600(){}='\"#"
TEXTS = st.text(LETTERS, max_size=200)

CODE = """\
import os


def total(items, tax):
    result = 0
    for item in items:
        result += item.price
    return result * tax


def name(item):
    return item.name or os.name
"""
RIGHT = CODE.replace("result += item.price", "result += item.price * item.count")
EDIT = {
    "path": "app.py",
    "old_string": "        result += item.price\n",
    "new_string": "        result += item.price * item.count\n",
}


def piece(text: str = CODE) -> EditScope:
    snapshot = Snapshot("file:///app.py", "app.py", "python", 1, text)
    return EditScope({"app.py": snapshot}, Target("app.py", Span(0, len(text))))


def reply(text: str = "", *calls: tuple[str, str], stop: Any = "end_turn") -> Reply:
    tools = tuple(ToolCall(f"t{n}", name, body) for n, (name, body) in enumerate(calls))
    return Reply("model", text, tools, stop, Usage())


def result(plan: Plan | Reject, text: str = CODE) -> str:
    if isinstance(plan, Reject) or not plan.files:
        return text
    return apply_changes(text, plan.files[0].changes)


@given(TEXTS, TEXTS)
@settings(max_examples=300)
def test_applying_a_diff_gives_the_new_text(old: str, new: str) -> None:
    assert apply_changes(old, find_changes(old, new)) == new


@given(TEXTS, TEXTS)
def test_a_diff_cuts_no_line_end_apart(old: str, new: str) -> None:
    for change in find_changes(old, new):
        for edge in (change.span.start, change.span.end):
            assert old[edge - 1 : edge + 1] != "\r\n"


@st.composite
def concurrent(draw: st.DrawFn) -> tuple[str, Change, str]:
    """A text, a change of one line, and the text after typing elsewhere."""
    lines = [f"line {n} of the file" for n in range(draw(st.integers(6, 30)))]
    text = "\n".join(lines) + "\n"
    mine = draw(st.integers(0, len(lines) - 1))
    start = text.index(f"line {mine} of")
    change = Change(
        Span(start, start + len(lines[mine])), draw(st.sampled_from(["new", "a\nb", ""]))
    )
    typed = list(lines)
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(lines) - 1))
        if abs(place - mine) > 1:
            typed[place] = draw(st.text("xyz \n", min_size=1, max_size=12))
    return text, change, "\n".join(typed) + "\n"


@given(concurrent())
@settings(max_examples=1000, deadline=None)
def test_typing_beside_an_edit_is_never_lost(case: tuple[str, Change, str]) -> None:
    base, change, current = case

    moved = rebase((change,), base, current)

    if moved is None:
        return  # refused: nothing is lost either
    line = change.span.extract(base)
    assert apply_changes(current, moved) == current.replace(line, change.text, 1)


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_a_damaged_tool_answer_is_right_or_leaves_the_buffer(data: st.DataObject) -> None:
    body = json.dumps({"edits": [EDIT]})
    start = data.draw(st.integers(0, len(body)))
    length = data.draw(st.integers(0, 12))
    junk = data.draw(st.text('{}[]":,\\ n', max_size=6))
    damaged = body[:start] + junk + body[start + length :]

    made = result(read_reply(reply("", ("apply_edits", damaged), stop="tool_use"), piece()))

    if made not in (CODE, RIGHT):
        # Still JSON, and so another edit: then it is exactly what the answer says.
        edit = json.loads(damaged)["edits"]
        assert isinstance(edit, list | str | dict)
        compile(made, "<made>", "exec")


PIECES = [
    "<<<<<<< SEARCH\n",
    "=======\n",
    ">>>>>>> REPLACE\n",
    "app.py\n",
    "```\n",
    "        result += item.price\n",
    "x = 1\n",
    "...\n",
]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
@settings(max_examples=300, deadline=None)
def test_marker_soup_never_breaks_the_file(soup: str) -> None:
    made = result(read_reply(reply(soup), piece()))

    compile(made, "<made>", "exec")
    assert "<<<<<<<" not in made
    assert ">>>>>>>" not in made
    assert "..." not in made


@given(st.text(max_size=300))
@settings(deadline=None)
def test_any_prose_leaves_the_buffer(said: str) -> None:
    assert result(read_reply(reply(said), piece())) == CODE


@given(st.sampled_from(["max_tokens", "refusal", None, "other"]))
def test_an_unfinished_answer_applies_nothing(stop: Any) -> None:
    body = json.dumps({"edits": [EDIT]})

    assert isinstance(read_reply(reply("", ("apply_edits", body), stop=stop), piece()), Reject)


@given(TEXTS, TEXTS, st.randoms())
@settings(deadline=None)
def test_hunks_in_any_order_give_the_same_text(old: str, new: str, random: Any) -> None:
    parts = list(group_hunks(old, find_changes(old, new)))
    random.shuffle(parts)
    text = old
    taken: list[Change] = []
    for hunk in parts:
        text = apply_changes(text, shift_hunk(hunk, taken))
        taken += hunk.changes

    assert text == new
