"""One run from start to end: the engine works, the result is delivered, one last event follows.

Never lets an exception out: every run ends in an Outcome.
"""

import asyncio
import logging
from contextlib import suppress

from flux_lsp.actions.action import Action
from flux_lsp.core.errors import ErrorCode, FluxError, Problem
from flux_lsp.engine.events import (
    AttemptEnded,
    CallStarted,
    ContextSent,
    StepEnded,
    TargetKnown,
)
from flux_lsp.engine.perform import perform
from flux_lsp.engine.values import (
    Answered,
    Cancelled,
    Failed,
    Proposed,
    Refused,
    Result,
    RunResult,
)
from flux_lsp.runs.deliver import Delivery, deliver
from flux_lsp.runs.events import Event, RunEnded, RunStarted, describe_event
from flux_lsp.runs.pipelines.run import forget_steps, run_pipeline
from flux_lsp.runs.run_table import Run
from flux_lsp.runs.session import RunSession
from flux_lsp.runs.words import describe_plan

log = logging.getLogger(__name__)


async def live_through(session: RunSession, run: Run) -> RunResult:
    """Take a run through its whole life; the run keeps its result, and observers learn it."""
    delivery: Delivery | None = None
    result: RunResult
    try:
        session.publish(RunStarted(run.id, run.request))
        action = await session.find_action(run.request.action, run.uri)
        if isinstance(action, Problem):
            result = _refuse(run, action)
        else:
            delivery = await deliver(session, run, action, await _perform(session, run, action))
            result = delivery.result
    except asyncio.CancelledError:  # the task itself ends normally, with a result that says so
        result = _break_off(
            run, ErrorCode.CANCELLED, "The run was cancelled", "Nothing was changed"
        )
    except FluxError as error:
        problem = error.problem
        result = _break_off(run, problem.code, problem.message, problem.hint)
    except Exception:
        # The edge: whatever went wrong inside, the person is told and the session goes on.
        log.exception("run failed run=%s action=%s", run.id, run.request.action)
        result = _break_off(
            run,
            ErrorCode.INTERNAL,
            ErrorCode.INTERNAL.meaning,
            ErrorCode.INTERNAL.hint,
        )
    run.result = result
    proposal = delivery.proposal if delivery else None
    explanation = delivery.explanation if delivery else None
    session.publish(RunEnded(run.id, result, proposal, explanation))
    _announce(session, result)
    with suppress(asyncio.CancelledError):  # the run has ended, whoever cancels it now
        await forget_steps(session, run, result)
    return result


async def _perform(session: RunSession, run: Run, action: Action) -> Result:
    await session.configuration.refresh()
    services = await session.configuration.get_services(run.uri)
    run.watches_corrections = services.settings.watch_corrections

    def observe(event: Event) -> None:
        _note(session, run, event)
        session.publish(event)

    if action.steps:
        return await run_pipeline(session, run, action.steps, services, observe)
    return await perform(action, run.request, services, observe)


def _note(session: RunSession, run: Run, event: Event) -> None:
    """Keep what the rest of the session asks about a run under way."""
    run.state = describe_event(event) or run.state
    match event:
        case TargetKnown(span=span):
            session.runs.narrow(run, span)
        case CallStarted(model=model):
            run.asked = model
        case ContextSent(parts=parts):
            run.sent = parts
        case AttemptEnded(attempt=attempt):
            run.attempts.append(attempt)
        case StepEnded(outcome=outcome):
            run.steps.append(outcome)


def _refuse(run: Run, problem: Problem) -> Refused:
    action = run.request.action
    return Refused(run=run.id, action=action, problem=problem, summary=str(problem))


def _break_off(run: Run, code: ErrorCode, message: str, hint: str) -> RunResult:
    end = Cancelled if code is ErrorCode.CANCELLED else Failed
    return end(
        run=run.id,
        action=run.request.action,
        problem=Problem(code, message, hint),
        attempts=tuple(run.attempts),
        sent=run.sent,
        steps=tuple(run.steps),
        summary=message,
    )


def _announce(session: RunSession, result: RunResult) -> None:
    """Show every failure, and a success only if the edit itself does not show it."""
    log.info(
        "run ended run=%s action=%s status=%s code=%s attempts=%d",
        result.run,
        result.action,
        result.status,
        result.error.code if result.error else None,
        len(result.attempts),
    )
    front = session.front
    if front.can.shows_outcomes:
        return
    if result.error is not None and result.status != "cancelled":
        front.tell("warning", f"Flux: {result.error}")
    elif isinstance(result, Proposed) and front.can.applies_edits:
        words = "Flux: open the code actions to see, accept or reject"  # first: lines are short
        doubt = f" ({result.plan.doubt})" if result.plan.doubt else ""
        front.tell("info", f"{words} {describe_plan(result.plan)}{doubt}")
    elif isinstance(result, Answered) and not result.text:
        front.tell("info", f"Flux: {result.summary}")
