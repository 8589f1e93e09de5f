"""What an action about changes is shown: the diffs that fit, and lines of the document to look at.

Never runs git: `runs/changes.py` reads what there is.
"""

import re
from itertools import accumulate

from flux_lsp.context.changes import ChangedFile, CommitChanges
from flux_lsp.context.values import ShownChange
from flux_lsp.core.text import LineRange, Snapshot, Span
from flux_lsp.core.usage import estimate_tokens
from flux_lsp.edits.change.diff import find_changes, format_patch

_HUNK = re.compile(r"^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@", re.MULTILINE)


def select_changes(changes: CommitChanges, tokens: int) -> tuple[ShownChange, ...]:
    """Return the diffs that fit into so many tokens, in order; what is left out is counted in the last."""
    shown: list[ShownChange] = []
    left = changes.hidden
    for file in changes.files:
        change = _cut_diff(file, tokens)
        if change is None:
            left += 1
        else:
            shown.append(change)
            tokens -= estimate_tokens(change.diff)
    if left and shown:
        last = shown[-1]
        note = f"({left} more changed files are not shown)\n"
        shown[-1] = ShownChange(last.snapshot, last.diff + note, last.lines)
    return tuple(shown)


def find_changed_lines(file: ChangedFile, cursor: int, most_tokens: int) -> Span | None:
    """Find the lines from the first to the last change; only those near the cursor where that is much.

    None where nothing changed.
    """
    now = file.now
    spans = [change.span for change in find_changes(now.text, file.before)]
    if not spans:
        return None
    whole = now.expand_to_lines(Span(spans[0].start, spans[-1].end))
    if estimate_tokens(whole.extract(now.text)) <= most_tokens:
        return whole
    nearest = min(spans, key=lambda span: _measure_distance(span, cursor))
    return now.expand_to_lines(nearest)


def _measure_distance(span: Span, offset: int) -> int:
    return max(span.start - offset, offset - span.end, 0)


def _cut_diff(file: ChangedFile, tokens: int) -> ShownChange | None:
    """Return the diff of a file, or its first hunks that fit; None where not even one does."""
    diff = format_patch(file.now.path, file.before, file.now.text)
    starts = [match.start() for match in _HUNK.finditer(diff)]
    hunks = [diff[a:b] for a, b in zip(starts, [*starts[1:], len(diff)], strict=True)]
    head = diff[: starts[0]] if starts else ""
    sizes = accumulate(estimate_tokens(hunk) for hunk in hunks)
    fitting = sum(size + estimate_tokens(head) <= tokens for size in sizes)
    if not fitting:
        return None
    left = len(hunks) - fitting
    note = f"({left} more places of this file are not shown)\n" if left else ""
    kept = "".join(hunks[:fitting])
    return ShownChange(file.now, head + kept + note, _read_lines(kept, file.now))


def _read_lines(hunks: str, now: Snapshot) -> tuple[LineRange, ...]:
    """Read which lines of the file the hunks hold."""
    places = ((int(m[1]), int(m[2] or 1)) for m in _HUNK.finditer(hunks))
    return tuple(
        LineRange(first, min(first + count - 1, now.line_count)) for first, count in places if count
    )
