"""The state of the one loop: what it asks next, which model, and what has failed so far.

Frozen: each step makes the next state. Never sends anything and never waits.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flux_lsp.actions.action import Action
from flux_lsp.checks.values import CheckResult
from flux_lsp.core.conversation import CallError, Prompt, Reply
from flux_lsp.core.decision import Decision
from flux_lsp.core.errors import Problem
from flux_lsp.core.tiers import Tier
from flux_lsp.edits.values import Reject
from flux_lsp.engine.prepare import PreparedRequest, write_question
from flux_lsp.engine.prompt import continue_prompt, is_large
from flux_lsp.engine.reading import Answer
from flux_lsp.engine.routes import choose_route
from flux_lsp.engine.routing import choose_first_call
from flux_lsp.engine.services import Services
from flux_lsp.engine.steps import FailedAttempt, Retry, RetryLimits
from flux_lsp.engine.values import Attempt, Request, Strategy
from flux_lsp.models.client import Route

# Tokens of an answer that broke off: so much is paid for twice at most.
_MUCH = 500


@dataclass(frozen=True)
class RunState:
    """One moment of a run."""

    prepared: PreparedRequest
    route: Route
    prompt: Prompt
    strategy: Strategy
    started: float
    decision: Decision
    tried: tuple[FailedAttempt, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    cut: int = 0  # answers whose stream ended before they did
    trouble: str = ""  # what kept the end of the last call out of the ledger
    escalated: bool = False
    fallback: bool = False
    checks: tuple[CheckResult, ...] = ()  # of the answer that was read last
    doubtful: Answer | None = None  # an answer that stands if nothing better comes

    @property
    def attempt_number(self) -> int:
        """The number of the answer that the run asks for, from 1; calls without an answer don't count."""
        rejected = sum(isinstance(entry.failure, Reject) for entry in self.tried)
        return rejected + (self.doubtful is not None) + 1

    def add_failure(self, reply: Reply | None, failure: Reject | CallError) -> "RunState":
        """Return the state after a call whose answer cannot be used."""
        entry = FailedAttempt(self.route.tier, self.strategy, failure)
        cut = reply is not None and reply.stop_reason is None
        return replace(self, tried=(*self.tried, entry), cut=self.cut + cut)


def begin_state(
    action: Action,
    prepared: PreparedRequest,
    request: Request,
    services: Services,
    typical_output: Mapping[Tier, int],
) -> RunState | Problem:
    """Return the state before the first call, or why there is no model for it; sends nothing."""
    first = choose_first_call(action, prepared, request, services, typical_output)
    if isinstance(first, Problem):
        return first
    return RunState(
        first.prepared,
        first.route,
        first.prompt,
        first.strategy,
        services.clock.monotonic(),
        first.decision,
        fallback=first.is_fallback,
    )


def make_next_state(
    state: RunState,
    step: Retry,
    reply: Reply | None,
    failure: Reject | CallError | None,
    services: Services,
) -> RunState | Problem:
    """Return the state before the call that `step` decided on, or why there is no model for it."""
    route = _next_route(state, step, services)
    if isinstance(route, Problem):
        return route
    prepared = state.prepared.widen() if step.wider else state.prepared
    if step.resend or not isinstance(failure, Reject) or reply is None:
        same = step.strategy == state.strategy and not step.wider
        longest = services.settings.max_tokens
        prompt = state.prompt if same else write_question(prepared, step.strategy, longest)
    else:
        more = prepared.describe_widening(state.prepared)
        others = prepared.scope.has_others
        prompt = continue_prompt(
            state.prompt, prepared.action, reply, failure, step, more, others=others
        )
    return replace(
        state,
        prepared=prepared,
        route=route,
        prompt=prompt,
        strategy=step.strategy,
        escalated=state.escalated or step.why == "escalate",
        fallback=state.fallback or step.why == "fallback",
    )


def retry_limits(state: RunState, services: Services) -> RetryLimits:
    """The limits that are left for the next decision."""
    settings, request = services.settings, state.prepared.request
    pinned = request.tier is not None or bool(request.model or settings.model)
    free = not pinned and services.client.provider != "offline"
    other: Tier = "haiku" if state.route.tier == "sonnet" else "sonnet"
    action = state.prepared.action
    same = choose_route(action, request, services, state.route.tier)
    reachable = isinstance(services.choose_route(other, False, ""), Route)
    one_model = bool(settings.model) or services.client.provider == "offline"
    return RetryLimits(
        max_attempts=min(settings.max_attempts, action.attempts or settings.max_attempts)
        - (state.doubtful is not None),
        seconds_left=settings.deadline_seconds - (services.clock.monotonic() - state.started),
        sonnet=free
        and action.escalates_to == "sonnet"
        and isinstance(services.choose_route("sonnet", False, ""), Route),
        large=is_large(state.prepared.context),
        stand_in=isinstance(same, Route) and same.model != state.route.model,
        other_tier=other if free and reachable else None,
        offered_tier=other if reachable and not one_model else None,
    )


def limit_retries(fault: CallError, tried: tuple[FailedAttempt, ...]) -> CallError:
    """Allow one more try after a long answer broke off, and no further ones."""
    earlier = [entry.failure for entry in tried if isinstance(entry.failure, CallError)]
    often = fault.usage.output > _MUCH and any(
        fault_before.usage.output > _MUCH for fault_before in earlier
    )
    return replace(fault, retryable=False) if often else fault


def _next_route(state: RunState, step: Retry, services: Services) -> Route | Problem:
    action, request = state.prepared.action, state.prepared.request
    if step.why == "fallback":  # its reason names the model that was refused
        return choose_route(action, request, services, state.route.tier, may_fall_back=True)
    if step.tier != state.route.tier:
        return choose_route(action, replace(request, model=""), services, step.tier)
    return state.route
