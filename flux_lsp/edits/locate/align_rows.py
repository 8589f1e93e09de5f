"""Lays an answer's lines beside the file's: which line of the answer is which line of the file.

All lines of the answer are placed in order; lines of the file before the first and after the last
place cost nothing. Only compares: `coverage` decides what follows from it.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from flux_lsp.edits.change.linediff import find_blocks
from flux_lsp.edits.locate.rows import Likeness, TextRow

_CELLS = 60_000  # of the table; beyond it only equal lines are paired
_ALIKE, _ALIKE_OUTSIDE = 0.5, 0.6  # likeness of a line that became another, in the target or not
_LEFT_OUT, _LEFT_OUT_MORE = (
    0.35,
    0.02,
)  # the answer lacks a line of the target, and each further one
_BEYOND, _BEYOND_MORE = 1.2, 0.4  # the same for a line outside of the target
_NEW, _NEW_MORE = 0.35, 0.03  # the answer has a line of its own, and each further one
_ELSEWHERE = 0.3  # the answer begins or ends elsewhere than the target
_NEVER = -1e9


@dataclass(frozen=True, slots=True)
class RowPair:
    """Row `answer` of the answer is row `file` of the file; `same` when it was left alone."""

    answer: int
    file: int
    same: bool


def align(answer: Sequence[TextRow], file: Sequence[TextRow], home: range) -> list[RowPair]:
    """Return the pairs that explain most, in order; `home` are the rows of `file` that are the target."""
    if not answer or not file:
        return []
    if len(answer) * len(file) > _CELLS:
        return _pair_equal(answer, file)
    return _Table(answer, file, home).find_pairs()


def _pair_equal(answer: Sequence[TextRow], file: Sequence[TextRow]) -> list[RowPair]:
    """Pair only equal lines, for texts that are too long to compare each line with each."""
    shared = find_blocks([row.key for row in answer], [row.key for row in file])
    return [
        RowPair(block.a_start + k, block.b_start + k, same=True)
        for block in shared
        for k in range(block.size)
    ]


class _Table:
    """Scores of every way to lay `answer` beside `file` (Gotoh's alignment with free ends)."""

    def __init__(self, answer: Sequence[TextRow], file: Sequence[TextRow], home: range) -> None:
        self._answer, self._file, self._home = answer, file, home
        self._likeness = Likeness()
        self._count = Counter(row.key for row in file)
        self._keys = {row.key for row in answer}

    def find_pairs(self) -> list[RowPair]:
        """Return the pairs of the best alignment, in order."""
        width = len(self._file)
        # An alignment touches the target: the same lines elsewhere in the file are not meant.
        first, last = self._home.start, self._home.stop
        above = [-self._price_edge(j, first) if j < last else _NEVER for j in range(width + 1)]
        new_above = [_NEVER] * (width + 1)
        steps: list[bytearray] = []
        for row in self._answer:
            above, new_above, step = self._score_row(row, above, new_above)
            steps.append(step)
        ends = [s - self._price_edge(j, last) if j > first else _NEVER for j, s in enumerate(above)]
        return self._walk_back(steps, max(range(width + 1), key=ends.__getitem__))

    def _price_edge(self, at: int, expected: int) -> float:
        return 0.0 if at == expected else _ELSEWHERE

    def _score_row(
        self, row: TextRow, above: list[float], new_above: list[float]
    ) -> tuple[list[float], list[float], bytearray]:
        """The scores with one more row of the answer: all, those that end in new rows, the steps.

        A step is 0 for a pair, 1 for a row that only the answer has, 2 for one only the file has.
        """
        first = max(above[0] - _NEW, new_above[0] - _NEW_MORE)
        best, new, left_out = [first], [first], _NEVER
        step = bytearray([1]) + bytearray(len(self._file))
        for j, other in enumerate(self._file, 1):
            gap, more = self._price_left_out(j - 1)
            left_out = max(best[j - 1] - gap, left_out - more)
            added = max(above[j] - _NEW, new_above[j] - _NEW_MORE)
            paired = above[j - 1] + self._score_pair(row, other, at_home=j - 1 in self._home)
            score = max(paired, added, left_out)
            step[j] = 0 if score == paired else 1 if score == added else 2
            best.append(score)
            new.append(added)
        return best, new, step

    def _price_left_out(self, j: int) -> tuple[float, float]:
        return (_LEFT_OUT, _LEFT_OUT_MORE) if j in self._home else (_BEYOND, _BEYOND_MORE)

    def _score_pair(self, row: TextRow, other: TextRow, *, at_home: bool) -> float:
        """Score that `row` became `other`; impossible when they are not alike."""
        if row.key == other.key:
            worth = self._weigh_row(other)
            if row.indent == other.indent:
                return worth
            return 0.75 * worth if row.telling else 0.3 * worth
        # A line that stands in both texts as it is did not become another.
        if not (row.telling and other.telling) or other.key in self._keys or row.key in self._count:
            return _NEVER
        likeness = self._likeness.compare(row.key, other.key)
        if likeness < (_ALIKE if at_home else _ALIKE_OUTSIDE):
            return _NEVER
        return (likeness - 0.3) * (1.0 if row.indent == other.indent else 0.8)

    def _weigh_row(self, row: TextRow) -> float:
        if not row.telling:
            return 0.4
        return 1.0 if self._count[row.key] == 1 else 0.8

    def _walk_back(self, steps: list[bytearray], j: int) -> list[RowPair]:
        pairs: list[RowPair] = []
        i = len(self._answer)
        while i:
            step = steps[i - 1][j]
            if step == 2:
                j -= 1
            elif step == 1:
                i -= 1
            else:
                i, j = i - 1, j - 1
                pairs.append(RowPair(i, j, self._answer[i].key == self._file[j].key))
        return pairs[::-1]
