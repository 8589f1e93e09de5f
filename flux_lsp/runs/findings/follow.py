"""Carries findings through what changed in their document; one whose lines changed is gone.

Pure. Never brings back a finding, also not where its old text is back.
"""

from collections.abc import Iterable, Sequence

from flux_lsp.core.text import LINE_END, Change, Snapshot
from flux_lsp.edits.change.diff import find_changes
from flux_lsp.runs.findings.values import PlacedFinding, read_block
from flux_lsp.runs.line_edits import HunkLines, LineEdit


def carry_block(block: HunkLines, edits: Iterable[LineEdit]) -> HunkLines | None:
    """Return where the lines of `block` are after `edits`; None when one of them changed."""
    for edit in edits:
        end = edit.first + edit.removed
        reaches_in = edit.first < block.first + block.count and end > block.first
        is_below = edit.opens_line and end == block.first + block.count
        if reaches_in and not is_below:  # where a line was only opened, its text decides
            return None
        block = block.carry([edit])
    return block


def keep_unchanged(findings: Iterable[PlacedFinding], now: Snapshot) -> tuple[PlacedFinding, ...]:
    """Return those whose lines still hold what they held."""
    return tuple(
        placed for placed in findings if read_block(now, placed.block) == placed.lines_text
    )


def compare(before: Snapshot, now: Snapshot) -> list[LineEdit]:
    """Return what changed between two texts, from the bottom up, so that no edit moves another."""
    changes = find_changes(before.text, now.text)
    return [_read_line_edit(before, change) for change in reversed(changes)]


def _read_line_edit(before: Snapshot, change: Change) -> LineEdit:
    first, last = before.get_line(change.span.start), before.get_line(change.span.end)
    starts: Sequence[int] = before.line_starts
    column = change.span.start - starts[first]
    whole = column == 0 and change.span.end == starts[last]
    part = 0 if whole and (not change.text or change.text[-1] in "\r\n") else 1
    opens = not len(change.span) and column > 0 and change.text[:1] in {"\r", "\n"}
    added = len(LINE_END.findall(change.text))
    return LineEdit(first, last - first + part, added + part, opens)
