"""Formats the ledger's figures for a person, alike on the page and in the terminal.

Never shows an unknown price as nothing.
"""

from flux_lsp.ledger.overpower import OverpoweredAction
from flux_lsp.ledger.totals import Percentiles, Total
from flux_lsp.ledger.values import format_dollars


def format_cost(group: Total) -> str:
    """Format what the group cost; `~` where tokens were estimated, and unknown prices are named."""
    if group.unpriced == group.calls:
        return "unknown" if group.calls else format_dollars(group.usd)
    cost = f"{'~' if group.estimated else ''}{format_dollars(group.usd)}"
    return f"{cost} + {group.unpriced} unpriced" if group.unpriced else cost


def describe_overpowered(action: OverpoweredAction) -> str:
    """Say what Haiku could do, what that would save and how sure it is."""
    return (
        f"{action.action}: Haiku instead of Sonnet would have saved about "
        f"{format_dollars(action.saved_usd)}; {_describe_sureness(action)}."
    )


def _describe_sureness(action: OverpoweredAction) -> str:
    if action.sureness is None:
        return (
            f"not known, Haiku began {action.haiku_runs} runs of it; `routing.{action.action}` or an "
            "experiment would tell"
        )
    good = f"{action.haiku_good} of {action.haiku_runs} answers of Haiku were good at once"
    of_sonnet = f"{action.sonnet_good} of {action.sonnet_runs} of Sonnet"
    return f"{format_share(action.sureness)} sure: {good}, {of_sonnet}"


def format_usd(usd: float | None) -> str:
    """`$0.0012`, or a dash without a figure."""
    return "–" if usd is None else format_dollars(usd)


def format_share(share: float | None) -> str:
    """`42 %`, or a dash without a figure."""
    return "–" if share is None else f"{share:.0%}".replace("%", " %")


def format_seconds(ms: int | None) -> str:
    """`0.84 s`, or a dash without a figure."""
    return "–" if ms is None else f"{ms / 1000:.2f} s"


def format_percentiles(times: Percentiles) -> str:
    """`95 % within 2.10 s, 99 % within 4.00 s`, or nothing without a figure."""
    if times.p50 is None:
        return ""
    return f"95 % within {format_seconds(times.p95)}, 99 % within {format_seconds(times.p99)}"


def format_count(number: float) -> str:
    """`950`, `12.3k`, `4.5M`."""
    for unit, size in (("M", 1e6), ("k", 1e3)):
        if number >= size:
            return f"{number / size:.3g}{unit}"
    return f"{number:.0f}"
