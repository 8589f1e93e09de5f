"""What the guards go by, the limits that are left, and the steps that they decide on, as frozen values.

Never decides: `guards.py` does.
"""

from dataclasses import dataclass
from typing import Literal

from flux_lsp.core.conversation import CallError
from flux_lsp.core.errors import Problem
from flux_lsp.core.tiers import Tier
from flux_lsp.edits.values import Reject
from flux_lsp.engine.values import Strategy


@dataclass(frozen=True, slots=True)
class FailedAttempt:
    """One call, and why its answer cannot be used."""

    tier: Tier
    strategy: Strategy
    failure: Reject | CallError


@dataclass(frozen=True, slots=True)
class RetryLimits:
    """The limits that are left for the next decision.

    `other_tier`: a tier this key can reach that is not in use. `large`: the target is too large to
    be written anew in one answer.
    """

    max_attempts: int
    seconds_left: float
    sonnet: bool  # Sonnet may be used: it is available and nobody pinned another tier or model
    other_tier: Tier | None
    large: bool = False
    stand_in: bool = False  # another model of the same tier is there for one that is going or gone
    offered_tier: Tier | None = None  # the other tier, where a person could ask for it afterwards


@dataclass(frozen=True, slots=True)
class Retry:
    """Ask once more: after `wait` seconds, on `tier`, by `strategy`, with a wider view or answer.

    `resend` is the same conversation (the last call brought no answer); else feedback is added.
    """

    tier: Tier
    strategy: Strategy
    wait: float = 0.0
    wider: bool = False
    longer: bool = False
    resend: bool = False
    why: Literal["retry", "pivot", "escalate", "fallback", "backoff"] = "retry"


@dataclass(frozen=True, slots=True)
class Stop:
    """Give up; nothing was changed. `other_tier` may answer where this one could not."""

    problem: Problem
    other_tier: Tier | None = None
