"""A verified plan becomes one edit; documents that moved are rebased, or all of the edit is refused.

Never trusts a front's word alone: some clients answer `applied: true` for an edit they threw away.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from flux_lsp.core.errors import ErrorCode, FluxError, Problem
from flux_lsp.core.text import Snapshot
from flux_lsp.edits.values import NewFile
from flux_lsp.runs.current import read_closed, rebase_edits
from flux_lsp.runs.document_watch import ECHO_WITHIN, DocumentWatch, watch_late_edit
from flux_lsp.runs.documents import WorkspaceDocuments
from flux_lsp.runs.ports import Front
from flux_lsp.runs.send import describe_edits, send_edit
from flux_lsp.runs.values import AppliedEdit, Declined, FileEdit, WorkspaceEdit

# How often an edit is sent when a key comes in its way each time.
_TRIES = 4
# Seconds within which a front that said yes has told of its change, also one that tells late.
_TOLD_WITHIN = 3.0
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
        """Whether a declined edit may be sent again; a front may have made some of the new files."""
        return bool(self.edits) and not self.new_files and not self.confirm


async def apply_edits(
    front: Front, documents: WorkspaceDocuments, order: EditOrder
) -> AppliedEdit | Problem:
    """Send everything as one edit: all of it is made, or nothing stays of it.

    Sends nothing when one file moved in a way that touches what the edit changes. One edit of a
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
                if not (again and await watch.wait_for_change(ECHO_WITHIN)):
                    break
        if isinstance(result, AppliedEdit):
            _look_again_later(front, documents, result, watch)
        return result


def _look_again_later(
    front: Front, documents: WorkspaceDocuments, edit: AppliedEdit, watch: DocumentWatch
) -> None:
    """Have the person told, if the front never tells of a change that it said it made."""
    silent = [
        now
        for before, after in edit.files
        if after != before.text and not watch.list_texts(before.uri)
        if (now := documents.take_open_snapshot(before.uri)) is not None
    ]
    if silent:
        loop = asyncio.get_running_loop()
        loop.call_later(_TOLD_WITHIN, _warn_of_silence, front, documents, silent)


def _warn_of_silence(
    front: Front, documents: WorkspaceDocuments, silent: Sequence[Snapshot]
) -> None:
    paths = [
        f"`{old.path}`"
        for old in silent
        if (now := documents.take_open_snapshot(old.uri)) and now.version == old.version
    ]
    if paths:
        words = (
            f"Flux: the editor said that it made the change, but {' and '.join(paths)} is as before"
        )
        front.tell("warning", f"{words}. Look there, and run the action again if it is missing")


async def _apply_once(
    front: Front, documents: WorkspaceDocuments, order: EditOrder, watch: DocumentWatch
) -> AppliedEdit | Problem:
    created = tuple((documents.make_uri(n.path, order.beside), n.content) for n in order.new_files)
    closed = await asyncio.to_thread(read_closed, documents, order.edits, created)
    if isinstance(closed, Problem):
        return closed
    current = rebase_edits(documents, order.edits, closed)
    if isinstance(current, Problem):
        return current
    watch.add(edit.base.uri for edit in current)  # a file may be open by another name
    planned = WorkspaceEdit(order.label, tuple(order.edits), created, confirm=order.confirm)
    task = asyncio.ensure_future(send_edit(front, documents, planned, closed, watch))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:  # what the front has cannot be called back: ask how it went
        await _finish(task, _LAST_WORD)
    if task.done():
        return task.result()
    task.cancel()  # tells the front
    applied = describe_edits(current)
    if current and all(watch.has_held(base.uri, text) for base, text in applied.files):
        return applied
    watch_late_edit(documents, applied, order.on_late)
    raise FluxError(
        ErrorCode.CANCELLED,
        "The run was cancelled while the editor had its edit",
        "Should the edit still appear, take it back with `flux.undo` or the editor's undo",
    )


async def _finish(task: "asyncio.Task[AppliedEdit | Problem]", seconds: float) -> None:
    """Wait for `task`, and not longer; a further cancel ends the wait no sooner."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while not task.done() and loop.time() < end:
        with suppress(asyncio.CancelledError):
            await asyncio.wait({task}, timeout=end - loop.time())
