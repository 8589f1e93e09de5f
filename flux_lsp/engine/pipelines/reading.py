"""Reads the answer of a step: at most one edit, read like any other, with findings and a hand-over.

Never lets an agent edit that may not, and never takes a word of a model for what a step changed.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flux_lsp.context.redact_prompt import hide_placeholders
from flux_lsp.core.conversation import RedactedPrompt, Reply, ToolCall
from flux_lsp.core.errors import ErrorCode
from flux_lsp.edits.findings.values import FindingReport
from flux_lsp.edits.parse.unfinished import refuse_unfinished
from flux_lsp.edits.values import Plan, Reject, reject
from flux_lsp.engine.finding_reading import read_finding_report
from flux_lsp.engine.pipelines.hand_over import clean_entries
from flux_lsp.engine.pipelines.values import HandOver, StepAnswer
from flux_lsp.engine.prepare import PreparedRequest
from flux_lsp.engine.reading import read_answer

_REPORT, _HAND_OVER = "report_findings", "hand_over"


@dataclass(frozen=True, slots=True)
class _Parts:
    """The tool calls of an answer by what they are for."""

    edits: tuple[ToolCall, ...]
    reports: tuple[ToolCall, ...]
    hand_overs: tuple[ToolCall, ...]


def read_step_answer(
    reply: Reply, redacted: RedactedPrompt, prepared: PreparedRequest
) -> StepAnswer | Reject:
    """Read `reply` as the answer of the step that `prepared` is for."""
    parts = _split(reply)
    may_edit = prepared.action.may_edit
    if parts.edits and not may_edit:
        return _refuse_edit()
    unfinished = refuse_unfinished(reply)
    if unfinished is not None:
        return unfinished
    handed = _read_hand_over(parts.hand_overs)
    if isinstance(handed, Reject):
        return handed
    report = _read_report(reply, parts, redacted, prepared)
    if isinstance(report, Reject):
        return report
    edits = may_edit and not _is_content(parts, prepared)
    plan = _read_edit(reply, parts, redacted, prepared) if edits else None
    if isinstance(plan, Reject):
        return plan
    return _join(reply, redacted, handed, report, plan)


def _split(reply: Reply) -> _Parts:
    def select(name: str) -> tuple[ToolCall, ...]:
        return tuple(call for call in reply.tool_calls if call.name == name)

    others = tuple(call for call in reply.tool_calls if call.name not in {_REPORT, _HAND_OVER})
    return _Parts(others, select(_REPORT), select(_HAND_OVER))


def _is_content(parts: _Parts, prepared: PreparedRequest) -> bool:
    """Whether a step that may edit says that nothing has to change; one that was sent back cannot."""
    step = prepared.request.step
    return bool(parts.hand_overs) and not parts.edits and not (step and step.is_sent_back)


def _refuse_edit() -> Reject:
    return reject(
        ErrorCode.OUT_OF_SCOPE,
        "An agent that may not edit wanted to change code",
        "your task is not to edit. Change nothing, and call the tools that the task names",
    )


def _read_edit(
    reply: Reply, parts: _Parts, redacted: RedactedPrompt, prepared: PreparedRequest
) -> Plan | Reject:
    """Read the edit as that of any action; the calls that are no edit are left out."""
    if not parts.edits and reply.tool_calls:
        return reject(
            ErrorCode.NO_CHANGE,
            "The step changed nothing",
            "your task is to change code: call rewrite_range or apply_edits, and hand_over beside it",
        )
    answer = read_answer(replace(reply, tool_calls=parts.edits), redacted, prepared)
    return answer if isinstance(answer, Plan | Reject) else _refuse_edit()


def _read_hand_over(calls: tuple[ToolCall, ...]) -> HandOver | Reject:
    """Read the words of a hand-over; an empty one when there is none."""
    handed = HandOver()
    for call in calls:
        try:
            value = json.loads(call.json, strict=False)
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, Mapping):
            return reject(
                ErrorCode.FORMAT,
                "The answer was not in the agreed form",
                f"{_HAND_OVER}: the arguments are not a JSON object. Call all tools again",
            )
        handed = HandOver(
            summary="\n".join(filter(None, (handed.summary, _get_text(value, "summary")))),
            decisions=(*handed.decisions, *clean_entries(value.get("decisions"))),
            open=(*handed.open, *clean_entries(value.get("open"))),
        )
    return handed


def _read_report(
    reply: Reply, parts: _Parts, redacted: RedactedPrompt, prepared: PreparedRequest
) -> FindingReport | Reject | None:
    """Read and verify what is reported; None where nothing is and nothing has to be."""
    step = prepared.request.step
    has_to = prepared.action.returns == "findings" or (step is not None and step.may_reject)
    if not parts.reports and not has_to:
        return None
    if not parts.reports and reply.tool_calls:
        return reject(
            ErrorCode.FORMAT,
            "The step reported nothing",
            f"call {_REPORT} too, with an empty list of findings if there is nothing to report",
        )
    return read_finding_report(replace(reply, tool_calls=parts.reports), redacted, prepared)


def _join(
    reply: Reply,
    redacted: RedactedPrompt,
    handed: HandOver,
    report: FindingReport | None,
    plan: Plan | None,
) -> StepAnswer | Reject:
    """Join the parts; what a step says beside its calls stands in for a summary that is missing."""

    def hide(text: str) -> str:
        return hide_placeholders(text, redacted)

    spoken = reply.text.strip() if reply.tool_calls or plan is None else ""
    summaries = (
        handed.summary,
        report.summary if report else "",
        plan.note if plan else "",
        spoken,
    )
    summary = next(filter(None, summaries), "")
    only_spoke = bool(redacted.prompt.tools) and not reply.tool_calls
    if plan is None and report is None and (only_spoke or not summary):
        refusal = reject(
            ErrorCode.FORMAT, "The step handed nothing over", f"call {_HAND_OVER} with a summary"
        )
        return replace(refusal, words=hide(spoken))
    words = HandOver(
        summary=hide(summary),
        decisions=tuple(map(hide, handed.decisions)),
        findings=tuple(finding.to_json() for finding in report.findings) if report else (),
        open=tuple(map(hide, handed.open)),
    )
    findings = report.findings if report else ()
    return StepAnswer(words, plan, findings, report.approved if report else None)


def _get_text(value: Mapping[str, Any], key: str) -> str:
    text = value.get(key)
    return text.strip() if isinstance(text, str) else ""
