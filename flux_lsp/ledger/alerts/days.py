"""Adds the calls of each active day up to what the alerts judge, and cuts the windows they look at.

Pure; a day without a call is no day here, so that weekends and holidays change nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from flux_lsp.ledger.totals import get_day, get_model, group_calls, is_answered
from flux_lsp.ledger.values import RecordedCall

RECENT_DAYS = 3
BASE_DAYS = 28
FEWEST_BASE_DAYS = 7
WEEK = timedelta(days=7)
WINDOW_RUNS = 50


@dataclass(frozen=True, slots=True)
class DayFigures:
    """One active day. `squares` is the sum of the squared prices of its runs, in dollars².

    `ended` counts the runs that nobody cancelled, `sonnet` those that began on Sonnet. `times` are
    milliseconds of answered calls by model.
    """

    day: date
    runs: int = 0
    ended: int = 0
    succeeded: int = 0
    escalated: int = 0
    fallback: int = 0
    sonnet: int = 0
    calls: int = 0
    usd: float = 0.0
    squares: float = 0.0
    prompt: int = 0
    cache_read: int = 0
    times: Mapping[str, Sequence[int]] = field(default_factory=dict)


def summarize_days(calls: Iterable[RecordedCall]) -> list[DayFigures]:
    """Add the calls up by the local day on which their runs began, oldest day first."""
    runs = group_calls(calls, lambda row: row.run).values()
    days: dict[date, list[list[RecordedCall]]] = {}
    for run in runs:
        days.setdefault(get_day(run[0]), []).append(run)
    return [_summarize_day(day, days[day]) for day in sorted(days)]


def split_recent(days: Sequence[DayFigures]) -> tuple[Sequence[DayFigures], Sequence[DayFigures]]:
    """Split into the days before and the last three; at most 28 before."""
    return days[-RECENT_DAYS - BASE_DAYS : -RECENT_DAYS], days[-RECENT_DAYS:]


def split_window(days: Sequence[DayFigures]) -> tuple[Sequence[DayFigures], Sequence[DayFigures]]:
    """Split into the days before and the last 7 days, or more until there are 50 runs."""
    if not days:
        return (), ()
    start, runs = len(days), 0
    first = days[-1].day - WEEK
    while start > 0 and (days[start - 1].day > first or runs < WINDOW_RUNS):
        start -= 1
        runs += days[start].runs
    return days[max(0, start - BASE_DAYS) : start], days[start:]


def _summarize_day(day: date, runs: Sequence[Sequence[RecordedCall]]) -> DayFigures:
    calls = [call for run in runs for call in run]
    prices = [sum(call.usd or 0.0 for call in run) for run in runs]
    times: dict[str, list[int]] = {}
    for call in calls:
        if is_answered(call):
            times.setdefault(get_model(call), []).append(call.total_ms)
    return DayFigures(
        day=day,
        runs=len(runs),
        ended=sum(run[-1].result != "CANCELLED" for run in runs),
        succeeded=sum(any(call.result == "ok" for call in run) for run in runs),
        escalated=sum(any(call.escalated for call in run) for run in runs),
        fallback=sum(any(call.fallback for call in run) for run in runs),
        sonnet=sum(run[0].tier == "sonnet" for run in runs),
        calls=len(calls),
        usd=sum(prices),
        squares=sum(price * price for price in prices),
        prompt=sum(call.usage.prompt for call in calls),
        cache_read=sum(call.usage.cache_read for call in calls),
        times=times,
    )
