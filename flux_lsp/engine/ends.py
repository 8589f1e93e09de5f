"""The ends of a run as the engine knows them: what an answer comes to, and why there is none.

Never decides whether a run ends: the loop in `perform` does.
"""

from typing import Any

from flux_lsp.context.values import SentText
from flux_lsp.core.conversation import CallError
from flux_lsp.core.errors import Problem
from flux_lsp.core.tiers import Tier
from flux_lsp.edits.findings.values import FindingReport
from flux_lsp.edits.values import Plan, Reject
from flux_lsp.engine.finding_reading import end_with_findings
from flux_lsp.engine.pipelines.values import StepAnswer
from flux_lsp.engine.reading import Answer
from flux_lsp.engine.run_state import RunState
from flux_lsp.engine.values import Answered, Failed, Proposed, Refused, Request, Result


def succeed(state: RunState, answer: Answer) -> Result:
    """End a run with what it came to."""
    common = _list_common_fields(state)
    if isinstance(answer, Plan):
        base = state.prepared.scope.files
        return Proposed(plan=answer, base=base, summary=answer.note, **common)
    if isinstance(answer, FindingReport):
        return end_with_findings(answer, state.prepared, common)
    first = answer.text.strip().split("\n", 1)[0]
    return Answered(text=answer.text, summary=first, **common)


def succeed_step(state: RunState, answer: StepAnswer) -> Result:
    """End a step of a pipeline; its plan waits for those of the other steps."""
    common = {
        **_list_common_fields(state),
        "step_answer": answer,
        "findings": answer.findings,
        "summary": answer.hand_over.summary,
    }
    if answer.plan is None:
        return Answered(approved=answer.approved, **common)
    return Proposed(plan=answer.plan, base=state.prepared.scope.files, **common)


def give_up(state: RunState, problem: Problem, other_tier: Tier | None = None) -> Result:
    """End a run without an answer that can be used, or with one in doubt where nothing better came."""
    if state.doubtful is not None:
        return succeed(state, state.doubtful)
    failure = state.tried[-1].failure if state.tried else None
    refused = problem.code.status == "refused" and not isinstance(failure, CallError)
    end = Refused if refused else Failed
    return end(
        problem=problem,
        other_tier=other_tier,
        summary=str(problem),
        text=failure.words if isinstance(failure, Reject) else "",
        **_list_common_fields(state),
    )


def _list_common_fields(state: RunState) -> dict[str, Any]:
    request = state.prepared.request
    return {
        "run": request.run,
        "action": request.action,
        "attempts": state.attempts,
        "sent": state.prepared.context.sent,
        "trouble": state.trouble,
        "reason": state.route.reason,
        "route": state.decision,
        "checks": state.checks,
    }


def end_early(request: Request, problem: Problem, sent: tuple[SentText, ...] = ()) -> Result:
    """End a run that made no call."""
    end = Refused if problem.code.status == "refused" else Failed
    return end(
        run=request.run, action=request.action, problem=problem, sent=sent, summary=str(problem)
    )
