"""What becomes of the file's lines when an answer turns its search lines into new ones.

A three-way merge: base is the search text, mine the file's lines, theirs the new text. What the
answer left alone keeps the file's own bytes; lines only the file has stay; where both changed the
same place there is no result.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flux_lsp.edits.change.blank_runs import Blanks, Line, Rows, Runs, Settle
from flux_lsp.edits.change.linediff import Gap, gaps
from flux_lsp.edits.change.similarity import alike

_ALIKE = 0.7  # characters of a line that became another


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a new line goes: the search line it replaces, if one, and the search lines around."""

    partner: int | None
    beside: tuple[int, ...]


Write = Callable[[int, Spot], str | None]  # (number of the new line, where) → what to write


@dataclass(frozen=True)
class Sides:
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


def as_in_file(search: int, new: int) -> None:
    """Equal keys mean that the file's line stays as it is."""


def merged(
    sides: Sides,
    lines: Sequence[str],
    write: Write,
    end_of_line: str,
    settle: Settle = as_in_file,
) -> str | None:
    """The region's new text; None on a conflict or when `write` does not know a line.

    `lines` are the answer's new lines as they stand; `write` gives what a new one is in the file,
    `settle` what one is that was left alone but for what does not count.
    """
    made = _Merge(sides, lines, write, settle).lines()
    return None if made is None else _joined(made, sides.real, end_of_line)


def _joined(lines: list[Line], real: Sequence[tuple[str, str]], end_of_line: str) -> str:
    """Lines with their ends; a new one has its neighbour's, the last of the file none if it had."""
    neighbour = next((end for _, end in real if end), end_of_line)
    pieces: list[str] = []
    for content, end in lines:
        neighbour = end or neighbour
        pieces += [content, neighbour]
    if pieces and real and not real[-1][1]:
        pieces[-1] = ""
    return "".join(pieces)


class _ConflictError(Exception):
    """Both sides changed one place; never leaves this module."""


