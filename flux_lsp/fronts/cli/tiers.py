"""Reports each tier for `models` and `doctor`: its model, the reason, the price, and whether it
answers.

Never spends money: it is free to ask which models a key can use.
"""

import asyncio
from dataclasses import asdict, dataclass
from datetime import date

from flux_lsp.core.conversation import CallError
from flux_lsp.core.tiers import TIERS, Tier
from flux_lsp.fronts.cli.workspace import CommandContext
from flux_lsp.models.catalogue import load_catalogue
from flux_lsp.models.client import ModelAvailability
from flux_lsp.models.connect import connect
from flux_lsp.models.prices import Price, Prices, Rates, load_prices
from flux_lsp.models.selection import ModelPreferences, Selection, read_preferences
from flux_lsp.models.tiers import TierModel
from flux_lsp.runs.clock import SystemClock
from flux_lsp.settings import paths
from flux_lsp.settings.credentials import Credentials, choose_credentials

_SECONDS = 10.0  # for all questions together


@dataclass(frozen=True, slots=True)
class TierReport:
    """One tier. `standing` is "unknown" if nobody asked or answered; `price` is None if not known."""

    tier: Tier
    model: str
    why: str
    warning: str
    standing: ModelAvailability
    context_tokens: int | None
    max_output_tokens: int | None
    price: Price | None
    retires_on: date | None
    replacement: str | None

    def to_json(self) -> dict[str, object]:
        """Return the JSON that scripts rely on."""
        return {
            "tier": self.tier,
            "model": self.model,
            "why": self.why,
            "warning": self.warning or None,
            "availability": self.standing,
            "context_tokens": self.context_tokens,
            "max_output_tokens": self.max_output_tokens,
            "usd_per_million_tokens": self.price and _format_price(self.price),
            "retires_on": self.retires_on and self.retires_on.isoformat(),
            "replacement": self.replacement,
        }


@dataclass(frozen=True)
class ModelsReport:
    """Both tiers, where Flux looked them up, and why it could not ask the server."""

    credentials: Credentials
    tiers: tuple[TierReport, ...]
    prices: Prices
    fault: str = ""
    warnings: tuple[str, ...] = ()


def report_models(place: CommandContext, *, check: bool) -> ModelsReport:
    """Look up both tiers; `check` asks the provider with the key, for some seconds at most."""
    credentials = choose_credentials(place.loaded)
    return asyncio.run(_look_up_tiers(place, credentials, check and credentials.is_usable))


async def _look_up_tiers(
    place: CommandContext, credentials: Credentials, check: bool
) -> ModelsReport:
    settings = place.loaded.settings
    catalogue = load_catalogue(paths.get_config_dir() / "catalogue.toml")
    prices = load_prices(paths.get_config_dir() / "prices.toml")
    warnings = (*catalogue.warnings, *prices.warnings)
    if settings.provider == "offline":
        tiers = tuple(_report_offline(tier) for tier in TIERS)
        return ModelsReport(credentials, tiers, prices, warnings=warnings)
    selection, wanted = Selection(catalogue, SystemClock()), read_preferences(settings, credentials)
    standing: dict[Tier, ModelAvailability] = {}
    fault = ""
    if check:
        fault, standing = await _ask(place, credentials, selection, wanted)
    tiers = tuple(
        _make_report(selection.resolve_tier(tier, wanted), standing.get(tier, "unknown"), prices)
        for tier in TIERS
    )
    return ModelsReport(credentials, tiers, prices, fault, warnings)


async def _ask(
    place: CommandContext, credentials: Credentials, selection: Selection, wanted: ModelPreferences
) -> tuple[str, dict[Tier, ModelAvailability]]:
    """Ask the server; returns why that failed, and what it said about each tier."""
    standing: dict[Tier, ModelAvailability] = {}
    client = connect(place.loaded.settings, credentials, SystemClock())
    try:
        async with asyncio.timeout(_SECONDS):
            fault = await selection.refresh(client, wanted)
            if isinstance(fault, CallError):
                return str(fault.problem), standing
            for tier in TIERS:
                model = selection.resolve_tier(tier, wanted).model
                answer = await client.probe(model.id)
                # Other servers list their models and know no route for a single one.
                standing[tier] = "available" if answer == "unknown" and model.live else answer
    except TimeoutError:
        return f"The server did not answer within {_SECONDS:.0f} seconds", standing
    finally:
        await client.close()
    return "", standing


def _make_report(resolved: TierModel, standing: ModelAvailability, prices: Prices) -> TierReport:
    model = resolved.model
    return TierReport(
        resolved.tier,
        model.id,
        resolved.why,
        resolved.warning,
        standing,
        model.context_tokens,
        model.max_output_tokens,
        prices.find_price(model.id, SystemClock().now().date()),
        model.retires_on,
        resolved.replacement,
    )


def _report_offline(tier: Tier) -> TierReport:
    free = Price(("offline",), date.min, Rates(0, 0, 0, 0))
    why = "`provider` is offline"
    return TierReport(tier, "offline", why, "", "available", None, None, free, None, None)


def _format_price(price: Price) -> dict[str, object]:
    rates: dict[str, object] = asdict(price.rates)
    if price.long is not None:
        rates["long_prompt"] = {"over_tokens": price.over, **asdict(price.long)}
    return rates
