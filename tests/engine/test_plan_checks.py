"""A plan has to pass the project's checks: a failure goes back to the model, and up to Sonnet."""

import json
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from flux_lsp.actions.registry import load_registry
from flux_lsp.checks.values import CheckedEdit, CheckResult, Failure, Tell
from flux_lsp.core.text import Snapshot, Span
from flux_lsp.edits.change.diff import find_changes
from flux_lsp.edits.values import FileChange, NewFile, Plan
from flux_lsp.engine.events import EngineEvent, ProjectCheckRunning
from flux_lsp.engine.failing_tests import drop_failing_tests
from flux_lsp.engine.perform import perform
from flux_lsp.engine.services import Services, WorkspaceContext
from flux_lsp.engine.values import Outcome, Proposed, Refused, Request
from flux_lsp.models.client import Route
from flux_lsp.runs.project_checks import ProjectChecks
from flux_lsp.runs.run_row import _sum_up
from flux_lsp.runs.words import describe_checks
from flux_lsp.settings.schema import Settings
from tests.engine.canary_runs import _services
from tests.fakes.model import ScriptedModel

CODE = "def a():\n    return 1\n"
SECRET = "sk-ant-api03-" + "q7Rk2LmX9vTz4WbN" * 5
Check = Callable[[CheckedEdit, float, Tell], Awaitable[tuple[CheckResult, ...]]]


def rewrite(value: str) -> tuple[str, dict[str, str]]:
    return ("rewrite_range", {"code": f"def a():\n    return {value}\n"})


def settings(*names: str) -> Settings:
    checks = [{"name": name, "command": [sys.executable, f"{name}.py"]} for name in names]
    return Settings.model_validate({"checks": checks, "checks_sandbox": "none"})


async def run(
    answers: list[Any],
    run_checks: Check | None,
    wanted: Settings,
    root: Path | None = None,
    observe: Callable[[EngineEvent], None] = lambda _: None,
) -> tuple[Outcome, ScriptedModel]:
    model = ScriptedModel(answers)
    services: Services = replace(
        _services(model, WorkspaceContext()),
        settings=wanted,
        choose_route=lambda tier, *_: Route(tier, tier, "asked"),
        **({} if run_checks is None else {"run_checks": run_checks}),  # type: ignore[arg-type]
    )
    action = load_registry().find("edit")
    assert action is not None
    uri = "file:///a.py" if root is None else (root / "a.py").as_uri()
    snapshot = Snapshot(uri, "a.py", "python", 1, CODE)
    request = Request("r", "edit", snapshot, Span(0, len(CODE)), instruction="rename `a` to `a`")
    return await perform(action, request, services, observe), model


def fail_when(word: str, output: str = "E   boom") -> Check:
    async def check(edit: CheckedEdit, seconds: float, tell: Tell) -> tuple[CheckResult, ...]:
        assert seconds > 0
        tell("unit", 1.2)
        if word in edit.after["a.py"]:
            new = (Failure("boom", "tests/test_a.py::test_a"),)
            return (CheckResult("unit", "failed", new, output=output, ms=5),)
        return (CheckResult("unit", "passed", ms=5),)

    return check


async def test_a_failed_check_goes_back_to_a_stronger_model() -> None:
    events: list[EngineEvent] = []
    outcome, model = await run(
        [rewrite("2"), rewrite("3")], fail_when("2"), settings("unit"), observe=events.append
    )

    assert isinstance(outcome, Proposed)
    assert [(each.tier, each.result) for each in outcome.attempts] == [
        ("haiku", "CHECK_FAILED"),
        ("sonnet", "ok"),
    ]
    assert [check.status for check in outcome.checks] == ["passed"]
    told = json.dumps([turn.blocks for turn in model.prompts[-1].turns])
    assert "CHECK_FAILED: unit fails with your edit" in told
    assert "E   boom" in told
    running = [event for event in events if isinstance(event, ProjectCheckRunning)]
    assert [(event.name, event.seconds) for event in running] == [("unit", 1.2)] * 2


async def test_an_answer_that_never_passes_is_refused_and_says_why() -> None:
    outcome, _ = await run([rewrite("2")] * 3, fail_when("2"), settings("unit"))

    assert isinstance(outcome, Refused)
    assert outcome.problem.code == "CHECK_FAILED"
    assert "unit: tests/test_a.py::test_a: boom" in outcome.problem.message
    document = outcome.to_json()["checks"]
    assert isinstance(document, list)
    assert document[0]["new_failures"] == ["tests/test_a.py::test_a: boom"]
    assert _sum_up(outcome.checks) == "failed"


