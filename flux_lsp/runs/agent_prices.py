"""Whom each of several agents would ask at a place, and about what that would cost.

Prepares the place once and sends nothing.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from flux_lsp.actions.action import Action
from flux_lsp.core.errors import Problem
from flux_lsp.core.text import Snapshot, Span
from flux_lsp.core.tiers import Tier
from flux_lsp.core.usage import Usage
from flux_lsp.engine.prepare import prepare_request
from flux_lsp.engine.routes import choose_route
from flux_lsp.engine.routing import choose_first_call
from flux_lsp.engine.values import Request
from flux_lsp.models.routing.estimates import expect_output
from flux_lsp.runs.session import RunSession

# A run on 100 lines: their tokens, and those of the rules, the tools and what stands around them.
_TARGET_TOKENS, _OTHER_TOKENS = 1_000, 3_500
_CHARACTERS = 4  # of a brief in English for a token
_PATIENCE = 0.0  # seconds to wait for an index: nobody waits for a guess


class ExpectedCall(NamedTuple):
    """The tier that a run would begin on, and the likely price of its first call; None if unknown."""

    tier: Tier
    usd: float | None = None


async def expect_calls(
    session: RunSession, request: Request, actions: Sequence[Action]
) -> Mapping[str, ExpectedCall]:
    """Expect the first call of each action, by its id, for a request without an instruction."""
    plain = {action.id: ExpectedCall(action.tier) for action in actions}
    services = await session.configuration.get_services(request.snapshot.uri, _PATIENCE)
    if not actions or services.not_ready is not None:
        return plain
    shown = actions[0]._replace(returns="answer", needs_instruction=False)
    prepared = await prepare_request(shown, request, services)
    if isinstance(prepared, Problem):
        return plain

    def expect(action: Action) -> ExpectedCall:
        own = replace(prepared, action=action)
        first = choose_first_call(action, own, own.request, services, {})
        if isinstance(first, Problem):
            return plain[action.id]
        decision = first.decision
        return ExpectedCall(decision.tier, decision.usd[decision.tier])

    return await asyncio.to_thread(lambda: {action.id: expect(action) for action in actions})


async def describe_price(session: RunSession, action: Action, snapshot: Snapshot) -> str:
    """Say which model a run of an agent asks now, and about what that costs; "" where nothing is known.

    `snapshot` is a document whose settings count.
    """
    services = await session.configuration.get_services(snapshot.uri, _PATIENCE)
    request = Request("", action.id, snapshot, Span(0, 0))
    route = choose_route(action, request, services, action.tier)
    if isinstance(route, Problem):
        return f"No model can be asked: {route.message}."
    output = expect_output(
        None,
        _TARGET_TOKENS,
        answers_in_text=not action.may_edit,
        thinks=route.thinking == "between_tools",
        most=route.max_output_tokens or _TARGET_TOKENS,
    )
    tokens = _TARGET_TOKENS + _OTHER_TOKENS + len(action.brief) // _CHARACTERS
    today = services.clock.now().date()
    usd = services.budget.price_of(Usage(input=tokens, output=output), route.model, today)
    price = "" if usd is None else f"; on 100 lines that costs about ${usd:.4f}"
    return f"Now it begins with `{route.model}`{price}."
