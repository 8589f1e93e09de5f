"""`flux-lsp usage`: shows spending, tokens, success, attempts and latency from the ledger.

Never opens a ledger that is not there yet.
"""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from flux_lsp.fronts.cli.say import print_json
from flux_lsp.fronts.cli.since import add_since, parse_moment
from flux_lsp.fronts.cli.workspace import CommandContext, load_command_context, open_ledger
from flux_lsp.ledger.totals import GROUPS, Group, Total, count_failures, sum_by_group, sum_calls
from flux_lsp.ledger.values import RecordedCall, Spending, format_dollars
from flux_lsp.settings import paths


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    add_since(parser)
    parser.add_argument("--by", choices=GROUPS, default="day", help="group by (default: day)")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(options: argparse.Namespace) -> int:
    """Print what the ledger says. Raises FluxError when it cannot be read."""
    place = load_command_context()
    since = parse_moment(options.since, datetime.now(UTC))
    rows, spent = read(place.data, since)
    if options.json:
        print_json(_document(options.by, since, rows, spent, place))
    else:
        _show(options.by, since, rows, spent, place)
    return 0


def read(data: Path, since: datetime | None) -> tuple[list[RecordedCall], Spending]:
    """Read the calls since then, and what counts against the budgets now."""
    if not paths.get_ledger_path(data).exists():
        return [], Spending()
    ledger = open_ledger(data)
    try:
        return ledger.list_calls(since), ledger.read_spending()
    finally:
        ledger.close()


def _document(
    by: Group,
    since: datetime | None,
    rows: Sequence[RecordedCall],
    spent: Spending,
    place: CommandContext,
) -> dict[str, object]:
    budget = place.loaded.settings.budget
    return {
        "since": since and since.isoformat(),
        "by": by,
        "budget": {
            "day": {"spent_usd": spent.day, "limit_usd": budget.per_day_usd},
            "month": {"spent_usd": spent.month, "limit_usd": budget.per_month_usd},
            "held_usd": spent.held,
        },
        "total": sum_calls(rows).as_json(),
        "groups": [group.as_json() for group in sum_by_group(rows, by)],
        "errors": count_failures(rows),
    }


def _show(
    by: Group,
    since: datetime | None,
    rows: Sequence[RecordedCall],
    spent: Spending,
    place: CommandContext,
) -> None:
    budget = place.loaded.settings.budget
    start = f"since {since.astimezone():%Y-%m-%d %H:%M}" if since else "in all"
    print(
        f"Spent today {_get_value(spent.day, budget.per_day_usd)}, "
        f"this month {_get_value(spent.month, budget.per_month_usd)}"
        + (f"; {format_dollars(spent.held)} held for calls under way" if spent.held else "")
    )
    if not rows:
        print(f"No calls {start}.")
        return
    print()
    _print_table([*sum_by_group(rows, by), sum_calls(rows)], by)
    errors = ", ".join(f"{code} {count}" for code, count in count_failures(rows).items())
    print(f"\nCalls {start}." + (f" Calls that failed: {errors}." if errors else ""))
    for line in list_remarks(sum_calls(rows)):
        print(line)


def _print_table(groups: Sequence[Total], by: Group) -> None:
    """Print one line for each group, the sum last, in columns as wide as their text."""
    lines = [
        (by, "runs", "ok", "calls", "cost", "in", "cached", "out", "p50", "p95"),
        *(_format_line(group) for group in groups),
    ]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    for number, line in enumerate(lines):
        if number in (1, len(lines) - 1):
            print("  ".join("─" * width for width in widths))
        rest = (cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True))
        print("  ".join([line[0].ljust(widths[0]), *rest]))


def _format_line(group: Total) -> tuple[str, ...]:
    used = group.usage
    return (
        group.name,
        str(group.runs),
        "–" if group.success is None else f"{group.success:.0%}",
        str(group.calls),
        price_of(group),
        f"{used.input + used.cache_write:,}",
        f"{used.cache_read:,}",
        f"{used.output:,}",
        format_seconds(group.p50_ms),
        format_seconds(group.p95_ms),
    )


def price_of(group: Total) -> str:
    """Format the group's cost for a person; an unknown price is named, never shown as 0."""
    if group.unpriced == group.calls:
        return "unknown" if group.calls else format_dollars(group.usd)
    cost = f"{'~' if group.estimated else ''}{format_dollars(group.usd)}"
    return f"{cost} + {group.unpriced} unpriced" if group.unpriced else cost


def list_remarks(whole: Total) -> list[str]:
    """List sentences about figures that no server reported; most often there are none."""
    lines = []
    if whole.estimated:
        lines.append(
            f"~ holds {_count_calls(whole.estimated)} whose tokens were estimated by the text that was "
            "sent and came."
        )
    if whole.lost:
        lines.append(f"{_count_calls(whole.lost, capital=True)} lost with a killed process.")
    if whole.unpriced:
        lines.append(
            f"Budgets count what was reserved for calls without a price: "
            f"{format_dollars(whole.reserved_usd)}."
        )
    return lines


def _count_calls(count: int, *, capital: bool = False) -> str:
    if capital:
        return f"{count} call was" if count == 1 else f"{count} calls were"
    return f"{count} call" if count == 1 else f"{count} calls"


def format_seconds(ms: int | None) -> str:
    """`0.84 s`, or a dash without a figure."""
    return "–" if ms is None else f"{ms / 1000:.2f} s"


def _get_value(spent: float, limit: float | None) -> str:
    return (
        format_dollars(spent)
        if limit is None
        else f"{format_dollars(spent)} of {format_dollars(limit)}"
    )
