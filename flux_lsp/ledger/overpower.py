"""Finds actions that Sonnet does and Haiku could do: what that would save, and how sure it is.

Pure; it compares runs of one action that began on each tier, and says so when it knows too little.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, lgamma, log

from flux_lsp.ledger.aftermaths import Runs
from flux_lsp.ledger.labels import label_run
from flux_lsp.ledger.totals import group_calls
from flux_lsp.ledger.values import RecordedCall

Reprice = Callable[[RecordedCall], float | None]  # what the same call costs on Haiku

_FEWEST_SONNET, _FEWEST_HAIKU = 5, 10
_MARGIN = 0.05  # so much worse at most is "would do"
_LIKELY = 0.8
_FEWEST_USD = 0.01
_STEPS = 400


@dataclass(frozen=True, slots=True)
class OverpoweredAction:
    """Good answers at once, of how many first answers, on each tier.

    `saved_usd` is what Haiku would have saved in the time looked at, with Sonnet called after it
    where Haiku's share of good answers lets expect a failure. `sureness` is how likely Haiku is at
    most 5 points worse than Sonnet, None where it was not tried often enough.
    """

    action: str
    sonnet_good: int
    sonnet_runs: int
    haiku_good: int
    haiku_runs: int
    saved_usd: float
    sureness: float | None


def find_overpowered(
    calls: Sequence[RecordedCall], runs: Runs, reprice: Reprice
) -> list[OverpoweredAction]:
    """Find the actions, the greatest saving first; those where Haiku is likely worse are left out."""
    firsts = [run[0] for run in group_calls(calls, lambda row: row.run).values()]
    counted = [row for row in firsts if not row.fallback and row.result != "CANCELLED"]
    actions = group_calls(counted, lambda row: row.action).items()
    rows = [_compare_tiers(action, group, runs, reprice) for action, group in actions]
    return sorted(filter(None, rows), key=lambda row: -row.saved_usd)


def _compare_tiers(
    action: str, firsts: Sequence[RecordedCall], runs: Runs, reprice: Reprice
) -> OverpoweredAction | None:
    sonnet = [row for row in firsts if row.tier == "sonnet"]
    haiku = [row for row in firsts if row.tier == "haiku"]
    if len(sonnet) < _FEWEST_SONNET:
        return None
    sonnet_good = sum(_is_good(row, runs) for row in sonnet)
    haiku_good = sum(_is_good(row, runs) for row in haiku)
    known = len(haiku) >= _FEWEST_HAIKU
    # Without runs of its own, Haiku is taken to be as good as Sonnet: the most that could be saved.
    share = haiku_good / len(haiku) if known else sonnet_good / len(sonnet)
    sureness = None
    if known:
        sureness = compute_sureness((haiku_good, len(haiku)), (sonnet_good, len(sonnet)))
    saved = sum(_save(row, share, reprice) for row in sonnet)
    if saved < _FEWEST_USD or (sureness is not None and sureness < _LIKELY):
        return None
    return OverpoweredAction(
        action, sonnet_good, len(sonnet), haiku_good, len(haiku), saved, sureness
    )


def _save(row: RecordedCall, share: float, reprice: Reprice) -> float:
    cheap = reprice(row)
    return 0.0 if cheap is None or row.usd is None else share * row.usd - cheap


def _is_good(row: RecordedCall, runs: Runs) -> bool:
    known = runs.get(row.run)
    return row.result == "ok" and (known is None or label_run(known) != "bad")


def compute_sureness(haiku: tuple[int, int], sonnet: tuple[int, int]) -> float:
    """Compute how likely Haiku's true share is at most 5 points below Sonnet's; (good, runs) of each.

    Both shares have a uniform prior; the sum runs over a grid.
    """
    points = [(n + 0.5) / _STEPS for n in range(_STEPS)]
    haikus, sonnets = (_spread(*tier, points) for tier in (haiku, sonnet))
    likely, below, place = 0.0, 0.0, 0
    for share, weight in zip(points, haikus, strict=True):
        while place < _STEPS and points[place] <= share + _MARGIN:
            below += sonnets[place]
            place += 1
        likely += weight * below
    return min(1.0, likely)


def _spread(good: int, runs: int, points: Sequence[float]) -> list[float]:
    constant = lgamma(runs + 2) - lgamma(good + 1) - lgamma(runs - good + 1)
    return [exp(constant + good * log(p) + (runs - good) * log(1 - p)) / _STEPS for p in points]
