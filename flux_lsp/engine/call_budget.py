"""The money of a run: a row with the highest price before each call, finished after it.

Never lets a call through without its row. Every method blocks, so call it in a thread.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from flux_lsp.core.clock import Clock
from flux_lsp.core.errors import FluxError, Problem
from flux_lsp.core.usage import Usage
from flux_lsp.engine.services import CallRecord
from flux_lsp.engine.values import Request
from flux_lsp.ledger.budgets import BudgetUse, find_nearly_spent
from flux_lsp.ledger.holds import HoldOrder, drop_holds, place_holds
from flux_lsp.ledger.store import Ledger
from flux_lsp.ledger.values import CallRow, Limits, Reservation, format_dollars, hash_workspace
from flux_lsp.models.client import Route

# (tokens of the prompt, longest answer, model, day) -> highest price; None when none is known
ListPrice = Callable[[int, int, str, date], float | None]
PriceOf = Callable[[Usage, str, date], float | None]


@dataclass(frozen=True, slots=True)
class Settled:
    """The price of a call, None if not known, and what kept its end out of the ledger."""

    usd: float | None
    trouble: str = ""


@dataclass(frozen=True)
class CallBudget:
    """The ledger as one run sees it."""

    ledger: Ledger
    limits: Limits
    list_price: ListPrice
    price_of: PriceOf
    clock: Clock
    provider: str
    root: Path | None
    get_agent_limit: Callable[[str | None], float | None] = lambda _: None

    def reserve(
        self, request: Request, route: Route, record: CallRecord, tokens: int, max_tokens: int
    ) -> Reservation | Problem:
        """Write the call down with its highest price, or return which budget it does not fit.

        A call that costs nothing needs no ledger.
        """
        most = self.list_price(tokens, max_tokens, route.model, self.clock.now().date())
        row = self._make_row(request, route, record, None)
        hold = request.step.hold if request.step else 0
        held = self.ledger.reserve(row, most, self.limit(request), hold)
        return Reservation(0, request.run, 0.0) if isinstance(held, Problem) and most == 0 else held

    def set_aside(
        self, request: Request, wanted: Sequence[tuple[Request, Route, int, int]]
    ) -> tuple[int, ...] | Problem:
        """Set the highest prices of calls aside that come later, all or none; returns a number for each.

        A call is its request, its route, the tokens of its prompt and its longest answer.
        """
        today = self.clock.now().date()
        orders = [
            HoldOrder(
                find_agent(own),
                route.model,
                self.list_price(tokens, max_tokens, route.model, today),
                self.limit(own),
            )
            for own, route, tokens, max_tokens in wanted
        ]
        return place_holds(self.ledger, request.run, orders, f"`{request.action}`")

    def give_back(self, request: Request, number: int | None = None) -> None:
        """Give back what was set aside and not used: for one call, or all that is left of the run.

        While the ledger is in trouble it counts on, until this process ends.
        """
        with suppress(FluxError):
            drop_holds(self.ledger, request.run, number)

    def release(self, held: Reservation) -> None:
        """Release the reservation of a call that was never made."""
        self.ledger.release(held)

    def settle(
        self, held: Reservation, request: Request, route: Route, record: CallRecord
    ) -> Settled:
        """Finish the call's row. The answer is paid for, so a ledger in trouble keeps nobody
        from it: the row counts at its reservation then.
        """
        today = self.clock.now().date()
        usd = self.price_of(record.usage, record.model, today)
        try:
            self.ledger.settle(held, self._make_row(request, route, record, usd))
        except FluxError as error:
            counts = "" if held.usd is None else f" and counts as {format_dollars(held.usd)}"
            trouble = f"{error.problem.message}: the end of a call is not in it yet{counts}"
            return Settled(usd, trouble)
        return Settled(usd)

    def record_verdict(self, held: Reservation, result: str, error: str | None) -> None:
        """Add to the row what reading the answer showed: "ok" or the error's code.

        It does not change the cost: while the ledger is in trouble the row stays "answered".
        """
        with suppress(FluxError):
            self.ledger.record_verdict(held, result, error)

    def _make_row(
        self, request: Request, route: Route, record: CallRecord, usd: float | None
    ) -> CallRow:
        return CallRow(
            run=request.run,
            attempt=record.attempt,
            action=request.action,
            agent=find_agent(request),
            tier=route.tier,
            model_asked=route.model,
            model_answered=record.model if record.error is None else None,
            provider=self.provider,
            usage=record.usage,
            usd=usd,
            total_ms=record.total_ms,
            result=record.result,
            first_token_ms=record.first_token_ms,
            error=record.error,
            escalated=record.escalated,
            fallback=record.fallback,
            workspace=hash_workspace(self.root),
            session=self.ledger.session,
        )

    def limit(self, request: Request) -> Limits:
        """Return what limits this run: the settings, its own `max_usd`, and what its agent may spend."""
        limits = replace(self.limits, per_agent_usd=self.get_agent_limit(find_agent(request)))
        if request.max_usd is None:
            return limits
        known = limits.per_action_usd
        per_action = request.max_usd if known is None else min(known, request.max_usd)
        return replace(limits, per_action_usd=per_action)

    def find_nearly_spent(self, request: Request) -> list[BudgetUse]:
        """Find the budgets of which this run has used up at least 80 %, its own among them."""
        spent = self.ledger.read_spending(request.run, find_agent(request))
        return find_nearly_spent(self.limit(request), spent)


def find_agent(request: Request) -> str | None:
    """Return the id of the agent that the run is for; None for an action of the menu."""
    return read_agent_id(request.action)


def read_agent_id(action: str) -> str | None:
    """Return the agent's id in the id of an action; None for an action of the menu."""
    kind, _, agent = action.partition(":")
    return agent if kind == "agent" and agent else None
