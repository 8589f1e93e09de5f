"""A call that fits no budget is refused, and the refusal says the figures and the way out."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flux_lsp.core.errors import ErrorCode, Problem
from flux_lsp.ledger.budgets import (
    check_budgets,
    get_day_end,
    get_day_start,
    get_month_end,
    get_month_start,
)
from flux_lsp.ledger.values import Limits, Spending, format_dollars
from tests.ledger.ledgers import NOON, StillClock, held, open_ledger, reserve, row


@pytest.mark.parametrize(
    ("limits", "spent", "usd", "refused"),
    [
        (Limits(), Spending(), 1e9, False),
        (Limits(per_action_usd=1), Spending(run=0.5), 0.5, False),
        (Limits(per_action_usd=1), Spending(run=0.5), 0.51, True),
        (Limits(per_action_usd=1), Spending(day=50, month=50), 1, False),
        (Limits(per_action_usd=1), Spending(held_run=0.6), 0.5, True),
        (Limits(per_action_usd=1), Spending(held=0.6), 0.5, False),
        (Limits(per_day_usd=1), Spending(day=0.5, held=0.3), 0.2, False),
        (Limits(per_day_usd=1), Spending(day=0.5, held=0.3), 0.21, True),
        (Limits(per_month_usd=1), Spending(month=0.9, held=0.1), 0.01, True),
        (Limits(per_day_usd=0.3), Spending(day=0.1 + 0.1), 0.1, False),  # 0.30000000000000004
        (Limits(per_day_usd=0), Spending(), 0.0001, True),
        (Limits(per_day_usd=0), Spending(day=5), 0.0, False),
        (Limits(), Spending(), None, False),
        (Limits(per_month_usd=100), Spending(), None, True),
    ],
)
def test_admission(limits: Limits, spent: Spending, usd: float | None, refused: bool) -> None:
    assert (check_budgets(usd, limits, spent) is not None) is refused


def test_the_refusal_says_limit_spent_held_price_and_how_to_raise_it() -> None:
    problem = check_budgets(0.02, Limits(per_day_usd=2), Spending(day=1.95, held=0.04))

    assert problem == Problem(
        ErrorCode.OVER_BUDGET,
        "The budget for today is $2.00, $1.95 is spent and $0.04 held for calls under way, and "
        "this call could cost up to $0.02",
        "Nothing was sent. Raise `budget.per_day_usd` in your settings (a number, or "
        "`unlimited`); `flux-lsp usage` shows what was spent on what",
    )


def test_a_model_without_a_price_is_named_and_the_way_out_with_it() -> None:
    problem = check_budgets(None, Limits(per_day_usd=2), Spending(), "my-llama")

    assert problem is not None
    assert problem.code is ErrorCode.OVER_BUDGET
    assert "`my-llama`" in problem.message
    assert "prices.toml" in problem.hint


def test_an_unknown_price_counts_as_what_was_held_for_the_call(tmp_path: Path) -> None:
    """The model that answered may be another one than asked; its tokens are not free."""
    ledger = open_ledger(tmp_path)
    ledger.settle(held(reserve(ledger, "r1", 0.4, Limits())), row(usd=None))

    assert ledger.list_calls()[0].usd is None
    assert ledger.read_spending("r1").run == 0.4
    assert isinstance(reserve(ledger, "r1", 0.2, Limits(per_action_usd=0.5)), Problem)


def test_each_run_has_its_own_action_budget(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path)
    limits = Limits(per_action_usd=0.5)
    held(reserve(ledger, "one", 0.4, limits))

    assert isinstance(reserve(ledger, "one", 0.2, limits), Problem)
    held(reserve(ledger, "two", 0.4, limits))


@pytest.fixture
def in_tokyo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if not hasattr(time, "tzset"):
        pytest.skip("the time zone cannot be set here")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("in_tokyo")
def test_a_day_ends_at_the_persons_midnight(tmp_path: Path) -> None:
    clock = StillClock(datetime(2026, 11, 21, 14, 59, tzinfo=UTC))  # 23:59 in Tokyo
    ledger = open_ledger(tmp_path, clock)
    limits = Limits(per_day_usd=1, per_month_usd=3)
    ledger.settle(held(reserve(ledger, "a", 1, limits)), row(run="a", usd=1.0))
    assert isinstance(reserve(ledger, "b", 1, limits), Problem)

    clock.time += timedelta(minutes=2)
    ledger.settle(held(reserve(ledger, "b", 1, limits)), row(run="b", usd=1.0))
    assert ledger.read_spending().day == 1.0
    assert ledger.read_spending().month == 2.0


@pytest.mark.usefixtures("in_tokyo")
def test_a_month_ends_at_the_persons_midnight(tmp_path: Path) -> None:
    clock = StillClock(datetime(2026, 11, 30, 14, 59, tzinfo=UTC))
    ledger = open_ledger(tmp_path, clock)
    limits = Limits(per_month_usd=1)
    ledger.settle(held(reserve(ledger, "a", 1, limits)), row(run="a", usd=1.0))
    assert isinstance(reserve(ledger, "b", 1, limits), Problem)

    clock.time += timedelta(minutes=2)
    held(reserve(ledger, "b", 1, limits))


def test_midnight_is_right_on_the_day_the_clocks_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if not hasattr(time, "tzset"):
        pytest.skip("the time zone cannot be set here")
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    try:
        noon = datetime(2026, 10, 25, 11, tzinfo=UTC)  # winter time since 3:00
        assert get_day_start(noon) == datetime(2026, 10, 24, 22, tzinfo=UTC)
        assert get_month_start(noon) == datetime(2026, 9, 30, 22, tzinfo=UTC)
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize(
    ("usd", "text"),
    [
        (0, "$0.00"),
        (0.00001, "<$0.0001"),
        (0.0123, "$0.0123"),
        (0.5, "$0.50"),
        (1.2345, "$1.23"),
        (1234.5, "$1234.50"),
    ],
)
def test_money_is_shown_as_precisely_as_it_matters(usd: float, text: str) -> None:
    assert format_dollars(usd) == text


@pytest.mark.parametrize("years", [1, 10, 900])
def test_a_call_that_a_wrong_clock_wrote_into_the_future_is_not_of_today(
    tmp_path: Path, years: int
) -> None:
    clock = StillClock(NOON.replace(year=NOON.year + years))
    ledger = open_ledger(tmp_path, clock)
    ledger.settle(held(reserve(ledger, "a", 1, Limits())), row(run="a", usd=1.0))
    held(reserve(ledger, "b", 1, Limits()))
    clock.time = NOON

    spent = open_ledger(tmp_path, clock, alive=lambda _: False, pid=1).read_spending()

    assert (spent.day, spent.month, spent.held) == (0, 0, 0)
    assert len(ledger.list_calls()) == 2, "they are not forgotten"


def test_a_call_of_tomorrow_counts_tomorrow(tmp_path: Path) -> None:
    clock = StillClock(NOON + timedelta(days=1))
    ledger = open_ledger(tmp_path, clock)
    ledger.settle(held(reserve(ledger, "a", 1, Limits())), row(run="a", usd=1.0))
    clock.time = NOON
    today = ledger.read_spending()
    clock.time = NOON + timedelta(days=1)

    assert (today.day, today.month) == (0, 1.0)
    assert ledger.read_spending().day == 1.0


@pytest.mark.parametrize("month", range(1, 13))
@pytest.mark.parametrize("day", [1, 28])
def test_a_month_ends_where_the_next_begins(month: int, day: int) -> None:
    moment = datetime(2027, month, day, 12, tzinfo=UTC)
    assert get_month_end(moment) == get_month_start(moment.replace(day=28) + timedelta(days=7))
    assert get_day_end(moment) == get_day_start(moment + timedelta(days=1))
