"""What runs have taught about routing: the cuts that learning moved, and the experiment that goes on.

Never blocks the loop: `add_to` reads the ledger in a thread before each run, and the rest only looks
things up. A ledger in trouble leaves everything as it was.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from flux_lsp.core.assignment import Arm, Assignment, Treatment
from flux_lsp.core.clock import Clock
from flux_lsp.core.decision import Decision
from flux_lsp.core.errors import FluxError, Problem
from flux_lsp.core.tiers import TIERS, Tier
from flux_lsp.engine.services import Services
from flux_lsp.engine.values import Request
from flux_lsp.ledger.experiment import (
    Experiment,
    assign_arm,
    compare_arms,
    describe_state,
    may_take_part,
)
from flux_lsp.ledger.learning import Learned, describe_step, learn, move_cut
from flux_lsp.ledger.run_log import RunLog
from flux_lsp.ledger.run_rows import RunFilter
from flux_lsp.ledger.run_values import RunRow
from flux_lsp.models.client import Route
from flux_lsp.runs.row_cache import RowCache
from flux_lsp.settings.routing import ExperimentSettings, Routing
from flux_lsp.syntax.languages import find_language

log = logging.getLogger(__name__)

_SESSION_SECONDS = 300.0  # a file keeps its arm for so long after the last run on it
_MOST_FILES = 500
Key = tuple[str, str]  # action and language
FindRoute = Callable[[Tier, str], Route | Problem]  # of a tier, or of the model that is named


@dataclass(frozen=True)
class RunningExperiment:
    """An experiment that takes runs in, and what it changes for the treatment."""

    experiment: Experiment
    treatment: Treatment


def read_experiment(settings: ExperimentSettings) -> RunningExperiment | None:
    """Return the experiment that the settings describe, None without a name, action or change."""
    treatment = Treatment(settings.tier, settings.model, settings.effort)
    if not settings.name or not settings.action or treatment == Treatment():
        return None
    experiment = Experiment(
        settings.name, settings.action, settings.share, settings.floor, settings.budget_usd
    )
    return RunningExperiment(experiment, treatment)


def explain_gap(settings: ExperimentSettings, find_route: FindRoute) -> str:
    """Say why an experiment with a name does not begin; "" when it does, or has no name."""
    if not settings.name:
        return ""
    words = f"The experiment `{settings.name}` does not begin"
    if not settings.action:
        return f"{words}: set `routing.experiment.action`"
    if read_experiment(settings) is None:
        return f"{words}: set one of `routing.experiment.tier`, `model` and `effort`"
    for tier in TIERS if settings.tier is None else (settings.tier,):
        route = find_route(tier, settings.model or "")
        if isinstance(route, Problem):
            return f"{words}: {route.message}"
        if settings.effort is not None and settings.effort not in route.efforts:
            return f"{words}: {route.model} knows no effort `{settings.effort}`"
    return ""


class LearnedRouting:
    """Lives as long as a session; `tell` gets a sentence for the person when something changes."""

    def __init__(self, run_log: RunLog, clock: Clock, tell: Callable[[str], None]) -> None:
        """Nothing is read yet."""
        self._run_log, self._clock, self._tell = run_log, clock, tell
        self._news: list[str] = []  # for the person, from a thread
        self._haiku = ""
        self._runs: RowCache | None = None
        self._learned: dict[Key, Learned] = {}
        self._experiment: RunningExperiment | None = None
        self._results: RowCache | None = None
        self._arms: OrderedDict[str, tuple[str, Arm, float]] = OrderedDict()
        self._turn = asyncio.Lock()

    async def add_to(self, services: Services) -> Services:
        """Take in what the ledger holds by now; returns the services with what it teaches."""
        await self._refresh(services)
        return replace(services, find_cut=self.find_cut, assign=self.assign)

    async def _refresh(self, services: Services) -> None:
        settings = services.settings.routing

        def find_route(tier: Tier, model: str) -> Route | Problem:
            return services.choose_route(tier, False, model)

        if not settings.learn and not settings.experiment.name:
            self._learned, self._experiment = {}, None
            return
        async with self._turn:
            try:
                await asyncio.to_thread(self._learn, settings, find_route)
                await asyncio.to_thread(self._compare, settings.experiment, find_route)
            except FluxError as error:
                log.warning("what was learned is not read anew: %s", error.problem.message)
            for sentence in self._news:
                self._tell(sentence)
            self._news.clear()

    def find_cut(self, request: Request, cut: int) -> int | None:
        """Return the score that Haiku has to exceed, `cut` unless learning moved it; None for never."""
        language = find_language(request.snapshot.language_id, request.snapshot.path).id
        learned = self._learned.get((request.action, language))
        return cut if learned is None else move_cut(learned.cut, cut)

    def assign(self, request: Request, decision: Decision) -> Assignment | None:
        """Return the run's part in the experiment; None when it takes none."""
        running = self._experiment
        if running is None or not request.run:
            return None
        experiment = running.experiment
        if not may_take_part(experiment, request.action, decision.rule):
            return None
        arm = self._find_arm(experiment, request, decision.band)
        change = running.treatment if arm == "treatment" else Treatment()
        return Assignment(experiment.name, arm, change)

    def _find_arm(self, experiment: Experiment, request: Request, band: str) -> Arm:
        """Find the arm of the session on this file; a new one is drawn."""
        uri, now = request.snapshot.uri, self._clock.monotonic()
        name, arm, until = self._arms.get(uri, ("", "control", now))
        if name != experiment.name or now >= until:
            arm = assign_arm(experiment, request.run, band)
        self._arms[uri] = experiment.name, arm, now + _SESSION_SECONDS
        self._arms.move_to_end(uri)
        if len(self._arms) > _MOST_FILES:
            self._arms.popitem(last=False)
        return arm

    def _learn(self, settings: Routing, find_route: FindRoute) -> None:
        route = find_route("haiku", "")
        if not settings.learn or isinstance(route, Problem):
            self._runs, self._learned = None, {}
            return
        haiku = route.model
        since = self._run_log.find_last_reset()
        anew = self._runs is None or self._runs.wanted.since != since or self._haiku != haiku
        if self._runs is None or anew:
            self._runs = RowCache(self._run_log, RunFilter(since=since))
            self._learned, self._haiku = {}, haiku
        rows, changed = self._runs.read()
        groups: dict[Key, list[RunRow]] = {}
        for row in rows:
            groups.setdefault((row.action, row.language), []).append(row)
        for key, group in groups.items():
            # What was open at the last look may have settled since without a change of its own.
            if key in changed or key not in self._learned or _is_open(group):
                self._take(key, group, haiku, settings.cut)

    def _take(self, key: Key, rows: Sequence[RunRow], haiku: str, cut: int) -> None:
        before = self._learned.get(key)
        now = self._learned[key] = learn(rows, haiku, self._clock.now())
        if not now.steps:
            return
        step = now.steps[-1]
        known = before is not None and before.steps == now.steps
        if not known and not _has_acted(rows, now, cut):
            self._news.append(describe_step(*key, step))

    def _compare(self, settings: ExperimentSettings, find_route: FindRoute) -> None:
        running = read_experiment(settings)
        problem = explain_gap(settings, find_route)
        if running is None or problem:
            self._experiment = self._results = None
            if problem:
                self._news.append(problem)
            return
        wanted = RunFilter(experiment=running.experiment.name)
        if self._results is None or self._results.wanted != wanted:
            self._results = RowCache(self._run_log, wanted)
            self._experiment = running
        rows, _ = self._results.read()
        comparison = compare_arms(running.experiment, rows, self._clock.now())
        if comparison.state == "runs":
            self._experiment = running
        elif self._experiment is not None:
            self._experiment = None
            self._news.append(describe_state(running.experiment, comparison))


def _is_open(rows: Sequence[RunRow]) -> bool:
    return any(row.aftermath.watched == "open" for row in rows[-20:])


def _has_acted(rows: Sequence[RunRow], learned: Learned, cut: int) -> bool:
    """Whether a run since the last step was decided by the cut that it led to."""
    moved, last = move_cut(learned.cut, cut), learned.steps[-1]
    name = "never" if moved is None else str(moved)
    return any(
        row.decision is not None and row.decision.cut == name
        for row in rows
        if last.time is not None and row.time > last.time
    )
