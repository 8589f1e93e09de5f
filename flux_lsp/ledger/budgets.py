"""Checks whether a call fits the budgets, and computes the days and months that they count by.

Pure; days and months are those of the person's time zone, whatever zone the clock runs in. A budget
cannot hold a call of unknown price, so Flux refuses it while a budget is set; a price of 0 in the
person's price file lets a local model through.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from flux_lsp.core.errors import ErrorCode, Problem
from flux_lsp.ledger.values import Limits, Spending, format_dollars

if TYPE_CHECKING:
    from flux_lsp.settings.budget import Budget

_OWN_LIMIT = ", or the run's own `max_usd`"
_NEARLY = 0.8
_CENT_DUST = 1e-9  # sums of binary fractions may miss a limit by this much


def check_budgets(
    usd: float | None, limits: Limits, spent: Spending, model: str = "", what: str = "this call"
) -> Problem | None:
    """Return None if a call of at most `usd` fits every limit, else the limit that it does not fit.

    A free call always fits. `what` may cost so much, for a person.
    """
    if usd == 0 or not limits.any:
        return None
    if usd is None:
        return _refuse_unpriced(model)
    for budget in list_budgets(limits, spent):
        if budget.spent + budget.held + usd > budget.limit + _CENT_DUST:
            return _refuse_over_limit(usd, budget, what)
    return None


def make_limits(budget: "Budget") -> Limits:
    """Return what the settings limit for every run; an agent's limit is added for its runs."""
    return Limits(
        per_action_usd=budget.per_action_usd,
        per_session_usd=budget.per_session_usd,
        per_day_usd=budget.per_day_usd,
        per_month_usd=budget.per_month_usd,
    )


@dataclass(frozen=True, slots=True)
class BudgetUse:
    """One limit and what counts against it; `scope` is its word for people, `key` the setting."""

    key: str
    scope: str
    limit: float
    spent: float
    held: float


def list_budgets(limits: Limits, spent: Spending) -> list[BudgetUse]:
    """List the budgets that are limited, the narrowest first."""
    rows = (
        ("per_action_usd", "this action", limits.per_action_usd, spent.run, spent.held_run),
        (
            "per_session_usd",
            "this session",
            limits.per_session_usd,
            spent.session,
            spent.held_session,
        ),
        ("per_agent_usd", "this agent today", limits.per_agent_usd, spent.agent, spent.held_agent),
        ("per_day_usd", "today", limits.per_day_usd, spent.day, spent.held),
        ("per_month_usd", "this month", limits.per_month_usd, spent.month, spent.held),
    )
    return [
        BudgetUse(key, scope, limit, settled, held)
        for key, scope, limit, settled, held in rows
        if limit is not None
    ]


def find_nearly_spent(limits: Limits, spent: Spending) -> list[BudgetUse]:
    """Find the budgets of which at least 80 % are settled, calls under way left aside."""
    return [b for b in list_budgets(limits, spent) if 0 < _NEARLY * b.limit <= b.spent + _CENT_DUST]


def describe_nearly_spent(budget: BudgetUse) -> str:
    """Describe such a budget for a person."""
    return (
        f"{format_dollars(budget.spent)} of the {format_dollars(budget.limit)} for {budget.scope} "
        f"are spent (`budget.{budget.key}`)"
    )


def get_day_start(now: datetime) -> datetime:
    """Return the last local midnight, in UTC."""
    return _get_midnight(now.astimezone().date())


def get_day_end(now: datetime) -> datetime:
    """Return the next local midnight, in UTC."""
    return _get_midnight(now.astimezone().date() + timedelta(days=1))


def get_month_start(now: datetime) -> datetime:
    """Return the local midnight of the month's first day, in UTC."""
    return _get_midnight(now.astimezone().date().replace(day=1))


def get_month_end(now: datetime) -> datetime:
    """Return the local midnight of the next month's first day, in UTC."""
    some_day_of_the_next = now.astimezone().date().replace(day=28) + timedelta(days=4)
    return _get_midnight(some_day_of_the_next.replace(day=1))


def _get_midnight(day: date) -> datetime:
    return datetime.combine(day, time.min).astimezone(UTC)


def _refuse_over_limit(usd: float, budget: BudgetUse, what: str) -> Problem:
    held, key = format_dollars(budget.held), budget.key
    under_way = f" and {held} held for calls under way" if budget.held else ""
    return Problem(
        ErrorCode.OVER_BUDGET,
        f"The budget for {budget.scope} is {format_dollars(budget.limit)}, "
        f"{format_dollars(budget.spent)} is spent{under_way}, and {what} could cost up to "
        f"{format_dollars(usd)}",
        f"Nothing was sent. Raise `budget.{key}` in your settings (a number, or `unlimited`)"
        f"{_OWN_LIMIT if key == 'per_action_usd' else ''}; `flux-lsp usage` shows what was spent "
        "on what",
    )


def _refuse_unpriced(model: str) -> Problem:
    name = f"`{model}`" if model else "this model"
    return Problem(
        ErrorCode.OVER_BUDGET,
        f"No price is known for {name}, so the budget cannot be held",
        "Nothing was sent. Add its price to `prices.toml` in the config folder (0 for a model of "
        "your own), or set every `budget` key to `unlimited`",
    )
