"""Settles what became of an edit of several files: each of them has its part, or none keeps one.

Never believes a front's answer where its documents say otherwise, and never takes back typed text.
"""

from collections.abc import Sequence
from dataclasses import replace

from flux_lsp.core.errors import ErrorCode, Problem
from flux_lsp.runs.current import rebase_edits
from flux_lsp.runs.document_watch import ECHO_WITHIN, DocumentWatch
from flux_lsp.runs.documents import WorkspaceDocuments
from flux_lsp.runs.parts import FilePart, holds_exactly, judge_part
from flux_lsp.runs.ports import Front
from flux_lsp.runs.values import AppliedEdit, Declined, FileEdit, WorkspaceEdit

# How long a front that says yes may take to open its files and tell of each.
_OPENED_WITHIN = 1.5
# How often a repair is repaired when a key comes in its way each time.
_TRIES = 4


async def settle_files(
    front: Front,
    documents: WorkspaceDocuments,
    edit: WorkspaceEdit,
    watch: DocumentWatch,
    problem: Problem | None,
) -> AppliedEdit | Problem:
    """Compare each file with what was sent; `problem` is what the front answered.

    Where a file lacks its part, those that have theirs are restored, and the Problem names the files
    that cannot be. `Declined` when nothing of the edit is anywhere.
    """
    parts = await _look(documents, edit.files, watch, problem)
    if problem is None and await _show_silent(front, watch, parts):
        parts = await _look(documents, edit.files, watch, problem)
    parts = _decide_silent(parts, problem)
    parts = await _put_right(front, documents, edit.label, parts, watch)
    if all(part.state == "has" for part in parts):
        return await _describe(front, documents, parts, edit.created)
    kept = await _take_back(front, documents, edit, parts, watch)
    return _refuse(parts, kept, problem)


async def _look(
    documents: WorkspaceDocuments,
    edits: Sequence[FileEdit],
    watch: DocumentWatch,
    problem: Problem | None,
) -> list[FilePart]:
    """Wait a little for every file to hold its part, then judge each."""

    async def judge(edit: FileEdit) -> FilePart:
        now = await documents.take_snapshot(edit.base.uri)
        return judge_part(edit, now, watch.list_texts(edit.base.uri))

    def is_there() -> bool:
        return all(holds_exactly(edit, watch.list_texts(edit.base.uri)) for edit in edits)

    await watch.wait_until(is_there, ECHO_WITHIN if problem else _OPENED_WITHIN)
    return [await judge(edit) for edit in edits]


async def _show_silent(front: Front, watch: DocumentWatch, parts: Sequence[FilePart]) -> bool:
    """Have closed files shown of which a front says nothing: then it tells what they hold."""
    silent = [part.uri for part in parts if part.state == "silent" and part.was_closed]
    for uri in silent:
        await front.show_document(uri)
    return bool(silent) and await watch.wait_until(
        lambda: all(map(watch.list_texts, silent)), ECHO_WITHIN
    )


def _decide_silent(parts: Sequence[FilePart], problem: Problem | None) -> list[FilePart]:
    """Decide about files of which a front says nothing.

    A front that says yes is believed of closed files. Of open ones it is if it tells of no file at all:
    one waits for the command's answer before it tells of any change.
    """
    is_mute = all(part.state == "silent" for part in parts)

    def decide(part: FilePart) -> FilePart:
        if part.state != "silent":
            return part
        is_believed = problem is None and (part.was_closed or is_mute)
        return replace(part, state="has" if is_believed else "lacks")

    return [decide(part) for part in parts]


async def _put_right(
    front: Front,
    documents: WorkspaceDocuments,
    label: str,
    parts: Sequence[FilePart],
    watch: DocumentWatch,
) -> list[FilePart]:
    """Move the parts that a front put in the wrong place, on what was typed as they arrived."""
    repairs = {part.uri: part.make_repair() for part in parts if part.state == "misplaced"}
    edits = [edit for edit in repairs.values() if edit is not None]
    if not edits or any(part.state == "lacks" for part in parts) or len(edits) < len(repairs):
        return list(parts)
    done = await _send(front, documents, WorkspaceEdit(label, tuple(edits)), watch)
    return [part.mend(done[part.uri]) if part.uri in done else part for part in parts]


