"""The edits of all steps on one text, and what passes from one step to the next: pure values."""

import json
from pathlib import PurePosixPath

from hypothesis import given
from hypothesis import strategies as st

from flux_lsp.context.values import OtherFile
from flux_lsp.core.text import Change, Snapshot, Span, apply_changes
from flux_lsp.edits.change.diff import find_changes
from flux_lsp.edits.values import FileChange, NewFile, Plan
from flux_lsp.engine.pipelines.hand_over import (
    LONGEST,
    join_hand_overs,
    read_json,
    to_json,
    write_hand_over,
)
from flux_lsp.engine.pipelines.overlay import Overlay
from flux_lsp.engine.pipelines.values import HandOver, TouchedFile
from flux_lsp.engine.services import WorkspaceContext

TEXTS = st.text(alphabet="ab\n é", max_size=40)


def snapshot(text: str, path: str = "a.py") -> Snapshot:
    return Snapshot(f"file:///w/{path}", path, "python", 3, text)


def rewrite(before: Snapshot, text: str) -> tuple[Plan, dict[str, Snapshot]]:
    change = FileChange(before.path, find_changes(before.text, text), ("step",))
    return Plan((change,)), {before.path: before}


@given(TEXTS, st.lists(TEXTS, max_size=5))
def test_any_steps_come_to_one_plan_on_the_first_text(first: str, steps: list[str]) -> None:
    start, overlay = snapshot(first), Overlay()
    for text in steps:
        overlay = overlay.add(*rewrite(overlay.show(start), text))
    last = steps[-1] if steps else first

    plan, base = overlay.make_plan()

    assert overlay.show(start).text == last
    assert overlay.is_empty == (first == last)
    if first != last:
        assert base == {"a.py": start}
        assert apply_changes(first, plan.files[0].changes) == last
        assert apply_changes(first, overlay.list_changes(start)) == last


def test_a_file_by_two_names_is_one_file() -> None:
    one = snapshot("a\n")
    other = Snapshot(one.uri, "link.py", "", None, "b\n")
    overlay = Overlay().add(*rewrite(one, "b\n")).add(*rewrite(other, "c\n"))

    plan, base = overlay.make_plan()

    assert [file.path for file in plan.files] == ["a.py"]
    assert base["a.py"].text == "a\n"


def test_doubts_and_what_lies_outside_stay_with_the_whole() -> None:
    first = Plan((), (NewFile("b.py", "x"),), outside=True, doubt="It takes a secret out")
    overlay = Overlay().add(first, {}).add(Plan((), (NewFile("c.py", "y"),)), {})

    plan, _ = overlay.make_plan()

    assert (plan.outside, plan.doubt) == (True, "It takes a secret out")
    assert overlay.add_doubt("It takes a secret out").doubt == overlay.doubt
    assert overlay.add_doubt("And more").doubt == "It takes a secret out. And more"


def test_what_lies_around_has_the_edits_and_shows_them() -> None:
    own, other = snapshot("own\n"), snapshot("old\n", "b.py")
    overlay = (
        Overlay().add(*rewrite(other, "new\n")).add(Plan((), (NewFile("c.py", "made\n"),)), {})
    )
    files = {"b.py": OtherFile(other), "a.py": OtherFile(own)}

    around = overlay.lay_over(WorkspaceContext(read_other=files.get), own.uri)

    read = {path: around.read_other(path) for path in ("a.py", "b.py", "c.py", "d.py")}
    assert {path: file and file.snapshot.text for path, file in read.items()} == {
        "a.py": "own\n",
        "b.py": "new\n",
        "c.py": "made\n",
        "d.py": None,
    }
    assert [(file.path, file.excerpts[0].text) for file in around.shown] == [
        ("b.py", "new\n"),
        ("c.py", "made\n"),
    ]


def test_of_a_long_file_only_the_changes_are_shown() -> None:
    lines = [f"line {n}\n" for n in range(1, 1_001)]
    before = snapshot("".join(lines), "b.py")
    changed = [*lines]
    changed[99], changed[899] = "new\n", "new\n"
    overlay = Overlay().add(*rewrite(before, "".join(changed)))

    (shown,) = overlay.lay_over(WorkspaceContext(), "file:///w/a.py").shown

    assert [str(excerpt.lines) for excerpt in shown.excerpts] == ["80-120", "880-920"]
    for excerpt in shown.excerpts:
        assert excerpt.text == "".join(changed[excerpt.lines.first - 1 : excerpt.lines.last])


def test_a_new_file_that_a_step_extends_stays_one_new_file() -> None:
    overlay = Overlay().add(Plan((), (NewFile("c.py", "x\n"),)), {})
    around = overlay.lay_over(WorkspaceContext(), "file:///w/a.py")
    made = around.read_other("c.py")
    assert made is not None
    change = FileChange("c.py", (Change(Span(2, 2), "y\n"),), ("step",))
    overlay = overlay.add(Plan((change,)), {"c.py": made.snapshot})

    assert dict(overlay.new_files) == {"c.py": "x\ny\n"}
    assert overlay.make_plan()[0].files == ()
    assert PurePosixPath(made.snapshot.path).name == "c.py"


FINDING = {"path": "a.py", "severity": "error", "title": "t" * 900, "text": "x" * 900, "quote": "q"}


def test_a_hand_over_is_never_longer_than_its_limit() -> None:
    much = HandOver(
        summary="s" * 9_000,
        decisions=tuple("d" * 900 for _ in range(90)),
        files=tuple(TouchedFile(f"{n}/" + "f" * 300, "1", "builder") for n in range(90)),
        findings=(FINDING,) * 90,
        open=tuple("o" * 900 for _ in range(90)),
    )
    text = write_hand_over(join_hand_overs(None, much))
    assert len(text) <= LONGEST
    assert json.loads(text)["decisions"]


def test_decisions_add_up_and_findings_stay_until_there_are_others() -> None:
    first = HandOver("one", ("a",), (TouchedFile("x", "1", "p"),), (FINDING,), ("why",))
    second = HandOver("", ("b", "a"), (TouchedFile("x", "2", "q"),))

    joined = join_hand_overs(first, second)

    assert (joined.summary, joined.decisions, joined.open) == ("one", ("a", "b"), ())
    assert joined.files == (TouchedFile("x", "2", "q"),)
    assert [finding["path"] for finding in joined.findings] == ["a.py"]
    assert "quote" not in joined.findings[0]


@given(st.text(max_size=200), st.lists(st.text(max_size=50), max_size=5))
def test_no_text_can_look_like_an_element(summary: str, entries: list[str]) -> None:
    handed = HandOver(summary, tuple(entries), open=tuple(entries))
    text = write_hand_over(handed)

    assert "<" not in text
    assert "\n" not in text
    assert json.loads(text)["summary"] == summary
    assert read_json(to_json(handed)) == handed
