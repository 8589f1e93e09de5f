"""Money for the steps of a pipeline is set aside before the first, in one piece, and never spent twice."""

import random
from pathlib import Path

import pytest

from flux_lsp.core.errors import ErrorCode, Problem
from flux_lsp.ledger.holds import HoldOrder, drop_holds, place_holds
from flux_lsp.ledger.store import Ledger
from flux_lsp.ledger.values import Limits, Reservation
from tests.ledger.ledgers import StillClock, open_ledger, row

DOLLAR = Limits(per_day_usd=1.0)


def order(usd: float | None, agent: str = "a", limits: Limits = DOLLAR) -> HoldOrder:
    return HoldOrder(agent, "m", usd, limits)


def place(ledger: Ledger, *orders: HoldOrder, run: str = "r1") -> tuple[int, ...] | Problem:
    return place_holds(ledger, run, orders, "this pipeline")


def begin(ledger: Ledger, usd: float, hold: int = 0, limits: Limits = DOLLAR) -> object:
    return ledger.reserve(row(run="r1", usd=None, agent="a"), usd, limits, hold)


def test_all_steps_or_none(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path)
    held = place(ledger, order(0.4), order(0.5))
    assert isinstance(held, tuple)
    assert ledger.read_spending("r1").held == pytest.approx(0.9)

    refused = place(ledger, order(0.05), order(0.06), run="r2")
    assert isinstance(refused, Problem)
    assert refused.code is ErrorCode.OVER_BUDGET
    assert "this pipeline could cost up to $0.11" in refused.message
    assert ledger.read_spending("r2").held == pytest.approx(0.9)


def test_a_call_takes_its_money_out_of_its_hold(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path)
    held = place(ledger, order(0.6), order(0.4))
    assert isinstance(held, tuple)
    assert isinstance(begin(ledger, 0.01), Problem)  # another call finds nothing left

    reservation = begin(ledger, 0.5, held[0])
    assert isinstance(reservation, Reservation)
    assert ledger.read_spending("r1").held == pytest.approx(1.0)
    ledger.settle(reservation, row(run="r1", usd=0.2))
    assert ledger.read_spending("r1").held == pytest.approx(0.5)
    assert isinstance(
        begin(ledger, 0.3, held[0]), Reservation
    )  # a retry: its rest and what is free


def test_a_call_that_costs_more_than_its_hold_needs_the_rest_from_the_budget(
    tmp_path: Path,
) -> None:
    ledger = open_ledger(tmp_path)
    held = place(ledger, order(0.6), order(0.3))
    assert isinstance(held, tuple)
    assert isinstance(begin(ledger, 0.8, held[0]), Problem)
    assert isinstance(begin(ledger, 0.7, held[0]), Reservation)


def test_what_is_not_used_is_given_back(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path)
    held = place(ledger, order(0.6), order(0.3))
    assert isinstance(held, tuple)
    drop_holds(ledger, "r1", held[0])
    assert ledger.read_spending("r1").held == pytest.approx(0.3)
    drop_holds(ledger, "r2")
    assert ledger.read_spending("r1").held == pytest.approx(0.3)
    drop_holds(ledger, "r1")
    assert ledger.read_spending("r1").held == 0.0


def test_the_holds_of_a_dead_process_go_and_cost_nothing(tmp_path: Path) -> None:
    dead = open_ledger(tmp_path, pid=1234)
    place(dead, order(0.9))
    assert open_ledger(tmp_path, pid=5, alive=lambda _: True).read_spending().held == 0.9
    after = open_ledger(tmp_path, pid=5, alive=lambda _: False).read_spending()
    assert (after.held, after.day) == (0.0, 0.0)


def test_each_agent_keeps_to_its_day(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path)
    small = Limits(per_day_usd=1.0, per_agent_usd=0.3)
    refused = place(ledger, order(0.2, "a", small), order(0.2, "b"), order(0.2, "a", small))
    assert isinstance(refused, Problem)
    assert "the steps of `a` could cost up to $0.40" in refused.message
    assert isinstance(place(ledger, order(0.2, "a", small), order(0.4, "b")), tuple)
    assert isinstance(place(ledger, order(0.2, "a", small), run="r2"), Problem)


def test_an_unknown_price_fits_no_budget_and_a_free_one_needs_no_ledger(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path)
    refused = place(ledger, order(0.1), order(None))
    assert isinstance(refused, Problem)
    assert "No price is known for `m`" in refused.message
    assert isinstance(place(ledger, order(None, limits=Limits())), tuple)

    (tmp_path / "file").write_text("no folder")
    unwritable = open_ledger(tmp_path / "file")
    assert place(unwritable, order(0.0), order(0.0)) == (0, 0)
    assert isinstance(place(unwritable, order(0.1)), Problem)


@pytest.mark.parametrize("seed", range(30))
def test_pipelines_side_by_side_never_pass_a_limit(tmp_path: Path, seed: int) -> None:
    """Several sessions place holds, call, settle and drop in any order."""
    rng = random.Random(seed)
    clock = StillClock()
    ledgers = [open_ledger(tmp_path, clock, pid=n, alive=lambda _: True) for n in range(3)]
    open_holds: list[tuple[Ledger, str, int]] = []
    begun: list[tuple[Ledger, Reservation, float]] = []
    for number in range(60):
        ledger, run = rng.choice(ledgers), f"r{number}"
        if rng.random() < 0.4:
            held = place(ledger, *(order(rng.uniform(0, 0.3)) for _ in range(3)), run=run)
            if isinstance(held, tuple):
                open_holds += [(ledger, run, each) for each in held]
        elif open_holds and rng.random() < 0.7:
            ledger, run, hold = open_holds.pop(rng.randrange(len(open_holds)))
            usd = rng.uniform(0, 0.35)
            call = ledger.reserve(row(run=run, usd=None), usd, DOLLAR, hold)
            if isinstance(call, Reservation):
                begun.append((ledger, call, usd))
            if rng.random() < 0.5:
                drop_holds(ledger, run, hold)
        elif begun:
            ledger, call, usd = begun.pop(rng.randrange(len(begun)))
            ledger.settle(call, row(run=call.run, usd=rng.uniform(0, usd)))
        spent = ledgers[0].read_spending()
        assert spent.day + spent.held <= 1.0 + 1e-6
    for ledger in ledgers:
        ledger.close()