async def _take_back(
    front: Front,
    documents: WorkspaceDocuments,
    edit: WorkspaceEdit,
    parts: Sequence[FilePart],
    watch: DocumentWatch,
) -> list[str]:
    """Restore every file that has its part; returns the paths of those that keep something of it."""
    backs = {part.uri: part.make_inverse() for part in parts if part.holds_something}
    files = tuple(back for back in backs.values() if back is not None)
    deleted, kept_files = await _list_made(front, documents, edit.created)
    done: dict[str, str] = {}
    order = WorkspaceEdit(f"{edit.label}: take back", files, deleted=deleted)
    while order.files or order.deleted:
        moved = await _send(front, documents, order, watch)
        left = tuple(file for file in order.files if file.base.uri not in moved)
        if len(left) == len(order.files):
            break
        done |= moved  # a front that did a half may do the other
        order = replace(order, files=left, deleted=())
    return [*(part.path for part in parts if part.uri in backs.keys() - done.keys()), *kept_files]


async def _list_made(
    front: Front, documents: WorkspaceDocuments, created: Sequence[tuple[str, str]]
) -> tuple[tuple[str, ...], list[str]]:
    """Return the uris of the new files that can be deleted again, and the paths of the others."""
    there = [uri for uri, _ in created if await documents.take_snapshot(uri) is not None]
    if front.can.deletes_files:
        return tuple(there), []
    return (), [documents.get_display_path(uri) for uri in there]


async def _send(
    front: Front, documents: WorkspaceDocuments, edit: WorkspaceEdit, watch: DocumentWatch
) -> dict[str, str]:
    """Send an edit that mends; returns the texts of the files that came to hold it, by uri.

    What a front puts in a wrong place even now, since a key came in between, is put right again.
    """
    done: dict[str, str] = {}
    typed_over: set[str] = set()  # only what was typed there is restored
    for _ in range(_TRIES):
        parts = await _send_once(front, documents, edit, watch)
        done |= {part.uri: part.after for part in parts if part.state == "has"}
        misplaced = [part for part in parts if part.state == "misplaced"]
        typed_over |= {part.uri for part in misplaced if part.make_repair() is None}
        again = [part.make_repair() or part.make_inverse() for part in misplaced]
        edit = replace(edit, files=tuple(r for r in again if r is not None), deleted=())
        if not edit.files:
            break
    return {uri: text for uri, text in done.items() if uri not in typed_over}


async def _send_once(
    front: Front, documents: WorkspaceDocuments, edit: WorkspaceEdit, watch: DocumentWatch
) -> list[FilePart]:
    current = [rebase_edits(documents, [f], {f.base.uri: f.base}) for f in edit.files]
    files = tuple(f for moved in current if not isinstance(moved, Problem) for f in moved)
    if not files and not edit.deleted:
        return []
    heard = {file.base.uri: len(watch.list_texts(file.base.uri)) for file in files}

    def list_new(file: FileEdit) -> list[str]:
        return watch.list_texts(file.base.uri)[heard[file.base.uri] :]

    await front.apply_edit(replace(edit, files=files))
    await watch.wait_until(lambda: all(f.after in list_new(f) for f in files), ECHO_WITHIN)
    return [
        judge_part(file, await documents.take_snapshot(file.base.uri), list_new(file))
        for file in files
    ]


async def _describe(
    front: Front,
    documents: WorkspaceDocuments,
    parts: Sequence[FilePart],
    created: tuple[tuple[str, str], ...],
) -> AppliedEdit:
    files = tuple((part.before, part.after) for part in parts)
    unsaved = [
        part.path
        for part in parts
        if part.was_closed
        and not front.can.saves_files
        and not await documents.is_saved(part.uri, part.edit.after)
    ]
    return AppliedEdit(files, created, tuple(unsaved))


def _refuse(parts: Sequence[FilePart], kept: Sequence[str], problem: Problem | None) -> Problem:
    """Say which file did not take its part, and what stays of the others."""
    nothing = not any(part.holds_something for part in parts)
    if nothing and not kept:
        why = problem or Problem(
            ErrorCode.STALE_DOCUMENT,
            "The editor did not make the change, so nothing was applied",
            "Run the action again on the text as it is now",
        )
        return Declined(why.code, why.message, why.hint)
    missing = _name([part.path for part in parts if part.state != "has"])
    if not kept:
        message = f"{missing} did not take the change, so it was taken back everywhere"
        return Problem(ErrorCode.STALE_DOCUMENT, message, "Run the action again")
    message = f"{missing} did not take the change, and {_name(kept)} still holds a part of it"
    return Problem(ErrorCode.STALE_DOCUMENT, message, "Use the editor's undo there")


def _name(paths: Sequence[str]) -> str:
    return " and ".join(f"`{path}`" for path in paths)
