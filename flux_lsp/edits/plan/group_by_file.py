"""The edits of an answer sorted by the file each is for, and the new files it asks for.

Never takes an edit to a file that was not shown.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from flux_lsp.core.errors import Code
from flux_lsp.edits.document import Document
from flux_lsp.edits.locate.locate import locate
from flux_lsp.edits.located import Applied, One
from flux_lsp.edits.parse.answer import Answer, Edit
from flux_lsp.edits.paths import fault_of_new, resolve, tidy
from flux_lsp.edits.values import NewFile, Reject, Workpiece, reject

_MOST = 200  # edits and new files of one answer


@dataclass
class Sorted:
    """`edits` by path; `fills` is the whole text for files that are shown and empty."""

    edits: dict[str, list[Edit]] = field(default_factory=dict)
    fills: dict[str, str] = field(default_factory=dict)
    new_files: dict[str, str] = field(default_factory=dict)


def sorted_out(answer: Answer, piece: Workpiece) -> Sorted | Reject:
    """Every edit with its file; the first that has none is the reason for a Reject."""
    if len(answer.edits) + len(answer.new_files) > _MOST:
        return reject(Code.FORMAT, "The answer has too many edits", f"at most {_MOST} edits")
    made = Sorted()
    for number, edit in enumerate(answer.edits):
        fault = _sort(number, edit, piece, made)
        if fault is not None:
            return fault
    for new in answer.new_files:
        fault = _create(new, piece, made)
        if fault is not None:
            return fault
    return made


def _sort(number: int, edit: Edit, piece: Workpiece, made: Sorted) -> Reject | None:
    path = tidy(edit.path)
    if not edit.old.strip() and path and path not in piece.files and piece.may_create:
        return _create(NewFile(path, edit.new), piece, made)
    known = resolve(path, piece) or (None if path else _anywhere(edit, piece))
    if known is None:
        return _unknown(number, path, piece)
    if not edit.old.strip() and not piece.files[known].text.strip():
        return _create(NewFile(known, edit.new), piece, made)
    edits = made.edits.setdefault(known, [])
    if not any(_same(edit, other) for other in edits):  # said twice is meant once
        edits.append(edit)
    return None


def _same(one: Edit, other: Edit) -> bool:
    return (one.old, one.new, one.replace_all) == (other.old, other.new, other.replace_all)


def _anywhere(edit: Edit, piece: Workpiece) -> str | None:
    """The only shown file in which an edit without a path has its place."""
    found = [
        path
        for path, snapshot in piece.files.items()
        if isinstance(locate(Document(snapshot.text), edit, None), One | Applied)
    ]
    return found[0] if len(found) == 1 else None


def _create(new: NewFile, piece: Workpiece, made: Sorted) -> Reject | None:
    path = tidy(new.path)
    shown = piece.files.get(path)
    if shown is not None and not shown.text.strip():
        made.fills.setdefault(path, new.content)
        return _twice(path, made.fills[path], new.content)
    fault = fault_of_new(path, piece)
    if fault is not None:
        said = f"{path or 'a new file'} {fault}"
        return reject(
            Code.OUT_OF_SCOPE,
            f"The answer wants to make a file, but {said}",
            f"{said}; you may change only {_listed(piece.files)}",
        )
    made.new_files.setdefault(path, new.content)
    return _twice(path, made.new_files[path], new.content)


def _twice(path: str, one: str, other: str) -> Reject | None:
    if one == other:
        return None
    return reject(
        Code.FORMAT,
        "The answer gives one file two different contents",
        f"{path} is given twice with different content",
    )


def _unknown(number: int, path: str, piece: Workpiece) -> Reject:
    if not path:
        return reject(
            Code.FORMAT,
            "An edit of the answer names no file",
            f"edit {number + 1} names no file. Say which: {_listed(piece.files)}",
        )
    return reject(
        Code.OUT_OF_SCOPE,
        f"The answer wants to change {path}, which it was not shown",
        f"{path} is not one of the files you were shown; you may change {_listed(piece.files)}",
    )


def _listed(paths: Iterable[str]) -> str:
    return ", ".join(list(paths)[:20]) or "nothing"
