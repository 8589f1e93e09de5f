"""Changes as a person reviews them: groups that can be accepted or rejected one by one.

Accepting hunks in any order gives the same text. Never does I/O.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flux_lsp.core.text import Change, LineRange, Snapshot, apply_changes, split_lines
from flux_lsp.edits.change.diff import carry_over, move_change


@dataclass(frozen=True, slots=True)
class Hunk:
    """Changes that are accepted or rejected together; spans and `lines` are of the base text."""

    changes: tuple[Change, ...]
    lines: LineRange


@dataclass(frozen=True, slots=True)
class HunkPreview:
    """Whole lines of a base text and what replaces them once every hunk is accepted.

    `lines` of the base, `new_lines` of the result (`last` before `first` where none is left).
    """

    lines: LineRange
    new_lines: LineRange
    text: str


def group_hunks(base: str, changes: Iterable[Change]) -> tuple[Hunk, ...]:
    """Group the `changes` on the same or adjacent lines of `base`, in order."""
    snapshot = Snapshot("", "", "", None, base)
    groups: list[tuple[list[Change], LineRange]] = []
    for change in sorted(changes, key=lambda c: (c.span.start, c.span.end)):
        lines = _find_lines(snapshot, change)
        if groups and lines.first - groups[-1][1].last <= 1:
            group, before = groups[-1]
            groups[-1] = ([*group, change], LineRange(before.first, max(before.last, lines.last)))
        else:
            groups.append(([change], lines))
    return tuple(Hunk(tuple(group), lines) for group, lines in groups)


def preview_hunks(base: str, all_hunks: Sequence[Hunk]) -> tuple[HunkPreview, ...]:
    """Return what each hunk turns the whole lines of `base` into, in order."""
    snapshot, grown, replacements = Snapshot("", "", "", None, base), 0, []
    for hunk in all_hunks:
        lines = hunk.lines
        whole = snapshot.get_line_span(lines.first - 1, lines.last - 1)
        inside = [move_change(change, -whole.start) for change in hunk.changes]
        text = apply_changes(whole.extract(base), inside)
        count = len(split_lines(text))
        first = lines.first + grown
        replacements.append(HunkPreview(lines, LineRange(first, first + count - 1), text))
        grown += count - (lines.last - lines.first + 1)
    return tuple(replacements)


def trim_preview(base: str, preview: HunkPreview) -> HunkPreview:
    """Leave out the lines at both ends that stay as they are."""
    snapshot = Snapshot("", "", "", None, base)
    first, last = preview.lines.first, preview.lines.last
    old = split_lines(snapshot.get_line_span(first - 1, last - 1).extract(base))
    new = split_lines(preview.text)
    if old == new:
        return preview
    shortest = min(len(old), len(new))
    head = next((n for n in range(shortest) if old[n] != new[n]), shortest)
    rest = shortest - head
    tail = next((n for n in range(rest) if old[-1 - n] != new[-1 - n]), rest)
    return HunkPreview(
        LineRange(first + head, last - tail),
        LineRange(preview.new_lines.first + head, preview.new_lines.last - tail),
        "".join(new[head : len(new) - tail]),
    )


def shift_hunk(hunk: Hunk, accepted: Sequence[Change]) -> tuple[Change, ...]:
    """Move the hunk's changes into the text that other hunks of the same base (`accepted`) have made.

    `accepted` are their changes, spans of the base text.
    """
    return tuple(carry_over(change, accepted) for change in hunk.changes)


def _find_lines(snapshot: Snapshot, change: Change) -> LineRange:
    """Find the lines that a change touches; one that ends at a line start touches that line too.

    A change that removes a line's end also touches the next line.
    """
    start, end = change.span.start, change.span.end
    first = snapshot.get_line(start)
    last = max(first, snapshot.get_line(max(start, end - 1)))
    whole = snapshot.get_line_span(first, last)
    rest = snapshot.text[end : whole.end] or change.text or snapshot.text[whole.start : start]
    joins = bool(rest) and rest[-1] not in "\r\n" and last + 1 < snapshot.line_count
    return LineRange(first + 1, last + 1 + joins)
