"""What the ledger says is never below what the API bills, and above it only by marked estimates."""

import asyncio
import sqlite3
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from flux_lsp.core.errors import ErrorCode, Problem
from flux_lsp.engine.events import ContextSent, RunEvent, TextArrived
from flux_lsp.ledger.values import Limits
from tests.engine.billing import MovingClock, Telling, asking, check_the_books
from tests.fakes.flags import Gate
from tests.ledger.test_store import spoil
from tests.models.given import NOW


def fixed(value: Any) -> Any:
    """A count that is told whatever is true."""
    return lambda _: value


EXACT = {
    "an ordinary answer": Telling(),
    "bound to a region": Telling(region="us"),
    "floats": Telling(float, float),
    "texts of digits": Telling(str, str),
    "a later zero": Telling(later=(0,)),
    "later nonsense": Telling(later=(-5, None, "x", 10**30, 3)),
    "held open after its end": Telling(ending="hold open"),
    "no message_stop": Telling(ending="no stop"),
}
_NONSENSE: tuple[Any, ...] = (
    None,
    0,
    -1,
    -(10**7),
    True,
    "many",
    10**30,
    2**63,
    float("inf"),
    [1],
    {},
)
ESTIMATED = {
    "no usage at all": Telling(None, None),
    "no usage at the end": Telling(output=None),
    "no usage at the start": Telling(input=None),
    "dropped before the headers": Telling(ending="drop"),
    "dropped before the first word": Telling(ending="drop", after=0),
    "dropped": Telling(ending="drop", after=9),
    "dropped without usage": Telling(None, None, ending="drop", after=9),
    "reset": Telling(ending="reset", after=9),
    "an error in mid-stream": Telling(ending="error", after=9),
    "silent in mid-stream": Telling(ending="stall", after=9),
    **{f"input {value}": Telling(input=fixed(value)) for value in _NONSENSE},
    **{f"output {value}": Telling(output=fixed(value)) for value in _NONSENSE},
}


@pytest.mark.parametrize("name", EXACT)
async def test_what_is_told_is_billed_to_the_cent(tmp_path: Path, name: str) -> None:
    async with asking(tmp_path, EXACT[name]) as it:
        outcome = await it.ask()
        assert outcome.status == "answered", outcome
        assert (it.api.calls, outcome.estimated) == (1, False)
        check_the_books(tmp_path, it.api.usd, estimates=False)
        assert outcome.usd == pytest.approx(it.api.usd)


@pytest.mark.parametrize("name", ESTIMATED)
async def test_what_is_not_told_is_estimated_and_never_too_low(tmp_path: Path, name: str) -> None:
    async with asking(tmp_path, ESTIMATED[name], silence=0.15) as it:
        outcome = await it.ask()
        assert outcome.estimated, outcome
        assert outcome.usd is not None
        check_the_books(tmp_path, it.api.usd, estimates=True)
        # an estimate is one: no more than half as much again as what is billed
        assert outcome.usd < 1.5 * it.api.usd + 0.004 * it.api.calls, (outcome.usd, it.api.usd)


@pytest.mark.parametrize(
    "name", ["dropped", "dropped without usage", "reset", "an error in mid-stream"]
)
async def test_an_answer_that_breaks_off_is_paid_for_twice_at_most(
    tmp_path: Path, name: str
) -> None:
    async with asking(tmp_path, replace(ESTIMATED[name], after=30)) as it:
        outcome = await it.ask()
        assert (outcome.status, it.api.calls) == ("failed", 2)
        check_the_books(tmp_path, it.api.usd, estimates=True)


async def test_a_stream_that_ends_too_early_is_asked_for_once_more(tmp_path: Path) -> None:
    async with asking(tmp_path, Telling(ending="cut", after=5)) as it:
        outcome = await it.ask()
        assert outcome.error is not None
        assert (outcome.error.code, it.api.calls) == (ErrorCode.TRUNCATED, 2)
        check_the_books(tmp_path, it.api.usd, estimates=True)


async def test_what_is_refused_costs_nothing(tmp_path: Path) -> None:
    async with asking(tmp_path, Telling(status=529), Telling()) as it:
        outcome = await it.ask()
        assert [a.usd for a in outcome.attempts] == pytest.approx([0, it.api.usd])
        check_the_books(tmp_path, it.api.usd, estimates=False)


@pytest.mark.parametrize("early", [True, False])
async def test_a_cancelled_call_is_counted(tmp_path: Path, early: bool) -> None:
    gate = Gate()
    telling = Telling(early=gate) if early else Telling(gate=gate)
    async with asking(tmp_path, telling) as it:
        run = asyncio.create_task(it.ask())
        await gate.reached.wait()
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run
        check_the_books(tmp_path, it.api.usd, estimates=True)
        assert it.ledger.read_spending().held == 0


