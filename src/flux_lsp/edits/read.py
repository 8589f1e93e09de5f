"""An answer becomes a verified plan or the reason why not: parse, locate, apply, verify.

Never raises for what a model says, and never gives a part of what it asked for.
"""

from flux_lsp.core.conversation import Reply
from flux_lsp.core.errors import Code
from flux_lsp.core.text import Change, Span, apply_changes
from flux_lsp.edits.answer import Answer, Edit
from flux_lsp.edits.diff import smallest
from flux_lsp.edits.tool_calls import from_tool_calls
from flux_lsp.edits.values import FileChange, Plan, Reject, Workpiece, reject

_COMPLETE = frozenset({"end_turn", "tool_use", "stop_sequence"})


def read(reply: Reply, piece: Workpiece) -> Plan | Reject:
    """What `reply` comes to on `piece`; a Plan is complete and verified."""
    unfinished = _unfinished(reply)
    if unfinished:
        return unfinished
    answer = from_tool_calls(reply.tool_calls)
    if isinstance(answer, Reject):
        return answer
    if answer.empty:
        return reject(Code.FORMAT, "The answer held no edit", "no tool was called")
    return _made(answer, piece)


def _unfinished(reply: Reply) -> Reject | None:
    if reply.stop_reason == "refusal":
        said = reply.text.strip()
        message = f"The model declined: {said}" if said else "The model declined to answer"
        return reject(Code.REFUSED_BY_MODEL, message, "you declined to answer")
    if reply.stop_reason not in _COMPLETE:
        return reject(
            Code.TRUNCATED,
            "The answer was cut off",
            "your answer was cut off before its end; nothing was applied. Answer with less text",
        )
    return None


def _made(answer: Answer, piece: Workpiece) -> Plan | Reject:
    changes: dict[str, list[Change]] = {}
    if answer.rewrite is not None:
        assert piece.target is not None
        snapshot = piece.files[piece.target.path]
        old = piece.target.span.of(snapshot.text)
        new = answer.rewrite
        if old.endswith("\n") and not new.endswith("\n"):
            new += "\n"
        changes[piece.target.path] = list(smallest(old, new, piece.target.span.start))
    for edit in answer.edits:
        found = _exact(edit, piece)
        if isinstance(found, Reject):
            return found
        changes.setdefault(edit.path, []).extend(found)
    files = tuple(
        FileChange(path, tuple(sorted(made, key=lambda c: c.span)), ("exact",))
        for path, made in changes.items()
        if made
    )
    if not files and not answer.new_files:
        return reject(Code.NO_CHANGE, "The answer changes nothing", "your edits change nothing")
    for file in files:
        try:
            apply_changes(piece.files[file.path].text, file.changes)
        except ValueError:
            return reject(Code.FORMAT, "Two edits overlap", "two of your edits overlap")
    return Plan(files, answer.new_files, answer.note, _outside(files, piece))


def _exact(edit: Edit, piece: Workpiece) -> tuple[Change, ...] | Reject:
    snapshot = piece.files.get(edit.path)
    if snapshot is None:
        return reject(Code.OUT_OF_SCOPE, f"{edit.path} was not shown", f"{edit.path} was not shown")
    count = snapshot.text.count(edit.old) if edit.old else 0
    if count != 1:
        code = Code.AMBIGUOUS_MATCH if count else Code.SEARCH_TEXT_NOT_FOUND
        return reject(
            code, "The text to replace was not found once", f"{count} matches", (edit.old,)
        )
    at = snapshot.text.index(edit.old)
    return smallest(edit.old, edit.new, at)


def _outside(files: tuple[FileChange, ...], piece: Workpiece) -> bool:
    target = piece.target
    return target is not None and any(
        file.path != target.path or not target.span.contains(Span(c.span.start, c.span.end))
        for file in files
        for c in file.changes
    )
