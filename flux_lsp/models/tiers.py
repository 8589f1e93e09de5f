"""Finds the model of a tier: the person's pin, else the Models API, else the catalogue.

Pure; never replaces a pin, but says what is wrong with it and what to use instead.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from flux_lsp.core.tiers import Tier
from flux_lsp.models.catalogue import Catalogue, ModelInfo, find_newest

# Used when a person's file has emptied the catalogue: there must be something to ask for.
_LAST_RESORT = {"haiku": "claude-haiku-5-5", "sonnet": "claude-sonnet-5-5"}


@dataclass(frozen=True, slots=True)
class TierModel:
    """A tier's model and `why` it is that one. `warning`: a sentence for the person, or ""."""

    tier: Tier
    model: ModelInfo
    why: str
    warning: str = ""
    replacement: str | None = None
    setting: str = ""  # the key that can name another model
    pinned: bool = False  # that key names this one
    stand_in: ModelInfo | None = None  # of the same line, for a pin that is going or gone


def resolve(
    tier: Tier,
    pin: str,
    live: Sequence[ModelInfo] | None,
    catalogue: Catalogue,
    today: date,
    provider: str = "anthropic",
) -> TierModel:
    """The model of `tier`. `pin`: a model id or "auto"; `live`: None when the server was not asked."""
    if pin.strip().lower() != "auto":
        return resolve_pin(tier, pin, f"models.{tier}", live, catalogue, today)
    listed = _find_newest_listed(tier, live, catalogue, today)
    if listed is not None:
        why = "newest that this key can list"
        return TierModel(tier, listed, why, setting=f"models.{tier}")
    shipped = catalogue.find_newest(tier, today) or ModelInfo(_LAST_RESORT[tier], described=False)
    why = "newest in the catalogue"
    model = _adapt_to_provider(shipped, provider)
    return TierModel(tier, model, why, setting=f"models.{tier}")


def resolve_pin(
    tier: Tier,
    pin: str,
    setting: str,
    live: Sequence[ModelInfo] | None,
    catalogue: Catalogue,
    today: date,
) -> TierModel:
    """The model that `setting` names, with a warning when it is gone, going or unknown."""
    model = describe_model(pin, live, catalogue)
    line = model.line if model.line in _LAST_RESORT else tier
    instead = model.replacement or _find_newest_id(line or tier, live, catalogue, today)
    warning = _find_complaint(model, live, today)
    if warning:
        warning = f"`{setting}` names {pin}, {warning}; set it to `auto` or {instead}"
    going = model.replacement is not None and model.state(today) != "active"
    stand_in = describe_model(instead, live, catalogue) if going else None
    why = f"`{setting}` asks for it"
    return TierModel(tier, model, why, warning, instead, setting, True, stand_in)


def describe_model(model: str, live: Sequence[ModelInfo] | None, catalogue: Catalogue) -> ModelInfo:
    """All that is known of an id: the API's word first, the catalogue's where it says nothing."""
    shipped = catalogue.get(model)
    names = (model, shipped.id, *shipped.aliases) if shipped else (model,)
    listed = next((each for each in live or () if each.id in names), None)
    if listed is None:
        return replace(shipped, id=model) if shipped else ModelInfo(model, described=False)
    if shipped is None:
        return listed
    if not listed.described:
        return replace(shipped, id=model, lifecycle=listed.lifecycle, live=True)
    line = listed.line or shipped.line
    return replace(listed, id=model, replacement=shipped.replacement, line=line)


def _find_complaint(model: ModelInfo, live: Sequence[ModelInfo] | None, today: date) -> str:
    state = model.state(today)
    if state == "retired":
        return "which is retired" + (f" since {model.retires_on}" if model.retires_on else "")
    if state == "deprecated":
        when = f" on {model.retires_on}" if model.retires_on else ""
        return f"which is deprecated and will be retired{when}"
    if live and not model.live:
        return "which this key's list of models does not hold"
    return ""


def _find_newest_id(
    line: str, live: Sequence[ModelInfo] | None, catalogue: Catalogue, today: date
) -> str:
    newest_model = _find_newest_listed(line, live, catalogue, today) or catalogue.find_newest(
        line, today
    )
    return newest_model.id if newest_model else _LAST_RESORT["sonnet"]


def _find_newest_listed(
    line: str, live: Sequence[ModelInfo] | None, catalogue: Catalogue, today: date
) -> ModelInfo | None:
    listed = [describe_model(each.id, [each], catalogue) for each in live or ()]
    return find_newest(listed, line, today)


def _adapt_to_provider(model: ModelInfo, provider: str) -> ModelInfo:
    return replace(model, id=f"anthropic.{model.id}") if provider == "bedrock" else model
