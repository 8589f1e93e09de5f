"""Adds up the ledger's rows: spending, tokens, success, attempts and latency, in all and by group.

Pure; the shapes are those of `flux-lsp usage --json`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from typing import Literal

from flux_lsp.core.usage import Usage
from flux_lsp.ledger.aftermaths import Aftermaths, Runs, count_aftermaths
from flux_lsp.ledger.values import DEMO, LOST, RecordedCall

Group = Literal["day", "week", "model", "action", "agent", "tier", "language"]
GROUPS: tuple[Group, ...] = ("day", "week", "model", "action", "agent", "tier", "language")
_NO_RUNS: Runs = {}


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Milliseconds that so many percent do not exceed; None without any."""

    p50: int | None
    p95: int | None
    p99: int | None


@dataclass(frozen=True, slots=True)
class Total:
    """Some calls added up.

    `usd` is the sum of the known prices, `unpriced` counts the calls without one, `reserved_usd` is
    what budgets count for those. `estimated` counts the calls whose tokens the server did not tell,
    `lost` those whose process died before they were over. A run succeeds
    when one of its calls did; cancelled runs count neither way. `escalated` and `fallback` count
    runs. Latencies are of answered calls, to the first text and to the end.
    """

    name: str
    runs: int
    succeeded: int
    cancelled: int
    escalated: int
    fallback: int
    calls: int
    unpriced: int
    estimated: int
    lost: int
    usd: float
    reserved_usd: float
    usage: Usage
    latency: Percentiles
    first_text: Percentiles
    aftermaths: Aftermaths

    @property
    def success(self) -> float | None:
        """The share of successful runs among those that ended; None without any."""
        return _divide(self.succeeded, self.runs - self.cancelled)

    @property
    def attempts(self) -> float:
        """Calls per run."""
        return _divide(self.calls, self.runs) or 0.0

    @property
    def escalation(self) -> float | None:
        """The share of runs whose tier went up; None without runs."""
        return _divide(self.escalated, self.runs)

    @property
    def fallback_share(self) -> float | None:
        """The share of runs that another tier stood in for; None without runs."""
        return _divide(self.fallback, self.runs)

    @property
    def cache_share(self) -> float | None:
        """The share of prompt tokens that were read from the cache; None without tokens."""
        return _divide(self.usage.cache_read, self.usage.prompt)

    @property
    def usd_per_call(self) -> float | None:
        """The mean price of the calls whose price is known; None without any."""
        return _divide(self.usd, self.calls - self.unpriced)

    @property
    def usd_per_run(self) -> float | None:
        """The mean price of a run; None when no price is known."""
        return None if self.calls == self.unpriced else _divide(self.usd, self.runs)

    def as_json(self) -> dict[str, object]:
        """Return the JSON that scripts rely on; `usd` is null when no call had a price."""
        return {
            "name": self.name,
            "runs": self.runs,
            "succeeded": self.succeeded,
            "cancelled": self.cancelled,
            "success": self.success,
            "escalation": self.escalation,
            "fallback": self.fallback_share,
            "undo_rate": self.aftermaths.undo_rate,
            "correction_rate": self.aftermaths.correction_rate,
            "delivered": self.aftermaths.delivered,
            "checked": self.aftermaths.checked,
            "checks_success": self.aftermaths.checks_success,
            "calls": self.calls,
            "attempts": self.attempts,
            "usd": None if self.calls and self.unpriced == self.calls else self.usd,
            "usd_per_call": self.usd_per_call,
            "usd_per_run": self.usd_per_run,
            "unpriced_calls": self.unpriced,
            "reserved_usd": self.reserved_usd,
            "estimated_calls": self.estimated,
            "lost_calls": self.lost,
            "input_tokens": self.usage.input,
            "output_tokens": self.usage.output,
            "cache_write_tokens": self.usage.cache_write,
            "cache_read_tokens": self.usage.cache_read,
            "cache_share": self.cache_share,
            "p50_ms": self.latency.p50,
            "p95_ms": self.latency.p95,
            "p99_ms": self.latency.p99,
            "first_token_p50_ms": self.first_text.p50,
            "first_token_p95_ms": self.first_text.p95,
            "first_token_p99_ms": self.first_text.p99,
        }


