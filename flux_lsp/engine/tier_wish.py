"""Which tier the person, the settings, the action or an agent's file wants, before anything is weighed.

Never decides: `models.routing` does.
"""

from dataclasses import dataclass

from flux_lsp.actions.action import Action
from flux_lsp.core.decision import Decision
from flux_lsp.core.tiers import Tier
from flux_lsp.engine.values import Request
from flux_lsp.models.routing.phrases import find_phrase
from flux_lsp.settings.schema import Settings


@dataclass(frozen=True, slots=True)
class TierWish:
    """`usual`: the tier that a tie leaves it to. `pinned`: the tier whatever else is known, None for no pin.

    `preset`: where an agent with two tiers starts, or is sent by `phrase`, words of its file that the
    request says. `reason`: what the file says of its tier; None where no file has a say.
    """

    usual: Tier
    pinned: Tier | None = None
    preset: Tier | None = None
    phrase: str = ""
    reason: str | None = None

    def explain(self, decision: Decision) -> str:
        """Say what the file has to do with a decision; "" for nothing."""
        if self.reason is None or decision.rule not in {"pinned", "escalated"}:
            return ""
        if self.phrase:
            where = decision.tier.capitalize()
            return f"you ask for “{self.phrase}”, which its file sends to {where}"
        return f"as its file says ({self.reason})" if self.reason else "as its file says"


def read_wish(action: Action, request: Request, settings: Settings) -> TierWish:
    """Read it; a person's word for this run weighs more than a setting, and that more than a file."""
    choice = settings.get_tier(action.id)
    if request.tier is not None or request.model:
        usual = request.tier or (action.tier if choice == "auto" else choice)
        return TierWish(usual, pinned=usual)
    if choice != "auto":
        return TierWish(choice, pinned=None if settings.model else choice)
    if not action.is_pinned:
        return TierWish(action.tier)
    if action.turns_to is None:
        pinned = None if settings.model else action.tier
        return TierWish(action.tier, pinned=pinned, reason=action.reason)
    phrase = find_phrase(action.turning_words, request.instruction)
    tier = action.turns_to if phrase else action.tier
    return TierWish(tier, preset=tier, phrase=phrase, reason=action.reason)
