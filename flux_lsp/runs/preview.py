"""Shows what a run would send, byte for byte, and its highest price.

Never sends anything.
"""

from typing import Any, TypeVar

from flux_lsp.core.errors import FluxError, Problem
from flux_lsp.engine.perform import preview
from flux_lsp.engine.prepare import prepare_request
from flux_lsp.engine.redact_in_thread import redact_in_thread
from flux_lsp.engine.values import Request
from flux_lsp.models.routing.words import explain_decision
from flux_lsp.models.size import estimate_body_tokens
from flux_lsp.runs.session import RunSession

# Seconds to wait for a new index: the run that follows finds it there, and is to send the same.
_PATIENCE = 3.0
_T = TypeVar("_T")


async def preview_run(session: RunSession, request: Request) -> dict[str, Any]:
    """Return the JSON of `flux.preview`. Raises FluxError when the run would end before its first call."""
    await session.configuration.refresh()
    services = await session.configuration.get_services(request.snapshot.uri, _PATIENCE)
    action = _check(await session.find_action(request.action, request.snapshot.uri))
    prepared = _check(await prepare_request(action, request, services))
    state = _check(await preview(action, prepared, request, services))
    prepared, prompt, route, decision = state.prepared, state.prompt, state.route, state.decision
    redacted = _check(await redact_in_thread(prompt, prepared.secrets))
    body = services.client.request_body(redacted.prompt, route)
    tokens = estimate_body_tokens(body)
    return {
        "model": route.model,
        "tier": route.tier,
        "reason": route.reason,
        "route": decision.to_json(),
        "explanation": explain_decision(decision),
        "estimates": {tier: each and each.to_json() for tier, each in decision.estimates.items()},
        "sent": [{"path": s.path, "lines": s.lines, "why": s.why} for s in prepared.context.sent],
        "redacted": len(redacted.placeholders),
        "input_tokens": tokens,
        "max_tokens": prompt.max_tokens,
        "usd_at_most": await session.configuration.find_price_at_most(
            route, tokens, prompt.max_tokens
        ),
        "request": body,
    }


def _check(value: _T | Problem) -> _T:
    if isinstance(value, Problem):
        raise FluxError(value.code, value.message, value.hint)
    return value
