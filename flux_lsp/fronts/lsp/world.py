"""Everything a run needs that is made from the settings: client, models, prices, ledger.

Made in a thread and never changed afterwards; what was learnt of models is carried over.
"""

import asyncio
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from flux_lsp.actions.action import Action
from flux_lsp.core.clock import Clock
from flux_lsp.core.errors import Code, FluxError, Problem
from flux_lsp.core.tiers import TIERS, Tier
from flux_lsp.core.usage import Usage
from flux_lsp.engine.purse import Purse
from flux_lsp.engine.services import Services, Surroundings
from flux_lsp.engine.values import Request
from flux_lsp.fronts.lsp.clock import SystemClock
from flux_lsp.fronts.lsp.configuration import Read
from flux_lsp.fronts.lsp.documents import Documents, named_file
from flux_lsp.fronts.lsp.surroundings import TextOf, look_around
from flux_lsp.fronts.lsp.syntax_cache import SyntaxCache
from flux_lsp.ledger.store import Ledger
from flux_lsp.ledger.values import Limits
from flux_lsp.models.catalogue import load_catalogue
from flux_lsp.models.client import ModelClient, Route
from flux_lsp.models.connect import connect
from flux_lsp.models.prices import Prices, list_price, load_prices, price_usd
from flux_lsp.models.selection import Selection, Wishes, wishes
from flux_lsp.settings import paths
from flux_lsp.settings.credentials import Credentials
from flux_lsp.settings.load import Loaded


@dataclass(frozen=True)
class World:
    """What the settings come to."""

    read: Read
    wanted: Wishes
    client: ModelClient
    selection: Selection
    prices: Prices
    ledger: Ledger
    clock: Clock
    syntax: SyntaxCache
    warnings: tuple[str, ...]
    text_of: TextOf
    tell: Callable[[str], None]  # a sentence for the person
    real_roots: Mapping[Path, Path] = field(
        default_factory=dict
    )  # where a root that is a link leads
    _learning: set["asyncio.Task[object]"] = field(default_factory=set)

    @property
    def loaded(self) -> tuple[Loaded, ...]:
        """Settings per workspace folder, the first one leads."""
        return self.read.loaded

    @property
    def credentials(self) -> Credentials:
        """Where the key comes from."""
        return self.read.credentials

    def services(self, uri: str) -> Services:
        """What a run on this document needs."""
        loaded = self._loaded_for(uri)
        root = loaded.root
        settings = loaded.settings
        budget = settings.budget

        def wanted(model: str = "") -> Wishes:
            return wishes(settings, self.credentials, model)

        limits = Limits(budget.per_action_usd, budget.per_day_usd, budget.per_month_usd)

        def choose(tier: Tier, may_fall_back: bool, model: str = "") -> Route | Problem:
            route = self.selection.choose(tier, may_fall_back, wanted(model))
            if isinstance(route, Problem):
                return route
            if may_fall_back and route.stands_in:
                self.tell(route.reason)
            return (self._misnamed(route, wanted(model)) if limits.any else None) or route

        async def surroundings(request: Request, action: Action) -> Surroundings:
            return await asyncio.to_thread(
                look_around, request, action, root, settings, self.text_of
            )

        return Services(
            settings=settings,
            not_ready=self._not_ready(),
            client=self.client,
            purse=Purse(
                self.ledger,
                limits,
                self._list_price,
                self._price,
                self.clock,
                self.client.provider,
                root,
            ),
            clock=self.clock,
            surroundings=surroundings,
            choose=choose,
            unavailable=lambda route, status: self._unavailable(route, wanted(), status),
            available=lambda route: self._available(route, wanted()),
            parse=self.syntax.parse,
            exists=lambda path: root is not None and (root / path).exists(),
        )

    def _not_ready(self) -> Problem | None:
        if self.credentials.found:
            return None
        return Problem(Code.NOT_CONFIGURED, self.credentials.problem, self.credentials.hint)

    def _unavailable(self, route: Route, wanted: Wishes, status: int | None) -> None:
        self.selection.unavailable(route, wanted, status)

    def _misnamed(self, route: Route, wanted: Wishes) -> Problem | None:
        """Why a name that has no price is not taken for a model of the person's own."""
        if self.price_at_most(route, 1, 1) is not None:
            return None
        if self.selection.is_gone(route.model, wanted):
            return Problem(
                Code.MODEL_UNAVAILABLE,
                f"{route.model} is retired, and it has no price any more",
                f"Set `{route.setting}` to `auto` or to {route.replacement}",
            )
        meant = self.selection.meant(route.model, wanted)
        if meant is None:
            return None
        return Problem(
            Code.MODEL_UNAVAILABLE,
            f"No model is known as `{route.model}`, and it has no price",
            f"Did you mean {meant}? Set `{route.setting}` to it or to `auto`; should it be a model of "
            "your own, add its price to `prices.toml` in the config folder",
        )

    def _available(self, route: Route, wanted: Wishes) -> None:
        self.selection.available(route, wanted)
        if self.credentials.kind == "command":  # it has run by now: the list costs no question more
            task = asyncio.ensure_future(self.selection.refresh(self.client, wanted))
            self._learning.add(task)
            task.add_done_callback(self._learning.discard)

    def price_at_most(self, route: Route, tokens: int, max_tokens: int) -> float | None:
        """The highest price a call can have."""
        return self._list_price(tokens, max_tokens, route.model, self.clock.now().date())

    async def status(self) -> dict[str, Any]:
        """Spending, budgets and models in effect."""
        budget = self.loaded[0].settings.budget
        try:
            spent = await asyncio.to_thread(self.ledger.spent)
            money: dict[str, Any] = {
                "day_usd": spent.day,
                "month_usd": spent.month,
                "held_usd": spent.held,
            }
        except FluxError as error:
            money = {"error": str(error.problem)}
        return {
            "provider": self.client.provider,
            "ready": self.credentials.found,
            "why_not": self.read.disabled or None,
            "spent": money,
            "budget": budget.model_dump(),
            "models": {tier: self._model(tier) for tier in ("haiku", "sonnet")},
        }

    def _model(self, tier: Tier) -> dict[str, Any]:
        route = self.selection.choose(tier, True, self.wanted)
        if isinstance(route, Problem):
            return {"model": None, "reason": str(route)}
        return {"model": route.model, "reason": route.reason}

    async def warm(self) -> None:
        """Load the SDK, the scanner and the list of models before the first run needs them."""
        from flux_lsp.context.seal import warm as warm_scanner

        await asyncio.to_thread(warm_scanner)
        if self.credentials.found:
            await self.client.warm()
        if self.credentials.found and self.credentials.kind != "command":
            # a password manager asks the person, and nobody has wished for anything yet
            await self.selection.refresh(self.client, self.wanted)

    async def close(self) -> None:
        """Give connections and the ledger back."""
        await self.client.close()
        await asyncio.to_thread(self.ledger.close)

    def _loaded_for(self, uri: str) -> Loaded:
        path = named_file(uri)
        inside = [
            one
            for one in self.loaded
            if path is not None and one.root is not None and self._holds(one.root, path)
        ]
        return max(inside, key=lambda one: len(str(one.root)), default=self.loaded[0])

    def _holds(self, root: Path, path: Path) -> bool:
        return path.is_relative_to(root) or path.is_relative_to(self.real_roots.get(root, root))

    def _list_price(self, tokens: int, longest: int, model: str, day: date) -> float | None:
        if self.client.provider == "offline":
            return 0.0
        return list_price(tokens, longest, model, day, self.prices)

    def _price(self, usage: Usage, model: str, day: date) -> float | None:
        if self.client.provider == "offline":
            return 0.0
        return price_usd(usage, model, day, self.prices)


