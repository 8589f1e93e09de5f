"""Names what made days or runs cost more: more runs, more Sonnet, longer prompts, less cache, more tries.

Pure; it compares ratios and names those that explain the most.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from flux_lsp.ledger.alerts.days import DayFigures

_NOTABLE = 1.1  # a factor below this is no cause
_SONNET = 15  # about how much dearer a call of Sonnet is than one of Haiku
_CACHED = 0.9  # about what reading from the cache saves


@dataclass(frozen=True, slots=True)
class _Pace:
    """What some days were like on average; `prompt` is tokens of a call."""

    runs: float
    sonnet: float
    tries: float
    prompt: float
    cached: float


def describe_causes(base: Sequence[DayFigures], recent: Sequence[DayFigures]) -> str:
    """Describe the causes as the end of a sentence, the greatest first; "" when none stands out."""
    before, now = _measure_pace(base), _measure_pace(recent)
    factors = {
        f"more runs a day ({before.runs:.0f} before, {now.runs:.0f} now)": now.runs / before.runs,
        f"more Sonnet ({before.sonnet:.0%} before, {now.sonnet:.0%} now)": _rate_sonnet(now)
        / _rate_sonnet(before),
        f"more calls in a run ({before.tries:.1f} before, {now.tries:.1f} now)": now.tries
        / before.tries,
        f"longer prompts ({before.prompt:,.0f} tokens before, {now.prompt:,.0f} now)": now.prompt
        / max(before.prompt, 1),
        f"less from the cache ({before.cached:.0%} before, {now.cached:.0%} now)": (
            1 - _CACHED * now.cached
        )
        / (1 - _CACHED * before.cached),
    }
    notable = sorted((f for f in factors if factors[f] >= _NOTABLE), key=lambda f: -factors[f])
    if not notable:
        return ""
    most = log(factors[notable[0]])
    return f": {' and '.join(f for f in notable if log(factors[f]) >= most / 2)}"


def _measure_pace(days: Sequence[DayFigures]) -> _Pace:
    runs, calls = sum(day.runs for day in days), sum(day.calls for day in days)
    prompt = sum(day.prompt for day in days)
    return _Pace(
        runs=runs / len(days),
        sonnet=sum(day.sonnet for day in days) / runs,
        tries=calls / runs,
        prompt=prompt / calls,
        cached=sum(day.cache_read for day in days) / max(prompt, 1),
    )


def _rate_sonnet(pace: _Pace) -> float:
    return 1 + (_SONNET - 1) * pace.sonnet