async def test_a_call_that_takes_too_long_is_counted(tmp_path: Path) -> None:
    async with asking(tmp_path, Telling(ending="stall", after=5)) as it:
        it.seconds = 0.5
        outcome = await it.ask()
        assert outcome.attempts[0].result == "TIMEOUT"
        check_the_books(tmp_path, it.api.usd, estimates=True)


async def test_an_exception_before_the_call_costs_and_holds_nothing(tmp_path: Path) -> None:
    def fail(event: RunEvent) -> None:
        if isinstance(event, ContextSent):
            raise RuntimeError

    async with asking(tmp_path, Telling()) as it:
        with pytest.raises(RuntimeError):
            await it.ask(fail)
        assert (it.api.calls, it.ledger.read_spending().held, it.ledger.read_spending().day) == (
            0,
            0,
            0,
        )
        assert [row.result for row in it.ledger.list_calls()] == ["INTERNAL"]


async def test_an_exception_within_the_call_is_counted(tmp_path: Path) -> None:
    def fail(event: RunEvent) -> None:
        if isinstance(event, TextArrived):
            raise RuntimeError

    async with asking(tmp_path, Telling()) as it:
        with pytest.raises(RuntimeError):
            await it.ask(fail)
        assert it.ledger.read_spending().held == 0
        assert it.ledger.read_spending().day > 0
        assert [row.result for row in it.ledger.list_calls()] == ["INTERNAL"]


@pytest.mark.parametrize("trouble", ["locked", "full", "read-only"])
async def test_a_paid_answer_is_used_and_counted_when_the_ledger_fails_behind_it(
    tmp_path: Path, trouble: str
) -> None:
    async with asking(tmp_path, Telling()) as it:
        other: list[sqlite3.Connection] = []
        path = it.ledger.path

        def strike() -> None:
            if trouble == "locked":
                other.append(sqlite3.connect(path, isolation_level=None))
                other[0].execute("BEGIN IMMEDIATE")
            else:
                spoil(it.ledger, "query_only = ON")

        it.api.on_call = strike
        outcome = await it.ask()

        assert outcome.status == "answered", outcome
        assert outcome.usd == pytest.approx(it.api.usd)
        assert "not in it yet" in outcome.trouble
        assert "not in it yet" in str(outcome.to_json()["summary"])
        check_the_books(tmp_path, it.api.usd, estimates=True)

        for database in other:
            database.close()
        it.ledger.__dict__.pop("_open", None)
        it.ledger.close()
        check_the_books(tmp_path, it.api.usd, estimates=False)
        assert [row.result for row in it.ledger.list_calls()] == ["ok"]


@pytest.mark.parametrize("days", [-20_000, -3000, -400, 400, 3650, 300_000])
async def test_a_wrong_clock_makes_nothing_free_and_blocks_nothing(
    tmp_path: Path, days: int
) -> None:
    clock = MovingClock(NOW + timedelta(days=days))
    async with asking(tmp_path, Telling(), clock=clock) as it:
        it.limits = Limits(per_action_usd=1, per_day_usd=1, per_month_usd=1)
        assert (await it.ask()).status == "answered"
        assert it.ledger.read_spending().day == pytest.approx(it.api.usd)
        clock.time = NOW
        assert (it.ledger.read_spending().day, it.ledger.read_spending().month) == (0, 0)
        assert (await it.ask()).status == "answered"
        check_the_books(tmp_path, it.api.usd, estimates=False)


async def test_a_clock_that_moves_during_a_call_loses_nothing(tmp_path: Path) -> None:
    for days in (-3650, -1, 1, 3650):
        async with asking(tmp_path, Telling()) as it:
            moved = NOW + timedelta(days=days)
            it.api.on_call = partial(setattr, it.clock, "time", moved)
            before = len(it.ledger.list_calls())
            assert (await it.ask()).status == "answered"
            assert len(it.ledger.list_calls()) == before + 1
            assert it.ledger.read_spending().held == 0


async def test_no_further_call_is_made_while_the_ledger_fails(tmp_path: Path) -> None:
    async with asking(tmp_path, Telling(ending="drop", after=3)) as it:
        it.api.on_call = lambda: spoil(it.ledger, "query_only = ON")
        outcome = await it.ask()
        assert it.api.calls == 1
        assert outcome.error is not None
        assert isinstance(outcome.error, Problem)
        assert "cannot be written" in outcome.error.message
