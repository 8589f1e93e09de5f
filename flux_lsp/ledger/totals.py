"""Adds up the ledger's rows: spending, tokens, success, attempts and latency, in all and by group.

Pure; the shapes are those of `flux-lsp usage --json`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Literal

from flux_lsp.core.usage import Usage
from flux_lsp.ledger.values import LOST, RecordedCall

Group = Literal["day", "model", "action", "tier"]
GROUPS: tuple[Group, ...] = ("day", "model", "action", "tier")


@dataclass(frozen=True, slots=True)
class Total:
    """Some calls added up.

    `usd` is the sum of the known prices, `unpriced` counts the calls without one, `reserved_usd` is
    what budgets count for those. `estimated` counts the calls whose tokens the server did not tell,
    `lost` those whose process died before they were over. A run succeeds
    when one of its calls did; cancelled runs count neither way. `attempts` is calls per run.
    Latencies are milliseconds of answered calls, None without any.
    """

    name: str
    runs: int
    succeeded: int
    cancelled: int
    calls: int
    unpriced: int
    estimated: int
    lost: int
    usd: float
    reserved_usd: float
    usage: Usage
    attempts: float
    p50_ms: int | None
    p95_ms: int | None
    first_token_p50_ms: int | None

    @property
    def success(self) -> float | None:
        """The share of successful runs among those that ended; None without any."""
        seen_through = self.runs - self.cancelled
        return self.succeeded / seen_through if seen_through else None

    def as_json(self) -> dict[str, object]:
        """Return the JSON that scripts rely on; `usd` is null when no call had a price."""
        return {
            "name": self.name,
            "runs": self.runs,
            "succeeded": self.succeeded,
            "cancelled": self.cancelled,
            "success": self.success,
            "calls": self.calls,
            "attempts": self.attempts,
            "usd": None if self.calls and self.unpriced == self.calls else self.usd,
            "unpriced_calls": self.unpriced,
            "reserved_usd": self.reserved_usd,
            "estimated_calls": self.estimated,
            "lost_calls": self.lost,
            "input_tokens": self.usage.input,
            "output_tokens": self.usage.output,
            "cache_write_tokens": self.usage.cache_write,
            "cache_read_tokens": self.usage.cache_read,
            "p50_ms": self.p50_ms,
            "p95_ms": self.p95_ms,
            "first_token_p50_ms": self.first_token_p50_ms,
        }


def sum_calls(rows: Sequence[RecordedCall], name: str = "all") -> Total:
    """Add up all of `rows`."""
    runs = _group_calls(rows, lambda row: row.run)
    ended = [calls[-1].result for calls in runs.values()]
    answered = [row for row in rows if row.result == "ok" or row.model_answered]
    prices = [row.usd for row in rows if row.usd is not None]
    times = [row.total_ms for row in answered]
    return Total(
        name=name,
        runs=len(runs),
        succeeded=sum(any(row.result == "ok" for row in calls) for calls in runs.values()),
        cancelled=ended.count("CANCELLED"),
        calls=len(rows),
        unpriced=len(rows) - len(prices),
        estimated=sum(row.usage.estimated for row in rows),
        lost=sum(row.result == LOST for row in rows),
        usd=sum(prices, 0.0),
        reserved_usd=sum((row.held_usd or 0.0 for row in rows if row.usd is None), 0.0),
        usage=sum((row.usage for row in rows), Usage()),
        attempts=len(rows) / len(runs) if runs else 0.0,
        p50_ms=compute_percentile(times, 50),
        p95_ms=compute_percentile(times, 95),
        first_token_p50_ms=compute_percentile(
            [row.first_token_ms for row in answered if row.first_token_ms is not None], 50
        ),
    )


def sum_by_group(rows: Sequence[RecordedCall], by: Group) -> list[Total]:
    """Make one total per group: days in order, anything else with the most expensive first."""
    groups = [sum_calls(calls, name) for name, calls in _group_calls(rows, _KEYS[by]).items()]
    if by == "day":
        return sorted(groups, key=lambda group: group.name)
    return sorted(groups, key=lambda group: (-group.usd, -group.calls, group.name))


def count_failures(rows: Iterable[RecordedCall]) -> dict[str, int]:
    """Count how often each error code ended a call, the most frequent first."""
    counted: dict[str, int] = {}
    for row in rows:
        if row.error:
            counted[row.error] = counted.get(row.error, 0) + 1
    return dict(sorted(counted.items(), key=lambda item: (-item[1], item[0])))


def get_day(row: RecordedCall) -> date:
    """Return the local day of a call, as budgets count it."""
    return row.time.astimezone().date()


def compute_percentile(values: Sequence[int], share: int) -> int | None:
    """Return the smallest of `values` that `share` percent do not exceed; None without values."""
    ordered = sorted(values)
    return ordered[max(0, ceil(len(ordered) * share / 100) - 1)] if ordered else None


_KEYS: dict[Group, Callable[[RecordedCall], str]] = {
    "day": lambda row: get_day(row).isoformat(),
    "model": lambda row: row.model_answered or row.model_asked,
    "action": lambda row: row.action,
    "tier": lambda row: row.tier,
}


def _group_calls(
    rows: Iterable[RecordedCall], key: Callable[[RecordedCall], str]
) -> dict[str, list[RecordedCall]]:
    groups: dict[str, list[RecordedCall]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups
