"""One front's session: its documents, settings, runs and what they brought, in one place.

Holds no logic of a run, only what the parts around it share.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flux_lsp.actions.action import Action
from flux_lsp.actions.registry import Registry
from flux_lsp.core.errors import ErrorCode, FluxError, Problem
from flux_lsp.runs.agents import AgentDirectory
from flux_lsp.runs.clock import SystemClock
from flux_lsp.runs.configuration import Configuration
from flux_lsp.runs.documents import WorkspaceDocuments
from flux_lsp.runs.explanations import Explanations
from flux_lsp.runs.findings.table import FindingTable
from flux_lsp.runs.money_watch import MoneyWatch
from flux_lsp.runs.pipelines.find import find_pipeline_action
from flux_lsp.runs.ports import Front
from flux_lsp.runs.private_files import forget_run
from flux_lsp.runs.proposals import Proposals
from flux_lsp.runs.run_table import Run, RunTable
from flux_lsp.runs.telemetry.observer import TelemetryObserver

if TYPE_CHECKING:
    from flux_lsp.runs.events import Event, Observer


_LAST_SECONDS = 5.0  # for what observers have to finish when the session ends


@dataclass
class RunSession:
    """Everything that Flux knows while one front is connected."""

    front: Front
    documents: WorkspaceDocuments
    configuration: Configuration
    registry: Registry
    runs: RunTable = field(default_factory=RunTable)
    proposals: Proposals = field(init=False)
    agents: AgentDirectory = field(init=False)
    explanations: Explanations = field(default_factory=Explanations)
    findings: FindingTable = field(default_factory=FindingTable)
    observers: "list[Observer]" = field(default_factory=list)  # of every run
    keeps_records: bool = False  # whether the ledger gets a row for each run
    closers: "list[Callable[[], Awaitable[None]]]" = field(
        default_factory=list
    )  # before the ledger

    def __post_init__(self) -> None:
        """Nothing waits yet, and nothing was spent."""
        self.proposals = Proposals(self.documents.take_open_snapshot)
        clock = SystemClock()
        self.agents = AgentDirectory(self.configuration.data_dir, lambda: clock.now().date())
        for watch in (MoneyWatch(self), TelemetryObserver(self)):
            self.observers.append(watch)
            self.closers.append(watch.finish)

    def publish(self, event: "Event") -> None:
        """Hand an event to everyone who observes its run."""
        run = self.runs.find(event.run)
        for observe in (*self.observers, *(run.observers if run is not None else ())):
            observe(event)

    async def find_action(self, action_id: str, uri: str) -> Action | Problem:
        """Find what runs under an id, also `agent:ID` and `pipeline:ID`; else say why nothing does."""
        kind, _, name = action_id.partition(":")
        if kind == "agent" and name:
            return await self.agents.find_action(name, self.documents.find_root(uri))
        if kind == "pipeline" and name:
            data, root = self.configuration.data_dir, self.documents.find_root(uri)
            return await find_pipeline_action(name, self.agents, data, root)
        action = self.registry.find(action_id)
        if action is None:
            known = ", ".join(self.registry.ids)
            message = f"There is no action `{action_id}`"
            return Problem(ErrorCode.NOT_CONFIGURED, message, f"There are: {known}")
        return action

    def find_run(self, run_id: str | None) -> Run:
        """Find a run by its id, or the newest one; raises FluxError when there is none."""
        run = self.runs.find_last(lambda _: True) if run_id is None else self.runs.find(run_id)
        if run is None:
            raise FluxError(
                ErrorCode.BAD_REQUEST, "There is no such run in this session", "Start it again"
            )
        return run

    async def forget_patch(self, run_id: str) -> None:
        """Forget the patch of a proposal that no longer says what is left."""
        await asyncio.to_thread(forget_run, self.configuration.data_dir, run_id)

    async def close(self) -> None:
        """End every run, then close the connections and the ledger."""
        await self.runs.close()
        for proposal in self.proposals.list_newest_first():
            await self.forget_patch(proposal.run)
        with suppress(TimeoutError):  # one may wait for settings that were never read
            async with asyncio.timeout(_LAST_SECONDS):
                await asyncio.gather(*(close() for close in self.closers))
        await self.configuration.close()
