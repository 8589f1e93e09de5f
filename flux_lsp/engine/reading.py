"""Turns a reply into a verified plan, a text or a Reject: the last check before applying.

Never repairs an answer by guessing.
"""

from dataclasses import dataclass, replace

from flux_lsp.context.redact import Redactor
from flux_lsp.context.redact_prompt import restore_secrets
from flux_lsp.core.conversation import RedactedPrompt, Reply
from flux_lsp.core.errors import ErrorCode, Problem
from flux_lsp.core.text import Change, Snapshot, Span, apply_changes
from flux_lsp.edits.change.diff import find_changes
from flux_lsp.edits.findings.values import FindingReport
from flux_lsp.edits.parse.reasoning import strip_reasoning
from flux_lsp.edits.read import read_reply
from flux_lsp.edits.values import FileChange, Plan, Reject
from flux_lsp.engine.added_tests import check_new_files, check_tests
from flux_lsp.engine.finding_reading import read_finding_report
from flux_lsp.engine.kept_secrets import compare_secrets
from flux_lsp.engine.prepare import PreparedRequest
from flux_lsp.engine.result_checks import CHECKS
from flux_lsp.syntax.directives import Directive, find_directives
from flux_lsp.syntax.languages import find_language

_COMPLETE = frozenset({"end_turn", "stop_sequence", "tool_use"})
_MOST_NAMED = 3  # lines named in a sentence


@dataclass(frozen=True, slots=True)
class TextAnswer:
    """A text that answers the person, Markdown."""

    text: str


# What an answer comes to if it can be used.
Answer = Plan | TextAnswer | FindingReport


def read_answer(
    reply: Reply, redacted: RedactedPrompt, prepared: PreparedRequest
) -> Answer | Reject:
    """Read `reply`: restore its secrets, then make every check."""
    scope = prepared.scope
    text = strip_reasoning(
        reply.text,
        prose=prepared.action.returns == "answer",
        shown=(shown.text for shown in scope.files.values()),
        markers=scope.markers,
    )
    if isinstance(text, Reject) and not reply.tool_calls and reply.stop_reason in _COMPLETE:
        return text
    reply = replace(reply, text="" if isinstance(text, Reject) else text)
    if prepared.action.returns == "findings":
        return read_finding_report(reply, redacted, prepared)
    restored = restore_secrets(reply, redacted, show=prepared.action.returns == "answer")
    if isinstance(restored, Problem):
        return Reject(restored.code, restored.message, f"{restored.code}: {restored.message}", ())
    if prepared.action.returns == "answer":
        return _read_text(restored)
    plan = read_reply(restored, prepared.scope)
    if isinstance(plan, Reject):
        return _hide_secrets_in_words(plan, reply, redacted)
    plan = _keep_secrets(plan, redacted, prepared)
    if isinstance(plan, Reject):
        return plan
    place = prepared.workspace.test_file
    if prepared.action.returns == "tests" and place is not None:
        plan = check_tests(plan, place, prepared)
    else:
        plan = check_new_files(_drop_directive(plan, prepared), prepared)
    return plan if isinstance(plan, Reject) else _check_result(plan, prepared)


def _hide_secrets_in_words(refusal: Reject, reply: Reply, redacted: RedactedPrompt) -> Reject:
    """Return the Reject with words that can be shown: a person reads them, and a log may hold them."""
    shown = restore_secrets(reply, redacted, show=True)
    words = "" if isinstance(shown, Problem) else shown.text.strip()
    return replace(refusal, words=words) if refusal.words else refusal


def _read_text(reply: Reply) -> TextAnswer | Reject:
    if reply.stop_reason == "refusal":
        words = reply.text.strip()
        message = f"The model declined: {words}" if words else "The model declined to answer"
        return Reject(ErrorCode.REFUSED_BY_MODEL, message, "REFUSED_BY_MODEL", ())
    if reply.tool_calls:
        words = "FORMAT: answer with the text itself; no tool is to be called"
        return Reject(ErrorCode.FORMAT, "The answer was a tool call instead of a text", words, ())
    if reply.stop_reason not in {"end_turn", "stop_sequence", "tool_use"}:
        return Reject(
            ErrorCode.TRUNCATED,
            "The answer was cut off",
            "TRUNCATED: your answer was cut off; say it in fewer words",
            (),
        )
    if not reply.text.strip():
        return Reject(
            ErrorCode.FORMAT, "The answer was empty", "FORMAT: your answer held no text", ()
        )
    return TextAnswer(reply.text)


