"""The events of a run under way: one typed stream for progress, log, command line and telemetry.

An observer never waits and never decides anything. The ledger is no observer: a call has to wait
for its row.
"""

from collections.abc import Callable
from dataclasses import dataclass

from flux_lsp.context.values import SentText
from flux_lsp.core.text import Span
from flux_lsp.engine.pipelines.values import Json
from flux_lsp.engine.values import Attempt, Result


@dataclass(frozen=True, slots=True)
class RunEvent:
    """Something that happened to the run `run`."""

    run: str


@dataclass(frozen=True, slots=True)
class ReadingStarted(RunEvent):
    """The run reads the document and what lies around it."""


@dataclass(frozen=True, slots=True)
class TargetKnown(RunEvent):
    """What the run is about: a span of the request's snapshot."""

    span: Span


@dataclass(frozen=True, slots=True)
class CallStarted(RunEvent):
    """The run is about to ask a model; `attempt` counts its answers from 1."""

    model: str
    attempt: int


@dataclass(frozen=True, slots=True)
class ContextSent(RunEvent):
    """The call is in the ledger, and this context is about to be sent."""

    parts: tuple[SentText, ...]


@dataclass(frozen=True, slots=True)
class TextArrived(RunEvent):
    """A piece of the answer, without reasoning."""

    text: str


@dataclass(frozen=True, slots=True)
class CheckStarted(RunEvent):
    """The call is over, and the run checks its answer."""


@dataclass(frozen=True, slots=True)
class ProjectCheckRunning(RunEvent):
    """A check of the project has been running for `seconds`; comes at its start and each second."""

    name: str
    seconds: float


@dataclass(frozen=True, slots=True)
class AttemptEnded(RunEvent):
    """A call is over and paid for, and its answer has been read."""

    attempt: Attempt


@dataclass(frozen=True, slots=True)
class WaitStarted(RunEvent):
    """The run waits some seconds before its next call."""

    seconds: float
    reason: str


@dataclass(frozen=True, slots=True)
class WaitContinued(RunEvent):
    """The run still waits, `seconds` more; comes each second."""

    seconds: float
    reason: str


@dataclass(frozen=True, slots=True)
class BudgetReached(RunEvent):
    """A call did not fit a budget, so the run goes on with a cheaper tier."""

    reason: str


@dataclass(frozen=True, slots=True)
class StepStarted(RunEvent):
    """A step of a pipeline begins; `number` counts from 1."""

    number: int
    total: int
    agent: str


@dataclass(frozen=True, slots=True)
class StepEnded(RunEvent):
    """A step of a pipeline is over; `outcome` is its end as JSON, for the pipeline's own."""

    number: int
    total: int
    agent: str
    result: Result
    outcome: Json


EngineEvent = (
    ReadingStarted
    | TargetKnown
    | CallStarted
    | ContextSent
    | TextArrived
    | CheckStarted
    | ProjectCheckRunning
    | AttemptEnded
    | WaitStarted
    | WaitContinued
    | BudgetReached
    | StepStarted
    | StepEnded
)
Observer = Callable[[EngineEvent], None]


def ignore_events(_: EngineEvent) -> None:
    """The observer of a run that nobody watches."""
