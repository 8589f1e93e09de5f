"""A verified plan becomes one edit; a moved document is rebased or the edit is refused.

Never trusts a front's word alone: some clients answer `applied: true` for an edit they threw away.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from flux_lsp.core.errors import ErrorCode, FluxError, Problem
from flux_lsp.core.text import Snapshot
from flux_lsp.edits.change.rebase import rebase
from flux_lsp.edits.values import NewFile
from flux_lsp.runs.document_watch import DocumentWatch, watch_late_edit
from flux_lsp.runs.documents import WorkspaceDocuments
from flux_lsp.runs.ports import Front
from flux_lsp.runs.values import AppliedEdit, Declined, FileEdit, WorkspaceEdit

# How long a front may take to tell of its own change. One that tells nothing at all is believed.
_ECHO_WITHIN = 0.5
# How often an edit is sent when a key comes in its way each time.
_TRIES = 4
# How long a cancelled run waits to hear what became of an edit that the front has already.
_LAST_WORD = 2.0


@dataclass(frozen=True)
class EditOrder:
    """Everything that one edit should do.

    New files go into the workspace folder of the document `beside`. `confirm`: the front's own
    preview asks the person. `on_late` gets an edit that a front made after all, though it did not
    answer in time.
    """

    label: str
    edits: Sequence[FileEdit]
    new_files: Sequence[NewFile] = ()
    beside: str = ""
    confirm: bool = False
    on_late: Callable[[AppliedEdit], None] = lambda _: None

    @property
    def may_repeat(self) -> bool:
        """Whether the edit may be sent again; of several operations a front may have done some."""
        return len(self.edits) == 1 and not self.new_files and not self.confirm


async def apply_edits(
    front: Front, documents: WorkspaceDocuments, order: EditOrder
) -> AppliedEdit | Problem:
    """Send everything as one edit.

    Sends nothing when a document moved in a way that touches what the edit changes. One edit of a
    document waits for another. A front that declines as a key came in between is asked again, on what
    that key made.

    Once something was sent a cancel only shortens the wait: the answer is still what became of it.
    """
    uris = [edit.base.uri for edit in order.edits]
    async with documents.lock(uris):
        for tries_left in reversed(range(_TRIES)):
            with DocumentWatch(documents, uris) as watch:
                result = await _apply_once(front, documents, order, watch)
                again = isinstance(result, Declined) and order.may_repeat and tries_left > 0
                if not (again and await watch.wait_for_change(_ECHO_WITHIN)):
                    break
        return result


def refuse_stale(snapshot: Snapshot, what: str) -> Problem:
    """Refuse a change whose document is no longer what the change was made for."""
    return Problem(
        ErrorCode.STALE_DOCUMENT,
        f"`{snapshot.path}` {what}, so nothing was applied",
        "Run the action again on the text as it is now",
    )


async def _apply_once(
    front: Front, documents: WorkspaceDocuments, order: EditOrder, watch: DocumentWatch
) -> AppliedEdit | Problem:
    current = await _rebase_edits(documents, order.edits)
    if isinstance(current, Problem):
        return current
    task = asyncio.ensure_future(_carry_out(front, documents, order, current, watch))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:  # what the front has cannot be called back: ask how it went
        await _finish(task, _LAST_WORD)
    if task.done():
        return task.result()
    task.cancel()  # tells the front
    applied = _describe(current)
    if current and all(watch.has_held(base.uri, text) for base, text in applied.files):
        return applied
    watch_late_edit(documents, applied, order.on_late)
    raise FluxError(
        ErrorCode.CANCELLED,
        "The run was cancelled while the editor had its edit",
        "Should the edit still appear, take it back with `flux.undo` or the editor's undo",
    )


async def _carry_out(
    front: Front,
    documents: WorkspaceDocuments,
    order: EditOrder,
    current: tuple[FileEdit, ...],
    watch: DocumentWatch,
) -> AppliedEdit | Problem:
    """Make the files and send the edit; from here on something may change."""
    created = tuple((documents.make_uri(n.path, order.beside), n.content) for n in order.new_files)
    written: tuple[tuple[str, str], ...] = ()
    if created and not front.can.creates_files:
        problem = await asyncio.to_thread(documents.create_on_disk, created)
        if problem is not None:
            return problem
        written, created = created, ()
    if current or created:
        edit = WorkspaceEdit(order.label, current, created, confirm=order.confirm)
        problem = await front.apply_edit(edit)
        problem = problem or await _check_echo(documents, current, watch, order.confirm)
        if problem is not None:
            await asyncio.to_thread(documents.remove_from_disk, written)
            return problem
    for uri, _ in (*written, *created):
        await front.show_document(uri)
    return _describe(current, (*written, *created))


async def _rebase_edits(
    documents: WorkspaceDocuments, edits: Sequence[FileEdit]
) -> tuple[FileEdit, ...] | Problem:
    """Return the edits, moved onto the documents as they are now."""
    moved = []
    for edit in edits:
        now = await documents.find_current(edit.base)
        if now is None:
            return refuse_stale(edit.base, "was closed while the model worked")
        if now.text == edit.base.text:
            moved.append(FileEdit(now, edit.changes))
            continue
        changes = rebase(edit.changes, edit.base.text, now.text)
        if changes is None:
            return refuse_stale(edit.base, "changed where the answer would change it")
        moved.append(FileEdit(now, tuple(changes)))
    return tuple(moved)


async def _finish(task: "asyncio.Task[AppliedEdit | Problem]", seconds: float) -> None:
    """Wait for `task`, and not longer; a further cancel ends the wait no sooner."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while not task.done() and loop.time() < end:
        with suppress(asyncio.CancelledError):
            await asyncio.wait({task}, timeout=end - loop.time())


