"""Carries the ranges of all watched edits of one document on to its next text.

Pure; takes as long as the change is large, so it is called in a thread.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flux_lsp.core.text import Change, Span
from flux_lsp.runs.corrections.ranges import (
    TrackedRange,
    find_typed,
    follow_changes,
    is_undone,
    recognize,
    touches,
)

# More places, or more of a file, than a person types over between two looks.
_PLACES, _LARGE, _HALF = 4, 400, 0.5

Ranges = tuple[TrackedRange, ...]


@dataclass(frozen=True, slots=True)
class FollowedRanges:
    """The ranges of one edit in the next text, and what happened to them.

    `touched`: something inside changed. `undone`: they hold what they held before the edit.
    `wholesale`: this was no typing, but another branch, another version of the file or a rename.
    """

    ranges: Ranges
    touched: bool
    undone: bool
    wholesale: bool


def follow_document(
    old: str, new: str, by_run: Mapping[str, Ranges], *, formatted: bool
) -> dict[str, FollowedRanges]:
    """Follow the ranges of each run from the text `old` to `new`."""
    changes = find_typed(old, new)
    followed = {}
    for run, ranges in by_run.items():
        moved = recognize(follow_changes(ranges, changes, old, formatted=formatted), new)
        touched = any(touches(part, change.span) for part in ranges for change in changes)
        wholesale = not formatted and _is_wholesale(ranges, changes, old)
        followed[run] = FollowedRanges(moved, touched, is_undone(moved, new), wholesale)
    return followed


def _is_wholesale(ranges: Ranges, changes: Sequence[Change], old: str) -> bool:
    places = sum(not any(touches(part, c.span) for part in ranges) for c in changes)
    removed = sum(_count_outside(change.span, ranges) for change in changes)
    return places >= _PLACES or (len(old) > _LARGE and removed > _HALF * len(old))


def _count_outside(span: Span, ranges: Ranges) -> int:
    inside = (min(span.end, p.span.end) - max(span.start, p.span.start) for p in ranges)
    return len(span) - sum(size for size in inside if size > 0)
