"""Compares a front's documents with an edit of one document, or with one that a person confirmed.

A front that tells nothing of its documents is believed. Never changes a document.
"""

from collections.abc import Sequence

from flux_lsp.core.errors import ErrorCode, Problem
from flux_lsp.core.text import Snapshot
from flux_lsp.edits.change.rebase import rebase
from flux_lsp.runs.current import refuse_stale
from flux_lsp.runs.document_watch import ECHO_WITHIN, DocumentWatch
from flux_lsp.runs.documents import WorkspaceDocuments
from flux_lsp.runs.values import Declined, FileEdit


async def check_single(
    documents: WorkspaceDocuments, edits: Sequence[FileEdit], watch: DocumentWatch
) -> Problem | None:
    """Check the edit of a document that is open; there may be none."""
    for edit in edits:
        if await watch.wait_for_text(edit.base.uri, edit.after, ECHO_WITHIN):
            continue
        now = documents.take_open_snapshot(edit.base.uri)
        if now is not None and now.version != edit.base.version and not _holds(now, edit):
            problem = refuse_stale(edit.base, "changed just as the edit arrived")
            thrown_away = is_absent(now.text, edit)
            return Declined(problem.code, problem.message, problem.hint) if thrown_away else problem
    return None


async def check_confirmed(
    documents: WorkspaceDocuments, edits: Sequence[FileEdit], watch: DocumentWatch
) -> Problem | None:
    """Check what a person confirmed: a part of the edit is their choice, nothing at all is a no."""
    if not edits or await watch.wait_for_change(ECHO_WITHIN):
        return None
    for edit in edits:
        now = documents.take_open_snapshot(edit.base.uri)
        if now is None or now.text != edit.base.text:
            return None
    return Problem(
        ErrorCode.STALE_DOCUMENT, "The editor did not apply the edit", "Run the action again"
    )


def is_absent(text: str, edit: FileEdit) -> bool:
    """Whether nothing the edit brings is in a text, so that sending it again brings it once."""
    brought = [change.text.strip() for change in edit.changes]
    return all(text.count(new) <= edit.base.text.count(new) for new in brought if new)


def _holds(now: Snapshot, edit: FileEdit) -> bool:
    """Whether the edit is in a document that was changed again at once."""
    if rebase((), edit.after, now.text) is None:
        return False
    return all(change.text.strip() in now.text for change in edit.changes)
