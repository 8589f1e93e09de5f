"""Groups the edits of an answer by file, and collects the new files that it asks for.

Never takes an edit to a file that was not shown.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from flux_lsp.core.errors import ErrorCode
from flux_lsp.edits.document import TextLines
from flux_lsp.edits.locate.locate import locate_edit
from flux_lsp.edits.parse.answer import Edit, ParsedAnswer
from flux_lsp.edits.paths import clean_path, find_path_fault, find_shown_path
from flux_lsp.edits.values import EditScope, NewFile, Reject, reject

_MOST = 200  # edits and new files of one answer


@dataclass
class GroupedAnswer:
    """`edits` by path; `fills` is the whole text for files that are shown and empty."""

    edits: dict[str, list[Edit]] = field(default_factory=dict)
    fills: dict[str, str] = field(default_factory=dict)
    new_files: dict[str, str] = field(default_factory=dict)


def group_by_file(answer: ParsedAnswer, scope: EditScope) -> GroupedAnswer | Reject:
    """Group every edit by its file; a Reject for the first that has none."""
    if len(answer.edits) + len(answer.new_files) > _MOST:
        return reject(ErrorCode.FORMAT, "The answer has too many edits", f"at most {_MOST} edits")
    groups = GroupedAnswer()
    for number, edit in enumerate(answer.edits):
        fault = _add_edit(number, edit, scope, groups)
        if fault is not None:
            return fault
    for new in answer.new_files:
        fault = _add_new_file(new, scope, groups)
        if fault is not None:
            return fault
    return groups


def _add_edit(number: int, edit: Edit, scope: EditScope, groups: GroupedAnswer) -> Reject | None:
    path = clean_path(edit.path)
    if not edit.old.strip() and path and path not in scope.files and scope.may_create:
        return _add_new_file(NewFile(path, edit.new), scope, groups)
    known = find_shown_path(path, scope) or (None if path else _find_anywhere(edit, scope))
    if known is None:
        return _refuse_unknown(number, path, scope)
    if not edit.old.strip() and not scope.files[known].text.strip():
        return _add_new_file(NewFile(known, edit.new), scope, groups)
    edits = groups.edits.setdefault(known, [])
    if not any(_is_same(edit, other) for other in edits):  # said twice is meant once
        edits.append(edit)
    return None


def _is_same(edit: Edit, other: Edit) -> bool:
    return (edit.old, edit.new, edit.replace_all) == (other.old, other.new, other.replace_all)


def _find_anywhere(edit: Edit, scope: EditScope) -> str | None:
    """Find the only shown file that holds the search text of an edit without a path."""
    docs = {path: TextLines(snapshot.text) for path, snapshot in scope.files.items()}
    paths = [path for path, doc in docs.items() if edit.old.strip() and edit.old in doc.text]
    paths = paths or [path for path, doc in docs.items() if locate_edit(doc, edit, None)]
    return paths[0] if len(paths) == 1 else None


def _add_new_file(new: NewFile, scope: EditScope, groups: GroupedAnswer) -> Reject | None:
    path = clean_path(new.path)
    shown = scope.files.get(path)
    if shown is not None and not shown.text.strip():
        groups.fills.setdefault(path, new.content)
        return _refuse_twice(path, groups.fills[path], new.content)
    fault = find_path_fault(path, scope)
    if fault is not None:
        reason = f"{path or 'a new file'} {fault}"
        return reject(
            ErrorCode.OUT_OF_SCOPE,
            f"The answer wants to make a file, but {reason}",
            f"{reason}; you may change only {_list_paths(scope.files)}",
        )
    groups.new_files.setdefault(path, new.content)
    return _refuse_twice(path, groups.new_files[path], new.content)


def _refuse_twice(path: str, content: str, other: str) -> Reject | None:
    if content == other:
        return None
    return reject(
        ErrorCode.FORMAT,
        "The answer gives one file two different contents",
        f"{path} is given twice with different content",
    )


def _refuse_unknown(number: int, path: str, scope: EditScope) -> Reject:
    if not path:
        return reject(
            ErrorCode.FORMAT,
            "An edit of the answer names no file",
            f"edit {number + 1} names no file. Say which: {_list_paths(scope.files)}",
        )
    if path in scope.locked:
        return reject(
            ErrorCode.OUT_OF_SCOPE,
            f"The answer wants to change {path}: {scope.locked[path]}",
            f"{path} cannot be changed: {scope.locked[path]}. You may change "
            f"{_list_paths(scope.files)}",
        )
    return reject(
        ErrorCode.OUT_OF_SCOPE,
        f"The answer wants to change {path}, which it was not shown",
        f"{path} is not one of the files you were shown; you may change {_list_paths(scope.files)}",
    )


def _list_paths(paths: Iterable[str]) -> str:
    return ", ".join(list(paths)[:20]) or "nothing"
