"""Where a part of a text is after the text was changed.

Pure. Never guesses where text went that was replaced: what was changed over is left out.
"""

from collections.abc import Sequence

from flux_lsp.core.text import Change, Span


def move_span(span: Span, changes: Sequence[Change]) -> Span:
    """Return where the text of `span` is after `changes`; text that was changed over is left out."""
    return Span(_move_offset(span.start, changes), _move_offset(span.end, changes))


def _move_offset(offset: int, changes: Sequence[Change]) -> int:
    shift = 0
    for change in changes:
        if change.span.end <= offset:
            shift += len(change.text) - len(change.span)
        elif change.span.start < offset:
            return change.span.start + shift
    return offset + shift
