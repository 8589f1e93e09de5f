"""Merges into the file's lines what an answer makes of its search lines.

A three-way merge: base is the search text, one side the file's lines, the other the new text. Never
loses a line that only the file has, and never decides a place that both sides changed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flux_lsp.edits.change.blank_runs import (
    BlankLines,
    BlankRun,
    FileLine,
    MergedLine,
    NewLine,
    split_blank_runs,
)
from flux_lsp.edits.change.linediff import Gap, find_gaps, is_similar

_ALIKE = 0.7  # characters of a line that became another


@dataclass(frozen=True)
class MergeSides:
    """The three sides. `search` and `new` are keys: equal keys mean the answer left the line alone.

    `real` are the file's lines in the region, `(content, end)`; `at[i]` is the real line for search
    line `i`, for every search line that is not blank. `loose`: matched, but not the same text.
    `skipping`: whether a line of the file seems to be skipped right above, and right below.
    """

    search: Sequence[str]
    new: Sequence[str]
    real: Sequence[tuple[str, str]]
    at: dict[int, int]
    loose: frozenset[int] = frozenset()
    skipping: tuple[bool, bool] = (False, False)


def merge_lines(sides: MergeSides) -> list[MergedLine] | None:
    """Return the region's new lines, each with its origin; None on a conflict."""
    try:
        return _Merge(sides).run()
    except _ConflictError:
        return None


def join_lines(
    contents: Iterable[str],
    merged: Iterable[MergedLine],
    real: Sequence[tuple[str, str]],
    end_of_line: str,
) -> str:
    """Join the `merged` lines with these contents into a text.

    A new line has its neighbour's end; the last one has none if the file's last one had none.
    """
    neighbour = next((end for _, end in real if end), end_of_line)
    pieces: list[str] = []
    for content, line in zip(contents, merged, strict=True):
        neighbour = line.end or neighbour
        pieces += [content, neighbour]
    if pieces and real and not real[-1][1]:
        pieces[-1] = ""
    return "".join(pieces)


class _ConflictError(Exception):
    """Both sides changed one place; never leaves this module."""


