"""Finds the lines that two texts share, in order; exactly if that is cheap, else coarsely.

Never takes more than a bounded number of steps: what it gives up on counts as
different, which is always correct and only less small.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flux_lsp.core.common_ends import count_common_ends

_STEPS = 1_000_000  # of the greedy search, for one gap between anchors
_LONGEST = 300  # characters of a line that `is_similar` compares


@dataclass(frozen=True, slots=True)
class CommonRun:
    """`size` equal lines: `a[a_start:]` and `b[b_start:]`."""

    a_start: int
    b_start: int
    size: int


@dataclass(frozen=True, slots=True)
class Gap:
    """Lines `a[a_start:a_end]` became `b[b_start:b_end]`."""

    a_start: int
    a_end: int
    b_start: int
    b_end: int


def find_gaps(a: Sequence[str], b: Sequence[str]) -> list[Gap]:
    """Find the places where `a` and `b` differ, in order."""
    all_gaps: list[Gap] = []
    done_a = done_b = 0
    for block in [*find_blocks(a, b), CommonRun(len(a), len(b), 0)]:
        if (done_a, done_b) != (block.a_start, block.b_start):
            all_gaps.append(Gap(done_a, block.a_start, done_b, block.b_start))
        done_a, done_b = block.a_start + block.size, block.b_start + block.size
    return all_gaps


def find_blocks(a: Sequence[str], b: Sequence[str]) -> list[CommonRun]:
    """Find the maximal runs of common lines, ascending in both."""
    return _join_pairs(_pair_lines(a, b))


def is_similar(text: str, other: str, ratio: float) -> bool:
    """Whether at least `ratio` of both texts is common to them, in order.

    It counts the characters to remove or add, as far as `ratio` allows and no further.
    """
    text, other = text[:_LONGEST], other[:_LONGEST]
    total = len(text) + len(other)
    allowed = int((1 - ratio) * total + 1e-9)
    if abs(len(text) - len(other)) > allowed:
        return False
    head, tail = count_common_ends(text, other)
    return _is_within(text[head : len(text) - tail], other[head : len(other) - tail], allowed)


def _pair_lines(a: Sequence[str], b: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Pair equal lines by index, ascending: first shared ends, then anchors, then a search between."""
    start, end = count_common_ends(a, b)
    yield from ((i, i) for i in range(start))
    a_end, b_end = len(a) - end, len(b) - end
    yield from _pair_middle(a, b, Gap(start, a_end, start, b_end))
    yield from zip(range(a_end, len(a)), range(b_end, len(b)), strict=True)


def _pair_middle(a: Sequence[str], b: Sequence[str], gap: Gap) -> Iterator[tuple[int, int]]:
    at_a, at_b = gap.a_start, gap.b_start
    for i, j in [*_find_anchors(a, b, gap), (gap.a_end, gap.b_end)]:
        yield from _search_greedily(a, b, Gap(at_a, i, at_b, j))
        if i < gap.a_end:
            yield i, j
        at_a, at_b = i + 1, j + 1


def _find_anchors(a: Sequence[str], b: Sequence[str], gap: Gap) -> list[tuple[int, int]]:
    """Find the lines that occur once on both sides, and keep the longest run in the same order."""
    if gap.a_start == gap.a_end or gap.b_start == gap.b_end:
        return []
    in_b = _index_unique(b, gap.b_start, gap.b_end)
    candidates = [
        (i, in_b[line])
        for line, i in _index_unique(a, gap.a_start, gap.a_end).items()
        if line in in_b
    ]
    return _select_ascending(candidates)


def _index_unique(lines: Sequence[str], start: int, end: int) -> dict[str, int]:
    """Index the lines with a letter or digit that occur once in the range, ascending."""
    counts = Counter(lines[start:end])
    return {
        lines[i]: i
        for i in range(start, end)
        if counts[lines[i]] == 1 and any(char.isalnum() for char in lines[i])
    }


def _select_ascending(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Select the longest subsequence whose second members ascend; the first members do already."""
    tails: list[int] = []
    tail_at: list[int] = []
    previous: list[int] = []
    for k, (_, j) in enumerate(pairs):
        place = bisect_left(tails, j)
        previous.append(tail_at[place - 1] if place else -1)
        tails[place : place + 1] = [j]
        tail_at[place : place + 1] = [k]
    chosen: list[tuple[int, int]] = []
    k = tail_at[-1] if tail_at else -1
    while k >= 0:
        chosen.append(pairs[k])
        k = previous[k]
    return chosen[::-1]


def _search_greedily(a: Sequence[str], b: Sequence[str], gap: Gap) -> list[tuple[int, int]]:
    """Search by Myers for the smallest script within `gap`; finds nothing if it takes too long."""
    n, m = gap.a_end - gap.a_start, gap.b_end - gap.b_start
    if not n or not m:
        return []
    limit = min(n + m, 300, _STEPS // (n + m) + 1)
    furthest = {1: 0}
    trace: list[dict[int, int]] = []
    for d in range(limit + 1):
        trace.append(dict(furthest))
        for k in range(-d, d + 1, 2):
            down = k == -d or (k != d and furthest[k - 1] < furthest[k + 1])
            x = furthest[k + 1] if down else furthest[k - 1] + 1
            y = x - k
            while x < n and y < m and a[gap.a_start + x] == b[gap.b_start + y]:
                x, y = x + 1, y + 1
            furthest[k] = x
            if x >= n and y >= m:
                return [(gap.a_start + i, gap.b_start + j) for i, j in _walk_back(trace, n, m)]
    return []


def _walk_back(trace: list[dict[int, int]], n: int, m: int) -> list[tuple[int, int]]:
    pairs: list[tuple[int, int]] = []
    x, y = n, m
    for d in range(len(trace) - 1, -1, -1):
        furthest, k = trace[d], x - y
        down = k == -d or (k != d and furthest.get(k - 1, -1) < furthest.get(k + 1, -1))
        before_k = k + 1 if down else k - 1
        before_x = furthest[before_k] if d else 0
        before_y = before_x - before_k if d else 0
        while x > before_x and y > before_y:
            x, y = x - 1, y - 1
            pairs.append((x, y))
        x, y = before_x, before_y
    return pairs[::-1]


def _join_pairs(pairs: Iterator[tuple[int, int]]) -> list[CommonRun]:
    all_blocks: list[CommonRun] = []
    start: tuple[int, int] | None = None
    size = 0
    for i, j in pairs:
        if start is not None and (i, j) == (start[0] + size, start[1] + size):
            size += 1
            continue
        if start is not None:
            all_blocks.append(CommonRun(*start, size))
        start, size = (i, j), 1
    return [*all_blocks, CommonRun(*start, size)] if start is not None else all_blocks


def _is_within(text: str, other: str, allowed: int) -> bool:
    """Whether `text` becomes `other` by at most `allowed` characters out or in (Myers' search)."""
    n, m = len(text), len(other)
    furthest = {1: 0}
    for d in range(allowed + 1):
        for k in range(-d, d + 1, 2):
            down = k == -d or (k != d and furthest[k - 1] < furthest[k + 1])
            x = furthest[k + 1] if down else furthest[k - 1] + 1
            while x < n and x - k < m and text[x] == other[x - k]:
                x += 1
            furthest[k] = x
            if x >= n and x - k >= m:
                return True
    return False
