"""Totals say what happened, and what is unknown is never shown as nothing."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from flux_lsp.core.usage import Usage
from flux_lsp.ledger.totals import compute_percentile, count_failures, sum_by_group, sum_calls
from tests.ledger.ledgers import NOON, row

ROWS = [
    row(run="a", result="SYNTAX_ERROR", error="SYNTAX_ERROR", usd=0.01, tier="haiku", time=NOON),
    row(run="a", attempt=2, result="ok", usd=0.03, total_ms=3000, time=NOON),
    row(run="b", result="ok", usd=None, action="fix", time=NOON + timedelta(days=1)),
    row(
        run="c",
        result="CANCELLED",
        error="CANCELLED",
        usd=0.02,
        model_answered=None,
        total_ms=9,
        time=NOON + timedelta(days=1),
    ),
    row(run="d", result="REFUSED_BY_MODEL", error="REFUSED_BY_MODEL", usd=0.04, time=NOON),
]


def test_everything_adds_up() -> None:
    whole = sum_calls(ROWS)

    assert (whole.runs, whole.calls, whole.attempts) == (4, 5, 1.25)
    assert (whole.succeeded, whole.cancelled) == (2, 1)
    assert whole.success == 2 / 3, "a cancelled run counts neither way"
    assert round(whole.usd, 6) == 0.10
    assert whole.unpriced == 1
    assert whole.usage == Usage(5000, 1000, 1500, 2000)
    assert (whole.latency.p50, whole.latency.p95) == (1500, 3000), (
        "a call without answer has no latency"
    )


def test_groups_by_day_are_in_order_and_others_by_cost() -> None:
    today = NOON.astimezone().date()  # of whoever runs this
    days = [today.isoformat(), (today + timedelta(days=1)).isoformat()]
    assert [g.name for g in sum_by_group(ROWS, "day")] == days
    assert [g.name for g in sum_by_group(ROWS, "action")] == ["edit", "fix"]
    assert [(g.name, g.calls) for g in sum_by_group(ROWS, "tier")] == [("sonnet", 4), ("haiku", 1)]
    assert [g.name for g in sum_by_group(ROWS, "model")] == ["claude-sonnet-5-5"]


def test_a_sum_of_unknown_prices_is_unknown() -> None:
    assert sum_calls([ROWS[2]]).as_json()["usd"] is None
    assert sum_calls([]).as_json()["usd"] == 0
    assert sum_calls([]).success is None


def test_failures_are_counted_the_most_frequent_first() -> None:
    assert count_failures([*ROWS, ROWS[4]]) == {
        "REFUSED_BY_MODEL": 2,
        "CANCELLED": 1,
        "SYNTAX_ERROR": 1,
    }


@given(st.lists(st.integers(0, 1000), min_size=1), st.integers(1, 100))
def test_a_percentile_is_a_value_that_so_many_do_not_exceed(values: list[int], share: int) -> None:
    found = compute_percentile(values, share)

    assert found in values
    assert found is not None
    assert sum(value <= found for value in values) >= len(values) * share / 100
    assert sum(value < found for value in values) < len(values) * share / 100
