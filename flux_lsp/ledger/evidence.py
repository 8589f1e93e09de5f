"""Tests that hold however often one looks at them, and intervals to show beside them.

Pure. Never says what should follow: `learning.py` and `experiment.py` do.

An e-value multiplies up what each new result speaks for "worse" against "not worse". Where nothing is
wrong it reaches 1/alpha with a probability of at most alpha, at whatever moment one stops.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from math import exp, inf, log, sqrt
from statistics import NormalDist

_GRID = 0.05, 10  # how far apart the alternatives are, and how many there are
# What a block is first compared by, as if so many results had been seen: 2 bad ones of 12.
_PRIOR_BAD, _PRIOR_ALL = 2.0, 12.0


@dataclass(frozen=True, slots=True)
class Tally:
    """How many results there were, and how many of them were bad."""

    all: int = 0
    bad: int = 0

    def count(self, bad: bool) -> "Tally":
        """Return the tally with one more result."""
        return Tally(self.all + 1, self.bad + bad)


NO_RESULTS = Tally()


def weigh_excess(tally: Tally, limit: float) -> float:
    """Return the natural logarithm of the e-value for "more than the share `limit` is bad".

    It is the mean over a grid of higher shares q of (q/p)^bad ((1-q)/(1-p))^good, with p = `limit`.
    """
    good = tally.all - tally.bad
    logs = [tally.bad * worse + good * better for worse, better in _list_factors(limit)]
    highest = max(logs)
    return highest + log(sum(exp(value - highest) for value in logs) / len(logs))


@cache
def _list_factors(limit: float) -> tuple[tuple[float, float], ...]:
    """The logarithms of what a bad and a good result count, for each share of the grid."""
    step, count = _GRID
    shares = [limit + step * (number + 1) for number in range(count)]
    return tuple((log(q / limit), log((1 - q) / (1 - limit))) for q in shares if q < 1)


@dataclass(frozen=True, slots=True)
class BlockTest:
    """The two-sample test of Turner, Ly and Grünwald (2024), block by block.

    A block holds `block` results of the control and of the treatment. Both arms' shares are
    estimated from earlier blocks only, so `log_e` is an e-value's logarithm for "the shares differ".
    """

    block: tuple[int, int] = (1, 1)
    control: Tally = NO_RESULTS
    treatment: Tally = NO_RESULTS
    log_e: float = 0.0

    def count(self, control: Iterable[bool], treatment: Iterable[bool]) -> "BlockTest":
        """Return the test with one more block; True is a bad result."""
        first, second = tuple(control), tuple(treatment)
        of_control, of_treatment = _estimate(self.control), _estimate(self.treatment)
        wide, narrow = self.block
        pooled = (wide * of_control + narrow * of_treatment) / (wide + narrow)
        gain = sum(_compare(bad, of_control, pooled) for bad in first)
        gain += sum(_compare(bad, of_treatment, pooled) for bad in second)
        return BlockTest(
            self.block,
            Tally(self.control.all + len(first), self.control.bad + sum(first)),
            Tally(self.treatment.all + len(second), self.treatment.bad + sum(second)),
            self.log_e + gain,
        )


def _estimate(tally: Tally) -> float:
    return (tally.bad + _PRIOR_BAD) / (tally.all + _PRIOR_ALL)


def _compare(bad: bool, own: float, pooled: float) -> float:
    return log(own / pooled) if bad else log((1 - own) / (1 - pooled))


def compute_wilson(tally: Tally, confidence: float = 0.95) -> tuple[float, float]:
    """Return Wilson's interval for the share of bad results; (0, 1) without any."""
    if not tally.all:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    n, share = tally.all, tally.bad / tally.all
    middle = share + z * z / (2 * n)
    spread = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    whole = 1 + z * z / n
    return max(0.0, (middle - spread) / whole), min(1.0, (middle + spread) / whole)


def compute_newcombe(
    treatment: Tally, control: Tally, confidence: float = 0.95
) -> tuple[float, float]:
    """Return Newcombe's interval for the treatment's share of bad results minus the control's."""
    low_t, high_t = compute_wilson(treatment, confidence)
    low_c, high_c = compute_wilson(control, confidence)
    share_t, share_c = _compute_share(treatment), _compute_share(control)
    difference = share_t - share_c
    below = sqrt((share_t - low_t) ** 2 + (high_c - share_c) ** 2)
    above = sqrt((high_t - share_t) ** 2 + (share_c - low_c) ** 2)
    return max(-1.0, difference - below), min(1.0, difference + above)


def _compute_share(tally: Tally) -> float:
    return tally.bad / tally.all if tally.all else 0.5


def count_blocks_needed(test: BlockTest, threshold: float, gap: float | None = None) -> float:
    """Estimate how many further blocks bring the e-value to `threshold`.

    The shares are taken to stay as they are; with a `gap`, the treatment's to be higher by it.
    Infinite where the shares do not differ.
    """
    wide, narrow = test.block
    of_control, of_treatment = _estimate(test.control), _estimate(test.treatment)
    if gap is not None:
        of_treatment = min(0.99, of_control + gap)
    pooled = (wide * of_control + narrow * of_treatment) / (wide + narrow)
    gain = wide * _expect(of_control, pooled) + narrow * _expect(of_treatment, pooled)
    missing = log(threshold) - test.log_e
    if missing <= 0:
        return 0.0
    if gain < 1e-9:
        return inf
    blocks = missing / gain
    # Estimating the shares on the way costs about half a logarithm of how much is to come.
    return (missing + log(1 + blocks / (test.treatment.all + _PRIOR_ALL)) / 2) / gain


def _expect(share: float, pooled: float) -> float:
    return share * _compare(True, share, pooled) + (1 - share) * _compare(False, share, pooled)
