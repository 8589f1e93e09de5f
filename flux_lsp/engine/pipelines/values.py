"""What passes between the steps of a pipeline, as frozen values.

Never holds a conversation: a step knows of the others what stands here.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flux_lsp.edits.findings.values import Finding
from flux_lsp.edits.values import Plan

Json = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class TouchedFile:
    """A file that a step changed: its lines after that, as people write them, and which step it was."""

    path: str
    lines: str
    why: str


@dataclass(frozen=True, slots=True)
class HandOver:
    """What a step leaves to the next one.

    `summary`, `decisions` and `open` are the model's words, `findings` verified ones as JSON. `files`
    comes from the plans, not from a model.
    """

    summary: str = ""
    decisions: tuple[str, ...] = ()
    files: tuple[TouchedFile, ...] = ()
    findings: tuple[Json, ...] = ()
    open: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StepTask:
    """A request's place in a pipeline.

    `number` counts from 1. `words` is what the pipeline's file asks for here. `hand_over` is None for
    the first step. `is_sent_back`: a later step has rejected the work, and its findings are in
    `hand_over`. `may_reject`: this step can do that. `hold`: the money that was set aside for it.
    """

    number: int
    total: int
    words: str = ""
    hand_over: HandOver | None = None
    is_sent_back: bool = False
    may_reject: bool = False
    hold: int = 0


@dataclass(frozen=True, slots=True)
class StepAnswer:
    """What a step came to: `plan` is None where it changes nothing; `approved` None without a verdict."""

    hand_over: HandOver
    plan: Plan | None = None
    findings: tuple[Finding, ...] = ()
    approved: bool | None = None
