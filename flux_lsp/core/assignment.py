"""The part that a run plays in an experiment, as a value.

Never decides it: `ledger.experiment` does.
"""

from dataclasses import dataclass
from typing import Literal

from flux_lsp.core.tiers import Tier

Arm = Literal["control", "treatment"]
Effort = Literal["low", "medium", "high"]


@dataclass(frozen=True, slots=True)
class Treatment:
    """What an experiment changes: the tier, the model or the effort; None is "as it is"."""

    tier: Tier | None = None
    model: str | None = None
    effort: Effort | None = None


@dataclass(frozen=True, slots=True)
class Assignment:
    """A run's experiment and arm, and what is changed for it: nothing in the control."""

    experiment: str
    arm: Arm
    change: Treatment = Treatment()
