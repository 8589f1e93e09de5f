"""A pipeline's file becomes one value; what keeps it from running is an error at its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_lsp.actions.pipelines.read import read_pipeline
from flux_lsp.actions.pipelines.values import PipelineFile

GOOD = """\
---
name: Plan and build
description: Plans a change and makes it. More words.
steps:
  - agent: planner
    task: Plan it.
  - agent: Builder Pro
  - agent: reviewer
    back_to: builder-pro
---
For people.
"""


def read(head: str, path: str = ".flux/pipelines/file-name.md") -> PipelineFile:
    return read_pipeline(path, f"---\n{head}\n---\n")


def codes(head: str) -> list[tuple[str, str]]:
    return [(problem.severity, problem.code) for problem in read(head).problems]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_file_becomes_steps(line_end: str, mark: str) -> None:
    file = read_pipeline("pipelines/x.md", mark + GOOD.replace("\n", line_end))

    assert file.problems == ()
    assert file.pipeline is not None
    assert (file.pipeline.id, file.pipeline.title) == (
        "plan-and-build",
        "Plans a change and makes it",
    )
    steps = [(step.agent, step.task, step.back_to) for step in file.pipeline.steps]
    assert steps == [("planner", "Plan it.", None), ("builder-pro", "", None), ("reviewer", "", 1)]


def test_the_name_of_the_file_stands_in_and_a_step_may_be_a_word() -> None:
    file = read("steps: [planner, builder]")
    assert file.pipeline is not None
    assert file.pipeline.id == "file-name"
    assert [step.agent for step in file.pipeline.steps] == ["planner", "builder"]


def test_a_number_names_a_step_above() -> None:
    file = read("steps: [{agent: a}, {agent: a}, {agent: b, back_to: 2}]")
    assert file.pipeline is not None
    assert file.pipeline.steps[2].back_to == 1


@pytest.mark.parametrize(
    ("head", "code"),
    [
        ("name: x", "no-steps"),
        ("steps: []", "no-steps"),
        ("steps: {agent: a}", "no-steps"),
        ("steps:\n  - task: x", "no-agent"),
        ("steps: [{agent: a, back_to: a}, b]", "back-to-nowhere"),
        ("steps: [{agent: a, back_to: b}, b]", "back-to-nowhere"),
        ("steps: [a, {agent: b, back_to: 2}]", "back-to-nowhere"),
        ("steps: [a, {agent: b, back_to: 0}]", "back-to-nowhere"),
        ("steps: [a, {agent: b, back_to: ²}]", "back-to-nowhere"),
        ("steps: [a, a, {agent: b, back_to: a}]", "back-to-nowhere"),
        ("steps: [a, {agent: b, back_to: a}, {agent: c, back_to: a}]", "two-back-to"),
        ("steps: [" + ", ".join("a" * 13) + "]", "many-steps"),
        ("steps: [{agent: a, task: " + "x" * 4_001 + "}]", "long-task"),
        ("steps: [a\nname: x", "unreadable"),
        ("name: '…'\nsteps: [a]", "no-name"),
    ],
)
def test_what_cannot_run_is_an_error(head: str, code: str) -> None:
    assert ("error", code) in codes(head)
    assert read(head).pipeline is None


def test_unknown_keys_are_warned_of() -> None:
    assert codes("stepps: 1\nsteps: [{agent: a, tsk: b}]") == [("warning", "unknown-key")] * 2
    assert "did you mean `steps`" in read("stepps: 1\nsteps: [a]").problems[0].message


def test_a_page_is_no_pipeline() -> None:
    assert not read_pipeline("pipelines/README.md", "# Title\n").is_pipeline


@given(st.text(alphabet=st.sampled_from("-\nsteps: agent back_to{}[]&*'\"#|>\t1,"), max_size=200))
def test_any_text_is_read(text: str) -> None:
    file = read(text)
    assert (file.pipeline is None) == any(p.severity == "error" for p in file.problems)
    for index, step in enumerate(file.pipeline.steps if file.pipeline else ()):
        assert step.back_to is None or step.back_to < index
