"""The row of a run: how it was routed, how it ended, and what became of its edit.

Never holds source text, a hash of it, or the name of a file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from flux_lsp.core.assignment import Arm
from flux_lsp.core.tiers import Tier

ChecksResult = Literal["passed", "failed"]
# How the look at an edit ended; see the column `watched`.
Watched = Literal["none", "open", "whole", "closed", "replaced", "silent", "lost"]


@dataclass(frozen=True, slots=True)
class RecordedDecision:
    """What the router decided before the first call; the names are those of the columns.

    `points` of each characteristic add up to `score`. `cut` is "0", "3" or "never"; "" where no
    score was asked. The estimates are US dollars, None where no price is known.
    """

    tier: Tier
    model: str
    rule: str
    band: str | None = None
    score: int | None = None
    points: Mapping[str, int] = field(default_factory=dict)
    cut: str = ""
    usd_haiku: float | None = None
    usd_sonnet: float | None = None
    experiment: str | None = None
    arm: Arm | None = None


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What became of the edit of a run; shares are 0 to 1, None where nobody looked.

    `undone_within` is 30, 300 or 600 seconds, None for later.
    """

    applied: bool = False
    accepted: float = 0.0
    rejected: float = 0.0
    undone: bool = False
    undone_within: int | None = None
    retried: bool = False
    rerun: bool = False
    corrected: bool = False
    kept_half: float | None = None
    kept_5: float | None = None
    kept_10: float | None = None
    watched: Watched = "none"


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run that has ended at `time`, UTC.

    `first_result` is what reading the first answer showed: "ok" or an error code. `decision` is None
    when the run ended before the router was asked. `usd` is None when a price is not known.
    """

    run: str
    time: datetime
    action: str
    language: str
    status: str
    attempts: int
    usd: float | None
    total_ms: int
    agent: str | None = None
    workspace: str | None = None
    session: str | None = None
    parent: str | None = None
    step: int | None = None
    error: str | None = None
    checks: ChecksResult | None = None
    confidence: float | None = None
    first_tier: Tier | None = None
    first_result: str | None = None
    last_tier: Tier | None = None
    last_model: str | None = None
    decision: RecordedDecision | None = None
    aftermath: Aftermath = Aftermath()
