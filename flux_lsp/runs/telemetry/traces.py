"""Notes from a run's events what telemetry tells of it: times, models, tokens, money, ends.

Never notes a text, a path or the name of a workspace.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from flux_lsp.core.usage import Usage
from flux_lsp.engine.events import (
    AttemptEnded,
    CallStarted,
    CheckStarted,
    ContextSent,
)
from flux_lsp.runs.events import Event, RunEnded, RunStarted


@dataclass
class CallTrace:
    """One call; times are nanoseconds since 1970, 0 while they are not known."""

    request_model: str
    start: int
    sent: bool = False
    first_ms: int | None = None
    end: int = 0
    response_model: str = ""
    tier: str = ""
    error: str = ""
    usage: Usage = field(default_factory=Usage)
    usd: float | None = None

    @property
    def seconds(self) -> float:
        """How long the call took."""
        return (self.end - self.start) / 1e9

    @property
    def first_seconds(self) -> float | None:
        """How long the first token took; None without one."""
        return None if self.first_ms is None else self.first_ms / 1000


@dataclass
class RunTrace:
    """One run and its calls; `outcome` is a status, "" while it goes on."""

    run: str
    action: str
    start: int
    end: int = 0
    outcome: str = ""
    error: str = ""
    usd: float | None = None
    calls: list[CallTrace] = field(default_factory=list)

    @property
    def escalated(self) -> bool:
        """Whether a call of Sonnet followed one of Haiku."""
        tiers = [call.tier for call in self.calls]
        return "haiku" in tiers and "sonnet" in tiers[tiers.index("haiku") :]


class TraceBook:
    """The runs under way. `now`: nanoseconds since 1970."""

    def __init__(self, now: Callable[[], int]) -> None:
        """No run is under way."""
        self._now = now
        self._traces: dict[str, RunTrace] = {}

    def note(self, event: Event) -> RunTrace | None:
        """Note an event; the trace when it was the last one of its run."""
        if isinstance(event, RunStarted):
            self._traces[event.run] = RunTrace(event.run, event.request.action, self._now())
            return None
        trace = self._traces.get(event.run)
        if trace is None:
            return None
        if isinstance(event, RunEnded):
            return self._end(trace, event)
        self._note_call(trace, event)
        return None

    def _note_call(self, trace: RunTrace, event: Event) -> None:
        if isinstance(event, CallStarted):
            trace.calls.append(CallTrace(event.model, self._now()))
            return
        call = trace.calls[-1] if trace.calls else None
        if call is None or call.tier:
            return
        match event:
            case ContextSent():
                call.start, call.sent = self._now(), True
            case CheckStarted():
                call.end = self._now()
            case AttemptEnded(attempt=attempt):
                call.end = call.end or self._now()
                call.tier, call.response_model = attempt.tier, attempt.model
                call.error = "" if attempt.result == "ok" else attempt.result
                call.usage, call.usd, call.first_ms = attempt.usage, attempt.usd, attempt.first_ms

    def _end(self, trace: RunTrace, event: RunEnded) -> RunTrace:
        del self._traces[event.run]
        result = event.result
        trace.end, trace.outcome, trace.usd = self._now(), result.status, result.usd
        trace.error = str(result.error.code) if result.error else ""
        trace.calls = [call for call in trace.calls if call.sent]
        for call in trace.calls:
            if not call.end:  # cancelled
                call.end, call.error = trace.end, trace.error
        return trace
