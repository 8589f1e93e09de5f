"""The rules of the alerts: each demands a threshold, evidence that it was no chance, and a floor.

Pure; a rule sees days, never a clock, and tells at most one thing.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flux_lsp.ledger.alerts.causes import describe_causes
from flux_lsp.ledger.alerts.days import (
    FEWEST_BASE_DAYS,
    WEEK,
    DayFigures,
    split_recent,
    split_window,
    summarize_days,
)
from flux_lsp.ledger.alerts.evidence import (
    RARE,
    SURE,
    SURE_OF_TOTALS,
    Sample,
    compute_tail,
    measure_rise_of_means,
    measure_rise_of_totals,
)
from flux_lsp.ledger.formats import format_seconds, format_share
from flux_lsp.ledger.totals import compute_percentile, select_measured
from flux_lsp.ledger.values import RecordedCall, format_dollars

LOOK_BACK = timedelta(days=60)
_RISE = 1.2
_FLOOR_USD = 1.0  # so much more in a month of working days; less is not worth a word
_MONTH = 21
_FEWEST_RUNS = 20
_SUCCESS, _ESCALATION, _FALLBACK, _SONNET_RISE = 0.85, 0.30, 0.10, 0.15
_SLOWER, _SLOW_SHARE = 2, 0.05
_FEWEST_TIMES = 60  # calls that a 95th percentile rests on


@dataclass(frozen=True, slots=True)
class Alert:
    """What rose above its threshold: the rule's name, and a sentence that names figures and cause."""

    rule: str
    text: str


Rule = Callable[[Sequence[DayFigures]], str | None]


def find_alerts(calls: Iterable[RecordedCall], today: date) -> list[Alert]:
    """Find what has changed for the worse; the calls of `LOOK_BACK` are enough.

    Nothing is of today if the last call was more than a week ago.
    """
    days = summarize_days(select_measured(calls))
    return judge_days(days) if days and today - days[-1].day <= WEEK else []


def judge_days(days: Sequence[DayFigures]) -> list[Alert]:
    """Judge the last of `days`, oldest first."""
    texts = {name: rule(days) for name, rule in RULES.items()}
    return [Alert(name, text) for name, text in texts.items() if text is not None]


def _judge_daily_cost(days: Sequence[DayFigures]) -> str | None:
    base, recent = split_recent(days)
    if len(base) < FEWEST_BASE_DAYS:
        return None
    before, now = [day.usd for day in base], [day.usd for day in recent]
    mean, week, latest = _average(before), _average(before[-7:]), _average(now)
    if mean <= 0 or latest <= _RISE * week or (latest - mean) * _MONTH <= _FLOOR_USD:
        return None
    scatter = sum(day.squares for day in base) / len(base) / mean**2
    if measure_rise_of_totals(before, now, scatter) <= SURE_OF_TOTALS:
        return None
    return (
        f"A day cost {format_dollars(latest)} of late, {format_dollars(mean)} before"
        f"{describe_causes(base, recent)}"
    )


def _judge_run_cost(days: Sequence[DayFigures]) -> str | None:
    base, recent = split_recent(days)
    if len(base) < FEWEST_BASE_DAYS:
        return None
    before, now = _sample_prices(base), _sample_prices(recent)
    more = (now.mean - before.mean) * now.count / len(recent) * _MONTH
    if now.mean <= _RISE * before.mean or now.count < _FEWEST_RUNS or more <= _FLOOR_USD:
        return None
    if measure_rise_of_means(before, now) <= SURE:
        return None
    return (
        f"A run cost {format_dollars(now.mean)} of late, {format_dollars(before.mean)} before"
        f"{describe_causes(base, recent)}"
    )


def _judge_sonnet(days: Sequence[DayFigures]) -> str | None:
    base, window = split_window(days)
    before = sum(day.runs for day in base)
    if before < _FEWEST_RUNS:
        return None
    usual = sum(day.sonnet for day in base) / before
    runs, hits = sum(day.runs for day in window), sum(day.sonnet for day in window)
    if not _is_above(hits, runs, usual + _SONNET_RISE):
        return None
    return f"{format_share(hits / runs)} of the runs began on Sonnet, {format_share(usual)} before"


def _judge_success(days: Sequence[DayFigures]) -> str | None:
    _, window = split_window(days)
    ended = sum(day.ended for day in window)
    failed = ended - sum(day.succeeded for day in window)
    if not _is_above(failed, ended, 1 - _SUCCESS):
        return None
    return f"Only {format_share(1 - failed / ended)} of the last {ended} runs succeeded"


def _judge_escalation(days: Sequence[DayFigures]) -> str | None:
    _, window = split_window(days)
    runs, hits = sum(day.runs for day in window), sum(day.escalated for day in window)
    if not _is_above(hits, runs, _ESCALATION):
        return None
    return f"{format_share(hits / runs)} of the last {runs} runs went up to Sonnet after Haiku had failed"


def _judge_fallback(days: Sequence[DayFigures]) -> str | None:
    _, window = split_window(days)
    runs, hits = sum(day.runs for day in window), sum(day.fallback for day in window)
    if not _is_above(hits, runs, _FALLBACK):
        return None
    return (
        f"In {format_share(hits / runs)} of the last {runs} runs another model stood in for one that "
        "could not be reached; `flux-lsp models --check` asks which ones answer"
    )


def _judge_latency(days: Sequence[DayFigures]) -> str | None:
    """Judge each model by itself, because a shift from one to another looks like slowness."""
    base, window = split_window(days)
    for model in sorted({name for day in window for name in day.times}):
        before = [ms for day in base for ms in day.times.get(model, ())]
        now = [ms for day in window for ms in day.times.get(model, ())]
        usual = compute_percentile(before, 95)
        if usual is None or len(before) < _FEWEST_TIMES:
            continue
        slow = sum(ms > _SLOWER * usual for ms in now)
        if _is_above(slow, len(now), _SLOW_SHARE):
            return (
                f"{model} takes up to {format_seconds(compute_percentile(now, 95))} for 95 % of its "
                f"answers, {format_seconds(usual)} before"
            )
    return None


RULES: dict[str, Rule] = {
    "daily cost": _judge_daily_cost,
    "cost of a run": _judge_run_cost,
    "Sonnet's share": _judge_sonnet,
    "success": _judge_success,
    "escalation": _judge_escalation,
    "fallback": _judge_fallback,
    "latency": _judge_latency,
}


def _is_above(hits: int, count: int, share: float) -> bool:
    return (
        count >= _FEWEST_RUNS and hits > share * count and compute_tail(hits, count, share) <= RARE
    )


def _average(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _sample_prices(days: Sequence[DayFigures]) -> Sample:
    return Sample(
        sum(day.runs for day in days),
        sum(day.usd for day in days),
        sum(day.squares for day in days),
    )
