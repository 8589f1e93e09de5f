"""A stored pipeline on the documents as they are now: its finished edits are rebased, or it is refused.

Pure. Never drops an edit that was paid for without saying so.
"""

from collections.abc import Callable
from dataclasses import replace

from flux_lsp.core.errors import ErrorCode, Problem
from flux_lsp.core.text import Snapshot, apply_changes
from flux_lsp.edits.change.diff import find_changes
from flux_lsp.edits.change.moved_span import move_span
from flux_lsp.edits.change.rebase import rebase
from flux_lsp.engine.pipelines.overlay import LaidFile
from flux_lsp.engine.pipelines.stored_state import StoredPipeline

# The document behind a uri as it is now; None when there is none any more.
ReadNow = Callable[[str], Snapshot | None]


def move_onto(
    stored: StoredPipeline, read_now: ReadNow, exists: Callable[[str], bool]
) -> StoredPipeline | Problem:
    """Return the pipeline on the documents as they are now; a Problem where they no longer fit.

    `exists`: whether a path of the workspace is there, for the files that steps have made.
    """
    request, state = stored.request, stored.state
    now = read_now(request.snapshot.uri)
    if now is None:
        return _refuse(request.snapshot.path, "is not there any more")
    files = dict(state.overlay.files)
    for uri, laid in state.overlay.files.items():
        moved = _move_file(laid, read_now(uri))
        if isinstance(moved, Problem):
            return moved
        files[uri] = moved
    taken = next(filter(exists, state.overlay.new_files), None)
    if taken is not None:
        return _refuse(taken, "was made by somebody else")
    overlay = replace(state.overlay, files=files)
    typed = find_changes(request.snapshot.text, now.text)
    between = find_changes(state.overlay.show(request.snapshot).text, overlay.show(now).text)
    line = state.directive_line
    if line is not None:
        start = move_span(request.snapshot.get_line_span(line, line), typed).start
        line = now.get_line(start)
    return replace(
        stored,
        request=replace(
            request,
            snapshot=now,
            selection=move_span(request.selection, typed),
            diagnostics=tuple(
                replace(each, span=move_span(each.span, typed)) for each in request.diagnostics
            ),
        ),
        state=replace(
            state, overlay=overlay, span=move_span(state.span, between), directive_line=line
        ),
    )


def _move_file(laid: LaidFile, now: Snapshot | None) -> LaidFile | Problem:
    if now is None:
        return _refuse(laid.base.path, "is not there any more")
    now = replace(now, path=laid.base.path)
    if now.text == laid.base.text:
        return LaidFile(now, laid.text)
    changes = rebase(find_changes(laid.base.text, laid.text), laid.base.text, now.text)
    if changes is None:
        return _refuse(laid.base.path, "changed where a finished step has changed it")
    return LaidFile(now, apply_changes(now.text, changes))


def _refuse(path: str, what: str) -> Problem:
    return Problem(
        ErrorCode.STALE_DOCUMENT,
        f"`{path}` {what}, so the finished steps cannot go on from here",
        "Undo what changed and retry, or run the pipeline from the start",
    )
