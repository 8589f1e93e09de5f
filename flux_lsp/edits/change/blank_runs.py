"""How many blank lines stand between two lines of a merge, and whose bytes they have.

Blank lines are what answers and files differ in most and mean least by: the answer decides where it
changed their number, the file where it did not; where the search text already had the number wrong,
it must be plain what is meant.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

Line = tuple[str, str | None]  # content, and its end or None for the neighbour's
Settle = Callable[[int, int], str | None]  # (search line, new line) → what to write, None: keep


@dataclass(frozen=True)
class Rows:
    """The lines of a side that are not blank, and the blank ones before each and after the last."""

    solid: list[int]
    runs: list[range]

    @staticmethod
    def of(lines: Sequence[str]) -> "Rows":
        """Rows of `lines`; `runs` has one more item than `solid`."""
        solid = [i for i, line in enumerate(lines) if line.strip()]
        bounds = [-1, *solid, len(lines)]
        runs = [range(a + 1, b) for a, b in pairwise(bounds)]
        return Rows(solid, runs)


@dataclass(frozen=True)
class Runs:
    """One run of blank lines on each side: numbers of search, new and real lines."""

    search: range
    new: range
    real: range


@dataclass(frozen=True)
class Blanks:
    """Decides runs; `new` are the answer's lines, `real` the file's."""

    new: Sequence[str]
    real: Sequence[tuple[str, str]]
    settle: Settle
    left_out: bool  # the search text has no blank line anywhere: it just leaves them out

    def between(self, runs: Runs) -> list[Line] | None:
        """Between two lines that follow one another on all sides; None when it is not plain."""
        searched, wanted, there = len(runs.search), len(runs.new), len(runs.real)
        if wanted != searched:
            return self.answers(runs)
        if there == searched or (self.left_out and not self._formal(runs.real)):
            return self._files(runs)
        return None

    def _formal(self, real: range) -> bool:
        """Whether blank lines stand where formatters take them out: inside of brackets and blocks."""
        before, after = self.real[real.start - 1][0].rstrip(), self.real[real.stop][0].lstrip()
        return before.endswith(("{", "(", "[", ":")) or after.startswith(("}", ")", "]"))

    def agreed(self, runs: Runs) -> list[Line] | None:
        """Where the search text has the number right, or the answer changed it; else None."""
        told = len(runs.new) != len(runs.search) or len(runs.search) == len(runs.real)
        return self.between(runs) if told else None

    def among(self, runs: Runs, real: range) -> list[Line] | None:
        """The lines `real` that only the file has, and the blank ones among them.

        None when the answer changed the number of blank lines there: on which side, nobody knows.
        """
        if len(runs.search) != len(runs.new):
            return None
        blank = [number for number in real if not self.real[number][0].strip()]
        alike = len(runs.search) == len(runs.new) == len(blank)
        left = (
            dict(zip(blank, zip(runs.search, runs.new, strict=True), strict=True)) if alike else {}
        )
        made: list[Line] = []
        for number in real:
            content, end = self.real[number]
            instead = self.settle(*left[number]) if number in left else None
            made.append((content if instead is None else instead, end))
        return made

    def answers(self, runs: Runs) -> list[Line]:
        """As many as the answer has; those it left alone as they are in the file."""
        own = self.own(runs.new)
        if len(runs.search) != len(runs.real):
            return own
        return [self._left_alone(runs, k) or line for k, line in enumerate(own)]

    def own(self, new: Sequence[int]) -> list[Line]:
        """The answer's blank lines `new` as they stand."""
        return [(self.new[number], None) for number in new]

    def at_end(self, runs: Runs, *, first: bool) -> list[Line]:
        """At an end of the region, where the file may go on: more or fewer by what the answer did."""
        more = len(runs.new) - len(runs.search)
        kept = self._files(runs)
        if more < 0:
            return kept[: max(0, len(kept) + more)]
        if first:
            return [*self.own(runs.new[:more]), *kept]
        return [*kept, *self.own(runs.new[len(runs.new) - more :])]

    def _files(self, runs: Runs) -> list[Line]:
        kept: list[Line] = [self.real[number] for number in runs.real]
        return [self._left_alone(runs, k) or line for k, line in enumerate(kept)]

    def _left_alone(self, runs: Runs, k: int) -> Line | None:
        """The `k`-th line, where all sides have it."""
        if k >= min(len(runs.search), len(runs.new), len(runs.real)):
            return None
        instead = self.settle(runs.search[k], runs.new[k])
        content, end = self.real[runs.real[k]]
        return (content if instead is None else instead, end)
