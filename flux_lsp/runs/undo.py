"""Takes back what a run changed, file by file, and says which file keeps it and why.

Never touches what was typed since.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from flux_lsp.core.errors import ErrorCode, FluxError, Problem
from flux_lsp.core.text import Snapshot
from flux_lsp.edits.change.diff import find_changes
from flux_lsp.edits.change.rebase import rebase, rebase_text
from flux_lsp.runs.apply import EditOrder, apply_edits
from flux_lsp.runs.disk_files import is_read_only, restore_all
from flux_lsp.runs.documents import WorkspaceDocuments
from flux_lsp.runs.events import EditUndone
from flux_lsp.runs.run_table import Run
from flux_lsp.runs.session import RunSession
from flux_lsp.runs.uris import parse_file_uri
from flux_lsp.runs.values import AppliedEdit, FileEdit, WorkspaceEdit


@dataclass(frozen=True)
class KeptFile:
    """A file that keeps what a run did to it, and why in words that follow its name."""

    uri: str
    path: str
    why: str


@dataclass(frozen=True)
class UndoReport:
    """What became of an undo: the uris of the files that are as before, and the others."""

    run: str
    restored: tuple[str, ...]
    kept: tuple[KeptFile, ...]

    def describe_kept(self) -> str:
        """Say which files were not restored, and why; "" when all were."""
        return "; ".join(f"`{file.path}` {file.why}" for file in self.kept)


async def undo_run(session: RunSession, run_id: str | None) -> UndoReport:
    """Undo what a run changed, in every file where that is possible.

    Without an id it takes the newest run that changed something. What cannot be restored can be
    undone again later. Raises FluxError when nothing can be.
    """
    run = _find_undoable(session, run_id)
    if not run.edits or run.undone:
        raise FluxError(
            ErrorCode.NO_CHANGE,
            "This run changed nothing that is still there",
            "There is nothing to undo",
        )
    steps = _list_steps(run.edits)
    backs = await asyncio.to_thread(_list_inverses, session.documents, steps)
    kept = [back for back in backs if isinstance(back, KeptFile)]
    edits = [back for back in backs if isinstance(back, FileEdit)]
    created = [new for edit in run.edits for new in edit.created]
    if not edits and not created:
        raise _refuse(kept)
    changing = [edit for edit in edits if edit.changes]
    if changing:
        order = EditOrder(f"Flux: undo {run.request.action}", changing)
        undone = await apply_edits(session.front, session.documents, order)
        if isinstance(undone, Problem):
            raise FluxError(undone.code, undone.message, "Use the editor's own undo")
    kept_new = [file for new in created if (file := await _remove_file(session, *new))]
    run.edits = _keep_steps(run.edits, {file.uri for file in kept})
    run.undone = not run.edits
    session.publish(EditUndone(run.id, tuple(file.uri for file in (*kept, *kept_new))))
    stay = {file.uri for file in kept_new}
    restored = [*(edit.base.uri for edit in edits), *(uri for uri, _ in created if uri not in stay)]
    return UndoReport(run.id, tuple(restored), (*kept, *kept_new))


def _find_undoable(session: RunSession, run_id: str | None) -> Run:
    if run_id is not None:
        return session.find_run(run_id)
    newest = session.runs.find_last(lambda run: bool(run.edits) and not run.undone)
    return newest or session.find_run("")


def _refuse(kept: Sequence[KeptFile]) -> FluxError:
    report = UndoReport("", (), tuple(kept))
    message = f"Nothing was undone: {report.describe_kept()}"
    return FluxError(ErrorCode.STALE_DOCUMENT, message, "Use the editor's own undo")


_Step = tuple[Snapshot, str]  # a file as it was, and its text afterwards


def _list_steps(applied: Sequence[AppliedEdit]) -> list[list[_Step]]:
    """List what was done to each file, the newest step first."""
    steps: dict[str, list[_Step]] = {}
    for edit in reversed(applied):
        for before, after in edit.files:
            steps.setdefault(before.uri, []).append((before, after))
    return list(steps.values())


def _list_inverses(
    documents: WorkspaceDocuments, steps: Sequence[Sequence[_Step]]
) -> list[FileEdit | KeptFile]:
    """List for each file the edit that undoes its steps, or why there is none. Blocks."""
    return [_invert(file, documents.read(file[0][0].uri)) for file in steps]


def _invert(newest_first: Sequence[_Step], now: Snapshot | None) -> FileEdit | KeptFile:
    """Make the edit that undoes the steps; what was typed in between and since stays."""
    base, after = newest_first[0]
    text: str | None = after
    for before, later in newest_first:
        if text is not None:
            text = rebase_text(find_changes(later, before.text), later, text)
    why = _explain(after, text, now)
    if text is None or why:
        return KeptFile(base.uri, base.path, why)
    edit = FileEdit(replace(base, text=after), find_changes(after, text))
    return edit.anchor_to_text()


def _explain(after: str, text: str | None, now: Snapshot | None) -> str:
    """Say why a file cannot go back to `text`; "" when it can."""
    if now is None:
        return "was deleted or renamed since"
    path = parse_file_uri(now.uri)
    if now.version is None and path is not None and is_read_only(path):
        return "is read-only"
    if text is None or rebase(find_changes(after, text), after, now.text) is None:
        changed = "was typed in" if now.version is not None else "changed on disk"
        return f"{changed} where the run had changed it"
    return ""


def _keep_steps(applied: Sequence[AppliedEdit], uris: set[str]) -> tuple[AppliedEdit, ...]:
    """Keep of all edits what they did to these files."""
    left = (tuple(pair for pair in edit.files if pair[0].uri in uris) for edit in applied)
    return tuple(AppliedEdit(files) for files in left if files)


async def _remove_file(session: RunSession, uri: str, content: str) -> KeptFile | None:
    """Remove a file that a run made, unless somebody wrote in it since."""
    front, documents = session.front, session.documents
    name = documents.get_display_path(uri)
    now = await documents.take_snapshot(uri)
    if now is None:
        return None
    if now.text != content:
        return KeptFile(uri, name, "was written in since")
    path = parse_file_uri(uri)
    if front.can.deletes_files:
        problem = await front.apply_edit(WorkspaceEdit("Flux: undo", deleted=(uri,)))
        return KeptFile(uri, name, "was not deleted by the editor") if problem else None
    if now.version is not None or path is None:
        return KeptFile(uri, name, "is open, and this editor cannot delete it")
    left = await asyncio.to_thread(restore_all, {path: (None, content)})
    return KeptFile(uri, name, "could not be deleted") if left else None