def _describe(edits: Sequence[FileEdit], created: tuple[tuple[str, str], ...] = ()) -> AppliedEdit:
    return AppliedEdit(tuple((edit.base, edit.after) for edit in edits), created)


async def _check_echo(
    documents: WorkspaceDocuments, edits: Sequence[FileEdit], watch: DocumentWatch, confirm: bool
) -> Problem | None:
    """Compare the front's documents with what was sent."""
    if confirm:
        return await _check_confirmed(documents, edits, watch)
    for edit in edits:
        if edit.base.version is None:
            continue
        if await watch.wait_for_text(edit.base.uri, edit.after, _ECHO_WITHIN):
            continue
        now = documents.take_open_snapshot(edit.base.uri)
        if now is not None and now.version != edit.base.version and not _holds(now, edit):
            problem = refuse_stale(edit.base, "changed just as the edit arrived")
            thrown_away = _is_absent(now, edit)
            return Declined(problem.code, problem.message, problem.hint) if thrown_away else problem
    return None


def _is_absent(now: Snapshot, edit: FileEdit) -> bool:
    """Whether nothing the edit brings is in a document, so that sending it again brings it once."""
    brought = [change.text.strip() for change in edit.changes]
    return all(now.text.count(text) <= edit.base.text.count(text) for text in brought if text)


async def _check_confirmed(
    documents: WorkspaceDocuments, edits: Sequence[FileEdit], watch: DocumentWatch
) -> Problem | None:
    """Check what a person confirmed: a part of the edit is their choice, nothing at all is a no."""
    if not edits or await watch.wait_for_change(_ECHO_WITHIN):
        return None
    for edit in edits:
        now = await documents.find_current(edit.base)
        if now is None or now.text != edit.base.text:
            return None
    return Problem(ErrorCode.STALE_DOCUMENT, "The editor did not apply the edit", "")


def _holds(now: Snapshot, edit: FileEdit) -> bool:
    """Whether the edit is in a document that was changed again at once."""
    if rebase((), edit.after, now.text) is None:
        return False
    return all(change.text.strip() in now.text for change in edit.changes)
