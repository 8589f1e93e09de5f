"""The settings below `budget`: how much may be spent, and what happens then.

Never knows what was spent: the ledger does.
"""

from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from flux_lsp.settings.tree import SettingsTree, WorkspaceRule
from flux_lsp.settings.value_types import Usd, fold_case


class AgentBudgets(SettingsTree):
    """The budget of each agent: one key per agent id."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, float | None] = Field(init=False)


class Budget(SettingsTree):
    """Limits in US dollars. Flux does not send a call that could exceed one of them."""

    per_action_usd: Annotated[Usd, WorkspaceRule.LOWER] = 0.50
    """The most that one action may cost, retries included. A number, or `unlimited`."""

    per_day_usd: Annotated[Usd, WorkspaceRule.LOWER] = 10.0
    """The most that all your editors together may spend in one calendar day of your time zone. A
    number, or `unlimited`."""

    per_month_usd: Annotated[Usd, WorkspaceRule.LOWER] = 100.0
    """The most that all your editors together may spend in one calendar month of your time zone. A
    number, or `unlimited`."""

    per_session_usd: Annotated[Usd, WorkspaceRule.LOWER] = None
    """The most that one session may spend: an editor's window from its start to its end, or one
    command. A number, or `unlimited`."""

    at_limit: Annotated[
        Literal["stop", "haiku"], BeforeValidator(fold_case), WorkspaceRule.STRICTER
    ] = "stop"
    """What happens when a call of Sonnet does not fit a budget: `stop` sends nothing, `haiku` asks Haiku
    instead while its call fits, and says so. A tier or a model that you chose for the run is kept."""

    per_agent_usd: AgentBudgets = AgentBudgets()

    def get_agent_limit(self, agent: str | None) -> float | None:
        """The most that `agent` may spend in a day; None is no limit."""
        limits = self.per_agent_usd.__pydantic_extra__ or {}
        return limits.get((agent or "").replace("-", "_").lower())
