"""Finds edits that change what the model was not shown: nobody can know that they are meant.

Never looks at what an edit says, only at the lines where its search text stands.
"""

from flux_lsp.core.text import Change, Snapshot, Span
from flux_lsp.edits.location import AlreadyApplied, UniquePlace
from flux_lsp.edits.plan.resolve import ResolvedEdits
from flux_lsp.edits.quoting import Quoting


def find_unseen(snapshot: Snapshot, resolved: ResolvedEdits, quoting: Quoting) -> int | None:
    """Find the first edit whose search text stands in lines that were not shown; None if none does.

    Of an edit that was found only in what others make of the file, those others decide.
    """
    for number, location in enumerate(resolved.locations):
        if not isinstance(location, UniquePlace | AlreadyApplied) or number in resolved.later_texts:
            continue
        spans = [location.region]
        if isinstance(location, UniquePlace) and resolved.edits[number].replace_all:
            spans = [_find_searched(change, snapshot) for change in location.changes]
        if not all(quoting.has_shown(snapshot, span) for span in spans):
            return number
    return None


def _find_searched(change: Change, snapshot: Snapshot) -> Span:
    """Find what of a file a change stands in: an insertion of lines stands behind the line above."""
    start = change.span.start
    if not len(change.span) and start and start in snapshot.line_starts:
        return Span(start - 1, start)
    return change.span
