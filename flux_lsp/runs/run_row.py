"""Builds the row of a run that has ended, for the table `runs`.

Never takes over a text: the row says what was done, not with what.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from flux_lsp.checks.values import CheckResult
from flux_lsp.core.decision import Decision
from flux_lsp.core.errors import ErrorCode
from flux_lsp.engine.call_budget import find_agent
from flux_lsp.engine.events import StepEnded
from flux_lsp.engine.values import Attempt, RunResult
from flux_lsp.ledger.run_values import ChecksResult, RecordedDecision, RunRow
from flux_lsp.ledger.values import hash_workspace
from flux_lsp.runs.run_table import Run
from flux_lsp.syntax.languages import find_language

_CODES_OF_ANSWERS = {str(code) for code in ErrorCode if code.is_told_to_model} | {
    "REFUSED_BY_MODEL"
}


def build_row(
    run: Run, result: RunResult, root: Path | None, now: datetime, total_ms: int
) -> RunRow:
    """Build the row of `run`, which has ended `now` with `result` in the workspace folder `root`."""
    snapshot, action = run.request.snapshot, run.request.action
    answers = [attempt for attempt in result.attempts if _is_answer(attempt)]
    first, last = (answers[0], answers[-1]) if answers else (None, None)
    return RunRow(
        run=run.id,
        time=now,
        action=action,
        language=find_language(snapshot.language_id, snapshot.path).id,
        status=result.status,
        attempts=len(result.attempts),
        usd=result.usd,
        total_ms=total_ms,
        agent=find_agent(run.request),
        workspace=hash_workspace(root),
        error=str(result.error.code) if result.error else None,
        checks=_sum_up(result.checks),
        first_tier=first.tier if first else None,
        first_result=first.result if first else None,
        last_tier=last.tier if last else None,
        last_model=last.model if last else None,
        confidence=last.confidence if last else None,
        decision=None if result.route is None else _record_decision(result.route),
    )


def build_step_row(
    run: Run, event: StepEnded, number: int, root: Path | None, now: datetime, total_ms: int
) -> RunRow:
    """Build the row of a step of a pipeline; `number` counts all that ended in `run`, from 1."""
    return replace(
        build_row(run, event.result, root, now, total_ms),
        run=f"{run.id}.{number}",
        action=event.result.action,
        agent=event.agent,
        parent=run.id,
        step=event.number,
    )


def _record_decision(decision: Decision) -> RecordedDecision:
    usd = decision.usd
    return RecordedDecision(
        tier=decision.tier,
        model=decision.model,
        rule=decision.rule,
        band=decision.band,
        score=decision.score,
        points=decision.points,
        cut="never" if decision.cut is None else str(decision.cut),
        usd_haiku=usd["haiku"],
        usd_sonnet=usd["sonnet"],
        experiment=decision.experiment,
        arm=decision.arm,
    )


def _sum_up(checks: Sequence[CheckResult]) -> ChecksResult | None:
    """Sum up the checks of the last answer; None when none came to an end."""
    statuses = {check.status for check in checks}
    if "failed" in statuses:
        return "failed"
    return "passed" if "passed" in statuses else None


def _is_answer(attempt: Attempt) -> bool:
    """Whether a model answered, whatever the answer was worth; a fault on the way is no answer."""
    return attempt.result == "ok" or attempt.result in _CODES_OF_ANSWERS
