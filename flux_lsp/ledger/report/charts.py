"""Computes what the charts of the page show: labels, series and bins, ready to be drawn.

Never draws, and never leaves a figure to the script: it shows only what is computed here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from flux_lsp.ledger.totals import (
    count_failures,
    count_runs_by_calls,
    get_day,
    get_model,
    get_week,
    group_calls,
    is_answered,
    sum_by_group,
)
from flux_lsp.ledger.values import RecordedCall

Unit = Literal["usd", "tokens", "runs", "calls", "share"]
_SERIES = 6  # colours of the page; what comes after the fifth is added up as "other"
_BARS = 12
_MANY_DAYS = 120  # beyond it, a column is a week
# Bounds in seconds, about a half more each time: waiting is felt in ratios.
_BOUNDS = (0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 7, 10, 15, 20, 30, 60, 120)


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart: `series` holds one value for each label under each name."""

    title: str
    kind: Literal["columns", "bars", "lines"]
    unit: Unit
    labels: tuple[str, ...]
    series: Mapping[str, Sequence[float | None]]
    wide: bool = False

    def as_json(self) -> dict[str, object]:
        """Return what the page's script draws from."""
        return {
            "title": self.title,
            "kind": self.kind,
            "unit": self.unit,
            "labels": list(self.labels),
            "series": [{"name": n, "values": list(v)} for n, v in self.series.items()],
        }


def build_charts(rows: Sequence[RecordedCall]) -> list[Chart]:
    """Build every chart that has something to show."""
    charts = [
        _chart_cost(rows),
        _chart_tokens(rows),
        _chart_rates(rows),
        _chart_actions(rows),
        _chart_times("Time to the first text", rows, lambda row: row.first_token_ms),
        _chart_times("Time to the whole answer", rows, lambda row: row.total_ms),
        _chart_tries(rows),
        _chart_failures(rows),
    ]
    return [chart for chart in charts if chart.labels and chart.series]


def limit_series(series: Mapping[str, Sequence[float]]) -> Mapping[str, Sequence[float]]:
    """Keep the largest series, and add up the rest as one."""
    ordered = sorted(series, key=lambda name: -sum(series[name]))
    if len(ordered) <= _SERIES:
        return {name: series[name] for name in ordered}
    kept = {name: series[name] for name in ordered[: _SERIES - 1]}
    rest = [series[name] for name in ordered[_SERIES - 1 :]]
    return {**kept, "other": [sum(values) for values in zip(*rest, strict=True)]}


@dataclass(frozen=True, slots=True)
class _Axis:
    """The days or weeks from the first call to the last, quiet ones too."""

    title: str
    starts: tuple[date, ...]
    get_start: Callable[[RecordedCall], date]

    @property
    def labels(self) -> tuple[str, ...]:
        """How each is written below its column."""
        return tuple(f"{day:%b} {day.day}" for day in self.starts)

    def sum_up(
        self, rows: Sequence[RecordedCall], amount: Callable[[RecordedCall], float]
    ) -> list[float]:
        """Add `amount` up for each day or week."""
        sums = dict.fromkeys(self.starts, 0.0)
        for row in rows:
            sums[self.get_start(row)] += amount(row)
        return [round(value, 6) for value in sums.values()]


def _make_axis(rows: Sequence[RecordedCall]) -> _Axis:
    first, last = min(map(get_day, rows)), max(map(get_day, rows))
    if (last - first).days < _MANY_DAYS:
        return _Axis("day", _list_dates(first, last, 1), get_day)
    first, last = min(map(get_week, rows)), max(map(get_week, rows))
    return _Axis("week", _list_dates(first, last, 7), get_week)


def _list_dates(first: date, last: date, step: int) -> tuple[date, ...]:
    return tuple(first + timedelta(days=n) for n in range(0, (last - first).days + 1, step))


def _chart_cost(rows: Sequence[RecordedCall]) -> Chart:
    axis = _make_axis(rows)
    models = group_calls(rows, get_model)
    cost = {name: axis.sum_up(calls, lambda r: r.usd or 0.0) for name, calls in models.items()}
    spent = limit_series({name: values for name, values in cost.items() if any(values)})
    return Chart(f"Cost by {axis.title}", "columns", "usd", axis.labels, spent, wide=True)


def _chart_tokens(rows: Sequence[RecordedCall]) -> Chart:
    axis = _make_axis(rows)
    tokens = {
        "new input": axis.sum_up(rows, lambda r: r.usage.input + r.usage.cache_write),
        "input from the cache": axis.sum_up(rows, lambda r: r.usage.cache_read),
        "output": axis.sum_up(rows, lambda r: r.usage.output),
    }
    return Chart(f"Tokens by {axis.title}", "columns", "tokens", axis.labels, tokens, wide=True)


def _chart_rates(rows: Sequence[RecordedCall]) -> Chart:
    weeks = {week.name: week for week in sum_by_group(rows, "week")}
    starts = [date.fromisoformat(name) for name in weeks]
    series = {
        "success": [week.success for week in weeks.values()],
        "escalated": [week.escalation for week in weeks.values()],
        "fallback": [week.fallback_share for week in weeks.values()],
        "read from the cache": [week.cache_share for week in weeks.values()],
    }
    labels = tuple(f"{day:%b} {day.day}" for day in starts)
    shown = series if len(labels) > 1 else {}  # one point makes no line
    return Chart("How it went, by week", "lines", "share", labels, shown, wide=True)


def _chart_actions(rows: Sequence[RecordedCall]) -> Chart:
    actions = [group.name for group in sum_by_group(rows, "action") if group.usd][:_BARS]
    tiers = {
        tier: {group.name: group.usd for group in sum_by_group(calls, "action")}
        for tier, calls in group_calls(rows, lambda row: row.tier).items()
    }
    series = {
        tier: [round(costs.get(action, 0.0), 6) for action in actions]
        for tier, costs in tiers.items()
    }
    return Chart("Cost by action", "bars", "usd", tuple(actions), series)


def _chart_times(
    title: str, rows: Sequence[RecordedCall], get_ms: Callable[[RecordedCall], int | None]
) -> Chart:
    """Count answered calls by how long they took, for each tier; empty ends are left out."""
    counts: dict[str, list[int]] = {}
    for row in rows:
        ms = get_ms(row)
        if ms is not None and is_answered(row):
            bins = counts.setdefault(row.tier, [0] * (len(_BOUNDS) + 1))
            bins[sum(ms > 1000 * bound for bound in _BOUNDS)] += 1
    used = [n for n in range(len(_BOUNDS) + 1) if any(bins[n] for bins in counts.values())]
    span = range(used[0], used[-1] + 1) if used else range(0)
    labels = [*(f"≤ {bound:g} s" for bound in _BOUNDS), f"> {_BOUNDS[-1]} s"]
    series = {tier: [bins[n] for n in span] for tier, bins in sorted(counts.items())}
    return Chart(title, "columns", "calls", tuple(labels[n] for n in span), series)


def _chart_tries(rows: Sequence[RecordedCall]) -> Chart:
    counts = count_runs_by_calls(rows)
    labels = tuple(f"{size} call{'s' if size > 1 else ''}" for size in counts)
    return Chart("Calls that a run took", "bars", "runs", labels, {"runs": list(counts.values())})


def _chart_failures(rows: Sequence[RecordedCall]) -> Chart:
    counts = dict(list(count_failures(rows).items())[:_BARS])
    series = {"calls": list(counts.values())}
    return Chart("Calls that failed, by reason", "bars", "calls", tuple(counts), series)
