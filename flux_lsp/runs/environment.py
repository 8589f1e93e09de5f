"""What a run needs and the settings determine: client, models, prices, ledger.

Made in a thread and never changed afterwards; a new one takes over what the old one learnt.
"""

import asyncio
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from flux_lsp.core.clock import Clock
from flux_lsp.core.errors import ErrorCode, FluxError, Problem
from flux_lsp.core.tiers import TIERS, Tier
from flux_lsp.core.usage import Usage
from flux_lsp.engine.call_budget import CallBudget
from flux_lsp.engine.services import Services
from flux_lsp.ledger.budgets import make_limits
from flux_lsp.ledger.confidence import read_trust
from flux_lsp.ledger.lengths import read_typical_output
from flux_lsp.ledger.run_log import RunLog
from flux_lsp.ledger.store import Ledger
from flux_lsp.models.catalogue import load_catalogue
from flux_lsp.models.client import ModelClient, Route
from flux_lsp.models.connect import connect
from flux_lsp.models.prices import Prices, compute_highest_price, compute_price, load_prices
from flux_lsp.models.routing.memory import RoutingMemory
from flux_lsp.models.selection import ModelPreferences, Selection, read_preferences
from flux_lsp.runs.background import BackgroundTasks
from flux_lsp.runs.clock import SystemClock
from flux_lsp.runs.documents import WorkspaceDocuments
from flux_lsp.runs.model_names import explain_unknown_name
from flux_lsp.runs.project_checks import ProjectChecks
from flux_lsp.runs.project_index import ProjectIndexes
from flux_lsp.runs.session_settings import SessionSettings
from flux_lsp.runs.syntax_cache import SyntaxCache
from flux_lsp.runs.workspace_context import ReadDocument, gather_context
from flux_lsp.settings import paths


@dataclass(frozen=True)
class Environment:
    """What follows from the settings. `real_roots`: where a root that is a link leads."""

    settings: SessionSettings
    wanted: ModelPreferences
    client: ModelClient
    selection: Selection
    prices: Prices
    ledger: Ledger
    clock: Clock
    syntax: SyntaxCache
    warnings: tuple[str, ...]
    text_of: ReadDocument
    projects: ProjectIndexes
    checks: ProjectChecks
    tell: Callable[[str], None]  # a sentence for the person
    real_roots: Mapping[Path, Path] = field(default_factory=dict)
    memory: RoutingMemory = field(default_factory=RoutingMemory)
    _learning: BackgroundTasks = field(default_factory=BackgroundTasks)

    def make_services(self, uri: str, patience: float) -> Services:
        """Return the services for a run on this document; `patience` as in `gather_context`."""
        loaded = self.settings.choose_folder(uri, self.real_roots)
        root = loaded.root
        settings = loaded.settings
        budget = settings.budget

        def preferences(model: str = "") -> ModelPreferences:
            return read_preferences(settings, self.settings.credentials, model)

        limits = make_limits(budget)

        def choose(tier: Tier, may_fall_back: bool, model: str = "") -> Route | Problem:
            route = self.selection.choose_route(tier, may_fall_back, preferences(model))
            if isinstance(route, Problem):
                return route
            if may_fall_back and route.stands_in:
                self.tell(route.reason)
            return (self._check_name(route, preferences(model)) if limits.any else None) or route

        return Services(
            settings=settings,
            not_ready=self._check_credentials(),
            client=self.client,
            budget=CallBudget(
                self.ledger,
                limits,
                self._find_list_price,
                self._find_price,
                self.clock,
                self.client.provider,
                root,
                budget.get_agent_limit,
            ),
            clock=self.clock,
            read_context=partial(
                gather_context, root, settings, self.text_of, self.projects, patience=patience
            ),
            choose_route=choose,
            record_unavailable=lambda route, status: self._record_unavailable(
                route, preferences(), status
            ),
            record_available=lambda route: self._record_available(route, preferences()),
            parse=self.syntax.parse,
            exists=lambda path: root is not None and (root / path).exists(),
            memory=self.memory,
            find_step=lambda model: self.prices.find_step(model, self.clock.now().date()),
            read_typical_output=lambda action: read_typical_output(self.ledger, action),
            run_checks=partial(self.checks.run, root, settings),
            trusts_confidence=lambda: read_trust(RunLog(self.ledger), self.clock.now()),
        )

    def _check_credentials(self) -> Problem | None:
        if self.settings.credentials.is_usable:
            return None
        return Problem(
            ErrorCode.NOT_CONFIGURED,
            self.settings.credentials.problem,
            self.settings.credentials.hint,
        )

    def _record_unavailable(
        self, route: Route, wanted: ModelPreferences, status: int | None
    ) -> None:
        self.selection.record_refusal(route, wanted, status)

    def _check_name(self, route: Route, wanted: ModelPreferences) -> Problem | None:
        if self.find_price_at_most(route, 1, 1) is not None:
            return None
        return explain_unknown_name(route, wanted, self.selection)

    def _record_available(self, route: Route, wanted: ModelPreferences) -> None:
        self.selection.record_answer(route, wanted)
        if (
            self.settings.credentials.kind == "command"
        ):  # it has run by now: the list costs no question more
            self._learning.start(self.selection.refresh(self.client, wanted))

    def find_price_at_most(self, route: Route, tokens: int, max_tokens: int) -> float | None:
        """Return the highest price that a call can have."""
        return self._find_list_price(tokens, max_tokens, route.model, self.clock.now().date())

    async def report_status(self) -> dict[str, Any]:
        """Report spending, budgets and the models in effect."""
        budget = self.settings.first.settings.budget
        try:
            spent = await asyncio.to_thread(self.ledger.read_spending)
            money: dict[str, Any] = spent.as_json()
        except FluxError as error:
            money = {"error": str(error.problem)}
        return {
            "provider": self.client.provider,
            **self.settings.describe_readiness(),
            "spent": money,
            "budget": budget.model_dump(),
            "models": {tier: self._describe_tier(tier) for tier in TIERS},
        }

    def _describe_tier(self, tier: Tier) -> dict[str, Any]:
        route = self.selection.choose_route(tier, True, self.wanted)
        if isinstance(route, Problem):
            return {"model": None, "reason": str(route)}
        return {"model": route.model, "reason": route.reason}

    async def warm(self) -> None:
        """Load the SDK, the scanner and the list of models before the first run needs them."""
        from flux_lsp.context.redact_prompt import warm as warm_scanner

        await asyncio.to_thread(warm_scanner)
        if self.settings.credentials.is_usable:
            await self.client.warm()
        if self.settings.credentials.is_usable and self.settings.credentials.kind != "command":
            # a password manager asks the person, and nobody has wished for anything yet
            await self.selection.refresh(self.client, self.wanted)

    async def close(self) -> None:
        """Close the connections and the ledger, and end what is indexed."""
        await self.projects.close()
        await self.client.close()
        await asyncio.to_thread(self.ledger.close)

    def _find_list_price(self, tokens: int, longest: int, model: str, day: date) -> float | None:
        if self.client.provider == "offline":
            return 0.0
        return compute_highest_price(tokens, longest, model, day, self.prices)

    def _find_price(self, usage: Usage, model: str, day: date) -> float | None:
        if self.client.provider == "offline":
            return 0.0
        return compute_price(usage, model, day, self.prices)


