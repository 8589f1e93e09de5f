"""Runs in progress and just ended: started in the background, cancelled, kept for undo and retry.

Never decides what a run does; it owns only their life.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import uuid4

from flux_lsp.fronts.lsp.arguments import RunArguments

if TYPE_CHECKING:
    from flux_lsp.context.values import Sent
    from flux_lsp.core.text import Span
    from flux_lsp.engine.values import Attempt, Outcome, Request
    from flux_lsp.runs.apply import Made

_KEPT = 50  # ended runs remembered for undo, retry and review


@dataclass
class Job:
    """One run and everything that is known of it so far."""

    run: str
    arguments: RunArguments
    span: "Span"
    state: str = "starting"
    started: float = field(default_factory=time.monotonic)
    attempts: "list[Attempt]" = field(default_factory=list)
    sent: "tuple[Sent, ...]" = ()  # what has left so far
    request: "Request | None" = None
    outcome: "Outcome | None" = None
    made: "tuple[Made, ...]" = ()  # what it changed, oldest first; hunks may be accepted singly
    undone: bool = False
    task: "asyncio.Task[Outcome] | None" = None

    @property
    def model(self) -> str | None:
        """The model that answered, None as long as none has."""
        return self.outcome.model if self.outcome else None


class Jobs:
    """The table of runs."""

    def __init__(self) -> None:
        """Empty."""
        self._jobs: OrderedDict[str, Job] = OrderedDict()

    def start(
        self,
        arguments: RunArguments,
        span: "Span",
        work: "Callable[[Job], Awaitable[Outcome]]",
    ) -> Job:
        """Begin `work` in the background; the same action on the same place ends an older run."""
        job = Job(uuid4().hex[:12], arguments, span)
        self._supersede(job)
        self._jobs[job.run] = job
        job.task = asyncio.ensure_future(work(job))
        self._forget()
        return job

    def narrow(self, job: Job, target: "Span") -> None:
        """What the run turned out to be about: a cursor may mean a whole symbol."""
        job.span = target
        self._supersede(job)

    def running(self, uri: str | None = None) -> list[Job]:
        """Runs that have not ended, oldest first, of one document or all."""
        return [
            job
            for job in self._jobs.values()
            if job.task is not None
            and not job.task.done()
            and (uri is None or job.arguments.uri == uri)
        ]

    def find(self, run: str) -> Job | None:
        """A run by its id, running or remembered."""
        return self._jobs.get(run)

    def last(self, matching: Callable[[Job], bool]) -> Job | None:
        """The newest run that matches."""
        return next((job for job in reversed(self._jobs.values()) if matching(job)), None)

    def cancel(self, run: str | None) -> list[str]:
        """End one run, or every running one; returns the ids of those that were running."""
        ended = [job for job in self.running() if run is None or job.run == run]
        for job in ended:
            assert job.task is not None
            job.task.cancel()
        return [job.run for job in ended]

    async def close(self) -> None:
        """Cancel everything and wait until it has ended."""
        self.cancel(None)
        tasks = [job.task for job in self._jobs.values() if job.task is not None]
        await asyncio.gather(*tasks, return_exceptions=True)

    def _supersede(self, job: Job) -> None:
        for other in self.running(job.arguments.uri):
            if other is job:
                return  # those behind it are newer
            if other.arguments.action == job.arguments.action and _meet(other.span, job.span):
                self.cancel(other.run)

    def _forget(self) -> None:
        ended = [run for run, job in self._jobs.items() if job.task is None or job.task.done()]
        for run in ended[: max(0, len(self._jobs) - _KEPT)]:
            del self._jobs[run]


def _meet(a: "Span", b: "Span") -> bool:
    """Whether two places share a character; a cursor stands on the one behind it."""
    return a.start < max(b.end, b.start + 1) and b.start < max(a.end, a.start + 1)