class _Merge:
    """One merge of the lines that are not blank; it decides the runs of blank ones in between."""

    def __init__(self, sides: MergeSides) -> None:
        self.sides = sides
        self.search, self.new = split_blank_runs(sides.search), split_blank_runs(sides.new)
        self.real = split_blank_runs([content for content, _ in sides.real])
        order = {number: k for k, number in enumerate(self.real.solid)}
        self.at = [order[sides.at[i]] for i in self.search.solid]
        self.blanks = BlankLines(sides.real, not any(self.search.blank_runs[1:-1]))
        self.lines: list[MergedLine] = []

    def run(self) -> list[MergedLine]:
        """Return the merged lines; raises _ConflictError."""
        search = [self.sides.search[i] for i in self.search.solid]
        new = [self.sides.new[k] for k in self.new.solid]
        at_search = at_new = 0
        for gap in find_gaps(search, new):
            self._keep(at_search, gap.a_start, at_new)
            self._change(gap)
            at_search, at_new = gap.a_end, gap.b_end
        self._keep(at_search, len(search), at_new)
        if at_search < len(search):
            self._end(self._run_at(-1, -1, self.at[-1] + 1), first=False)
        return self.lines

    def _keep(self, start: int, stop: int, new: int) -> None:
        """Add the search lines `start` to before `stop`, which are the new lines from `new` on."""
        for i, k in zip(range(start, stop), range(new, new + stop - start), strict=True):
            if i == k == 0:
                self._end(self._run_at(0, 0, self.at[0]), first=True)
            elif i > start:
                self._add(self._decide_before(i, k))
            number = self.real.solid[self.at[i]]
            end = self.sides.real[number][1]
            self.lines.append(FileLine(number, end, self.search.solid[i], self.new.solid[k]))

    def _decide_before(self, i: int, k: int) -> list[MergedLine] | None:
        """Return what stands before search line `i`; the answer left it and the one before it alone."""
        before, here = self.at[i - 1], self.at[i]
        run = self._run_at(i, k, here)
        if here == before + 1:
            return self.blanks.decide_between(run)
        first, last = self.real.solid[before] + 1, self.real.solid[here]
        return self.blanks.decide_among(run, range(first, last))

    def _change(self, gap: Gap) -> None:
        """Add what the search lines of `gap` became."""
        low = self.at[gap.a_start - 1] if gap.a_start else -1
        high = self.at[gap.a_end] if gap.a_end < len(self.at) else len(self.real.solid)
        if self.at[gap.a_start : gap.a_end] != list(range(low + 1, high)):
            raise _ConflictError  # the file has lines of its own right there
        if any(self.search.solid[i] in self.sides.loose for i in range(gap.a_start, gap.a_end)):
            raise _ConflictError  # the answer changed a line that the file has otherwise
        before = self._run_at(gap.a_start, gap.b_start, low + 1)
        after = self._run_at(gap.a_end, gap.b_end, high)
        if gap.b_start == gap.b_end:
            self._delete(gap, before, after)
        elif gap.a_start == gap.a_end:
            self._insert(gap, before, after)
        else:
            self._replace(gap, before, after)

    def _replace(self, gap: Gap, before: BlankRun, after: BlankRun) -> None:
        if gap.a_start == 0:
            self._end(before, first=True)
        else:
            self._add(self._decide_beside(gap, before, 0))
        self._write(gap)
        if gap.a_end == len(self.at):
            self._end(after, first=False)
        else:
            self._add(self._decide_beside(gap, after, -1))

    def _decide_beside(self, gap: Gap, run: BlankRun, edge: int) -> list[MergedLine] | None:
        """Return the run before (`edge` 0) or after (-1) lines that replace others.

        Beside a line that visibly became another, the old run stays; else the answer decides.
        """
        if gap.a_end - gap.a_start != gap.b_end - gap.b_start:
            return self.blanks.take_answers(run)
        old = self.sides.search[self.search.solid[gap.a_start : gap.a_end][edge]]
        new = self.sides.new[self.new.solid[gap.b_start : gap.b_end][edge]]
        if is_similar(old, new, _ALIKE):
            return self.blanks.decide_between(run)
        return self.blanks.decide_if_plain(run)

    def _insert(self, gap: Gap, before: BlankRun, after: BlankRun) -> None:
        """Add new lines between two that follow one another, or at an end: one run became two."""
        above, below = self.sides.skipping
        first, last = gap.a_start == 0, gap.a_start == len(self.at)
        if (above and first) or (below and last):
            raise _ConflictError  # the search text seems to skip a line of the file there
        if first:
            self._end(before, first=True)
        else:
            self._add(self.blanks.take_new(before.new))
        self._write(gap)
        if first:
            self._add(self.blanks.take_new(after.new))
        elif last:
            self._end(after, first=False)
        else:
            self._add(self.blanks.take_answers(after))

    def _delete(self, gap: Gap, before: BlankRun, after: BlankRun) -> None:
        """Leave lines out: the runs before and after them became one."""
        if gap.a_start == 0:
            self._end(before, first=True)
        elif gap.a_end == len(self.at):
            self._end(after, first=False)
        else:
            self._add(self.blanks.take_answers(before))

    def _write(self, gap: Gap) -> None:
        paired = gap.a_end - gap.a_start == gap.b_end - gap.b_start
        replaced = [self.real.solid[place] for place in self.at[gap.a_start : gap.a_end]]
        ends = [self.sides.real[number][1] or None for number in replaced] or [None]
        for k in range(gap.b_start, gap.b_end):
            if k > gap.b_start:
                self._add(self.blanks.take_new(self.new.blank_runs[k]))
            partner = self.search.solid[gap.a_start + k - gap.b_start] if paired else None
            end = ends[min(k - gap.b_start, len(ends) - 1)]
            self.lines.append(NewLine(self.new.solid[k], end, partner))

    def _end(self, run: BlankRun, *, first: bool) -> None:
        self._add(self.blanks.decide_at_end(run, first=first))

    def _add(self, lines: list[MergedLine] | None) -> None:
        if lines is None:
            raise _ConflictError
        self.lines += lines

    def _run_at(self, i: int, k: int, real: int) -> BlankRun:
        return BlankRun(
            self.search.blank_runs[i], self.new.blank_runs[k], self.real.blank_runs[real]
        )
