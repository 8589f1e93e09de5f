"""Puts the changes of several items of one file together: each was made on the file as it was.

Pure. Two changes that touch are never both taken; the later one is reported.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flux_lsp.core.text import Change, Snapshot, apply_changes
from flux_lsp.edits.plan.syntax_check import check

Group = tuple[int, tuple[Change, ...]]  # an item's number and its changes


@dataclass(frozen=True, slots=True)
class Combination:
    """The changes that go together, sorted, and the numbers of the items whose changes do not."""

    changes: tuple[Change, ...] = ()
    left_out: tuple[int, ...] = ()


def combine_changes(base: Snapshot, groups: Sequence[Group]) -> Combination:
    """Combine the changes of items, in their order; what does not fit or does not parse is left out."""
    combination = _combine(groups)
    if _is_sound(base, combination.changes):
        return combination
    # Each of them parsed alone: take one after the other, as long as the whole still parses.
    taken: list[Group] = []
    left_out: list[int] = []
    for group in groups:
        attempt = _combine([*taken, group])
        if attempt.left_out or not _is_sound(base, attempt.changes):
            left_out.append(group[0])
        else:
            taken.append(group)
    return Combination(_combine(taken).changes, tuple(left_out))


def combine_new_files(first: str, second: str) -> str | None:
    """Combine two new files of one path: the lines of the second that the first lacks; None if unclear.

    Only a file whose whole lines go on where the first one ends is clear.
    """
    if first == second:
        return first
    before, after = first.splitlines(keepends=True), second.splitlines(keepends=True)
    common = 0
    while common < min(len(before), len(after)) and before[common] == after[common]:
        common += 1
    while common and before[common - 1].strip():  # both go on behind a blank line
        common -= 1
    rest = after[common:]
    if not common or not rest or _shares_heads(before[common:], rest):
        return None
    gap = "" if not before[-1].strip() or not rest[0].strip() else "\n\n"
    end = "" if first.endswith("\n") else "\n"
    return f"{first}{end}{gap}{''.join(rest)}"


def _combine(groups: Iterable[Group]) -> Combination:
    taken: list[Change] = []
    left_out: list[int] = []
    for number, changes in groups:
        new = [change for change in changes if change not in taken]  # the same import twice
        if any(_do_collide(change, other) for change in new for other in taken):
            left_out.append(number)
        else:
            taken += new
    ordered = sorted(taken, key=lambda change: (change.span.start, change.span.end))
    return Combination(tuple(ordered), tuple(left_out))


def _do_collide(a: Change, b: Change) -> bool:
    """Whether two changes touch; whole lines that are inserted at one place stand one after the other."""
    if not len(a.span) and not len(b.span):
        same = a.span.start == b.span.start
        return same and not (a.text.endswith("\n") and b.text.endswith("\n"))
    if not len(a.span) or not len(b.span):
        point, span = (a.span.start, b.span) if not len(a.span) else (b.span.start, a.span)
        return span.start < point < span.end
    return a.span.start < b.span.end and b.span.start < a.span.end


def _is_sound(base: Snapshot, changes: Sequence[Change]) -> bool:
    after = apply_changes(base.text, changes)
    return check(base, after, None, dict) is None


def _shares_heads(left: Sequence[str], right: Sequence[str]) -> bool:
    """Whether both define something by the same line at the margin."""
    heads = {line for line in left if line.strip() and not line[0].isspace() and line.strip(")}];")}
    return any(line in heads for line in right)
