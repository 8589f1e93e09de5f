"""A clock that stands still until told, and rows to write."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flux_lsp.core.errors import Problem
from flux_lsp.core.usage import Usage
from flux_lsp.ledger.store import Ledger
from flux_lsp.ledger.values import Limits, RecordedCall, Reservation

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


class StillClock:
    """A clock that tests move."""

    def __init__(self, now: datetime = NOON) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return self.time.timestamp()

    async def sleep(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


ROW = RecordedCall(
    run="r1",
    attempt=1,
    action="edit",
    tier="sonnet",
    model_asked="claude-sonnet-5-5",
    model_answered="claude-sonnet-5-5",
    provider="anthropic",
    usage=Usage(1000, 200, 300, 400),
    usd=0.01,
    total_ms=1500,
    result="answered",
    first_token_ms=400,
    workspace="abc",
    time=NOON,
)


def row(**changes: Any) -> RecordedCall:
    return replace(ROW, **changes)


def open_ledger(folder: Path, clock: StillClock | None = None, **options: Any) -> Ledger:
    return Ledger(folder / "ledger.sqlite3", clock or StillClock(), **options)


def reserve(ledger: Ledger, run: str, usd: float | None, limits: Limits) -> Reservation | Problem:
    """A call of `run` that may cost `usd`, when it fits."""
    return ledger.reserve(row(run=run, usage=Usage(), usd=None, total_ms=0), usd, limits)


def held(answer: object) -> Reservation:
    """The reservation, when there is one."""
    assert isinstance(answer, Reservation), str(answer)
    return answer
