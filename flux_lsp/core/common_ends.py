"""How much two texts, byte strings or lists of lines share at their ends.

Compares slices, so that memory is compared instead of a loop in Python. Never looks in between.
"""

from collections.abc import Sequence

_FIRST_STEP, _LONGEST_STEP = 64, 65536  # items that are compared at once


def count_common_prefix(a: Sequence[object], b: Sequence[object]) -> int:
    """Count the leading items that `a` and `b` share; takes texts, byte strings and lists."""
    limit = min(len(a), len(b))
    low, step = 0, _FIRST_STEP
    while low < limit and a[low : low + step] == b[low : low + step]:
        low += step
        step = min(step * 2, _LONGEST_STEP)
    low, high = min(low, limit), min(low + step, limit)
    while low < high:
        middle = (low + high + 1) // 2
        if a[low:middle] == b[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def count_common_suffix(a: Sequence[object], b: Sequence[object], limit: int) -> int:
    """Count the trailing items that `a` and `b` share, at most `limit`."""
    size_a, size_b = len(a), len(b)
    low, step = 0, _FIRST_STEP
    while low < limit:
        reach = min(low + step, limit)
        if a[size_a - reach : size_a - low] != b[size_b - reach : size_b - low]:
            break
        low = reach
        step = min(step * 2, _LONGEST_STEP)
    high = min(low + step, limit)
    while low < high:
        middle = (low + high + 1) // 2
        if a[size_a - middle : size_a - low] == b[size_b - middle : size_b - low]:
            low = middle
        else:
            high = middle - 1
    return low


def count_common_ends(a: Sequence[object], b: Sequence[object]) -> tuple[int, int]:
    """Count the leading and then the trailing items that `a` and `b` share; none counts twice."""
    head = count_common_prefix(a, b)
    return head, count_common_suffix(a, b, min(len(a), len(b)) - head)