def sum_calls(rows: Sequence[RecordedCall], name: str = "all", known: Runs = _NO_RUNS) -> Total:
    """Add up all of `rows`; `known` holds what became of their runs."""
    runs = group_calls(rows, lambda row: row.run)
    ended = [calls[-1].result for calls in runs.values()]
    answered = [row for row in rows if is_answered(row)]
    prices = [row.usd for row in rows if row.usd is not None]
    return Total(
        name=name,
        runs=len(runs),
        succeeded=sum(any(row.result == "ok" for row in calls) for calls in runs.values()),
        cancelled=ended.count("CANCELLED"),
        escalated=sum(any(row.escalated for row in calls) for calls in runs.values()),
        fallback=sum(any(row.fallback for row in calls) for calls in runs.values()),
        calls=len(rows),
        unpriced=len(rows) - len(prices),
        estimated=sum(row.usage.estimated for row in rows),
        lost=sum(row.result == LOST for row in rows),
        usd=sum(prices, 0.0),
        reserved_usd=sum((row.held_usd or 0.0 for row in rows if row.usd is None), 0.0),
        usage=sum((row.usage for row in rows), Usage()),
        latency=_rank([row.total_ms for row in answered]),
        first_text=_rank([r.first_token_ms for r in answered if r.first_token_ms is not None]),
        aftermaths=count_aftermaths(runs, known),
    )


def sum_by_group(rows: Sequence[RecordedCall], by: Group, known: Runs = _NO_RUNS) -> list[Total]:
    """Make one total per group: days and weeks in order, anything else with the most expensive first."""

    def get_name(row: RecordedCall) -> str:
        if by != "language":
            return _KEYS[by](row)
        return known[row.run].language or "none" if row.run in known else "unknown"

    groups = [sum_calls(calls, name, known) for name, calls in group_calls(rows, get_name).items()]
    if by in ("day", "week"):
        return sorted(groups, key=lambda group: group.name)
    return sorted(groups, key=lambda group: (-group.usd, -group.calls, group.name))


def select_measured(rows: Iterable[RecordedCall]) -> list[RecordedCall]:
    """Select the calls that say something about daily work: no demo, and no offline rules."""
    return [row for row in rows if row.provider != "offline" and row.workspace != DEMO]


def count_failures(rows: Iterable[RecordedCall]) -> dict[str, int]:
    """Count how often each error code ended a call, the most frequent first."""
    counted: dict[str, int] = {}
    for row in rows:
        if row.error:
            counted[row.error] = counted.get(row.error, 0) + 1
    return dict(sorted(counted.items(), key=lambda item: (-item[1], item[0])))


def count_runs_by_calls(rows: Iterable[RecordedCall]) -> dict[int, int]:
    """Count the runs that took one call, two, and so on."""
    sizes = sorted(len(calls) for calls in group_calls(rows, lambda row: row.run).values())
    return {size: sizes.count(size) for size in dict.fromkeys(sizes)}


def is_answered(row: RecordedCall) -> bool:
    """Whether a model answered the call."""
    return row.result == "ok" or bool(row.model_answered)


def get_day(row: RecordedCall) -> date:
    """Return the local day of a call, as budgets count it."""
    return row.time.astimezone().date()


def get_week(row: RecordedCall) -> date:
    """Return the Monday of a call's week."""
    day = get_day(row)
    return day - timedelta(days=day.weekday())


def get_model(row: RecordedCall) -> str:
    """Return the model that answered, or else the one that was asked."""
    return row.model_answered or row.model_asked


def compute_percentile(values: Sequence[int], share: int) -> int | None:
    """Return the smallest of `values` that `share` percent do not exceed; None without values."""
    return _pick(sorted(values), share)


def group_calls(
    rows: Iterable[RecordedCall], key: Callable[[RecordedCall], str]
) -> dict[str, list[RecordedCall]]:
    """Group the calls by `key`, each group in their order."""
    groups: dict[str, list[RecordedCall]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups


def _rank(values: Sequence[int]) -> Percentiles:
    ordered = sorted(values)
    return Percentiles(_pick(ordered, 50), _pick(ordered, 95), _pick(ordered, 99))


def _pick(ordered: Sequence[int], share: int) -> int | None:
    return ordered[max(0, ceil(len(ordered) * share / 100) - 1)] if ordered else None


def _divide(part: float, whole: float) -> float | None:
    return part / whole if whole else None


_KEYS: dict[Group, Callable[[RecordedCall], str]] = {
    "day": lambda row: get_day(row).isoformat(),
    "week": lambda row: get_week(row).isoformat(),
    "model": get_model,
    "action": lambda row: row.action,
    "agent": lambda row: row.agent or "no agent",
    "tier": lambda row: row.tier,
}
