"""Changes made for one text, carried over to what the text has become since.

Never loses what a person typed: when both changed the same place, there is no result.
"""

from collections.abc import Sequence

from flux_lsp.core.text import Change, Span, apply_changes
from flux_lsp.edits.diff import smallest


def rebase(changes: Sequence[Change], base: str, current: str) -> tuple[Change, ...] | None:
    """`changes` of `base` as changes of `current`; None where they and the typing collide."""
    if base == current:
        return tuple(changes)
    typed = smallest(base, current)
    kept = [change for change in changes if change not in typed]  # typed the very same: done
    if any(_collide(change, other, base) for change in kept for other in typed):
        return None
    return tuple(_moved(change, typed) for change in kept)


def _collide(mine: Change, typed: Change, base: str) -> bool:
    a, b = _extent(mine, base), _extent(typed, base)
    if len(a) == 0 and len(b) == 0:
        return a.start == b.start
    if len(a) == 0 or len(b) == 0:
        point, range_ = (a.start, b) if len(a) == 0 else (b.start, a)
        return range_.start < point < range_.end
    return a.start < b.end and b.start < a.end


def _extent(change: Change, base: str) -> Span:
    """The whole lines a change touches; an insertion of whole lines touches none."""
    start, end = change.span.start, change.span.end
    at_line_start = start == 0 or base[start - 1] == "\n"
    if start == end and at_line_start and change.text.endswith("\n"):
        return change.span
    first = base.rfind("\n", 0, start) + 1
    if end > start and base[end - 1] == "\n":
        return Span(first, end)
    stop = base.find("\n", end)
    return Span(first, len(base) if stop < 0 else stop + 1)


def _moved(change: Change, typed: Sequence[Change]) -> Change:
    by = sum(
        len(other.text) - len(other.span) for other in typed if other.span.end <= change.span.start
    )
    return Change(Span(change.span.start + by, change.span.end + by), change.text)


def rebased_text(changes: Sequence[Change], base: str, current: str) -> str | None:
    """`current` with `changes` of `base` made in it, None where they collide."""
    carried = rebase(changes, base, current)
    return None if carried is None else apply_changes(current, carried)
