"""What is selected within the target's lines, so that the prompt can say what "this" is.

Never cuts a secret in two: the scanner that takes secrets out of a prompt knows whole ones.
"""

from flux_lsp.context.secrets import find_secrets
from flux_lsp.core.text import Snapshot, Span
from flux_lsp.syntax.selected import classify_selection


def find_selected_part(snapshot: Snapshot, selection: Span, target: Span) -> Span | None:
    """The selected part of `target`, without blanks at its ends.

    None for a cursor, for whole lines, and where the target is another than the selection's lines.
    """
    text = selection.extract(snapshot.text)
    if classify_selection(text) == "cursor" or snapshot.expand_to_lines(selection) != target:
        return None
    start = selection.start + len(text) - len(text.lstrip())
    part = Span(start, start + len(text.strip()))
    whole = target.extract(snapshot.text).strip()
    if part.extract(snapshot.text) == whole:
        return None
    return _include_whole_secrets(snapshot, part, target)


def _include_whole_secrets(snapshot: Snapshot, part: Span, target: Span) -> Span:
    text = target.extract(snapshot.text)
    for secret in find_secrets(text):
        at = text.find(secret)
        while at >= 0:
            start, end = target.start + at, target.start + at + len(secret)
            if start < part.end and part.start < end:
                part = Span(min(part.start, start), max(part.end, end))
            at = text.find(secret, at + 1)
    return part
