"""A call that fits no budget is refused, and the refusal says the figures and the way out."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flux_lsp.core.errors import ErrorCode, Problem
from flux_lsp.ledger.budgets import (
    check_budgets,
    find_nearly_spent,
    get_day_end,
    get_day_start,
    get_month_end,
    get_month_start,
    list_budgets,
)
from flux_lsp.ledger.notices import claim_notice
from flux_lsp.ledger.store import Ledger
from flux_lsp.ledger.values import Limits, Reservation, Spending, format_dollars
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
        (Limits(per_session_usd=1), Spending(session=0.5, held_session=0.3), 0.2, False),
        (Limits(per_session_usd=1), Spending(session=0.5, held_session=0.3), 0.21, True),
        (Limits(per_session_usd=1), Spending(day=5, held=5), 0.5, False),
        (Limits(per_agent_usd=1), Spending(agent=0.5, held_agent=0.3), 0.21, True),
        (Limits(per_agent_usd=1), Spending(day=5, held=5), 0.5, False),
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


def test_each_session_has_its_own_budget(tmp_path: Path) -> None:
    limits = Limits(per_session_usd=0.5)
    one, two = open_ledger(tmp_path), open_ledger(tmp_path)

    def spend(ledger: Ledger, run: str) -> Reservation | Problem:
        return ledger.reserve(row(run=run, usd=None, session=ledger.session), 0.3, limits)

    held(spend(one, "a"))
    refused = spend(one, "b")
    assert isinstance(refused, Problem)
    assert "The budget for this session is $0.50" in refused.message
    assert "budget.per_session_usd" in refused.hint
    one.settle(held(spend(two, "c")), row(run="c", usd=0.3, session=two.session))
    assert isinstance(spend(two, "d"), Problem)
    assert (two.read_spending().session, one.read_spending().held_session) == (0.3, 0.3)


def test_an_agent_has_a_budget_for_a_day_in_all_sessions(tmp_path: Path) -> None:
    limits, clock = Limits(per_agent_usd=0.5), StillClock()
    ledgers = [open_ledger(tmp_path, clock) for _ in range(2)]

    def spend(ledger: Ledger, agent: str | None) -> Reservation | Problem:
        return ledger.reserve(row(usd=None, agent=agent), 0.3, limits)

    ledgers[0].settle(held(spend(ledgers[0], "reviewer")), row(usd=0.3, agent="reviewer"))
    refused = spend(ledgers[1], "reviewer")
    assert isinstance(refused, Problem)
    assert "The budget for this agent today is $0.50" in refused.message
    held(spend(ledgers[1], "writer"))
    held(spend(ledgers[1], None))
    assert isinstance(spend(ledgers[0], "writer"), Problem), "another session holds money for it"

    clock.time += timedelta(days=1)
    held(spend(ledgers[0], "reviewer"))


@pytest.mark.parametrize(
    ("spent", "keys"),
    [
        (Spending(day=7.99), []),
        (Spending(day=8.0), ["per_day_usd"]),
        (Spending(day=0.7 + 0.1, held=8), []),  # what calls under way hold is mostly given back
        (Spending(run=0.4, session=1.6, agent=0.8, day=9, month=80), None),
    ],
)
def test_a_budget_is_nearly_spent_at_four_fifths(spent: Spending, keys: list[str] | None) -> None:
    limits = Limits(0.5, 10, 100, 2, 1)
    all_keys = [use.key for use in list_budgets(limits, spent)]

    assert [use.key for use in find_nearly_spent(limits, spent)] == (
        all_keys if keys is None else keys
    )
    assert len(all_keys) == 5


def test_a_budget_of_nothing_or_without_a_limit_is_never_nearly_spent() -> None:
    assert find_nearly_spent(Limits(per_day_usd=0), Spending(day=5)) == []
    assert find_nearly_spent(Limits(), Spending(day=5)) == []


def test_only_the_first_is_told_and_once_for_each_period(tmp_path: Path) -> None:
    ledgers = [open_ledger(tmp_path) for _ in range(2)]

    claims = [claim_notice(ledger, "budget", "2026-11-21") for ledger in (*ledgers, *ledgers)]

    assert claims == [True, False, False, False]
    assert claim_notice(ledgers[1], "budget", "2026-11-22")
    assert claim_notice(ledgers[1], "alert", "2026-11-21")


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
