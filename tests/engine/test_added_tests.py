"""The tests action makes or extends the one file it announced; anything beside it waits for a yes."""

from typing import Any

import pytest

from flux_lsp.actions.registry import load_registry
from flux_lsp.core.conversation import Prompt, RedactedPrompt
from flux_lsp.core.errors import ErrorCode
from flux_lsp.core.text import Span
from flux_lsp.edits.values import EditScope, Plan, Reject
from flux_lsp.engine.prepare import PreparedRequest
from flux_lsp.engine.reading import read_answer
from flux_lsp.engine.services import TestFile, WorkspaceContext
from flux_lsp.engine.values import Request
from tests.edits.reading import called, shown

SOURCE = shown("def f():\n    return 1\n", "src/m.py")
TESTS = "def test_f():\n    assert True\n"


def read(
    *paths: str,
    place: str = "tests/test_m.py",
    old: str | None = None,
    review: str = "auto",
    content: str = TESTS,
) -> Plan | Reject:
    """What becomes of an answer that makes files at `paths`."""
    existing = None if old is None else shown(old, place)
    action = load_registry().find("tests")
    assert action is not None
    around = WorkspaceContext(
        test_file=TestFile(place, "pytest", existing, ""),
        explain_exclusion=lambda path: "an ignore file names it" if "ignored" in path else None,
    )
    piece = EditScope(
        {} if existing is None else {place: existing},
        may_create=True,
        may_leave_target=review != "never",
    )
    request = Request("run", "tests", SOURCE, Span(0, 0))
    nothing: Any = None
    prepared = PreparedRequest(action, request, around, nothing, piece, nothing)
    files = [{"path": path, "content": content} for path in paths]
    reply = called(("apply_edits", {"edits": [], "new_files": files}))
    redacted = RedactedPrompt(Prompt("tests", "", "", (), (), 1000), {})
    plan = read_answer(reply, redacted, prepared)
    assert isinstance(plan, Plan | Reject)
    return plan


def made(plan: Plan | Reject) -> list[str]:
    assert isinstance(plan, Plan), plan
    return [new.path for new in plan.new_files]


def test_the_announced_file_is_made() -> None:
    plan = read("tests/test_m.py")

    assert made(plan) == ["tests/test_m.py"]
    assert isinstance(plan, Plan)
    assert not plan.outside


@pytest.mark.parametrize(
    "path",
    [
        "conftest.py",
        "tests/conftest.py",
        "tests/__init__.py",
        "tests/helpers.py",
        "src/latest.py",
        "src/contest.py",
        "src/spectrum.py",
        "tests/test_other.py",
        "other/tests/test_m.py",
        "test_m_more.py",
        "vitest.config.ts",
        "jest.config.js",
        "pyproject.toml",
        "README.md",
    ],
)
@pytest.mark.parametrize("both", [False, True])
def test_any_other_file_waits_for_a_yes(path: str, both: bool) -> None:
    files = ["tests/test_m.py", path] if both else [path]
    plan = read(*files, content="x = 1\n")

    assert made(plan) == files
    assert isinstance(plan, Plan)
    assert plan.outside


@pytest.mark.parametrize(
    "path",
    [
        "pytest.py",
        "unittest.py",
        "src/json.py",
        "sitecustomize.py",
        "_pytest/__init__.py",
        ".git/test_x.py",
        ".git/hooks/test_commit",
        ".github/workflows/test.yml",
        ".gitlab-ci.yml",
        ".vscode/test.txt",
        "sub/.config/test_m.py",
        ".venv/lib/python3.12/site-packages/pytest_x.py",
        "venv/lib/test_x.py",
        "lib/site-packages/test_x.py",
        "node_modules/x/x.test.js",
        "azure-pipelines.yml",
        "Jenkinsfile",
        "ignored/test_m.py",
        "../test_m.py",
        "/tmp/test_m.py",
    ],
)
@pytest.mark.parametrize("both", [False, True])
def test_some_places_are_never_written_to(path: str, both: bool) -> None:
    plan = read(*(["tests/test_m.py", path] if both else [path]), content="x = 1\n")

    assert isinstance(plan, Reject)
    assert plan.code is ErrorCode.OUT_OF_SCOPE


def test_the_refusal_names_the_one_file() -> None:
    plan = read("pytest.py")

    assert isinstance(plan, Reject)
    assert "tests/test_m.py" in plan.feedback


def test_nothing_is_proposed_where_nobody_looks() -> None:
    plan = read("src/latest.py", review="never")

    assert isinstance(plan, Reject)
    assert "review" in plan.feedback
    assert made(read("tests/test_m.py", review="never")) == ["tests/test_m.py"]


@pytest.mark.parametrize("path", ["tests/test_m.py", "test_m.py"])
def test_a_path_without_its_first_folders_is_the_announced_one(path: str) -> None:
    plan = read(path, place="svc/tests/test_m.py")

    assert made(plan) == ["svc/tests/test_m.py"]
    assert isinstance(plan, Plan)
    assert not plan.outside


@pytest.mark.parametrize("old", ["", TESTS])
def test_a_file_beside_one_that_exists_is_no_other_name_for_it(old: str) -> None:
    plan = read("test_m.py", place="svc/tests/test_m.py", old=old)

    assert isinstance(plan, Reject) or plan.outside


def test_the_place_is_empty_and_is_filled() -> None:
    plan = read("tests/test_m.py", old="")

    assert isinstance(plan, Plan)
    assert [file.path for file in plan.files] == ["tests/test_m.py"]
    assert not plan.outside
