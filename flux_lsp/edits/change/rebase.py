"""Moves the changes of a text onto what the text has become since.

Never loses what a person typed: when both changed the same place, there is no result.
"""

from collections.abc import Sequence

from flux_lsp.core.text import Change, Span, apply_changes
from flux_lsp.edits.change.diff import carry_over, find_changes, move_change

_TELLING = 20  # letters and digits in lines that are known again elsewhere
_AROUND = 1  # lines around the changes that must have moved with them


def rebase(changes: Sequence[Change], base: str, current: str) -> tuple[Change, ...] | None:
    """Return `changes` of `base` as changes of `current`; None where they and the typing collide."""
    if base == current:
        return tuple(changes)
    typed = find_changes(base, current)
    kept = [change for change in changes if change not in typed]  # typed the very same: done
    if any(_is_collision(change, other, base) for change in kept for other in typed):
        return _relocate(changes, base, current)
    return tuple(carry_over(change, typed) for change in kept)


def _relocate(changes: Sequence[Change], base: str, current: str) -> tuple[Change, ...] | None:
    """Return `changes` where their lines are now, if those moved unchanged to exactly one place."""
    extents = [_find_extent(change, base) for change in changes]
    whole = Span(min(e.start for e in extents), max(e.end for e in extents))
    start = _go_lines_back(base, whole.start)
    end = _go_lines_on(base, whole.end)
    anchor = base[start:end]
    if sum(char.isalnum() for char in anchor) < _TELLING:
        return None
    if base.count(anchor) != 1 or current.count(anchor) != 1:
        return None
    at = current.index(anchor)
    if at and current[at - 1] != "\n":
        return None
    by = at - start
    return tuple(move_change(change, by) for change in changes)


def _go_lines_back(text: str, at: int) -> int:
    for _ in range(_AROUND):
        at = text.rfind("\n", 0, max(0, at - 1)) + 1
    return at


def _go_lines_on(text: str, at: int) -> int:
    for _ in range(_AROUND):
        stop = text.find("\n", at)
        at = len(text) if stop < 0 else stop + 1
    return at


def _is_collision(ours: Change, typed: Change, base: str) -> bool:
    a, b = _find_extent(ours, base), _find_extent(typed, base)
    if len(a) == 0 and len(b) == 0:
        return a.start == b.start
    if len(a) == 0 or len(b) == 0:
        point, (span, change) = (a.start, (b, typed)) if len(a) == 0 else (b.start, (a, ours))
        at_edge = point in {span.start, span.end} and _is_growing(change, base)
        return at_edge or span.start < point < span.end
    return a.start < b.end and b.start < a.end


def _is_growing(change: Change, base: str) -> bool:
    """Whether a change adds or removes lines, so that the order of changes beside it is unclear."""
    return change.text.count("\n") != change.span.extract(base).count("\n")


def _find_extent(change: Change, base: str) -> Span:
    """Find the whole lines that a change touches; an insertion of whole lines touches none."""
    start, end = change.span.start, change.span.end
    at_line_start = start == 0 or base[start - 1] == "\n"
    if start == end and at_line_start and change.text.endswith("\n"):
        return change.span
    first = base.rfind("\n", 0, start) + 1
    if end > start and base[end - 1] == "\n":
        return Span(first, end)
    stop = base.find("\n", end)
    return Span(first, len(base) if stop < 0 else stop + 1)


def rebase_text(changes: Sequence[Change], base: str, current: str) -> str | None:
    """Return `current` with the `changes` of `base` applied, None where they collide."""
    carried = rebase(changes, base, current)
    return None if carried is None else apply_changes(current, carried)
