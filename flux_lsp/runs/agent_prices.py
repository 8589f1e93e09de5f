"""Whom each of several agents would ask at a place, and about what that would cost.

Prepares the place once and sends nothing.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from flux_lsp.actions.action import Action
from flux_lsp.core.errors import Problem
from flux_lsp.core.tiers import Tier
from flux_lsp.engine.prepare import prepare_request
from flux_lsp.engine.routing import choose_first_call
from flux_lsp.engine.values import Request
from flux_lsp.runs.session import RunSession

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
