"""What a run tells while it goes on: one typed stream for progress, log, command line and telemetry.

An observer never waits and never decides anything; the ledger's rows are no part of it, since a call
has to wait for them.
"""

from collections.abc import Callable
from dataclasses import dataclass

from flux_lsp.context.values import SentText
from flux_lsp.core.text import Span
from flux_lsp.engine.values import Attempt


@dataclass(frozen=True, slots=True)
class RunEvent:
    """Something that happened to the run `run`."""

    run: str


@dataclass(frozen=True, slots=True)
class ReadingStarted(RunEvent):
    """The document and what lies around it are being read."""


@dataclass(frozen=True, slots=True)
class TargetKnown(RunEvent):
    """What the run is about: a span of the request's snapshot."""

    span: Span


@dataclass(frozen=True, slots=True)
class CallStarted(RunEvent):
    """A model is about to be asked; `attempt` counts its answers from 1."""

    model: str
    attempt: int


@dataclass(frozen=True, slots=True)
class ContextSent(RunEvent):
    """The call is in the ledger; this is about to leave."""

    parts: tuple[SentText, ...]


@dataclass(frozen=True, slots=True)
class TextArrived(RunEvent):
    """A piece of the answer, without reasoning."""

    text: str


@dataclass(frozen=True, slots=True)
class CheckStarted(RunEvent):
    """The call is over; its answer is being checked."""


@dataclass(frozen=True, slots=True)
class AttemptEnded(RunEvent):
    """A call is over and paid for, and it is known what its answer comes to."""

    attempt: Attempt


@dataclass(frozen=True, slots=True)
class WaitStarted(RunEvent):
    """The next call is put off by some seconds."""

    seconds: float
    reason: str


EngineEvent = (
    ReadingStarted
    | TargetKnown
    | CallStarted
    | ContextSent
    | TextArrived
    | CheckStarted
    | AttemptEnded
    | WaitStarted
)
Observer = Callable[[EngineEvent], None]


def ignore_events(_: EngineEvent) -> None:
    """The observer of a run that nobody watches."""
