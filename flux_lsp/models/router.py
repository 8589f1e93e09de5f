"""Chooses the model of a call, how to ask it and why, as a pure function.

Never does I/O: its arguments say what a tier resolves to and which models were refused.
"""

from collections.abc import Mapping
from dataclasses import replace

from flux_lsp.core.assignment import Effort
from flux_lsp.core.errors import ErrorCode, Problem
from flux_lsp.core.tiers import Tier
from flux_lsp.models.availability import Refusal
from flux_lsp.models.catalogue import ModelInfo
from flux_lsp.models.client import Route, Thinking, get_other_tier
from flux_lsp.models.tiers import TierModel


def choose_route(
    wanted: Tier,
    resolved: Mapping[Tier, TierModel],
    refused: Mapping[str, Refusal],
    *,
    provider: str,
    may_fall_back: bool,
) -> Route | Problem:
    """The route for `wanted`; when its model was refused, what replaces a pin that is going or gone,
    else the other tier's where that is allowed. A model that was only busy is asked again where
    nothing may stand in.

    `refused` is by model id. A route whose tier is not `wanted` is a fallback; its reason says so.
    """
    first = resolved[wanted]
    refusal = refused.get(first.model.id)
    if refusal is None:
        warning = f"; {first.warning}" if first.warning else ""
        return _make_route(first, f"{wanted}: {first.why}{warning}", provider)
    if first.stand_in is not None and first.stand_in.id not in refused:
        reason = f"{first.model.id} {refusal.words}, so {first.stand_in.id}, which replaces it, stands in"
        return _make_route(replace(first, model=first.stand_in), reason, provider, stands_in=True)
    second = resolved[get_other_tier(wanted)]
    usable = second.model.id != first.model.id and second.model.id not in refused
    if not may_fall_back or not usable:
        if refusal.is_lasting:
            return _explain_unavailable(first, refusal)
        return _make_route(first, f"{wanted}: {first.why}", provider)
    reason = (
        f"{first.model.id} {refusal.words}, so {second.tier} stands in for {wanted}: {second.why}"
    )
    return _make_route(second, reason, provider, stands_in=True)


def _make_route(
    resolved: TierModel, reason: str, provider: str, *, stands_in: bool = False
) -> Route:
    model = resolved.model
    thinking = _choose_thinking(model)
    return Route(
        tier=resolved.tier,
        model=model.id,
        reason=reason,
        provider=provider,
        thinking=thinking,
        effort=_choose_effort(model, thinking),
        efforts=model.effort,
        strict_tools=model.strict_tools,
        max_output_tokens=model.max_output_tokens,
        context_tokens=model.context_tokens,
        described=model.described,
        replacement=resolved.replacement,
        setting=resolved.setting,
        pinned=resolved.pinned,
        stands_in=stands_in,
    )


def _choose_thinking(model: ModelInfo) -> Thinking | None:
    """Turn thinking off, if the model thinks by default and allows it: somebody waits at the editor."""
    if "adaptive" not in model.thinking:
        return None
    if "disabled" in model.thinking:
        return "disabled"
    return "between_tools" if "between_tools" in model.thinking else None


def _choose_effort(model: ModelInfo, thinking: Thinking | None) -> Effort | None:
    """Choose less effort than the slow default; Haiku without thinking needs no change."""
    if "medium" not in model.effort or (model.line == "haiku" and thinking == "disabled"):
        return None
    return "low" if model.line == "haiku" else "medium"


def _explain_unavailable(resolved: TierModel, refusal: Refusal) -> Problem:
    name = resolved.model.id
    instead = f" or to {resolved.replacement}" if resolved.replacement else ""
    return Problem(
        ErrorCode.MODEL_UNAVAILABLE,
        f"{name} {refusal.words}",
        f"Set `{resolved.setting}` to another model{instead}, or use a key that can reach it; "
        "Flux tries it again in some minutes",
    )
