"""Reads from the ledger what `usage`, `report` and `doctor` tell: calls, runs, alerts, over-powered actions.

Never opens a ledger that is not there yet.
"""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from flux_lsp.fronts.cli.workspace import open_ledger
from flux_lsp.ledger.aftermaths import Runs
from flux_lsp.ledger.alerts.rules import LOOK_BACK, Alert, find_alerts
from flux_lsp.ledger.overpower import OverpoweredAction, find_overpowered
from flux_lsp.ledger.run_log import RunLog
from flux_lsp.ledger.run_rows import RunFilter
from flux_lsp.ledger.totals import get_day, select_measured
from flux_lsp.ledger.values import RecordedCall, Spending
from flux_lsp.models.catalogue import load_catalogue
from flux_lsp.models.prices import compute_price, load_prices
from flux_lsp.settings import paths


@dataclass(frozen=True)
class History:
    """The calls of a time, what became of their runs, and what counts against the budgets now."""

    calls: list[RecordedCall] = field(default_factory=list)
    runs: Runs = field(default_factory=dict)
    spent: Spending = field(default_factory=Spending)


def read_history(data: Path, since: datetime | None) -> History:
    """Read the ledger from `since` on. Raises FluxError when it cannot be read."""
    if not paths.get_ledger_path(data).exists():
        return History()
    ledger = open_ledger(data)
    try:
        runs = RunLog(ledger).list_runs(RunFilter(since=since))
        by_id = {row.run: row for row in runs}
        return History(ledger.list_calls(since), by_id, ledger.read_spending())
    finally:
        ledger.close()


def read_alerts(data: Path, now: datetime) -> list[Alert]:
    """Read what has changed for the worse; no alert without a ledger."""
    return find_alerts(read_history(data, now - LOOK_BACK).calls, now.astimezone().date())


def find_overpowered_actions(history: History, now: datetime) -> list[OverpoweredAction]:
    """Find what Sonnet does and the newest Haiku could do, at today's list prices."""
    catalogue = load_catalogue(paths.get_config_dir() / "catalogue.toml")
    haiku = catalogue.find_newest("haiku", now.date())
    if haiku is None:
        return []
    model, prices = haiku.id, load_prices(paths.get_config_dir() / "prices.toml")

    def reprice(row: RecordedCall) -> float | None:
        return compute_price(row.usage, model, get_day(row), prices)

    return find_overpowered(select_measured(history.calls), history.runs, reprice)