def make_environment(
    settings: SessionSettings,
    data: Path,
    documents: WorkspaceDocuments,
    tell: Callable[[str], None],
    old: Environment | None,
) -> Environment:
    """Build the environment; blocks on files, so call it in a thread. `old` passes on what it learnt."""
    first = settings.first.settings
    clock = old.clock if old else SystemClock()
    catalogue = load_catalogue(paths.get_config_dir() / "catalogue.toml")
    prices = load_prices(paths.get_config_dir() / "prices.toml")
    selection = old.selection if old else Selection(catalogue, clock)
    selection.use(catalogue)
    wanted = read_preferences(first, settings.credentials)
    documents.follow_roots()
    # the same server with the same key: the connection is kept, and what was learnt of the server
    same = old is not None and _get_access(old.wanted) == _get_access(wanted)
    return Environment(
        settings=settings,
        wanted=wanted,
        client=old.client if old and same else connect(first, settings.credentials, clock),
        selection=selection,
        prices=prices,
        ledger=old.ledger if old else Ledger(paths.get_ledger_path(data), clock),
        clock=clock,
        syntax=documents.syntax,
        text_of=documents.read,
        projects=old.projects if old else ProjectIndexes(data, documents.list_open),
        tell=tell,
        checks=old.checks if old else ProjectChecks(documents.list_open),
        memory=old.memory if old else RoutingMemory(),
        real_roots={
            folder.root: Path(os.path.realpath(folder.root))
            for folder in settings.folders
            if folder.root is not None
        },
        warnings=(*catalogue.warnings, *prices.warnings, *_find_doubts(selection, wanted)),
    )


def _get_access(wanted: ModelPreferences) -> tuple[str, str]:
    return wanted.provider, wanted.credential


def _find_doubts(selection: Selection, wanted: ModelPreferences) -> Iterator[str]:
    """List what is wrong with the models that the person named, without asking a server."""
    if wanted.provider != "offline":
        yield from filter(None, (selection.resolve_tier(tier, wanted).warning for tier in TIERS))
