"""Keeps what one session knows about models: catalogue, live list and refusals.

Never decides: `tiers` and `router` do.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2s
from typing import TYPE_CHECKING

from flux_lsp.core.clock import Clock
from flux_lsp.core.conversation import CallError
from flux_lsp.core.errors import Problem
from flux_lsp.core.tiers import TIERS, Tier
from flux_lsp.models.availability import Refusal, RefusalMemory
from flux_lsp.models.catalogue import Catalogue, ModelInfo
from flux_lsp.models.client import ModelClient, Route
from flux_lsp.models.names import suggest
from flux_lsp.models.router import choose_route
from flux_lsp.models.tiers import TierModel, describe_model, resolve, resolve_pin

if TYPE_CHECKING:
    from flux_lsp.settings.credentials import Credentials
    from flux_lsp.settings.schema import Settings

# The list of models changes a few times a year; a server that could not be asked may be back soon.
_FRESH_SECONDS = 6 * 3600.0
_AGAIN_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class ModelPreferences:
    """What the settings say about models. `credential` tells keys apart without being one."""

    provider: str
    model: str | None
    pins: Mapping[Tier, str]
    credential: str


def read_preferences(
    settings: "Settings", credentials: "Credentials", model: str = ""
) -> ModelPreferences:
    """Read the preferences from these settings; `model`, if given, is the one for everything."""
    provider = "anthropic" if settings.provider == "auto" else settings.provider
    pins: dict[Tier, str] = {"haiku": settings.models.haiku, "sonnet": settings.models.sonnet}
    secret = f"{credentials.kind}\0{credentials.secret}\0{credentials.command}\0{settings.base_url}"
    identity = blake2s(secret.encode(), digest_size=8).hexdigest()
    own = "" if model.strip().lower() == "auto" else model
    return ModelPreferences(provider, own or settings.model, pins, identity)


class Selection:
    """Chooses routes and remembers what the Models API and refused calls have taught."""

    def __init__(self, catalogue: Catalogue, clock: Clock) -> None:
        self._catalogue = catalogue
        self._clock = clock
        self._refusals = RefusalMemory(clock)
        self._live: dict[str, tuple[ModelInfo, ...]] = {}  # by credential
        self._ask_again: dict[str, float] = {}

    def use(self, catalogue: Catalogue) -> None:
        """Use this catalogue from now on; keeps what it has learnt."""
        self._catalogue = catalogue

    def choose_route(
        self, tier: Tier, may_fall_back: bool, preferences: ModelPreferences
    ) -> Route | Problem:
        """Choose the route of a call, or say why there is none."""
        if preferences.provider == "offline":
            return Route(tier, "offline", "`provider` is offline", provider="offline")
        resolved = {each: self.resolve_tier(each, preferences) for each in TIERS}
        models = [
            m for tier_model in resolved.values() for m in (tier_model.model, tier_model.stand_in)
        ]
        refused: dict[str, Refusal] = {}
        for model in filter(None, models):
            refusal = self._refusals.find_refusal(preferences.credential, model.id)
            if refusal is not None:
                refused[model.id] = refusal
        return choose_route(
            tier, resolved, refused, provider=preferences.provider, may_fall_back=may_fall_back
        )

    def resolve_tier(self, tier: Tier, preferences: ModelPreferences) -> TierModel:
        """Find the model of a tier, why, and what is wrong with a pin."""
        today = self._clock.now().date()
        live = self._live.get(preferences.credential)
        if preferences.model:
            return resolve_pin(tier, preferences.model, "model", live, self._catalogue, today)
        pin = preferences.pins[tier]
        return resolve(tier, pin, live, self._catalogue, today, preferences.provider)

    def is_gone(self, model: str, preferences: ModelPreferences) -> bool:
        """Whether the model is retired, as far as Flux knows."""
        known = describe_model(model, self._live.get(preferences.credential), self._catalogue)
        return known.state(self._clock.now().date()) == "retired"

    def suggest_model(self, model: str, preferences: ModelPreferences) -> str | None:
        """Suggest the model that a wrong name may mean; None if the name is right, or like no other."""
        today = self._clock.now().date()
        live = [each.id for each in self._live.get(preferences.credential, ())]
        if model in live or self._catalogue.get(model) is not None:
            return None
        shipped = [name for each in self._catalogue.models for name in (each.id, *each.aliases)]
        lines = dict.fromkeys(each.line for each in self._catalogue.models if each.line)
        newest = {
            line: info.id for line in lines if (info := self._catalogue.find_newest(line, today))
        }
        return suggest(model, [*live, *shipped], newest)

    def record_refusal(
        self, route: Route, preferences: ModelPreferences, status: int | None = None
    ) -> bool:
        """Remember that this key cannot use the route's model; True when that is news."""
        return self._refusals.refuse(preferences.credential, route.model, status)

    def record_answer(self, route: Route, preferences: ModelPreferences) -> None:
        """Forget a refusal: the model answered."""
        self._refusals.accept(preferences.credential, route.model)

    async def refresh(self, client: ModelClient, preferences: ModelPreferences) -> CallError | None:
        """Ask the Models API, unless that was a short while ago; returns the error if that fails."""
        now = self._clock.monotonic()
        if preferences.provider != "anthropic" or now < self._ask_again.get(
            preferences.credential, now
        ):
            return None
        self._ask_again[preferences.credential] = now + _AGAIN_SECONDS
        listed = await client.models()
        if isinstance(listed, CallError):
            return listed
        self._live[preferences.credential] = tuple(listed)
        self._ask_again[preferences.credential] = now + _FRESH_SECONDS
        return None
