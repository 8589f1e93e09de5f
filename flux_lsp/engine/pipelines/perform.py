"""A pipeline from request to outcome: one run of an agent after the other, on the edits so far.

Never applies anything, never runs two steps at once, and never spends beyond what was set aside
without asking the budgets again.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flux_lsp.actions.action import ActionStep
from flux_lsp.checks.values import CheckResult
from flux_lsp.context.values import SentText
from flux_lsp.core.errors import Problem
from flux_lsp.core.text import Span
from flux_lsp.engine.calls import finish_write
from flux_lsp.engine.events import EngineEvent, Observer, StepEnded, StepStarted, TargetKnown
from flux_lsp.engine.perform import perform
from flux_lsp.engine.pipelines.pipeline import (
    PipelineState,
    advance,
    begin,
    make_step_request,
)
from flux_lsp.engine.pipelines.prices import price_steps
from flux_lsp.engine.pipelines.step_services import lay_over_services
from flux_lsp.engine.pipelines.values import HandOver, Json
from flux_lsp.engine.services import Services
from flux_lsp.engine.values import (
    Answered,
    Attempt,
    Failed,
    Proposed,
    Refused,
    Request,
    Result,
)

# Keeps what is known after a step, so that a paid one is never repeated.
Keep = Callable[[PipelineState], Awaitable[None]]


@dataclass
class _Account:
    """What the steps of this run have used: their calls, what left, and the last decision."""

    attempts: tuple[Attempt, ...] = ()
    sent: tuple[SentText, ...] = ()
    trouble: str = ""
    checks: tuple[CheckResult, ...] = ()

    def add(self, result: Result) -> None:
        """Add a step."""
        self.attempts = (*self.attempts, *result.attempts)
        self.sent = tuple(dict.fromkeys((*self.sent, *result.sent)))
        self.trouble = result.trouble or self.trouble
        self.checks = result.checks or self.checks


async def perform_pipeline(
    steps: Sequence[ActionStep],
    request: Request,
    services: Services,
    observe: Observer,
    keep: Keep,
    state: PipelineState | None = None,
) -> Result:
    """Run the steps from `state` on, by default all; the result carries one plan for all of them.

    The money for every step that is left is set aside before the first of them. A cancelled task
    cancels the pipeline, like any run; what is finished stays with `keep`.
    """
    state = state or begin(request)
    account = _Account()
    prices = services.not_ready or await price_steps(steps, state, request, services)
    if isinstance(prices, Problem):
        return _end(request, state, account, prices)
    wanted = [
        (price.request, price.state.route, price.tokens, price.max_tokens) for price in prices
    ]
    try:
        held = await finish_write(services.budget.set_aside, request, wanted)
        if isinstance(held, Problem):
            return _end(request, state, account, held)
        holds = dict(enumerate(held, state.next))
        return await _run_steps(_Pipeline(steps, request, services, observe, keep), state, holds)
    finally:
        await finish_write(services.budget.give_back, request)


@dataclass(frozen=True)
class _Pipeline:
    """What stays the same from step to step."""

    steps: Sequence[ActionStep]
    request: Request
    services: Services
    observe: Observer
    keep: Keep
    account: _Account = field(default_factory=_Account)


async def _run_steps(pipeline: _Pipeline, state: PipelineState, holds: dict[int, int]) -> Result:
    while state.next < len(pipeline.steps):
        index = state.next
        hold = holds.pop(index, 0)
        following = await _run_step(pipeline, state, hold)
        if isinstance(following, Refused | Failed):
            return following
        state = following
        if hold:
            await finish_write(pipeline.services.budget.give_back, pipeline.request, hold)
        await pipeline.keep(state)
    return _succeed(pipeline.request, state, pipeline.account)


async def _run_step(
    pipeline: _Pipeline, state: PipelineState, hold: int
) -> PipelineState | Refused | Failed:
    """Run the next step; its state says what comes after it."""
    steps, run = pipeline.steps, pipeline.request.run
    step, number, total = steps[state.next], state.next + 1, len(steps)
    request = make_step_request(steps, state, pipeline.request, hold)
    services = lay_over_services(pipeline.services, state.overlay, request.snapshot.uri)
    watch = _StepWatch(pipeline.observe, request.selection, tells_target=state.overlay.is_empty)
    pipeline.observe(StepStarted(run, number, total, step.agent))
    result = await perform(step.action, request, services, watch)
    pipeline.account.add(result)
    ended: Json = {**result.to_json(), "agent": step.agent}
    pipeline.observe(StepEnded(run, number, total, step.agent, result, ended))
    state = replace(state, done=(*state.done, ended))
    if isinstance(result, Refused | Failed):
        message = f"Step {number} of {total}, `{step.agent}`: {result.problem.message}"
        problem = replace(result.problem, message=message)
        return _end(pipeline.request, state, pipeline.account, problem, result)
    following = advance(steps, state, request, result, watch.span)
    if isinstance(following, Problem):
        return _end(pipeline.request, state, pipeline.account, following)
    return following


class _StepWatch:
    """Passes on what a step tells, and notes what it is about.

    A person's place is in the text at the start, so what a step is about is told only while that is
    what it sees.
    """

    def __init__(self, observe: Observer, span: Span, *, tells_target: bool) -> None:
        self.span = span
        self._observe, self._tells_target = observe, tells_target

    def __call__(self, event: EngineEvent) -> None:
        """Pass an event on."""
        if isinstance(event, TargetKnown):
            self.span = event.span
            if not self._tells_target:
                return
        self._observe(event)


def _succeed(request: Request, state: PipelineState, account: _Account) -> Result:
    """End with the edits of all steps as one plan, or with words where nothing changes."""
    common = _list_common_fields(request, state, account)
    handed = state.hand_over or HandOver()
    if state.overlay.is_empty:
        return Answered(text=handed.summary, summary=handed.summary.split("\n", 1)[0], **common)
    plan, base = state.overlay.make_plan()
    return Proposed(plan=plan, base=base, summary=handed.summary, **common)


def _end(
    request: Request,
    state: PipelineState,
    account: _Account,
    problem: Problem,
    result: Refused | Failed | None = None,
) -> Refused | Failed:
    """End without a change; `result`: of the step that could not go on."""
    end = type(result) if result else Refused if problem.code.status == "refused" else Failed
    common = _list_common_fields(request, state, account)
    if result is not None:
        common["other_tier"] = result.other_tier
    return end(problem=problem, summary=str(problem), **common)


def _list_common_fields(
    request: Request, state: PipelineState, account: _Account
) -> dict[str, Any]:
    return {
        "run": request.run,
        "action": request.action,
        "attempts": account.attempts,
        "sent": account.sent,
        "trouble": account.trouble,
        "checks": account.checks,
        "steps": state.done,
    }
