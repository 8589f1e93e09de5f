"""Sends an edit: what a front cannot do is written on disk, the rest is one request to it.

Never lets anything else run between the last look at the documents and the request.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from flux_lsp.core.errors import Problem
from flux_lsp.runs.current import Closed, rebase_edits
from flux_lsp.runs.disk_files import Change, restore_all, write_all
from flux_lsp.runs.document_watch import DocumentWatch
from flux_lsp.runs.documents import WorkspaceDocuments
from flux_lsp.runs.echo import check_confirmed, check_single
from flux_lsp.runs.ports import Front
from flux_lsp.runs.settle import settle_files
from flux_lsp.runs.uris import parse_file_uri
from flux_lsp.runs.values import AppliedEdit, FileEdit, WorkspaceEdit

_OnDisk = Mapping[str, tuple[Path, Change]]  # by uri: what Flux writes itself


async def send_edit(
    front: Front,
    documents: WorkspaceDocuments,
    planned: WorkspaceEdit,
    closed: Closed,
    watch: DocumentWatch,
) -> AppliedEdit | Problem:
    """Make `planned` on the documents as they are now, and say what became of it."""
    current = rebase_edits(documents, planned.files, closed)
    if isinstance(current, Problem):
        return current
    on_disk = _choose_disk_part(front, current, planned.created)
    changed = dict(on_disk.values())
    problem = await asyncio.to_thread(write_all, changed) if changed else None
    if problem is not None:
        return problem
    current = rebase_edits(documents, planned.files, closed)
    if isinstance(current, Problem):
        result: AppliedEdit | Problem = current
    else:
        try:
            result = await _ask_front(front, documents, planned, current, on_disk, watch)
        except asyncio.CancelledError:
            restore_all(changed)  # a few files, and nobody waits for a thread any more
            raise
    if isinstance(result, Problem) and changed:
        kept = await asyncio.to_thread(restore_all, changed)
        return _name_kept(documents, result, kept)
    return result


def _name_kept(documents: WorkspaceDocuments, problem: Problem, kept: Sequence[Path]) -> Problem:
    """Add the files on disk that somebody changed before they could be restored."""
    if not kept:
        return problem
    names = " and ".join(f"`{documents.get_display_path(path.as_uri())}`" for path in kept)
    message = f"{problem.message}; {names} still holds a part of it"
    return Problem(problem.code, message, "Take it back there by hand")


def describe_edits(
    edits: Sequence[FileEdit], created: tuple[tuple[str, str], ...] = ()
) -> AppliedEdit:
    """Describe edits that were made just as they were sent."""
    return AppliedEdit(tuple((edit.base, edit.after) for edit in edits), created)


def _choose_disk_part(
    front: Front, edits: Sequence[FileEdit], created: Sequence[tuple[str, str]]
) -> _OnDisk:
    """Choose what Flux writes itself, since the front can neither make nor open a file."""
    changes: dict[str, Change] = {}
    if not front.can.edits_closed_files:
        closed = [edit for edit in edits if edit.base.version is None and edit.changes]
        changes |= {edit.base.uri: (edit.base.text, edit.after) for edit in closed}
    if not front.can.creates_files:
        changes |= {uri: (None, content) for uri, content in created}
    paths = {uri: parse_file_uri(uri) for uri in changes}
    return {uri: (path, changes[uri]) for uri, path in paths.items() if path is not None}


async def _ask_front(
    front: Front,
    documents: WorkspaceDocuments,
    planned: WorkspaceEdit,
    current: Sequence[FileEdit],
    on_disk: _OnDisk,
    watch: DocumentWatch,
) -> AppliedEdit | Problem:
    changing = (edit for edit in current if edit.changes and edit.base.uri not in on_disk)
    # Open documents come first: one client checks the version of the first entry only.
    files = tuple(sorted(changing, key=lambda edit: edit.base.version is None))
    created = tuple(new for new in planned.created if new[0] not in on_disk)
    applied = describe_edits(current, planned.created)
    if files or created:
        edit = replace(planned, files=files, created=created)
        problem = await front.apply_edit(edit)
        result = await _check(front, documents, edit, watch, problem)
        if isinstance(result, Problem):
            return result
        sent = {file.base.uri for file in files}
        others = tuple(pair for pair in applied.files if pair[0].uri not in sent)
        applied = replace(applied, files=(*result.files, *others), unsaved=result.unsaved)
    for uri, _ in planned.created:
        await front.show_document(uri)
    return applied


def _is_checked(front: Front, file: FileEdit) -> bool:
    """Whether the front itself compares the version of the document that it changes."""
    return file.base.version is not None and front.can.edits_closed_files


async def _check(
    front: Front,
    documents: WorkspaceDocuments,
    edit: WorkspaceEdit,
    watch: DocumentWatch,
    problem: Problem | None,
) -> AppliedEdit | Problem:
    """Compare the documents with what was sent; `problem` is what the front answered."""
    if edit.confirm:
        problem = problem or await check_confirmed(documents, edit.files, watch)
    elif edit.files and (len(edit.files) > 1 or not _is_checked(front, edit.files[0])):
        return await settle_files(front, documents, edit, watch, problem)
    else:
        problem = problem or await check_single(documents, edit.files, watch)
    return problem or describe_edits(edit.files)
