"""What happens when a call does not fit a budget and the person chose to go on with Haiku.

Pure; never makes a budget larger, and never changes a tier or a model that the person named.
"""

from dataclasses import replace

from flux_lsp.core.errors import ErrorCode, Problem
from flux_lsp.engine.run_state import RunState
from flux_lsp.engine.services import Services
from flux_lsp.models.client import Route


def throttle(state: RunState, refusal: Problem, services: Services) -> RunState | None:
    """Return the state that asks Haiku instead of Sonnet; None when the run has to stop.

    Haiku is not asked again for what it has failed at.
    """
    settings, request = services.settings, state.prepared.request
    chosen = request.tier is not None or bool(request.model or settings.model)
    if (
        refusal.code is not ErrorCode.OVER_BUDGET
        or settings.budget.at_limit != "haiku"
        or chosen
        or state.route.tier == "haiku"
        or state.doubtful is not None  # its answer is there already
        or any(entry.tier == "haiku" for entry in state.tried)
    ):
        return None
    route = services.choose_route("haiku", False, "")
    if isinstance(route, Problem):
        return None
    return replace(state, route=_explain(route, refusal))


def _explain(route: Route, refusal: Problem) -> Route:
    return replace(route, reason=f"haiku instead of sonnet: {refusal.message}")
