"""Active days for the alerts: the same each day unless told otherwise."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from flux_lsp.ledger.alerts.days import DayFigures

USUAL = DayFigures(
    day=date(2026, 9, 1),
    runs=40,
    ended=40,
    succeeded=38,
    escalated=4,
    fallback=1,
    sonnet=18,
    calls=44,
    usd=1.0,
    squares=0.05,
    prompt=200_000,
    cache_read=60_000,
    times={"m": tuple(range(1000, 3000, 50))},
)


def make_days(count: int, recent: int = 0, **changes: Any) -> list[DayFigures]:
    """So many days in a row, the last `recent` of them changed; no two days cost quite the same."""
    days = []
    for number in range(count):
        usual = replace(USUAL, usd=1.0 + 0.2 * (-1) ** number)
        day = replace(usual, **changes) if number >= count - recent else usual
        days.append(replace(day, day=USUAL.day + timedelta(days=number)))
    return days