def make_world(
    read: Read,
    data: Path,
    documents: Documents,
    tell: Callable[[str], None],
    old: World | None,
) -> World:
    """Build it; blocks on files, so call it in a thread. `old` lends what it has learnt."""
    first = read.loaded[0].settings
    clock = old.clock if old else SystemClock()
    catalogue = load_catalogue(paths.config_dir() / "catalogue.toml")
    prices = load_prices(paths.config_dir() / "prices.toml")
    selection = old.selection if old else Selection(catalogue, clock)
    selection.use(catalogue)
    wanted = wishes(first, read.credentials)
    documents.follow_roots()
    # the same server with the same key: the connection is kept, and what was learnt of the server
    same = old is not None and _access(old.wanted) == _access(wanted)
    return World(
        read=read,
        wanted=wanted,
        client=old.client if old and same else connect(first, read.credentials, clock),
        selection=selection,
        prices=prices,
        ledger=old.ledger if old else Ledger(paths.ledger_path(data), clock),
        clock=clock,
        syntax=documents.syntax,
        text_of=documents.read,
        tell=tell,
        real_roots={
            one.root: Path(os.path.realpath(one.root))
            for one in read.loaded
            if one.root is not None
        },
        warnings=(*catalogue.warnings, *prices.warnings, *_doubts(selection, wanted)),
    )


def _access(wanted: Wishes) -> tuple[str, str]:
    return wanted.provider, wanted.credential


def _doubts(selection: Selection, wanted: Wishes) -> Iterator[str]:
    """What is wrong with the models the person named, as far as it is known without asking."""
    if wanted.provider != "offline":
        yield from filter(None, (selection.resolved(tier, wanted).warning for tier in TIERS))
