"""Changes as a person reviews them: groups that can be accepted or rejected one by one.

Never lets the order matter: accepting any hunks in any order gives the same text.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flux_lsp.core.text import Change, Lines, Snapshot, Span


@dataclass(frozen=True, slots=True)
class Hunk:
    """Changes that stand or fall together; spans are of the base text, `lines` its lines."""

    changes: tuple[Change, ...]
    lines: Lines


def hunks(base: str, changes: Iterable[Change]) -> tuple[Hunk, ...]:
    """Groups of `changes` on the same or adjacent lines of `base`, in order."""
    snapshot = Snapshot("", "", "", None, base)
    groups: list[tuple[list[Change], Lines]] = []
    for change in sorted(changes, key=lambda c: (c.span.start, c.span.end)):
        lines = _lines(snapshot, change)
        if groups and lines.first - groups[-1][1].last <= 1:
            group, before = groups[-1]
            groups[-1] = ([*group, change], Lines(before.first, max(before.last, lines.last)))
        else:
            groups.append(([change], lines))
    return tuple(Hunk(tuple(group), lines) for group, lines in groups)


def shifted(hunk: Hunk, accepted: Sequence[Change]) -> tuple[Change, ...]:
    """The hunk's changes in the text that other hunks of the same base (`accepted`) have made.

    `accepted` are their changes, spans of the base text.
    """
    return tuple(_moved(change, accepted) for change in hunk.changes)


def _moved(change: Change, accepted: Sequence[Change]) -> Change:
    by = sum(
        len(other.text) - len(other.span)
        for other in accepted
        if other.span.end <= change.span.start
    )
    return Change(Span(change.span.start + by, change.span.end + by), change.text)


def _lines(snapshot: Snapshot, change: Change) -> Lines:
    """Lines a change touches; one that ends at a line start touches that line's start too."""
    first = snapshot.line_of(change.span.start) + 1
    return Lines(
        first, max(first, snapshot.line_of(max(change.span.start, change.span.end - 1)) + 1)
    )
