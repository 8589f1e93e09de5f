"""The route of a run's calls on a tier: the model that the person, the settings or an agent names.

Never sends anything.
"""

from dataclasses import replace
from typing import cast

from flux_lsp.actions.action import Action
from flux_lsp.core.assignment import Effort, Treatment
from flux_lsp.core.decision import Decision
from flux_lsp.core.errors import Problem
from flux_lsp.core.tiers import Tier
from flux_lsp.engine.services import Services
from flux_lsp.engine.values import Request
from flux_lsp.models.client import Route, get_other_tier


def choose_route(
    action: Action,
    request: Request,
    services: Services,
    tier: Tier,
    *,
    may_fall_back: bool = False,
) -> Route | Problem:
    """Choose the route on `tier`, or say why there is none.

    An agent's own model stands for its own tier alone, and less than a person's word; where this key
    cannot reach it, the tier's model is asked. Its effort counts where the model knows it.
    """
    own = _name_model(action, request, services, tier)
    route = services.choose_route(tier, may_fall_back and not own, own or request.model)
    if own and isinstance(route, Problem):
        route = services.choose_route(tier, may_fall_back, "")
    if isinstance(route, Problem) or action.effort not in route.efforts:
        return route
    return replace(route, effort=cast(Effort, action.effort))


def choose_decided_route(
    action: Action, decision: Decision, request: Request, services: Services, change: Treatment
) -> Route | Problem:
    """Choose the route of a first call; its reason names both models where one stands in.

    `change`: what an experiment changes.
    """
    tier, may_fall_back = decision.tier, request.tier is None
    if decision.rule == "unreachable":
        tier = get_other_tier(tier)
    if change.model:
        route = services.choose_route(tier, may_fall_back, change.model)
    else:
        route = choose_route(action, request, services, tier, may_fall_back=may_fall_back)
    if isinstance(route, Problem):
        return route
    reason = "; ".join(filter(None, (route.reason, decision.because)))
    return replace(route, reason=reason, effort=change.effort or route.effort)


def _name_model(action: Action, request: Request, services: Services, tier: Tier) -> str:
    is_asked_for = request.tier is not None or request.model or services.settings.model
    return "" if is_asked_for or tier != action.tier else action.model