async def test_no_secret_of_the_output_leaves() -> None:
    check = fail_when("2", output=f"E   key = '{SECRET}'")
    outcome, model = await run([rewrite("2"), rewrite("3")], check, settings("unit"))

    assert isinstance(outcome, Proposed)
    assert SECRET not in json.dumps([[turn.blocks for turn in p.turns] for p in model.prompts])


async def test_nothing_runs_where_no_check_is_set() -> None:
    outcome, _ = await run([rewrite("2")], fail_when("2"), Settings())

    assert isinstance(outcome, Proposed)
    assert outcome.checks == ()


async def test_a_check_that_did_not_finish_puts_the_plan_in_doubt() -> None:
    async def check(*_: object) -> tuple[CheckResult, ...]:
        return (CheckResult("unit", "unfinished", why="late"),)

    outcome, _ = await run([rewrite("2")], check, settings("unit"))

    assert isinstance(outcome, Proposed)
    assert "unit finished" in outcome.plan.doubt
    assert _sum_up(outcome.checks) is None


async def test_a_real_command_decides(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(CODE)
    (tmp_path / "unit.py").write_text("import a; assert a.a() != 2, 'two'")
    wanted = settings("unit")
    checks = ProjectChecks(lambda root: [])

    async def check(edit: CheckedEdit, seconds: float, tell: Tell) -> tuple[CheckResult, ...]:
        return await checks.run(tmp_path, wanted, edit, seconds, tell)

    outcome, _ = await run([rewrite("2"), rewrite("3")], check, wanted, tmp_path)

    assert isinstance(outcome, Proposed)
    assert [each.result for each in outcome.attempts] == ["CHECK_FAILED", "ok"]
    assert (tmp_path / "a.py").read_text() == CODE
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.py", "unit.py"]


TESTS = """\
import a


class TestA:
    def test_one(self):
        assert a.a() == 1

    def test_two(self):
        assert a.a() == 2


def test_three():
    assert a.a() == 3
"""


def fail(*tests: str) -> tuple[CheckResult, ...]:
    new = tuple(Failure("boom", f"tests/test_a.py::{test}") for test in tests)
    return (CheckResult("pytest", "failed", new),)


def test_a_new_test_that_fails_is_left_out() -> None:
    plan = Plan((), (NewFile("tests/test_a.py", TESTS),))
    smaller = drop_failing_tests(plan, fail("TestA::test_two", "test_three"), {})

    assert smaller is not None
    left = smaller.new_files[0].content
    assert ("test_one" in left, "test_two" in left, "test_three" in left) == (True, False, False)
    assert "left out TestA.test_two, test_three" in smaller.note
    compile(left, "t", "exec")


@pytest.mark.parametrize(
    "failures",
    [
        fail("TestA::test_one", "TestA::test_two", "test_three"),  # none would stay
        fail("test_other"),  # nobody knows which lines
        (CheckResult("ruff", "failed", (Failure("m", path="tests/test_a.py", code="F401"),)),),
        (CheckResult("pytest", "failed", (Failure("m", "tests/test_b.py::test_old"),)),),
    ],
)
def test_else_the_answer_is_rejected(failures: tuple[CheckResult, ...]) -> None:
    plan = Plan((), (NewFile("tests/test_a.py", TESTS),))
    assert drop_failing_tests(plan, failures, {}) is None


def test_a_test_that_was_there_before_stays() -> None:
    base = Snapshot("file:///t.py", "tests/test_a.py", "python", 1, "def test_old():\n    pass\n")
    text = base.text + "\n\ndef test_new():\n    pass\n"
    plan = Plan((FileChange(base.path, find_changes(base.text, text), ()),))
    results = (CheckResult("pytest", "failed", (Failure("m", "tests/test_a.py::test_old"),)),)
    assert drop_failing_tests(plan, results, {base.path: base}) is None


def test_what_a_person_reads_of_checks() -> None:
    checks = [CheckResult("ruff", "passed"), CheckResult("pytest", "not_run", why="no sandbox")]
    assert describe_checks(checks) == "ruff passes, pytest not run: no sandbox"
    assert describe_checks([]) == ""
