"""Decides how many blank lines stand between two lines of a merge, and whose bytes they have.

Never decides where it is not plain: the answer decides where it changed the number of blank lines, the
file where it did not; where the search text already had the number wrong, there may be no decision.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class FileLine:
    """Line `number` of the file's region, with its end.

    If the answer has that line too, `search` and `new` are its numbers in the answer's texts.
    """

    number: int
    end: str
    search: int = -1
    new: int = -1

    @property
    def is_shared(self) -> bool:
        """Whether the answer has the line, too."""
        return self.new >= 0


@dataclass(frozen=True, slots=True)
class NewLine:
    """Line `number` of the answer's new text. `end` None: it takes its neighbour's line end.

    `partner`: the search line that it replaces, None when it replaces no single one.
    """

    number: int
    end: str | None
    partner: int | None = None
    is_blank: bool = False


MergedLine = FileLine | NewLine


@dataclass(frozen=True)
class SideLines:
    """The lines of a side that are not blank, and the blank ones before each and after the last."""

    solid: list[int]
    blank_runs: list[range]


def split_blank_runs(lines: Sequence[str]) -> SideLines:
    """Split `lines` into solid lines and blank runs; `blank_runs` has one more item than `solid`."""
    solid = [i for i, line in enumerate(lines) if line.strip()]
    bounds = [-1, *solid, len(lines)]
    return SideLines(solid, [range(a + 1, b) for a, b in pairwise(bounds)])


@dataclass(frozen=True)
class BlankRun:
    """One run of blank lines on each side: numbers of search, new and real lines."""

    search: range
    new: range
    real: range


@dataclass(frozen=True)
class BlankLines:
    """Decides runs of blank lines; `real` are the file's lines with their ends."""

    real: Sequence[tuple[str, str]]
    left_out: bool  # the search text has no blank line anywhere: it just leaves them out

    def decide_between(self, run: BlankRun) -> list[MergedLine] | None:
        """Return the lines between two that follow one another on all sides; None if it is unclear."""
        searched, wanted, present = len(run.search), len(run.new), len(run.real)
        if wanted != searched:
            return self.take_answers(run)
        if present == searched or (self.left_out and not self._is_at_bracket(run.real)):
            return self._keep_files(run)
        return None

    def decide_if_plain(self, run: BlankRun) -> list[MergedLine] | None:
        """Decide where the search text has the number right or the answer changed it; else None."""
        plain = len(run.new) != len(run.search) or len(run.search) == len(run.real)
        return self.decide_between(run) if plain else None

    def decide_among(self, run: BlankRun, real: range) -> list[MergedLine] | None:
        """Return the lines `real`, which only the file has, with the blank ones among them.

        None when the answer changed the number of blank lines there: on which side, nobody knows.
        """
        if len(run.search) != len(run.new):
            return None
        blank = [number for number in real if not self.real[number][0].strip()]
        shared: dict[int, tuple[int, int]] = {}
        if len(run.search) == len(blank):
            shared = dict(zip(blank, zip(run.search, run.new, strict=True), strict=True))
        return [
            FileLine(number, self.real[number][1], *shared.get(number, (-1, -1))) for number in real
        ]

    def take_answers(self, run: BlankRun) -> list[MergedLine]:
        """Return as many blank lines as the answer has; those that it left alone are the file's."""
        lines = self.take_new(run.new)
        if len(run.search) != len(run.real):
            return lines
        return [self._take_shared(run, k) or line for k, line in enumerate(lines)]

    def take_new(self, new: Sequence[int]) -> list[MergedLine]:
        """Return the answer's blank lines `new` as they are."""
        return [NewLine(number, None, is_blank=True) for number in new]

    def decide_at_end(self, run: BlankRun, *, first: bool) -> list[MergedLine]:
        """Return the blank lines at an end of the region: more or fewer by what the answer changed."""
        more = len(run.new) - len(run.search)
        kept = self._keep_files(run)
        if more < 0:
            return kept[: max(0, len(kept) + more)]
        if first:
            return [*self.take_new(run.new[:more]), *kept]
        return [*kept, *self.take_new(run.new[len(run.new) - more :])]

    def _is_at_bracket(self, real: range) -> bool:
        """Whether blank lines stand where formatters remove them: inside of brackets and blocks."""
        before, after = self.real[real.start - 1][0].rstrip(), self.real[real.stop][0].lstrip()
        return before.endswith(("{", "(", "[", ":")) or after.startswith(("}", ")", "]"))

    def _keep_files(self, run: BlankRun) -> list[MergedLine]:
        return [
            self._take_shared(run, k) or FileLine(number, self.real[number][1])
            for k, number in enumerate(run.real)
        ]

    def _take_shared(self, run: BlankRun, k: int) -> FileLine | None:
        """Return the `k`-th line of the run, which all sides have."""
        if k >= min(len(run.search), len(run.new), len(run.real)):
            return None
        number = run.real[k]
        return FileLine(number, self.real[number][1], run.search[k], run.new[k])
