"""Finds what the documents of an edit are now, and moves the edit onto them: all of it, or none.

Never changes anything.
"""

import os
from collections.abc import Mapping, Sequence

from flux_lsp.core.errors import ErrorCode, Problem
from flux_lsp.core.text import Snapshot
from flux_lsp.edits.change.rebase import rebase
from flux_lsp.runs.disk_files import is_read_only
from flux_lsp.runs.documents import WorkspaceDocuments
from flux_lsp.runs.uris import parse_file_uri
from flux_lsp.runs.values import FileEdit

# The files of an edit that no document was open for, as they were on disk, by the uri of the edit.
Closed = Mapping[str, Snapshot]


def refuse_stale(snapshot: Snapshot, what: str) -> Problem:
    """Refuse a change whose document is no longer what the change was made for."""
    return Problem(
        ErrorCode.STALE_DOCUMENT,
        f"`{snapshot.path}` {what}, so nothing was applied",
        "Run the action again on the text as it is now",
    )


def read_closed(
    documents: WorkspaceDocuments,
    edits: Sequence[FileEdit],
    created: Sequence[tuple[str, str]] = (),
) -> Closed | Problem:
    """Read the files of `edits` that are not open; a Problem where one cannot be changed. Blocks.

    Also a Problem where one of `created`, which are (uri, content), is there already.
    """
    closed: dict[str, Snapshot] = {}
    for base in (edit.base for edit in edits):
        if base.version is not None or documents.take_open_snapshot(base.uri) is not None:
            continue
        snapshot = documents.read(base.uri)
        if snapshot is None:
            return refuse_stale(base, "was deleted or renamed, or is no text any more")
        path = parse_file_uri(snapshot.uri)
        if snapshot.version is None and path is not None and is_read_only(path):
            return refuse_stale(base, "is read-only")
        closed[base.uri] = snapshot
    for uri, _ in created:
        path = parse_file_uri(uri)
        if documents.take_open_snapshot(uri) is not None or (path and os.path.lexists(path)):
            message = f"`{documents.get_display_path(uri)}` exists already, so nothing was applied"
            return Problem(ErrorCode.STALE_DOCUMENT, message, "Run the action again")
    return closed


def rebase_edits(
    documents: WorkspaceDocuments, edits: Sequence[FileEdit], closed: Closed
) -> tuple[FileEdit, ...] | Problem:
    """Return the edits, moved onto the documents as they are at this moment."""
    moved = []
    for edit in edits:
        now = _find_now(documents, edit.base, closed)
        if now is None:
            return refuse_stale(edit.base, "was closed while the model worked")
        changes = rebase(edit.changes, edit.base.text, now.text)
        if changes is None:
            return refuse_stale(edit.base, "changed where the answer would change it")
        moved.append(FileEdit(now, changes))
    return tuple(moved)


def _find_now(documents: WorkspaceDocuments, base: Snapshot, closed: Closed) -> Snapshot | None:
    """Return what `base` has become; a document that was open and is closed counts as gone."""
    now = documents.take_open_snapshot(base.uri) or closed.get(base.uri)
    if now is not None and now.version is not None:  # maybe open by another name
        return documents.take_open_snapshot(now.uri)
    return now
