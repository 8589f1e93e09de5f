"""Follows the ranges of an edit through later changes, and counts how much of it is still there.

Pure, and blind for white space: a formatter that only moves code changes nothing.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from flux_lsp.core.common_ends import count_common_ends
from flux_lsp.core.text import Change, Span
from flux_lsp.edits.change.diff import find_changes
from flux_lsp.edits.change.linediff import find_blocks

_TOKEN = re.compile(r"\w+|[^\w\s]")
_MOST_TOKENS = 4_000  # that a change is refined by; a larger one counts as a whole
_ALIKE = 0.8  # a formatter keeps so much of what it rewrites
_TELLING = 20  # characters that are known again elsewhere


@dataclass(frozen=True, slots=True)
class TrackedRange:
    """One range that an edit wrote, where it is now.

    `before` and `after` are its text without white space, before the edit and after it. `alive` has a
    byte for each character, without white space, that is in the range now: 1 for one that the edit
    left there. `total` is how many that were.
    """

    span: Span
    before: str
    after: str
    alive: bytes
    total: int

    @property
    def count_alive(self) -> int:
        """How many characters of the edit are still there."""
        return sum(self.alive)


def squeeze(text: str) -> str:
    """Return `text` without white space."""
    return "".join(text.split())


def track_changes(before: str, after: str) -> tuple[TrackedRange, ...]:
    """Return what an edit wrote, as ranges of `after`; changes of white space alone are left out."""
    ranges, shift = [], 0
    for change in find_changes(before, after):
        start = change.span.start + shift
        shift += len(change.text) - len(change.span)
        old, new = squeeze(change.span.extract(before)), squeeze(change.text)
        if old != new:
            span = Span(start, start + len(change.text))
            ranges.append(TrackedRange(span, old, new, b"\1" * len(new), len(new)))
    return tuple(ranges)


def find_typed(old: str, new: str) -> tuple[Change, ...]:
    """Find what changed between two texts, without looking at what they share at their ends."""
    head, tail = count_common_ends(old, new)
    start = old.rfind("\n", 0, head) + 1  # whole lines, so that lines are compared with lines
    end = old.find("\n", len(old) - tail)
    rest = 0 if end < 0 else len(old) - end
    return find_changes(old[start : len(old) - rest], new[start : len(new) - rest], start)


def follow_changes(
    tracked: Sequence[TrackedRange], changes: Sequence[Change], old: str, *, formatted: bool = False
) -> tuple[TrackedRange, ...]:
    """Return the ranges after `changes` of the text `old`, which are sorted and disjoint.

    `formatted`: a formatter may have made them, so what it rewrote still counts as there.
    """
    followed = list(tracked)
    shift = 0  # of what stands behind the changes so far
    for change in changes:
        followed = [_follow(part, change, old, shift, formatted) for part in followed]
        shift += len(change.text) - len(change.span)
    return tuple(followed)


def recognize(tracked: Iterable[TrackedRange], text: str) -> tuple[TrackedRange, ...]:
    """Return the ranges, whole again where `text` holds there what the edit wrote (a redo)."""
    return tuple(
        replace(part, alive=b"\1" * len(part.after), total=len(part.after))
        if squeeze(part.span.extract(text)) == part.after
        else part
        for part in tracked
    )


def is_undone(tracked: Sequence[TrackedRange], text: str) -> bool:
    """Whether every range holds again what it held before the edit, and the edit is nowhere else."""
    if not tracked or not all(_is_back(part, text) for part in tracked):
        return False
    whole = squeeze(text)
    return not any(_is_elsewhere(part, whole) for part in tracked)


def _is_back(part: TrackedRange, text: str) -> bool:
    """Whether the range holds the old text, perhaps with something new typed right beside it."""
    now = squeeze(part.span.extract(text))
    telling = len(part.before) >= _TELLING and part.after not in now
    return now == part.before or (telling and part.before in now)


def measure_share(tracked: Sequence[TrackedRange], text: str) -> float:
    """Return the share of the edit that is still there, 0 to 1; code that was moved counts."""
    if is_undone(tracked, text):
        return 0.0
    total = sum(part.total for part in tracked)
    if not total:
        return 1.0  # it only took away, and nothing of that came back
    alive = sum(part.count_alive for part in tracked)
    if alive < total:
        whole = squeeze(text)
        alive = sum(_count_somewhere(part, whole) for part in tracked)
    return alive / total


def _count_somewhere(part: TrackedRange, whole: str) -> int:
    """Count what is alive, which is all of it if it was cut out and put in elsewhere."""
    if part.count_alive < part.total and _is_elsewhere(part, whole):
        return part.total
    return part.count_alive


def _is_elsewhere(part: TrackedRange, whole: str) -> bool:
    return len(part.after) >= _TELLING and part.after in whole


def touches(part: TrackedRange, span: Span) -> bool:
    """Whether a change of `span` changes what is in the range; at its edges it does not."""
    own = part.span
    if len(own) == 0:
        return span.start <= own.start <= span.end
    return span.start < own.end and own.start < span.end


def _follow(
    part: TrackedRange, change: Change, old: str, shift: int, formatted: bool
) -> TrackedRange:
    own = part.span
    cut = Span(change.span.start + shift, change.span.end + shift)
    if not touches(part, cut):
        by = len(change.text) - len(cut) if cut.end <= own.start else 0
        return replace(part, span=Span(own.start + by, own.end + by))
    left, gone, right, behind = (
        old[max(0, a - shift) : max(0, b - shift)]
        for a, b in (
            (cut.start, own.start),
            (max(cut.start, own.start), min(cut.end, own.end)),
            (own.end, cut.end),
            (max(cut.end, own.start), own.end),
        )
    )
    start = min(own.start, cut.start)
    end = max(own.end, cut.end) + len(change.text) - len(cut)
    last = len(part.alive) - len(squeeze(behind))
    first = last - len(squeeze(gone))
    flags = bytes(len(squeeze(left))) + part.alive[first:last] + bytes(len(squeeze(right)))
    fresh = _carry_flags(left + gone + right, flags, change.text)
    total = part.total
    if formatted and len(fresh) >= _ALIKE * len(flags) > 0:
        kept = round(len(fresh) * sum(flags) / len(flags))
        fresh = b"\1" * kept + bytes(len(fresh) - kept)
        total += kept - sum(flags)
    return TrackedRange(
        Span(start, end),
        squeeze(left) + part.before + squeeze(right),
        squeeze(left) + part.after + squeeze(right),
        part.alive[:first] + fresh + part.alive[last:],
        total,
    )


def _carry_flags(removed: str, flags: bytes, written: str) -> bytes:
    """Return a flag for each character of `written`: the old one for words that it leaves as they are."""
    before, after = _TOKEN.findall(removed), _TOKEN.findall(written)
    if not sum(flags) or len(before) + len(after) > _MOST_TOKENS:
        return bytes(len(squeeze(written)))
    old_at, new_at = _list_offsets(before), _list_offsets(after)
    carried = bytearray(new_at[-1])
    for block in find_blocks(before, after):
        start, end = block.a_start, block.a_start + block.size
        place = new_at[block.b_start]
        kept = flags[old_at[start] : old_at[end]]
        carried[place : place + len(kept)] = kept
    return bytes(carried)


def _list_offsets(tokens: Sequence[str]) -> list[int]:
    """Where each token begins in the text without white space, and where the last one ends."""
    return [0, *accumulate(map(len, tokens))]
