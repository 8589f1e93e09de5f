"""Money set aside for calls that come later: the steps of a pipeline, all before the first one.

A hold is no call: nothing was sent for it, so it goes when its process has died. Never lets a hold
through that does not fit every budget.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flux_lsp.core.errors import FluxError, Problem
from flux_lsp.ledger.budgets import check_budgets
from flux_lsp.ledger.columns import format_time
from flux_lsp.ledger.rows import sum_spending
from flux_lsp.ledger.store import Ledger
from flux_lsp.ledger.values import Limits, Spender


@dataclass(frozen=True, slots=True)
class HoldOrder:
    """What a step may cost at most; None is an unknown price and fits no budget.

    `limits` are those of the step, with what its agent may spend in a day.
    """

    agent: str | None
    model: str
    usd: float | None
    limits: Limits


def place_holds(
    ledger: Ledger, run: str, orders: Sequence[HoldOrder], what: str
) -> tuple[int, ...] | Problem:
    """Set the money of all orders aside, or return the budget that they do not fit together.

    Returns the number of each hold. `what` names the whole for a person. One transaction, so that no
    two can pass a limit together. Blocks.
    """
    if all(order.usd == 0 for order in orders):  # needs no ledger
        return (0,) * len(orders)
    try:
        with ledger.open_current() as (database, now, process):
            refused = _check(database, run, ledger.session, orders, now, what)
            if refused is not None:
                return refused
            return tuple(
                _insert(
                    database,
                    (format_time(now), run, ledger.session, order.agent),
                    order.usd,
                    process,
                )
                for order in orders
            )
    except FluxError as error:
        return error.problem


def drop_holds(ledger: Ledger, run: str, number: int | None = None) -> None:
    """Drop one hold of a run, or all that are left; raises FluxError. Blocks."""
    with ledger.open_transaction() as database:
        database.execute("DELETE FROM holds WHERE run = ? AND id = coalesce(?, id)", (run, number))


def read_hold(ledger: Ledger, number: int) -> float:
    """Read what is left of a hold, 0.0 for one that is gone; raises FluxError. Blocks."""
    query = "SELECT coalesce(sum(usd), 0.0) FROM holds WHERE id = ?"
    return ledger.read(lambda database: float(database.execute(query, (number,)).fetchone()[0]))


def _check(
    database: sqlite3.Connection,
    run: str,
    session: str,
    orders: Sequence[HoldOrder],
    now: datetime,
    what: str,
) -> Problem | None:
    """Check the sum against the run's, the session's, the day's and the month's limits, then each agent's."""
    unpriced = next((order for order in orders if order.usd is None), None)
    everyone = replace(orders[0].limits, per_agent_usd=None)
    usd = None if unpriced else sum(order.usd or 0.0 for order in orders)
    model = unpriced.model if unpriced else ""
    spent = sum_spending(database, Spender(run, session), now)
    refused = check_budgets(usd, everyone, spent, model, what)
    if refused is not None:
        return refused
    for agent in dict.fromkeys(order.agent for order in orders):
        own = [order for order in orders if order.agent == agent]
        limits = Limits(per_agent_usd=own[0].limits.per_agent_usd)
        spent = sum_spending(database, Spender(run, session, agent), now)
        total = sum(order.usd or 0.0 for order in own)
        refused = check_budgets(total, limits, spent, model, f"the steps of `{agent}`")
        if refused is not None:
            return refused
    return None


def _insert(
    database: sqlite3.Connection,
    who: tuple[str, str, str, str | None],
    usd: float | None,
    process: tuple[str, int],
) -> int:
    cursor = database.execute(
        "INSERT INTO holds (time, run, session, agent, usd, host, pid) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (*who, usd or 0.0, *process),
    )
    return int(cursor.lastrowid or 0)
