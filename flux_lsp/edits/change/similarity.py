"""Whether two short texts are nearly the same, in a bounded number of steps whatever they hold.

Never used to choose a place by itself: only to tell a slip from another line.
"""

from flux_lsp.edits.change.linediff import common_prefix, common_suffix

_LONGEST = 300  # characters that are compared


def alike(one: str, other: str, ratio: float) -> bool:
    """Whether at least `ratio` of both texts is common to them, in order.

    Characters to be taken out or put in are counted, as far as `ratio` allows and no further.
    """
    one, other = one[:_LONGEST], other[:_LONGEST]
    total = len(one) + len(other)
    allowed = int((1 - ratio) * total + 1e-9)
    if abs(len(one) - len(other)) > allowed:
        return False
    head = common_prefix(one, other)
    tail = common_suffix(one, other, min(len(one), len(other)) - head)
    return _within(one[head : len(one) - tail], other[head : len(other) - tail], allowed)


def _within(one: str, other: str, allowed: int) -> bool:
    """Whether `one` becomes `other` by at most `allowed` characters out or in (Myers' search)."""
    n, m = len(one), len(other)
    furthest = {1: 0}
    for d in range(allowed + 1):
        for k in range(-d, d + 1, 2):
            down = k == -d or (k != d and furthest[k - 1] < furthest[k + 1])
            x = furthest[k + 1] if down else furthest[k - 1] + 1
            while x < n and x - k < m and one[x] == other[x - k]:
                x += 1
            furthest[k] = x
            if x >= n and x - k >= m:
                return True
    return False
