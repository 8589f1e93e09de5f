"""What goes into one run and what comes out of it, as frozen values.

Never holds what a run does while it goes on: see `events.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from flux_lsp.checks.values import CheckResult
from flux_lsp.context.values import Diagnostic, RelatedPlace, SentText
from flux_lsp.core.decision import Decision
from flux_lsp.core.errors import Problem
from flux_lsp.core.text import Snapshot, Span
from flux_lsp.core.tiers import Tier
from flux_lsp.core.usage import Usage, add_usd
from flux_lsp.edits.findings.values import Finding
from flux_lsp.edits.values import Plan
from flux_lsp.engine.pipelines.values import Json, StepAnswer, StepTask

Strategy = Literal["any", "rewrite", "edits", "text"]
Status = Literal["applied", "answered", "proposed", "refused", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class Request:
    """One action on one document as the person asked for it.

    `selection` is a span of `snapshot.text`; empty or one code point long means the enclosing symbol.
    `instruction` is the person's own words, empty where the action needs none. `directive_line` is
    the 0-based line of the comment directive the instruction came from. `related` are places that an
    editor's other language servers know to concern it. `step`: the place of the request in a
    pipeline, None outside of one.
    """

    run: str
    action: str
    snapshot: Snapshot
    selection: Span
    instruction: str = ""
    diagnostics: tuple[Diagnostic, ...] = ()
    tier: Tier | None = None
    model: str = ""
    max_usd: float | None = None
    directive_line: int | None = None
    related: tuple[RelatedPlace, ...] = ()
    name: str = ""  # of the symbol it is about, as far as the front knows, for people
    earlier: str = ""  # what was asked here before and what came of it, for the model
    remark: bool = False  # the instruction says what was wrong with an earlier answer
    step: StepTask | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One model call: which model, how it was asked, what came of it and what it cost.

    `result` is "ok" or the error code; `usd` is None when no price is known. `confidence`: how sure
    the model says it is, 0 to 1, None where it does not say.
    """

    tier: Tier
    model: str
    strategy: Strategy
    result: str
    error: str | None
    usage: Usage
    usd: float | None
    ms: int
    first_ms: int | None = None  # to the first token; None without an answer
    confidence: float | None = None

    def to_json(self) -> dict[str, object]:
        """Return the JSON that clients rely on.

        `estimated` is there if the server did not report all tokens, `confidence` if the model says it.
        """
        return {
            "tier": self.tier,
            "model": self.model,
            "strategy": self.strategy,
            "result": self.result,
            "error": self.error,
            "input_tokens": self.usage.input + self.usage.cache_write,
            "output_tokens": self.usage.output,
            "cache_read_tokens": self.usage.cache_read,
            "usd": self.usd,
            "ms": self.ms,
            **({"estimated": True} if self.usage.estimated else {}),
            **({} if self.confidence is None else {"confidence": self.confidence}),
        }


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What all ends of a run have in common; each class below is one of the ends.

    `text` is the model's words for the person, Markdown. `trouble` is what kept the end of a paid call
    out of the ledger, `reason` why this tier and model. `findings` are what was reported and verified,
    `checks` what the project's own checks say of the last answer.
    `steps` are those of a pipeline, an Outcome each as JSON; `step_answer` is what a step leaves.
    """

    status: ClassVar[Status]

    run: str
    action: str
    attempts: tuple[Attempt, ...] = ()
    sent: tuple[SentText, ...] = ()
    summary: str = ""
    text: str = ""
    trouble: str = ""
    reason: str = ""
    route: Decision | None = None
    findings: tuple[Finding, ...] = ()
    checks: tuple[CheckResult, ...] = ()
    steps: tuple[Json, ...] = ()
    step_answer: StepAnswer | None = None

    @property
    def error(self) -> Problem | None:
        """Why the run brought nothing; None when it did."""
        return None

    @property
    def model(self) -> str | None:
        """The model that gave the last answer."""
        return self.attempts[-1].model if self.attempts else None

    @property
    def usd(self) -> float | None:
        """What the run cost, None when a price is unknown, 0.0 when nothing was called."""
        return add_usd([attempt.usd for attempt in self.attempts])

    @property
    def estimated(self) -> bool:
        """Whether the price rests on tokens that no server reported."""
        return any(attempt.usage.estimated for attempt in self.attempts)

    @property
    def common_fields(self) -> dict[str, Any]:
        """Return the fields that pass from one end to another: all but the summary and the text."""
        parts = ("findings", "checks", "steps")
        names = ("run", "action", "attempts", "sent", "trouble", "reason", "route", *parts)
        return {name: getattr(self, name) for name in names}

    def add_trouble(self, words: str) -> str:
        """Add to `words` what is wrong with the ledger, if anything is."""
        return f"{words} ({self.trouble})".strip() if self.trouble else words

    def to_json(self) -> dict[str, object]:
        """The shape clients rely on; `text` only where there is one."""
        error = self.error
        return {
            "run": self.run,
            "action": self.action,
            "status": self.status,
            "error": error
            and {"code": str(error.code), "message": error.message, "hint": error.hint},
            "attempts": [attempt.to_json() for attempt in self.attempts],
            "model": self.model,
            "usd": self.usd,
            "sent": [{"path": s.path, "lines": s.lines, "why": s.why} for s in self.sent],
            "summary": self.add_trouble(self.summary),
            "reason": self.reason,
            "route": self.route and self.route.to_json(),
            "findings": [finding.to_json() for finding in self.findings],
            "checks": [check.to_json() for check in self.checks],
            "steps": [dict(step) for step in self.steps],
            **({"text": self.text} if self.text else {}),
        }


@dataclass(frozen=True, kw_only=True)
class Proposed(Outcome):
    """A verified plan, not in any document yet; its spans refer to `base`, by path."""

    status: ClassVar[Status] = "proposed"

    plan: Plan
    base: Mapping[str, Snapshot]


@dataclass(frozen=True, kw_only=True)
class Applied(Outcome):
    """The change is in the documents, or was there before."""

    status: ClassVar[Status] = "applied"


@dataclass(frozen=True, kw_only=True)
class Answered(Outcome):
    """`text` is what the person asked for, or `findings` are.

    Their lines are those of `base`, by path. `approved` is a reviewer's verdict, None without one.
    """

    status: ClassVar[Status] = "answered"

    base: Mapping[str, Snapshot] = field(default_factory=dict)
    approved: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Unsuccessful(Outcome):
    """Nothing was changed, and `problem` says why; `other_tier` may answer where this one is busy."""

    problem: Problem
    other_tier: Tier | None = None

    @property
    def error(self) -> Problem:
        """Why."""
        return self.problem

    def to_json(self) -> dict[str, object]:
        """The shape clients rely on; `other_tier` only where there is one to ask."""
        more = {"other_tier": self.other_tier} if self.other_tier else {}
        return {**super().to_json(), **more}


@dataclass(frozen=True, kw_only=True)
class Refused(Unsuccessful):
    """Flux itself refused."""

    status: ClassVar[Status] = "refused"


@dataclass(frozen=True, kw_only=True)
class Failed(Unsuccessful):
    """Something failed: the network, the server, the set-up or Flux itself."""

    status: ClassVar[Status] = "failed"


@dataclass(frozen=True, kw_only=True)
class Cancelled(Unsuccessful):
    """The person cancelled the run, or a newer run took its place."""

    status: ClassVar[Status] = "cancelled"


# What `perform` comes to, and what a whole run does.
Result = Proposed | Answered | Refused | Failed
RunResult = Result | Applied | Cancelled
