"""The events of a whole run: those of the engine, and those of its result.

Never waits for an observer, and carries no prompt and no key.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from flux_lsp.engine.events import (
    BudgetReached,
    CallStarted,
    CheckStarted,
    EngineEvent,
    ProjectCheckRunning,
    ReadingStarted,
    RunEvent,
    StepEnded,
    StepStarted,
    WaitContinued,
    WaitStarted,
)
from flux_lsp.engine.values import Request, RunResult
from flux_lsp.runs.explanations import Explanation
from flux_lsp.runs.review import Proposal
from flux_lsp.runs.values import AppliedEdit
from flux_lsp.runs.words import describe_step


@dataclass(frozen=True, slots=True)
class RunStarted(RunEvent):
    """The run is at work; the first event of each."""

    request: Request


@dataclass(frozen=True, slots=True)
class EditApplied(RunEvent):
    """A change of the run is in the documents: the whole of it, or some accepted hunks.

    `accepted`: the share of the proposal that the person said yes to; None when nobody was asked.
    """

    edit: AppliedEdit
    accepted: float | None = None


@dataclass(frozen=True, slots=True)
class EditUndone(RunEvent):
    """Everything that the run changed was undone, except for new files that were kept."""

    kept: tuple[str, ...]  # uris


@dataclass(frozen=True, slots=True)
class HunksRejected(RunEvent):
    """The person does not want these pieces of a proposal."""

    numbers: tuple[int, ...]
    share: float = 1.0  # of the whole proposal


@dataclass(frozen=True, slots=True)
class RunRetried(RunEvent):
    """The person asked for another answer, and said what was wrong with this one."""


@dataclass(frozen=True, slots=True)
class RunEnded(RunEvent):
    """The last event of the run itself; a person may still decide on its proposal."""

    result: RunResult
    proposal: Proposal | None = None  # what waits for the person's yes
    explanation: Explanation | None = None  # what was answered


LifeEvent = RunStarted | EditApplied | EditUndone | HunksRejected | RunRetried | RunEnded
Event = EngineEvent | LifeEvent
Observer = Callable[[Event], None]


def describe_event(event: Event) -> str | None:
    """Describe for a person what a run does now; None when nothing new is to be said."""
    match event:
        case ReadingStarted():
            return "reading"
        case CallStarted(model=model, attempt=attempt):
            return f"asking {model}" + (f" (attempt {attempt})" if attempt > 1 else "")
        case CheckStarted():
            return "checking the answer"
        case (
            WaitStarted(seconds=seconds, reason=reason)
            | WaitContinued(seconds=seconds, reason=reason)
        ):
            return f"waiting {ceil(seconds)} s: {reason}"
        case BudgetReached(reason=reason):
            return reason
        case _:
            return _describe_part(event)


def _describe_part(event: Event) -> str | None:
    """Describe a part of a run that others follow: a check of the project, a step of a pipeline."""
    match event:
        case ProjectCheckRunning(name=name, seconds=seconds):
            return f"running {name}" + (f": {seconds:.1f} s" if seconds >= 1 else "")
        case StepStarted(number=number, total=total, agent=agent):
            return f"step {number} of {total}: {agent}"
        case StepEnded(number=number, total=total, outcome=outcome):
            return describe_step(number, total, outcome)
        case _:
            return None