class _Merge:
    """One merge, over the lines that are not blank; runs of blank ones are decided in between."""

    def __init__(self, sides: Sides, lines: Sequence[str], write: Write, settle: Settle) -> None:
        self.sides, self.write, self.settle = sides, write, settle
        self.search, self.new = Rows.of(sides.search), Rows.of(sides.new)
        self.real = Rows.of([content for content, _ in sides.real])
        order = {number: k for k, number in enumerate(self.real.solid)}
        self.at = [order[sides.at[i]] for i in self.search.solid]
        left_out = not any(self.search.runs[1:-1])
        self.blanks = Blanks(lines, sides.real, settle, left_out)
        self.out: list[Line] = []

    def lines(self) -> list[Line] | None:
        """The merged lines, None on a conflict."""
        try:
            self._all()
        except _ConflictError:
            return None
        return self.out

    def _all(self) -> None:
        search = [self.sides.search[i] for i in self.search.solid]
        new = [self.sides.new[k] for k in self.new.solid]
        done = made = 0
        for gap in gaps(search, new):
            self._kept(done, gap.a_start, made)
            self._changed(gap)
            done, made = gap.a_end, gap.b_end
        self._kept(done, len(search), made)
        if done < len(search):
            self.out += self.blanks.at_end(self._runs(-1, -1, self.at[-1] + 1), first=False)

    def _kept(self, start: int, stop: int, new: int) -> None:
        """Search lines `start` to before `stop`, left alone as new lines from `new` on."""
        for i, k in zip(range(start, stop), range(new, new + stop - start), strict=True):
            if i == k == 0:
                self.out += self.blanks.at_end(self._runs(0, 0, self.at[0]), first=True)
            elif i > start:
                self.out += self._between(i, k)
            instead = self.settle(self.search.solid[i], self.new.solid[k])
            content, end = self.sides.real[self.real.solid[self.at[i]]]
            self.out.append((content if instead is None else instead, end))

    def _between(self, i: int, k: int) -> list[Line]:
        """What stands before search line `i` that, like the one before it, was left alone."""
        before, here = self.at[i - 1], self.at[i]
        if here == before + 1:
            return _plain(self.blanks.between(self._runs(i, k, here)))
        first, last = self.real.solid[before] + 1, self.real.solid[here]
        return _plain(self.blanks.among(self._runs(i, k, here), range(first, last)))

    def _changed(self, gap: Gap) -> None:
        """The search lines of `gap` became its new lines."""
        low = self.at[gap.a_start - 1] if gap.a_start else -1
        high = self.at[gap.a_end] if gap.a_end < len(self.at) else len(self.real.solid)
        if self.at[gap.a_start : gap.a_end] != list(range(low + 1, high)):
            raise _ConflictError  # the file has lines of its own right there
        if any(self.search.solid[i] in self.sides.loose for i in range(gap.a_start, gap.a_end)):
            raise _ConflictError  # the answer changed a line that the file has otherwise
        before = self._runs(gap.a_start, gap.b_start, low + 1)
        after = self._runs(gap.a_end, gap.b_end, high)
        if gap.b_start == gap.b_end:
            self._deleted(gap, before, after)
        elif gap.a_start == gap.a_end:
            self._inserted(gap, before, after)
        else:
            first, last = gap.a_start == 0, gap.a_end == len(self.at)
            head, tail = self._beside(gap, 0), self._beside(gap, -1)
            self.out += self.blanks.at_end(before, first=True) if first else head(before)
            self._written(gap)
            self.out += self.blanks.at_end(after, first=False) if last else tail(after)

    def _beside(self, gap: Gap, edge: int) -> Callable[[Runs], list[Line]]:
        """How to decide the run before (`edge` 0) or after (-1) lines that replace others.

        Beside a line that visibly became another, what was there stays; else the answer tells.
        """
        paired = gap.a_end - gap.a_start == gap.b_end - gap.b_start
        old = self.sides.search[self.search.solid[gap.a_start : gap.a_end][edge]]
        new = self.sides.new[self.new.solid[gap.b_start : gap.b_end][edge]]
        if not paired:
            return self.blanks.answers
        if alike(old, new, _ALIKE):
            return lambda runs: _plain(self.blanks.between(runs))
        return lambda runs: _plain(self.blanks.agreed(runs))

    def _inserted(self, gap: Gap, before: Runs, after: Runs) -> None:
        """New lines between two that follow one another, or at an end: one run became two."""
        if self._beyond(gap.a_start):
            raise _ConflictError
        if gap.a_start == 0:
            self.out += self.blanks.at_end(before, first=True)
            self._written(gap)
            self.out += self.blanks.own(after.new)
        elif gap.a_start == len(self.at):
            self.out += self.blanks.own(before.new)
            self._written(gap)
            self.out += self.blanks.at_end(after, first=False)
        else:
            self.out += self.blanks.own(before.new)
            self._written(gap)
            self.out += self.blanks.answers(after)

    def _beyond(self, i: int) -> bool:
        """Whether new lines go to an end where the search text seems to skip a line of the file."""
        above, below = self.sides.skipping
        return (above and i == 0) or (below and i == len(self.at))

    def _deleted(self, gap: Gap, before: Runs, after: Runs) -> None:
        """Lines gone: the runs before and after them became one."""
        if gap.a_start == 0:
            self.out += self.blanks.at_end(before, first=True)
        elif gap.a_end == len(self.at):
            self.out += self.blanks.at_end(after, first=False)
        else:
            self.out += self.blanks.answers(before)

    def _written(self, gap: Gap) -> None:
        paired = gap.a_end - gap.a_start == gap.b_end - gap.b_start
        around = range(max(0, gap.a_start - 1), min(gap.a_end + 1, len(self.at)))
        beside = tuple(self.search.solid[i] for i in around)
        replaced = [self.real.solid[place] for place in self.at[gap.a_start : gap.a_end]]
        ends = [self.sides.real[number][1] or None for number in replaced] or [None]
        for k in range(gap.b_start, gap.b_end):
            if k > gap.b_start:
                self.out += self.blanks.own(self.new.runs[k])
            partner = self.search.solid[gap.a_start + k - gap.b_start] if paired else None
            content = self.write(self.new.solid[k], Spot(partner, beside))
            if content is None:
                raise _ConflictError
            self.out.append((content, ends[min(k - gap.b_start, len(ends) - 1)]))

    def _runs(self, i: int, k: int, real: int) -> Runs:
        return Runs(self.search.runs[i], self.new.runs[k], self.real.runs[real])


def _plain(lines: list[Line] | None) -> list[Line]:
    if lines is None:
        raise _ConflictError
    return lines
