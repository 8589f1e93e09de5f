"""Comparing two ways of routing: who takes part, which arm, when it ends, and what it says."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from flux_lsp.core.assignment import Arm
from flux_lsp.ledger.experiment import (
    Experiment,
    Result,
    assign_arm,
    compare_arms,
    judge,
    may_take_part,
)
from flux_lsp.ledger.run_values import Aftermath, RunRow
from tests.ledger.ledgers import NOON
from tests.ledger.test_learning import BAD, DECISION, LATER, run_row

TRIAL = Experiment("cheaper", "edit", 0.5)


def arm_row(number: int, arm: Arm, **changes: Any) -> RunRow:
    decision = replace(DECISION, experiment="cheaper", arm=arm)
    return run_row(number, decision=decision, **changes)


def alternate(count: int, **changes: Any) -> list[RunRow]:
    return [arm_row(n, "treatment" if n % 2 else "control", **changes) for n in range(count)]


def test_an_arm_is_the_same_whoever_computes_it_and_shares_come_out_right() -> None:
    tenth = Experiment("x", "edit", 0.1)
    arms = [assign_arm(tenth, f"run{n}", "haiku") for n in range(4000)]

    assert arms == [assign_arm(tenth, f"run{n}", "haiku") for n in range(4000)]
    assert 320 <= arms.count("treatment") <= 480
    assert assign_arm(tenth, "run1", "haiku") == "control"
    assert arms != [
        assign_arm(Experiment("y", "edit", 0.1), f"run{n}", "haiku") for n in range(4000)
    ]


@pytest.mark.parametrize(
    ("action", "rule", "takes_part"),
    [
        ("edit", "score", True),
        ("edit", "default", True),
        ("edit", "sticky", True),
        ("edit", "pinned", False),
        ("edit", "model", False),
        ("edit", "security", False),
        ("edit", "unreachable", False),
        ("edit", "price", False),
        ("fix", "score", False),
    ],
)
def test_security_pins_and_other_actions_stay_out(action: str, rule: str, takes_part: bool) -> None:
    assert may_take_part(TRIAL, action, rule) is takes_part


def test_like_arms_go_on_and_say_how_long_a_difference_would_take() -> None:
    rows = alternate(40)
    rows = [replace(row, time=NOON + timedelta(hours=6 * n)) for n, row in enumerate(rows)]

    comparison = compare_arms(TRIAL, rows, LATER + timedelta(days=30))

    assert comparison.state == "runs"
    assert (comparison.control.all, comparison.treatment.all) == (20, 20)
    assert comparison.runs_per_day == pytest.approx(4, abs=0.4)
    assert comparison.days_for_gap is not None
    assert 100 < comparison.days_for_gap < 500


def test_a_treatment_that_often_fails_is_rolled_back() -> None:
    rows = [
        arm_row(n, "treatment" if n % 2 else "control", first_result="ELISION" if n % 2 else "ok")
        for n in range(40)
    ]

    comparison = compare_arms(TRIAL, rows, LATER)

    assert comparison.state == "below_floor"
    assert comparison.floor_log_e >= 2.99


def test_corrections_count_as_bad_and_a_better_treatment_wins() -> None:
    rows = [
        arm_row(n, "treatment" if n % 2 else "control", aftermath=Aftermath() if n % 2 else BAD)
        for n in range(80)
    ]

    assert compare_arms(TRIAL, rows, LATER).state == "better"


def test_a_worse_treatment_above_a_low_floor_loses_by_the_comparison() -> None:
    results = [
        Result("treatment" if n % 2 else "control", n % 2 == 1 and n % 4 == 1) for n in range(400)
    ]

    state, test, _ = judge(replace(TRIAL, floor=0.3), results)

    assert state == "worse"
    assert test.control.all == test.treatment.all


def test_the_arms_budget_ends_it() -> None:
    rows = alternate(10, usd=0.10)

    assert compare_arms(replace(TRIAL, budget_usd=0.5), rows, LATER).state == "over_budget"
    assert compare_arms(replace(TRIAL, budget_usd=0.6), rows, LATER).state == "runs"


def test_a_decision_stays_when_more_runs_follow() -> None:
    bad = [arm_row(n, "treatment", first_result="FORMAT") for n in range(10)]
    good = [arm_row(n, "treatment") for n in range(10, 400)]

    assert compare_arms(TRIAL, bad, LATER).state == "below_floor"
    assert compare_arms(TRIAL, bad + good, LATER).state == "below_floor"


def test_runs_without_an_answer_or_cancelled_show_nothing() -> None:
    rows = alternate(10, first_result=None) + alternate(10, status="cancelled")

    comparison = compare_arms(TRIAL, rows, LATER)

    assert (comparison.control.all, comparison.treatment.all) == (0, 0)


def test_a_tenth_is_compared_with_nine() -> None:
    assert Experiment("x", "edit", 0.1).block == (9, 1)
    assert Experiment("x", "edit", 0.2).block == (4, 1)
    assert Experiment("x", "edit", 0.5).block == (1, 1)
