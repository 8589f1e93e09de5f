"""The rules that choose the tier of a run, in their order.

Pure: what is known of prices, refusals and earlier decisions comes in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flux_lsp.core.decision import Decision, Estimate, Rule
from flux_lsp.core.tiers import TIERS, Tier
from flux_lsp.models.client import get_other_tier

STICKY_SECONDS = 300.0  # as long as a prompt stays in the cache
STICKY_DIFFERENCE = 3


@dataclass(frozen=True, slots=True)
class RecentDecision:
    """The last decision on a file, and the score that it was made at."""

    tier: Tier
    score: int


@dataclass(frozen=True, slots=True)
class Situation:
    """What the rules go by.

    `models`: the model of each tier. `pinned`: the tier that the request, its model or the setting
    asks for. `one_model`: a setting names one model for everything. `remark`: the person was not
    content with an earlier answer, so Sonnet is wanted. `unreachable`: tiers this key cannot use now.
    `dear`: the prompt is beyond Haiku's window or its long-prompt step, so the prices decide; an
    estimate that is None is of a model which cannot take the prompt.
    `preset`: the tier that an agent's file asks for where nothing weighs more; `turned`: the words of the
    request chose it. `usual`: the action's own tier. `cut`: Haiku is asked above this score; None: never.
    """

    models: Mapping[Tier, str]
    usual: Tier
    pinned: Tier | None = None
    preset: Tier | None = None
    turned: bool = False
    one_model: bool = False
    is_security_critical: bool = False
    unreachable: frozenset[Tier] = frozenset()
    dear: bool = False
    remark: bool = False
    recent: RecentDecision | None = None
    cut: int | None = 0
    estimates: Mapping[Tier, Estimate | None] = field(default_factory=dict)


def decide(situation: Situation, points: Mapping[str, int]) -> Decision:
    """Decide the tier of a run; the first rule that applies does.

    `points` come from `compute_points`, and the decision's score is their sum.
    """
    score = sum(points.values())
    tier, rule = _choose(situation, score)
    return Decision(
        tier=tier,
        model=situation.models[tier],
        rule=rule,
        score=score,
        points=points,
        cut=situation.cut,
        usual=situation.usual,
        estimates=situation.estimates,
    )


def choose_by_score(score: int, cut: int | None, usual: Tier) -> tuple[Tier, Rule]:
    """Return the tier that a score asks for; a tie leaves it to the action's own.

    A cut that was moved up leaves nothing to the action: Haiku has shown what it is not good at.
    """
    if cut is not None and score > cut:
        return "haiku", "score"
    if score == 0 and cut == 0:
        return usual, "default"
    return "sonnet", "score"


def _choose(situation: Situation, score: int) -> tuple[Tier, Rule]:
    if situation.pinned is not None:
        return situation.pinned, "pinned"
    if situation.one_model:
        return situation.usual, "model"
    tier, rule = _choose_freely(situation, score)
    other = get_other_tier(tier)
    if tier in situation.unreachable and other not in situation.unreachable:
        return other, "unreachable"
    return tier, rule


def _choose_freely(situation: Situation, score: int) -> tuple[Tier, Rule]:
    """Choose as if every tier could be reached."""
    if situation.is_security_critical:
        return "sonnet", "security"
    if situation.dear and (cheaper := _find_cheaper(situation.estimates)) is not None:
        return cheaper, "price"
    if situation.remark:
        return "sonnet", "escalated"
    if situation.preset is not None:
        return situation.preset, "escalated" if situation.turned else "pinned"
    tier, rule = choose_by_score(score, situation.cut, situation.usual)
    recent = situation.recent
    if recent is None or recent.tier == tier or abs(score - recent.score) >= STICKY_DIFFERENCE:
        return tier, rule
    return recent.tier, "sticky"


def _find_cheaper(estimates: Mapping[Tier, Estimate | None]) -> Tier | None:
    """Return the tier whose call costs less, or the only one that can take it; None if not known."""
    able = {tier: estimate for tier, estimate in estimates.items() if estimate is not None}
    if len(able) == 1:
        return next(iter(able))
    known = [(each.usd, tier) for tier, each in able.items() if each.usd is not None]
    return min(known)[1] if len(known) == len(TIERS) else None
