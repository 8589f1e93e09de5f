"""Which tier a run starts with, and everything that led to it, as values that can be recorded.

Never decides: `models.routing` does.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from flux_lsp.core.assignment import Arm
from flux_lsp.core.tiers import TIERS, Tier

# What decided: the tier or model of the request or its setting; `model` for everything; the rule for
# security; a tier that this key cannot reach; the long-prompt price or the window; the score; the
# action's own tier at a tie; the decision of some minutes ago; a remark on an earlier answer.
Rule = Literal[
    "pinned",
    "model",
    "security",
    "unreachable",
    "price",
    "score",
    "default",
    "sticky",
    "escalated",
]
Band = Literal["strong", "moderate", "tie"]


@dataclass(frozen=True, slots=True)
class Estimate:
    """What the next call would cost on one tier.

    `cached_tokens` of `input_tokens` come from the tier's own cache. `usd` is None where no price is
    known.
    """

    model: str
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    usd: float | None

    def to_json(self) -> dict[str, object]:
        """Return the JSON that previews show."""
        return {
            "model": self.model,
            "input_tokens": self.input_tokens,
            "cached_tokens": self.cached_tokens,
            "output_tokens": self.output_tokens,
            "usd": self.usd,
        }


@dataclass(frozen=True, slots=True)
class Decision:
    """The tier and model that a run starts with, and the rule that chose them.

    `points` says what each characteristic adds to `score`: Haiku's points minus Sonnet's, so that
    more is in favour of Haiku. `cut`: the score above which Haiku is asked, None for never. `usual` is
    the tier that a tie leaves it to. The estimates are None where nothing could be estimated.
    """

    tier: Tier
    model: str
    rule: Rule
    score: int = 0
    points: Mapping[str, int] = field(default_factory=dict)
    cut: int | None = 0
    usual: Tier = "sonnet"
    estimates: Mapping[Tier, Estimate | None] = field(default_factory=dict)
    experiment: str | None = None  # which one the run takes part in, and its arm
    arm: Arm | None = None
    because: str = ""  # of a tier that the file of an agent asks for: why

    @property
    def band(self) -> Band:
        """How clear the score is, whichever tier it speaks for."""
        return find_band(self.score)

    @property
    def usd(self) -> dict[Tier, float | None]:
        """The price of the first call on each tier in US dollars, None where unknown."""
        known = {tier: self.estimates.get(tier) for tier in TIERS}
        return {tier: None if each is None else each.usd for tier, each in known.items()}

    def to_json(self) -> dict[str, object]:
        """Return the `route` of an Outcome."""
        return {
            "tier": self.tier,
            "model": self.model,
            "rule": self.rule,
            "band": self.band,
            "score": self.score,
            "points": dict(self.points),
            "usd": self.usd,
            **({"experiment": self.experiment, "arm": self.arm} if self.arm else {}),
        }


def find_band(score: int) -> Band:
    """Return the band of a score: above 3 strong, 1 to 3 moderate, 0 a tie, on either side."""
    if score == 0:
        return "tie"
    return "strong" if abs(score) > 3 else "moderate"
