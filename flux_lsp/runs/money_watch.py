"""Watches the money of a session: warns once when a budget is nearly spent, and of alerts once a day.

Never keeps a run waiting, and never decides what may be spent: the ledger does.
"""

import asyncio
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from flux_lsp.core.errors import FluxError
from flux_lsp.runs.background import BackgroundTasks

if TYPE_CHECKING:
    from flux_lsp.engine.call_budget import CallBudget
    from flux_lsp.engine.values import Request
    from flux_lsp.runs.events import Event
    from flux_lsp.runs.run_table import Run
    from flux_lsp.runs.session import RunSession


class MoneyWatch:
    """An observer of every run of a session."""

    def __init__(self, session: "RunSession") -> None:
        """Nothing was spent yet."""
        self._session = session
        self._looking = BackgroundTasks()

    def __call__(self, event: "Event") -> None:
        """Look at the ledger after a run that called a model."""
        from flux_lsp.runs.events import RunEnded  # by now it is loaded

        run = self._session.runs.find(event.run)
        if run is not None and isinstance(event, RunEnded) and event.result.attempts:
            self._looking.start(self._look(run))

    async def finish(self) -> None:
        """Wait until what is being looked at was told."""
        await self._looking.wait()

    async def _look(self, run: "Run") -> None:
        services = await self._session.configuration.get_services(run.uri)
        if services.client.provider == "offline":
            return
        now = services.clock.now().astimezone()
        try:
            news = await asyncio.to_thread(list_news, services.budget, run.request, now)
        except FluxError:  # what is wrong with the ledger, the run itself has said
            return
        for text in news:
            self._session.front.tell("warning", f"Flux: {text}")


def list_news(budget: "CallBudget", request: "Request", now: datetime) -> list[str]:
    """List what nobody was told yet, at `now` in the person's time zone; blocks on the ledger."""
    return [*_list_nearly_spent(budget, request, now), *_list_alerts(budget, now)]


def _list_nearly_spent(budget: "CallBudget", request: "Request", now: datetime) -> Iterator[str]:
    from flux_lsp.engine.call_budget import find_agent
    from flux_lsp.ledger.budgets import describe_nearly_spent
    from flux_lsp.ledger.notices import claim_notice

    day = now.date().isoformat()
    periods = {
        "per_action_usd": request.run,
        "per_session_usd": budget.ledger.session,
        "per_agent_usd": f"{find_agent(request)} {day}",
        "per_day_usd": day,
        "per_month_usd": day[:7],
    }
    for use in budget.find_nearly_spent(request):
        if claim_notice(budget.ledger, use.key, periods[use.key]):
            yield describe_nearly_spent(use)


def _list_alerts(budget: "CallBudget", now: datetime) -> Iterator[str]:
    """Look once an hour: it reads the calls of two months."""
    from flux_lsp.ledger.alerts.rules import LOOK_BACK, find_alerts
    from flux_lsp.ledger.notices import claim_notice

    if not claim_notice(budget.ledger, "look for alerts", f"{now:%Y-%m-%dT%H}"):
        return
    for alert in find_alerts(budget.ledger.list_calls(now - LOOK_BACK), now.date()):
        if claim_notice(budget.ledger, f"alert {alert.rule}", now.date().isoformat()):
            yield f"{alert.text}. `flux-lsp report` shows more"
