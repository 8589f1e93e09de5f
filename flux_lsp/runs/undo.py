"""Makes the edit that undoes what a run changed.

Never touches what was typed since.
"""

from collections.abc import Sequence
from dataclasses import replace

from flux_lsp.core.errors import Problem
from flux_lsp.core.text import Snapshot
from flux_lsp.edits.change.diff import find_changes
from flux_lsp.edits.change.rebase import rebase_text
from flux_lsp.runs.current import refuse_stale
from flux_lsp.runs.values import AppliedEdit, FileEdit


def invert_edits(applied: Sequence[AppliedEdit]) -> tuple[FileEdit, ...] | Problem:
    """Return the edits that undo all of `applied` (oldest first); what was typed in between stays."""
    steps: dict[str, list[tuple[Snapshot, str]]] = {}
    for edit in reversed(applied):
        for before, after in edit.files:
            steps.setdefault(before.uri, []).append((before, after))
    edits = []
    for newest_first in steps.values():
        before, after = newest_first[0]
        text = after
        for earlier, later in newest_first:
            back = rebase_text(find_changes(later, earlier.text), later, text)
            if back is None:
                return refuse_stale(before, "changed where the run had changed it")
            text = back
        edits.append(FileEdit(replace(before, text=after), find_changes(after, text)))
    return tuple(edits)
