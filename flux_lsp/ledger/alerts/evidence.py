"""The tests behind the alerts: how unlikely what was seen is if nothing has changed.

Pure; each is one-sided, and small samples make it careful, never bold.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, lgamma, log, sqrt

SURE = 3.09  # standard errors; so much by chance once in a thousand days
SURE_OF_TOTALS = 3.2  # a little more: how much a day scatters is itself known from few days
RARE = 0.001
_LEAST = 1e-9  # dollars; the logarithm of nothing


@dataclass(frozen=True, slots=True)
class Sample:
    """How many values, their sum, and the sum of their squares."""

    count: int
    total: float
    squares: float

    @property
    def mean(self) -> float:
        """The mean; 0 without values."""
        return self.total / self.count if self.count else 0.0

    @property
    def variance(self) -> float:
        """The variance of one value."""
        if self.count < 2:
            return 0.0
        return max(0.0, (self.squares - self.count * self.mean**2) / (self.count - 1))


def measure_rise_of_totals(base: Sequence[float], recent: Sequence[float], scatter: float) -> float:
    """Measure by how many standard errors the recent daily totals lie above those before.

    The totals are taken as lognormal. `scatter` is the least relative variance that a day can have,
    the one that follows from its calls: few days may look steadier than they are.
    """
    mean = sum(base) / len(base)
    variance = sum((total - mean) ** 2 for total in base) / (len(base) - 1)
    s2 = log(1 + max(variance / mean**2, scatter))
    logs = sum(log(max(total, _LEAST)) for total in recent) / len(recent)
    error = sqrt(s2 * (1 / len(recent) + 1 / len(base)))
    return (logs - (log(mean) - s2 / 2)) / error


def measure_rise_of_means(base: Sample, recent: Sample) -> float:
    """Measure by how many standard errors the recent mean lies above the one before (Welch)."""
    error2 = recent.variance / max(recent.count, 1) + base.variance / max(base.count, 1)
    return (recent.mean - base.mean) / sqrt(error2) if error2 else 0.0


def compute_tail(hits: int, count: int, share: float) -> float:
    """Compute how likely `hits` or more of `count` are if each is one by `share`."""
    if hits <= 0:
        return 1.0
    if share <= 0:
        return 0.0
    if share >= 1:
        return 1.0
    terms = (
        exp(
            lgamma(count + 1)
            - lgamma(k + 1)
            - lgamma(count - k + 1)
            + k * log(share)
            + (count - k) * log(1 - share)
        )
        for k in range(hits, count + 1)
    )
    return min(1.0, sum(terms))