def _keep_secrets(plan: Plan, redacted: RedactedPrompt, prepared: PreparedRequest) -> Plan | Reject:
    """Return the plan, in doubt if it removes a secret; a Reject if it moves one."""
    hide = Redactor(frozenset(redacted.placeholders.values())).redact
    instruction = hide(prepared.request.instruction)
    removed: list[str] = []
    for change in plan.files:
        before = prepared.scope.files[change.path].text
        after = apply_changes(before, change.changes)
        kept = compare_secrets(hide(before), hide(after), instruction)
        if kept.fault is not None:
            return _reject_moved_secret(kept.fault)
        removed += [f"line {line} of {change.path}" for line in kept.removed]
    for new in plan.new_files:
        kept = compare_secrets("", hide(new.content), instruction)
        if kept.fault is not None:
            return _reject_moved_secret(kept.fault)
    if not removed:
        return plan
    doubt = f"It takes a secret out of {' and '.join(removed[:_MOST_NAMED])}"
    return replace(plan, doubt=plan.doubt or doubt)


def _reject_moved_secret(fault: str) -> Reject:
    message = "The answer did not leave a secret where it stands in the code"
    return Reject(ErrorCode.OUT_OF_SCOPE, message, f"{ErrorCode.OUT_OF_SCOPE}: {fault}", ())


def _check_result(plan: Plan, prepared: PreparedRequest) -> Plan | Reject:
    """Return the plan if it passes every check that the action names."""
    scope = prepared.scope
    for change in plan.files:
        snapshot = scope.files[change.path]
        after = apply_changes(snapshot.text, change.changes)
        target = scope.target if scope.target and scope.target.path == change.path else None
        for check in prepared.action.checks:
            fault = CHECKS[check](snapshot, after, scope.parsed, target.span if target else None)
            if fault is not None:
                return fault
    return plan


def _drop_directive(plan: Plan, prepared: PreparedRequest) -> Plan:
    """Remove the directive's comment with the edit, unless the answer has removed it."""
    line = prepared.request.directive_line
    if line is None:
        return plan
    snapshot = prepared.request.snapshot
    own = next((f for f in plan.files if f.path == snapshot.path), None)
    changes = own.changes if own else ()
    after = _remove_directive(snapshot, changes, line)
    if after is None:
        return plan
    changed = FileChange(
        snapshot.path, find_changes(snapshot.text, after), own.steps if own else ("directive",)
    )
    others = tuple(f for f in plan.files if f.path != snapshot.path)
    return replace(plan, files=(changed, *others), already_applied=False)


def _remove_directive(snapshot: Snapshot, changes: tuple[Change, ...], line: int) -> str | None:
    """Return the text after `changes`, without the directive at `line`; None if that is gone already."""
    before = _count_directive(snapshot, line)
    after = apply_changes(snapshot.text, changes)
    result = Snapshot(snapshot.uri, snapshot.path, snapshot.language_id, None, after)
    left = [d for d in _list_directives(result) if d.instruction == before[0]]
    if len(left) < before[1]:
        return None
    shift = sum(
        change.text.count("\n") - change.span.extract(snapshot.text).count("\n")
        for change in changes
        if change.span.end <= snapshot.line_starts[line]
    )
    nearest = min(left, key=lambda d: abs(d.line - (line + shift)))
    start = result.line_starts[nearest.line]
    cut = (
        result.get_line_span(nearest.line - nearest.above, nearest.line + nearest.below)
        if nearest.alone
        else Span(start + nearest.column, start + nearest.end)
    )
    return apply_changes(after, (Change(cut, ""),))


def _count_directive(snapshot: Snapshot, line: int) -> tuple[str, int]:
    """Return the directive's instruction, and how often it occurs in the document."""
    directives = _list_directives(snapshot)
    here = next((d for d in directives if d.line == line), None)
    if here is None:
        return "", 1
    return here.instruction, sum(d.instruction == here.instruction for d in directives)


def _list_directives(snapshot: Snapshot) -> list[Directive]:
    """List every directive of the document."""
    starts = snapshot.line_starts
    bounds = zip(starts, [*starts[1:], len(snapshot.text)], strict=True)
    lines = [snapshot.text[start:end] for start, end in bounds]
    language = find_language(snapshot.language_id, snapshot.path)
    return find_directives(lines, 0, len(lines) - 1, language)
