"""What a person is asked about before it is applied."""

import pytest

from flux_lsp.actions.registry import load_registry
from flux_lsp.edits.values import FileChange, NewFile, Plan
from flux_lsp.runs.review import needs_yes

CHANGE = FileChange("a.py", (), ())
EDIT, TESTS = (
    next(action for action in load_registry().actions if action.returns == kind)
    for kind in ("edit", "tests")
)


@pytest.mark.parametrize(
    ("plan", "asked"),
    [
        (Plan((CHANGE,)), False),
        (Plan((CHANGE,), outside=True), True),
        (Plan((CHANGE, CHANGE)), True),
        (Plan((CHANGE,), (NewFile("b.py", ""),)), True),
        (Plan((CHANGE,), doubt="more than the target"), True),
    ],
)
def test_a_plan_in_doubt_or_beyond_its_target_waits_under_auto(plan: Plan, asked: bool) -> None:
    assert needs_yes(plan, EDIT, "auto") is asked
    assert needs_yes(plan, EDIT, "always")
    assert not needs_yes(plan, EDIT, "never")


def test_tests_may_make_a_file_beside_the_one_they_extend_unless_it_is_outside() -> None:
    assert not needs_yes(Plan((CHANGE,), (NewFile("b.py", ""),)), TESTS, "auto")
    assert needs_yes(Plan((CHANGE,), (NewFile("b.py", ""),), outside=True), TESTS, "auto")
