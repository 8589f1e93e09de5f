"""The runs under way and the last ones: starts them in the background, cancels them, keeps them.

Never decides what a run does; it owns only their life.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import TYPE_CHECKING
from uuid import uuid4

if TYPE_CHECKING:
    from flux_lsp.context.values import SentText
    from flux_lsp.core.text import Span
    from flux_lsp.engine.pipelines.stored_state import StoredPipeline
    from flux_lsp.engine.pipelines.values import Json
    from flux_lsp.engine.values import Attempt, Request, RunResult
    from flux_lsp.runs.events import Observer
    from flux_lsp.runs.values import AppliedEdit

_KEPT = 50  # ended runs remembered for undo, retry and review


@dataclass
class Run:
    """One run and everything known about it so far."""

    request: "Request"
    observers: "tuple[Observer, ...]" = ()
    target: "Span | None" = None  # what it turned out to be about
    state: str = "starting"
    asked: str | None = None  # the model that it asks now
    attempts: "list[Attempt]" = field(default_factory=list)
    sent: "tuple[SentText, ...]" = ()  # what has left so far
    result: "RunResult | None" = None
    edits: "tuple[AppliedEdit, ...]" = ()  # what it changed, oldest first; hunks may come singly
    undone: bool = False
    changed_at: float = 0.0  # when it changed something last, by the table's clock
    resumed: "StoredPipeline | None" = None  # the pipeline that was cut off and goes on here
    steps: "list[Json]" = field(default_factory=list)  # of a pipeline, those that ended
    stored: bool = False  # whether its finished steps are in the data folder
    watches_corrections: bool = False  # the setting, as it was when the run began
    task: "asyncio.Task[RunResult] | None" = None

    @property
    def id(self) -> str:
        """The id by which everyone names the run."""
        return self.request.run

    @property
    def uri(self) -> str:
        """The document on which the run was started."""
        return self.request.snapshot.uri

    @property
    def span(self) -> "Span":
        """What the run is about, as far as it is known; a cursor may mean a whole symbol."""
        return self.request.selection if self.target is None else self.target

    @property
    def model(self) -> str | None:
        """The model that answered, None until one has."""
        return self.result.model if self.result else None

    @property
    def is_running(self) -> bool:
        """Whether the run is still under way."""
        return self.task is not None and not self.task.done()

    async def wait(self) -> "RunResult":
        """Wait for the result; cancelling the caller does not cancel the run."""
        if self.task is None:
            raise RuntimeError("only the table starts a run")
        return await asyncio.shield(self.task)


class RunTable:
    """Every run of a session."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        """Empty; `now` is in seconds."""
        self.now = now
        self._runs: OrderedDict[str, Run] = OrderedDict()

    def start(
        self,
        request: "Request",
        work: "Callable[[Run], Awaitable[RunResult]]",
        observers: "tuple[Observer, ...]" = (),
        resumed: "StoredPipeline | None" = None,
    ) -> Run:
        """Begin `work` in the background; the same action on the same place ends an older run.

        The run gets its own id, whatever the request holds. `resumed`: what goes on here.
        """
        run = Run(replace(request, run=uuid4().hex[:12]), observers, resumed=resumed)
        self._supersede(run)
        self._runs[run.id] = run
        run.task = asyncio.ensure_future(work(run))
        self._forget()
        return run

    def narrow(self, run: Run, target: "Span") -> None:
        """Note what the run turned out to be about."""
        run.target = target
        self._supersede(run)

    def list_running(self, uri: str | None = None) -> list[Run]:
        """List the runs under way, oldest first, of one document or all."""
        return [
            run for run in self._runs.values() if run.is_running and (uri is None or run.uri == uri)
        ]

    def find(self, run_id: str) -> Run | None:
        """Find a run by its id, under way or ended."""
        return self._runs.get(run_id)

    def add_edit(self, run: Run, edit: "AppliedEdit") -> None:
        """Note what a run changed; after an undo that begins anew."""
        run.edits = (*(() if run.undone else run.edits), edit)
        run.undone, run.changed_at = False, self.now()

    def find_undoable(self, uri: str, within: float) -> Run | None:
        """Find the newest run that changed the document, or from it others, so many seconds ago."""
        return self.find_last(
            lambda run: (
                bool(run.edits)
                and not run.undone
                and self.now() - run.changed_at < within
                and (run.uri == uri or any(b.uri == uri for e in run.edits for b, _ in e.files))
            )
        )

    def find_last(self, matches: Callable[[Run], bool]) -> Run | None:
        """Find the newest run that matches."""
        return next((run for run in reversed(self._runs.values()) if matches(run)), None)

    def cancel(self, run_id: str | None) -> list[str]:
        """Cancel one run, or all under way; returns the ids of the cancelled runs."""
        ended = [run for run in self.list_running() if run_id is None or run.id == run_id]
        for run in ended:
            if run.task is not None:  # soon: a task cancelled before its first step never takes it
                asyncio.get_running_loop().call_soon(run.task.cancel)
        return [run.id for run in ended]

    async def close(self) -> None:
        """Cancel every run and wait until all have ended."""
        self.cancel(None)
        tasks = [run.task for run in self._runs.values() if run.task is not None]
        await asyncio.gather(*tasks, return_exceptions=True)

    def _supersede(self, run: Run) -> None:
        for other in self.list_running(run.uri):
            if other is run:
                return  # those behind it are newer
            if other.request.action == run.request.action and _do_overlap(other.span, run.span):
                self.cancel(other.id)

    def _forget(self) -> None:
        ended = [run_id for run_id, run in self._runs.items() if not run.is_running]
        for run_id in ended[: max(0, len(self._runs) - _KEPT)]:
            del self._runs[run_id]


def _do_overlap(a: "Span", b: "Span") -> bool:
    """Whether two places share a character; a cursor counts as the character after it."""
    return a.start < max(b.end, b.start + 1) and b.start < max(a.end, a.start + 1)
