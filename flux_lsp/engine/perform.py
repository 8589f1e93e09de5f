"""One run from request to outcome: the only loop of the product, and `choose_next_step` decides if it turns.

Never applies anything and never retries on its own; a failure is a value until the run has ended.
"""

import asyncio
from dataclasses import replace

from flux_lsp.actions.action import Action
from flux_lsp.core.conversation import CallError
from flux_lsp.core.errors import ErrorCode, Problem
from flux_lsp.edits.values import Reject
from flux_lsp.engine.calls import Call, finish_write, make_call
from flux_lsp.engine.confidence import ask_for_surer, read_confidence
from flux_lsp.engine.ends import end_early, give_up, succeed, succeed_step
from flux_lsp.engine.events import (
    AttemptEnded,
    BudgetReached,
    CallStarted,
    CheckStarted,
    Observer,
    ReadingStarted,
    TargetKnown,
    ignore_events,
)
from flux_lsp.engine.guards import choose_next_step
from flux_lsp.engine.pipelines.reading import read_step_answer
from flux_lsp.engine.pipelines.values import StepAnswer
from flux_lsp.engine.plan_checks import check_answer
from flux_lsp.engine.prepare import PreparedRequest, prepare_request
from flux_lsp.engine.reading import Answer, read_answer
from flux_lsp.engine.redact_in_thread import redact_in_thread
from flux_lsp.engine.run_state import (
    RunState,
    begin_state,
    limit_retries,
    make_next_state,
    retry_limits,
)
from flux_lsp.engine.services import Services
from flux_lsp.engine.steps import Stop
from flux_lsp.engine.throttle import throttle
from flux_lsp.engine.values import (
    Attempt,
    Request,
    Result,
)
from flux_lsp.engine.waiting import wait_visibly
from flux_lsp.models.availability import TIMED_OUT

# What a call comes to.
Reading = Answer | StepAnswer | Reject | CallError


async def perform(
    action: Action, request: Request, services: Services, observe: Observer = ignore_events
) -> Result:
    """Run `action`; the result carries a verified plan, a text, or the reason there is none.

    A cancelled task cancels the run: the model's stream is closed, what was used is recorded and
    CancelledError goes on to the caller.
    """
    if services.not_ready is not None:
        return end_early(request, services.not_ready)
    observe(ReadingStarted(request.run))
    prepared = await prepare_request(action, request, services)
    if isinstance(prepared, Problem):
        return end_early(request, prepared)
    observe(TargetKnown(request.run, prepared.context.target.span))
    state = await preview(action, prepared, request, services)
    if isinstance(state, Problem):
        return end_early(request, state, prepared.context.sent)
    services.memory.record_decision(request.snapshot.uri, state.decision, state.started)
    return await _run_loop(state, services, observe)


async def preview(
    action: Action, prepared: PreparedRequest, request: Request, services: Services
) -> RunState | Problem:
    """Return the state of a run before its first call, before redaction; sends nothing."""
    typical = await asyncio.to_thread(services.read_typical_output, action.id)
    return begin_state(action, prepared, request, services, typical)


async def _run_loop(state: RunState, services: Services, observe: Observer) -> Result:
    while True:
        asked = await _ask(state, services, observe)
        if isinstance(asked, Problem):
            cheaper = throttle(state, asked, services)
            if cheaper is None:
                return give_up(state, asked)
            state = cheaper
            observe(BudgetReached(state.prepared.request.run, state.route.reason))
            continue
        call, reading = asked
        state, answer = await check_answer(state, reading, services, observe)
        state = await _record_attempt(state, call, answer, services, observe)
        following: RunState | Stop | None
        if isinstance(answer, StepAnswer):
            return succeed_step(state, answer)
        if isinstance(answer, Answer):
            following = await ask_for_surer(state, answer, services)
            if following is None:
                return succeed(state, answer)
        else:
            state = state.add_failure(call.reply, answer)
            following = await _turn(state, call, answer, services, observe)
        if isinstance(following, Stop):
            return give_up(state, following.problem, following.other_tier)
        state = following


async def _record_attempt(
    state: RunState, call: Call, answer: Reading, services: Services, observe: Observer
) -> RunState:
    """Write what reading the answer showed, and tell it."""
    attempt = _make_attempt(state, call, answer)
    observe(AttemptEnded(state.prepared.request.run, attempt))
    if not isinstance(answer, CallError):
        services.record_available(state.route)
        error = attempt.result if isinstance(answer, Reject) else None
        verdict = call.reservation, attempt.result, error
        await finish_write(services.budget.record_verdict, *verdict)
    return replace(state, attempts=(*state.attempts, attempt), trouble=call.trouble)


async def _turn(
    state: RunState, call: Call, failure: Reject | CallError, services: Services, observe: Observer
) -> RunState | Stop:
    """Return the state before the next call, after the wait that it needs; or why there is none."""
    if isinstance(failure, CallError) and failure.unavailable:
        services.record_unavailable(state.route, failure.status)
    limits = retry_limits(state, services)
    step = choose_next_step(state.tried, limits) if state.cut < 2 else Stop(_CUT_TWICE)
    if isinstance(step, Stop):
        return step
    if step.why == "fallback" and isinstance(failure, CallError) and not failure.unavailable:
        services.record_unavailable(state.route, failure.status or TIMED_OUT)
    if step.wait:
        run, reason = state.prepared.request.run, _get_message(failure)
        await wait_visibly(run, step.wait, reason, services.clock, observe)
    following = make_next_state(state, step, call.reply, failure, services)
    return Stop(following) if isinstance(following, Problem) else following


async def _ask(
    state: RunState, services: Services, observe: Observer
) -> tuple[Call, Reading] | Problem:
    """Make one call and read its answer; a Problem when nothing was sent."""
    run = state.prepared.request.run
    observe(CallStarted(run, state.route.model, state.attempt_number))
    redacted = await redact_in_thread(state.prompt, state.prepared.secrets)
    if isinstance(redacted, Problem):
        return redacted
    call = await make_call(state, redacted, services, observe)
    if isinstance(call, Problem):
        return call
    observe(CheckStarted(run))
    if isinstance(call.answer, CallError):
        return call, limit_retries(call.answer, state.tried)
    read = read_answer if state.prepared.request.step is None else read_step_answer
    reading: Reading = await asyncio.to_thread(read, call.answer, redacted, state.prepared)
    return call, reading


_CUT_TWICE = Problem(
    ErrorCode.TRUNCATED,
    "The stream ended in the middle of the answer, twice (nothing was changed)",
    "Look at what limits the time of an answer (a proxy, a gateway, the server), or select less",
)


def _make_attempt(state: RunState, call: Call, answer: Reading) -> Attempt:
    return Attempt(
        tier=state.route.tier,
        model=state.route.model if call.reply is None else call.reply.model,
        strategy=state.strategy,
        result=_get_code(answer),
        error=_get_message(answer) if isinstance(answer, Reject | CallError) else None,
        usage=call.answer.usage,
        usd=call.usd,
        ms=call.answer.total_ms,
        first_ms=call.answer.first_token_ms,
        confidence=read_confidence(call.reply),
    )


def _get_code(answer: Reading) -> str:
    if isinstance(answer, Reject):
        return str(answer.code)
    return str(answer.problem.code) if isinstance(answer, CallError) else "ok"


def _get_message(failure: Reject | CallError) -> str:
    return failure.message if isinstance(failure, Reject) else failure.problem.message
