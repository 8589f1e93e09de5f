"""An alert demands a threshold, evidence and a floor, and names figures and cause."""

import math
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.alerts import World, count_false_alarms, find_change
from flux_lsp.ledger.alerts.days import DayFigures, split_recent, split_window, summarize_days
from flux_lsp.ledger.alerts.evidence import compute_tail
from flux_lsp.ledger.alerts.rules import RULES, find_alerts, judge_days
from tests.ledger.days import make_days
from tests.ledger.ledgers import NOON, row

SLOW = {"times": {"m": tuple(range(4000, 9000, 120))}}
DEARER = {"usd": 3.0, "squares": 0.4}


def judge(days: list[DayFigures]) -> dict[str, str]:
    return {alert.rule: alert.text for alert in judge_days(days)}


def test_usual_days_raise_no_alert() -> None:
    assert judge(make_days(60)) == {}


@pytest.mark.parametrize(
    ("rule", "recent", "changes", "says"),
    [
        ("daily cost", 3, {**DEARER, "runs": 120, "calls": 132}, "more runs a day (40 before, 120"),
        ("daily cost", 3, {**DEARER, "sonnet": 38}, "more Sonnet (45% before, 95% now)"),
        ("daily cost", 3, {**DEARER, "prompt": 700_000}, "longer prompts (4,545 tokens before"),
        ("daily cost", 3, {**DEARER, "calls": 120, "prompt": 545_000}, "more calls in a run (1.1"),
        ("daily cost", 3, {**DEARER, "cache_read": 0}, "less from the cache (30% before, 0% now)"),
        ("cost of a run", 3, DEARER, "A run cost $0.0750 of late, $0.0250 before"),
        ("Sonnet's share", 7, {"sonnet": 28}, "70 % of the runs began on Sonnet, 45 % before"),
        ("success", 7, {"succeeded": 28}, "Only 70 % of the last 280 runs succeeded"),
        ("escalation", 7, {"escalated": 20}, "50 % of the last 280 runs went up to Sonnet"),
        ("fallback", 7, {"fallback": 9}, "In 22 % of the last 280 runs another model stood in"),
        ("latency", 7, SLOW, "m takes up to 8.68 s for 95 % of its answers, 2.85 s before"),
    ],
)
def test_each_rule_sees_its_change_and_says_what_it_is(
    rule: str, recent: int, changes: dict[str, Any], says: str
) -> None:
    assert says in judge(make_days(60, recent, **changes))[rule]


@pytest.mark.parametrize(
    ("rule", "recent", "changes"),
    [
        ("daily cost", 3, {"usd": 1.15}),  # below 120 %
        ("daily cost", 1, {"usd": 1.9}),  # one dear day proves nothing
        ("cost of a run", 3, {"usd": 1.15}),
        ("Sonnet's share", 7, {"sonnet": 24}),  # 15 points more, and not beyond chance
        ("success", 7, {"succeeded": 33}),
        ("escalation", 7, {"escalated": 13}),
        ("fallback", 7, {"fallback": 5}),
        ("latency", 7, {"times": {"m": tuple(range(1900, 5600, 90))}}),
    ],
)
def test_what_is_near_the_threshold_is_no_alert(
    rule: str, recent: int, changes: dict[str, Any]
) -> None:
    assert rule not in judge(make_days(60, recent, **changes))


def test_days_that_were_alike_by_chance_prove_little() -> None:
    """Few dear calls make a day: such days scatter, however alike these were."""
    days = make_days(60, 3, usd=1.6)

    assert "daily cost" in judge(days)
    assert "daily cost" not in judge([replace(day, squares=0.6) for day in days])


def test_cents_are_not_worth_a_word() -> None:
    def shrink(day: DayFigures) -> DayFigures:
        return replace(day, usd=day.usd / 100, squares=day.squares / 10_000)

    days = make_days(60, 3, **DEARER)

    assert {"daily cost", "cost of a run"} <= set(judge(days))
    assert judge([shrink(day) for day in days]) == {}


@pytest.mark.parametrize("count", range(11))
def test_few_days_are_no_evidence(count: int) -> None:
    raised = judge(make_days(count, 3, **DEARER))

    assert bool(raised) is (count >= 10)


def test_another_models_times_are_not_compared() -> None:
    """Sonnet is slower than Haiku; asking it more often is no fault of either."""
    assert judge(make_days(60, 7, times={"other": SLOW["times"]["m"]})) == {}


def test_free_days_change_nothing() -> None:
    days = make_days(60, 3, **DEARER)
    spread = [
        replace(day, day=day.day + timedelta(days=2 * (n // 5))) for n, day in enumerate(days)
    ]

    assert set(judge(spread)) == set(judge(days))


def test_an_alert_of_last_month_is_no_news() -> None:
    calls = [
        row(run=f"{day}-{n}", result="FORMAT", time=NOON + timedelta(days=day))
        for day in range(7)
        for n in range(10)
    ]
    last = (NOON + timedelta(days=6)).astimezone().date()

    assert [alert.rule for alert in find_alerts(calls, last)] == ["success"]
    assert find_alerts(calls, last + timedelta(days=8)) == []
    assert find_alerts([], last) == []


def test_a_day_is_added_up_by_its_runs() -> None:
    calls = [
        row(run="a", tier="haiku", result="FORMAT", usd=0.25, total_ms=10, model_answered="h"),
        row(run="a", result="ok", usd=0.5, escalated=True, total_ms=20, model_answered="s"),
        row(run="b", result="CANCELLED", usd=None, model_answered=None, fallback=True),
    ]

    (day,) = summarize_days(calls)

    assert (day.runs, day.ended, day.succeeded, day.calls) == (2, 1, 1, 3)
    assert (day.escalated, day.fallback, day.sonnet) == (1, 1, 1)
    assert (day.usd, day.squares) == (0.75, 0.5625)
    assert day.times == {"h": [10], "s": [20]}


def test_windows_are_cut_at_days() -> None:
    days = make_days(40)
    base, recent = split_recent(days)
    assert (len(base), len(recent)) == (28, 3)
    base, window = split_window(days)
    assert (len(base), len(window)) == (28, 7)
    quiet = [replace(day, runs=2) for day in days]
    base, window = split_window(quiet)
    assert (len(base), len(window)) == (15, 25), "50 runs"
    assert split_window([]) == ((), ())
    assert window[-1].day == date(2026, 10, 10)


@given(st.integers(0, 60), st.integers(1, 60), st.floats(0.01, 0.99))
def test_a_tail_is_the_sum_of_its_chances(hits: int, count: int, share: float) -> None:
    exact = sum(
        math.comb(count, k) * share**k * (1 - share) ** (count - k) for k in range(hits, count + 1)
    )

    assert compute_tail(hits, count, share) == pytest.approx(exact, abs=1e-9)


def test_every_rule_of_the_bench_is_one_of_the_product() -> None:
    import random

    counts = count_false_alarms(World(10), 60, random.Random(3))
    seen = find_change(World(50), {"volume": 4.0}, random.Random(3))

    assert set(counts) <= {*RULES, "naive"}
    assert counts["naive"] > 10
    assert "daily cost" in seen
