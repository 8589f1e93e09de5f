"""What each step of a pipeline would be asked of, and what it could cost: before the first call.

Never sends anything. Each step is priced with the cache as the steps before it would leave it.
"""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, replace

from flux_lsp.actions.action import ActionStep
from flux_lsp.core.errors import Problem
from flux_lsp.core.usage import Usage
from flux_lsp.engine.perform import preview
from flux_lsp.engine.pipelines.pipeline import PipelineState, make_step_request
from flux_lsp.engine.pipelines.step_services import lay_over_services
from flux_lsp.engine.prepare import prepare_request
from flux_lsp.engine.run_state import RunState
from flux_lsp.engine.services import Services
from flux_lsp.engine.values import Request
from flux_lsp.models.routing.estimates import measure_prompt
from flux_lsp.models.size import estimate_body_tokens

# Tokens of a hand-over at its longest, which nobody knows yet.
_HAND_OVER_TOKENS = 6_000


@dataclass(frozen=True)
class StepPrice:
    """One step before it runs: its first call, and the tokens that this takes at most."""

    step: ActionStep
    request: Request
    state: RunState
    tokens: int

    @property
    def max_tokens(self) -> int:
        """The longest answer."""
        return self.state.prompt.max_tokens

    def find_highest(self, services: Services) -> float | None:
        """Return the highest price of the step's call; None when no price is known."""
        budget, today = services.budget, services.clock.now().date()
        return budget.list_price(self.tokens, self.max_tokens, self.state.route.model, today)


async def price_steps(
    steps: Sequence[ActionStep], state: PipelineState, request: Request, services: Services
) -> tuple[StepPrice, ...] | Problem:
    """Price the steps from `state.next` on, or say why one cannot run at all.

    A step gets room for what is handed over to it, and for the target once more, since those before
    may have made it longer. A step that is repeated after a rejection is not in it, nor is a retry.
    """
    services = replace(services, memory=deepcopy(services.memory))
    prices: list[StepPrice] = []
    for index in range(state.next, len(steps)):
        price = await _price(steps, replace(state, next=index), request, services)
        if isinstance(price, Problem):
            return price
        prices.append(price)
    return tuple(prices)


async def _price(
    steps: Sequence[ActionStep], state: PipelineState, request: Request, services: Services
) -> StepPrice | Problem:
    step = steps[state.next]
    own = make_step_request(steps, state, request, hold=0)
    services = lay_over_services(services, state.overlay, own.snapshot.uri)
    prepared = await prepare_request(step.action, own, services)
    if isinstance(prepared, Problem):
        return prepared
    first = await preview(step.action, prepared, own, services)
    if isinstance(first, Problem):
        return first
    body = services.client.request_body(first.prompt, first.route)
    tokens = estimate_body_tokens(body)
    written = Usage(cache_write=tokens)
    now = services.clock.monotonic()
    services.memory.record_call(first.route.model, measure_prompt(body), written, now)
    room = _HAND_OVER_TOKENS + prepared.context.tokens_of_target if state.next else 0
    return StepPrice(step, own, first, tokens + room)
