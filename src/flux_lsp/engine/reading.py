"""An answer becomes a verified plan, a text, or the reason why not; the last check before applying.

Never repairs an answer by guessing.
"""

from dataclasses import dataclass, replace

from flux_lsp.context.seal import unseal
from flux_lsp.core.conversation import Reply, SealedPrompt
from flux_lsp.core.errors import Code, Problem
from flux_lsp.core.text import Change, Snapshot, Span, apply_changes
from flux_lsp.edits.diff import smallest
from flux_lsp.edits.read import read
from flux_lsp.edits.reasoning import without_reasoning
from flux_lsp.edits.values import FileChange, Plan, Reject
from flux_lsp.engine.added_tests import check_tests
from flux_lsp.engine.prepare import Prepared
from flux_lsp.syntax.directives import Directive, find_directives
from flux_lsp.syntax.languages import language_for

_COMPLETE = frozenset({"end_turn", "stop_sequence", "tool_use"})


@dataclass(frozen=True, slots=True)
class Answer:
    """A text that answers the person, Markdown."""

    text: str


def read_answer(reply: Reply, sealed: SealedPrompt, prepared: Prepared) -> Plan | Answer | Reject:
    """What `reply` comes to; secrets are restored, every check is made."""
    piece = prepared.piece
    text = without_reasoning(
        reply.text,
        prose=prepared.action.answers == "text",
        shown=(shown.text for shown in piece.files.values()),
        markers=piece.markers,
    )
    if isinstance(text, Reject) and not reply.tool_calls and reply.stop_reason in _COMPLETE:
        return text
    reply = replace(reply, text="" if isinstance(text, Reject) else text)
    restored = unseal(reply, sealed, show=prepared.action.answers == "text")
    if isinstance(restored, Problem):
        return Reject(restored.code, restored.message, f"{restored.code}: {restored.message}", ())
    if prepared.action.answers == "text":
        return _text(restored)
    plan = read(restored, prepared.piece)
    if isinstance(plan, Reject):
        return plan
    lost = _lost_secret(plan, sealed, prepared)
    if lost is not None:
        return lost
    if prepared.action.answers == "tests":
        return check_tests(plan, prepared)
    return _check_edit(_without_directive(plan, prepared), prepared)


def _text(reply: Reply) -> Answer | Reject:
    if reply.stop_reason == "refusal":
        said = reply.text.strip()
        message = f"The model declined: {said}" if said else "The model declined to answer"
        return Reject(Code.REFUSED_BY_MODEL, message, "REFUSED_BY_MODEL", ())
    if reply.tool_calls:
        said = "FORMAT: answer with the text itself; no tool is to be called"
        return Reject(Code.FORMAT, "The answer was a tool call instead of a text", said, ())
    if reply.stop_reason not in {"end_turn", "stop_sequence", "tool_use"}:
        return Reject(
            Code.TRUNCATED,
            "The answer was cut off",
            "TRUNCATED: your answer was cut off; say it in fewer words",
            (),
        )
    if not reply.text.strip():
        return Reject(Code.FORMAT, "The answer was empty", "FORMAT: your answer held no text", ())
    return Answer(reply.text)


def _lost_secret(plan: Plan, sealed: SealedPrompt, prepared: Prepared) -> Reject | None:
    """A secret that stood in a file stands there as often afterwards, byte for byte."""
    for change in plan.files:
        before = prepared.piece.files[change.path].text
        after = apply_changes(before, change.changes)
        for placeholder, secret in sealed.placeholders.items():
            if after.count(secret) < before.count(secret):
                return Reject(
                    Code.FORMAT,
                    "The answer lost a secret that stands in the code",
                    f"{Code.FORMAT}: {placeholder} must stay exactly where it stands",
                    (),
                )
    return None


def _check_edit(plan: Plan, prepared: Prepared) -> Plan | Reject:
    """The action's own word on what may not have changed."""
    unchanged = prepared.action.unchanged
    if unchanged is None:
        return plan
    piece = prepared.piece
    for change in plan.files:
        snapshot = piece.files[change.path]
        after = apply_changes(snapshot.text, change.changes)
        target = piece.target if piece.target and piece.target.path == change.path else None
        fault = unchanged(snapshot, after, piece.parsed, target.span if target else None)
        if fault is not None:
            return fault
    return plan


def _without_directive(plan: Plan, prepared: Prepared) -> Plan:
    """The directive's comment goes away with the edit, whether or not the answer took it out."""
    line = prepared.request.directive_line
    if line is None:
        return plan
    snapshot = prepared.request.snapshot
    mine = next((f for f in plan.files if f.path == snapshot.path), None)
    changes = mine.changes if mine else ()
    after = _drop(snapshot, changes, line)
    if after is None:
        return plan
    changed = FileChange(
        snapshot.path, smallest(snapshot.text, after), mine.steps if mine else ("directive",)
    )
    others = tuple(f for f in plan.files if f.path != snapshot.path)
    return replace(plan, files=(changed, *others), already_applied=False)


def _drop(snapshot: Snapshot, changes: tuple[Change, ...], line: int) -> str | None:
    """The text after `changes` and without the directive at `line`; None when it is gone already."""
    before = _directive_texts(snapshot, line)
    after = apply_changes(snapshot.text, changes)
    result = Snapshot(snapshot.uri, snapshot.path, snapshot.language_id, None, after)
    left = [d for d in _directives(result) if d.instruction == before[0]]
    if len(left) < before[1]:
        return None
    shift = sum(
        change.text.count("\n") - change.span.of(snapshot.text).count("\n")
        for change in changes
        if change.span.end <= snapshot.line_starts[line]
    )
    nearest = min(left, key=lambda d: abs(d.line - (line + shift)))
    start = result.line_starts[nearest.line]
    cut = (
        result.span_of_lines(nearest.line - nearest.above, nearest.line + nearest.below)
        if nearest.alone
        else Span(start + nearest.column, start + nearest.end)
    )
    return apply_changes(after, (Change(cut, ""),))


def _directive_texts(snapshot: Snapshot, line: int) -> tuple[str, int]:
    """The directive's instruction and how often it stands in the document."""
    found = _directives(snapshot)
    here = next((d for d in found if d.line == line), None)
    if here is None:
        return "", 1
    return here.instruction, sum(d.instruction == here.instruction for d in found)


def _directives(snapshot: Snapshot) -> list[Directive]:
    """Every directive of the document."""
    starts = snapshot.line_starts
    bounds = zip(starts, [*starts[1:], len(snapshot.text)], strict=True)
    lines = [snapshot.text[start:end] for start, end in bounds]
    language = language_for(snapshot.language_id, snapshot.path)
    return find_directives(lines, 0, len(lines) - 1, language)
