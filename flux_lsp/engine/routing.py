"""Chooses the tier and model of a run's first call from the prepared request: facts, points, prices, rules.

Never sends anything, and decides nothing itself: `models.routing` does.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flux_lsp.actions.action import Action
from flux_lsp.core.assignment import Treatment
from flux_lsp.core.conversation import Prompt
from flux_lsp.core.decision import Decision, Estimate
from flux_lsp.core.errors import Problem
from flux_lsp.core.tiers import TIERS, Tier
from flux_lsp.engine.prepare import PreparedRequest, write_question
from flux_lsp.engine.prompt import is_large
from flux_lsp.engine.routes import choose_decided_route, choose_route
from flux_lsp.engine.services import Services
from flux_lsp.engine.tier_wish import read_wish
from flux_lsp.engine.values import Request, Strategy
from flux_lsp.models.client import Route
from flux_lsp.models.routing.estimates import (
    MeasuredPrompt,
    expect_output,
    expect_usage,
    measure_prompt,
)
from flux_lsp.models.routing.facts import RoutingFacts, read_characteristics
from flux_lsp.models.routing.rules import Situation, decide
from flux_lsp.models.routing.score import Matrix, compute_points
from flux_lsp.models.size import estimate_body_tokens
from flux_lsp.settings.routing import MatrixSettings

# How much of the room below Haiku's long-prompt step the first question may take: answers and
# corrections of a retry go into the same conversation.
_FIRST_QUESTION = 0.9


@dataclass(frozen=True)
class FirstCall:
    """The first call of a run: what is asked, of which model, and the decision that led there."""

    prepared: PreparedRequest
    prompt: Prompt
    strategy: Strategy
    route: Route
    decision: Decision
    is_fallback: bool = False  # a tier is asked that nobody chose for this request


@dataclass(frozen=True)
class _Question:
    """The request, its first prompt, and the body that would go to each tier that can be reached."""

    prepared: PreparedRequest
    prompt: Prompt
    strategy: Strategy
    bodies: Mapping[Tier, Mapping[str, object]]


def choose_first_call(
    action: Action,
    prepared: PreparedRequest,
    request: Request,
    services: Services,
    typical_output: Mapping[Tier, int],
) -> FirstCall | Problem:
    """Choose the first call, or say why there is no model for it.

    `typical_output`: how long the answers to this action usually are, by tier.
    """
    routes = {tier: choose_route(action, request, services, tier) for tier in TIERS}
    reachable = {tier: route for tier, route in routes.items() if isinstance(route, Route)}
    question = _ask(prepared, reachable, services)
    decision = _decide(action, question, request, services, reachable, typical_output)
    if decision.tier == "haiku" and (excess := _measure_excess(question, reachable, services)):
        shorter = prepared.narrow(excess)
        if shorter is not prepared:
            question = _ask(shorter, reachable, services)
        dear = _measure_excess(question, reachable, services) > 0
        decision = _decide(action, question, request, services, reachable, typical_output, dear)
        if decision.tier != "haiku":  # the other tier has no such step, so nothing is cut
            question = _ask(prepared, reachable, services)
    decision, change = _assign(question, request, services, reachable, decision)
    route = choose_decided_route(action, decision, request, services, change)
    if isinstance(route, Problem):
        return route
    fallback = decision.rule == "unreachable" or route.tier != decision.tier
    rule = "unreachable" if fallback else decision.rule
    decision = replace(decision, tier=route.tier, model=route.model, rule=rule)
    first = FirstCall(
        question.prepared, question.prompt, question.strategy, route, decision, fallback
    )
    return _tighten(first, services) if fallback else first


def _assign(
    question: _Question,
    request: Request,
    services: Services,
    reachable: Mapping[Tier, Route],
    decision: Decision,
) -> tuple[Decision, Treatment]:
    """Return the decision with its part in an experiment, and what the experiment changes.

    What only one tier could answer takes no part: neither arm would be like the other.
    """
    if len(reachable) < len(TIERS) or _measure_excess(question, reachable, services):
        return decision, Treatment()
    assignment = services.assign(request, decision)
    if assignment is None:
        return decision, Treatment()
    tier, change = assignment.change.tier or decision.tier, assignment.change
    named = replace(decision, tier=tier, experiment=assignment.experiment, arm=assignment.arm)
    return named, change


def _tighten(first: FirstCall, services: Services) -> FirstCall:
    """Return the call with tighter guards: a wider view, and the whole of the target as answer."""
    prepared = first.prepared.widen()
    strategy: Strategy = "text" if first.strategy == "text" else "rewrite"
    if strategy != "text" and is_large(prepared.context):
        strategy = "edits"
    prompt = write_question(prepared, strategy, services.settings.max_tokens)
    return replace(first, prepared=prepared, strategy=strategy, prompt=prompt)


def _ask(
    prepared: PreparedRequest, reachable: Mapping[Tier, Route], services: Services
) -> _Question:
    strategy: Strategy = "text" if services.settings.dialect == "text" else "any"
    if strategy != "text" and is_large(prepared.context):
        strategy = "edits"
    prompt = write_question(prepared, strategy, services.settings.max_tokens)
    bodies = {
        tier: services.client.request_body(prompt, route) for tier, route in reachable.items()
    }
    return _Question(prepared, prompt, strategy, bodies)


def _decide(
    action: Action,
    question: _Question,
    request: Request,
    services: Services,
    reachable: Mapping[Tier, Route],
    typical_output: Mapping[Tier, int],
    dear: bool = False,
) -> Decision:
    settings, now = services.settings, services.clock.monotonic()
    estimates = {
        tier: _estimate(question, tier, reachable[tier], services, typical_output.get(tier))
        for tier in reachable
    }
    wish = read_wish(action, request, settings)
    characteristics = read_characteristics(_list_facts(action, question.prepared))
    situation = Situation(
        models={tier: reachable[tier].model if tier in reachable else "" for tier in TIERS},
        usual=wish.usual,
        pinned=wish.pinned,
        preset=wish.preset,
        turned=bool(wish.phrase) and wish.preset == "sonnet",
        one_model=bool(settings.model),
        is_security_critical="security_critical" in characteristics,
        unreachable=frozenset(set(TIERS) - set(reachable)),
        dear=dear,
        remark=request.remark and action.escalates_to == "sonnet",
        recent=services.memory.find_recent(request.snapshot.uri, now),
        cut=services.find_cut(request, settings.routing.cut),
        estimates=estimates,
    )
    tokens = max((each.input_tokens for each in estimates.values() if each), default=0)
    matrix = read_matrix(settings.routing.matrix)
    points = compute_points(characteristics, matrix, action.points, tokens)
    decision = decide(situation, points)
    return replace(decision, because=wish.explain(decision))


def read_matrix(settings: MatrixSettings) -> Matrix:
    """Return the matrix of the settings."""
    points = settings.model_dump()
    return Matrix(points, action=points.pop("action"), long_prompt=points.pop("long_prompt"))


def _list_facts(action: Action, prepared: PreparedRequest) -> RoutingFacts:
    request, context = prepared.request, prepared.context
    return RoutingFacts(
        instruction=request.instruction,
        paths=(request.snapshot.path,),
        target=context.target.text,
        diagnostics=[f"{each.source} {each.code} {each.message}" for each in request.diagnostics],
        always=action.characteristics,
        keeps_code="code_unchanged" in action.checks,
    )


def _estimate(
    question: _Question, tier: Tier, route: Route, services: Services, typical: int | None
) -> Estimate | None:
    """Estimate the call on a tier; None where its model cannot take the prompt."""
    prompt = measure_prompt(question.bodies[tier])
    longest = question.prompt.max_tokens
    if route.context_tokens is not None and prompt.tokens + longest > route.context_tokens:
        return None
    output = expect_output(
        typical,
        question.prepared.context.tokens_of_target,
        answers_in_text=question.prompt.answers_in_text,
        thinks=route.thinking == "between_tools",
        most=longest,
    )
    cached = _count_cached_tokens(prompt, route, services)
    usage = expect_usage(prompt, cached, output)
    today = services.clock.now().date()
    usd = services.budget.price_of(usage, route.model, today)
    return Estimate(route.model, prompt.tokens, cached, output, usd)


def _count_cached_tokens(prompt: MeasuredPrompt, route: Route, services: Services) -> int:
    return services.memory.count_cached_tokens(route.model, prompt, services.clock.monotonic())


def _measure_excess(
    question: _Question, reachable: Mapping[Tier, Route], services: Services
) -> int:
    """Return by how many tokens the prompt passes Haiku's long-prompt step or window, 0 for none."""
    route, body = reachable.get("haiku"), question.bodies.get("haiku")
    if route is None or body is None:
        return 0
    step = services.find_step(route.model)
    window = route.context_tokens and route.context_tokens - question.prompt.max_tokens
    bounds = [bound for bound in (step, window) if bound is not None]
    tokens = estimate_body_tokens(body)
    if not bounds or tokens <= min(bounds):
        return 0
    return tokens - int(min(bounds) * _FIRST_QUESTION)
