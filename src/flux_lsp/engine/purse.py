"""Money of a run: the highest price held before each call, the real one written after it.

Never lets a call through without a reservation; every method blocks and is called in a thread.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from flux_lsp.core.clock import Clock
from flux_lsp.core.errors import Problem
from flux_lsp.core.usage import Usage
from flux_lsp.engine.services import CallRecord
from flux_lsp.engine.values import Request
from flux_lsp.ledger.store import Ledger
from flux_lsp.ledger.values import CallRow, Limits, Reservation, workspace_hash
from flux_lsp.models.client import Route

# (tokens of the prompt, longest answer, model, day) -> highest price; None when none is known
ListPrice = Callable[[int, int, str, date], float | None]
PriceOf = Callable[[Usage, str, date], float | None]


@dataclass(frozen=True)
class Purse:
    """The ledger as one run sees it."""

    ledger: Ledger
    limits: Limits
    list_price: ListPrice
    price_of: PriceOf
    clock: Clock
    provider: str
    root: Path | None

    def reserve(
        self, request: Request, route: Route, tokens: int, max_tokens: int
    ) -> Reservation | Problem:
        """Hold what the call can cost at most, or the budget it does not fit."""
        most = self.list_price(tokens, max_tokens, route.model, self.clock.now().date())
        return self.ledger.reserve(request.run, most, self._limits(request), model=route.model)

    def release(self, held: Reservation) -> None:
        """Give back what was held for a call that was never made."""
        self.ledger.release(held)

    def settle(
        self, held: Reservation, request: Request, route: Route, record: CallRecord
    ) -> float | None:
        """Write the call's row; returns its price."""
        today = self.clock.now().date()
        usd = self.price_of(record.usage, record.model, today)
        self.ledger.settle(
            held,
            CallRow(
                run=request.run,
                attempt=record.number,
                action=request.action,
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
                workspace=workspace_hash(self.root),
            ),
        )
        return usd

    def judge(self, held: Reservation, result: str, error: str | None) -> None:
        """Add to the row what reading the answer showed: "ok" or the error's code."""
        self.ledger.judge(held, result, error)

    def _limits(self, request: Request) -> Limits:
        if request.max_usd is None:
            return self.limits
        known = self.limits.per_action_usd
        per_action = request.max_usd if known is None else min(known, request.max_usd)
        return replace(self.limits, per_action_usd=per_action)
