"""Shows what a run would send, byte for byte, and its highest price.

Never sends anything.
"""

from collections.abc import Sequence
from typing import Any, TypeVar

from flux_lsp.core.decision import Decision
from flux_lsp.core.errors import FluxError, Problem
from flux_lsp.core.usage import add_usd
from flux_lsp.engine.perform import preview
from flux_lsp.engine.pipelines.pipeline import begin
from flux_lsp.engine.pipelines.prices import StepPrice, price_steps
from flux_lsp.engine.prepare import prepare_request
from flux_lsp.engine.redact_in_thread import redact_in_thread
from flux_lsp.engine.services import Services
from flux_lsp.engine.values import Request
from flux_lsp.models.routing.words import explain_decision
from flux_lsp.models.size import estimate_body_tokens
from flux_lsp.runs.session import RunSession
from flux_lsp.runs.words import describe_preview

# Seconds to wait for a new index: the run that follows finds it there, and is to send the same.
_PATIENCE = 3.0
_T = TypeVar("_T")


async def preview_run(session: RunSession, request: Request) -> dict[str, Any]:
    """Return the JSON of `flux.preview`. Raises FluxError when the run would end before its first call.

    Of a pipeline it is the first call of the first step, with `steps` for all of them.
    """
    await session.configuration.refresh()
    services = await session.configuration.get_services(request.snapshot.uri, _PATIENCE)
    action = _check(await session.find_action(request.action, request.snapshot.uri))
    more: dict[str, Any] = {}
    if action.steps:
        prices = _check(await price_steps(action.steps, begin(request), request, services))
        state, more = prices[0].state, _describe_steps(prices, services)
    else:
        prepared = _check(await prepare_request(action, request, services))
        state = _check(await preview(action, prepared, request, services))
    prepared, prompt, route, decision = state.prepared, state.prompt, state.route, state.decision
    redacted = _check(await redact_in_thread(prompt, prepared.secrets))
    body = services.client.request_body(redacted.prompt, route)
    tokens = estimate_body_tokens(body)
    estimate = decision.estimates.get(route.tier)
    usd = estimate.usd if estimate else None
    return {
        "summary": describe_preview(request, route.tier, usd, prepared.context.sent),
        "model": route.model,
        "tier": route.tier,
        "reason": route.reason,
        "route": decision.to_json(),
        "explanation": explain_decision(decision),
        "estimates": _describe_estimates(decision),
        "sent": [{"path": s.path, "lines": s.lines, "why": s.why} for s in prepared.context.sent],
        "redacted": len(redacted.placeholders),
        "input_tokens": tokens,
        "max_tokens": prompt.max_tokens,
        "usd_at_most": await session.configuration.find_price_at_most(
            route, tokens, prompt.max_tokens
        ),
        "request": body,
        **more,
    }


def _describe_steps(prices: Sequence[StepPrice], services: Services) -> dict[str, Any]:
    """Describe the steps of a pipeline, and what is set aside for all; the first call is the request."""
    most = [price.find_highest(services) for price in prices]
    steps = [
        {
            "agent": price.step.agent,
            "model": price.state.route.model,
            "reason": price.state.route.reason,
            "route": price.state.decision.to_json(),
            "explanation": explain_decision(price.state.decision),
            "estimates": _describe_estimates(price.state.decision),
            "input_tokens": price.tokens,
            "max_tokens": price.max_tokens,
            "usd_at_most": usd,
        }
        for price, usd in zip(prices, most, strict=True)
    ]
    return {"steps": steps, "usd_at_most": add_usd(most)}


def _describe_estimates(decision: Decision) -> dict[str, Any]:
    return {tier: each and each.to_json() for tier, each in decision.estimates.items()}


def _check(value: _T | Problem) -> _T:
    if isinstance(value, Problem):
        raise FluxError(value.code, value.message, value.hint)
    return value
