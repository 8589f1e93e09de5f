"""Verifies a plan: whether it stays in its target, and whether the result still parses.

Never changes the plan, except that it marks one that reaches outside of the target.
"""

from dataclasses import replace
from functools import partial

from flux_lsp.core.errors import ErrorCode
from flux_lsp.core.text import apply_changes
from flux_lsp.edits.parse.placeholders import find_left_out
from flux_lsp.edits.plan.syntax_check import check, check_new
from flux_lsp.edits.values import EditScope, FileChange, NewFile, Plan, Reject, Target, reject


def verify_plan(plan: Plan, scope: EditScope) -> Plan | Reject:
    """Return `plan`, with `outside` set if it leaves the target, or what is wrong with it."""
    target = scope.target
    beyond = [file for file in plan.files if target and _is_outside(file, target)]
    if target and beyond and not scope.may_leave_target:
        return _refuse_out_of_scope(beyond[0], target, scope)
    if plan.doubt and not scope.may_leave_target:
        return _refuse_in_doubt(plan, scope)
    for file in plan.files:
        before = scope.files[file.path]
        after = apply_changes(before.text, file.changes)
        quote = partial(scope.quoting.quote_result, before, after, file.changes)
        fault = check(before, after, scope.parsed, quote)
        if fault is not None:
            return fault
    for new in plan.new_files:
        quote = partial(scope.quoting.quote_file, new.path, new.content)
        fault = _refuse_unfinished(new) or check_new(new.path, new.content, quote)
        if fault is not None:
            return fault
    return replace(plan, outside=bool(beyond) or (bool(plan.new_files) and target is not None))


def _is_outside(file: FileChange, target: Target) -> bool:
    return file.path != target.path or not all(
        target.span.contains(change.span) for change in file.changes
    )


def _refuse_out_of_scope(file: FileChange, target: Target, scope: EditScope) -> Reject:
    snapshot = scope.files[file.path]
    lines = scope.files[target.path].get_lines(target.span)
    change = next(
        change
        for change in file.changes
        if file.path != target.path or not target.span.contains(change.span)
    )
    return reject(
        ErrorCode.OUT_OF_SCOPE,
        "The answer changes code outside of what was selected",
        f"your answer changes {file.path} at line {snapshot.get_lines(change.span).first}, but only "
        f"lines {lines} of {target.path} may change",
    )


def _refuse_in_doubt(plan: Plan, scope: EditScope) -> Reject:
    """Refuse a doubtful plan, because no person can look at it first."""
    advice = "Copy the old text exactly from the file"
    if scope.target is not None:
        lines = scope.files[scope.target.path].get_lines(scope.target.span)
        advice = f"Give the whole new text of lines {lines} and nothing else"
    return reject(
        ErrorCode.INCOMPLETE,
        plan.doubt,
        f"{plan.doubt}. {advice}; to delete code, name it with apply_edits",
    )


def _refuse_unfinished(new: NewFile) -> Reject | None:
    line = find_left_out(new.content.split("\n"), ())
    if line is None:
        return None
    return reject(
        ErrorCode.ELISION,
        "The answer left out code",
        f"the line `{line.strip()}` in {new.path} stands for code you left out. Write it all out",
    )
