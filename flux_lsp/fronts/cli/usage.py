"""`flux-lsp usage`: shows spending, tokens, success, attempts and latency from the ledger.

Never opens a ledger that is not there yet.
"""

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime

from flux_lsp.fronts.cli.experiment import show_experiment
from flux_lsp.fronts.cli.history import History, find_overpowered_actions, read_history
from flux_lsp.fronts.cli.say import print_json
from flux_lsp.fronts.cli.since import add_since, parse_moment
from flux_lsp.fronts.cli.workspace import CommandContext, load_command_context
from flux_lsp.ledger.formats import (
    describe_overpowered,
    format_cost,
    format_seconds,
    format_share,
    format_usd,
)
from flux_lsp.ledger.totals import (
    GROUPS,
    Group,
    Total,
    count_failures,
    select_measured,
    sum_by_group,
    sum_calls,
)
from flux_lsp.ledger.values import RecordedCall, format_dollars

_HEAD = (
    *(
        "runs",
        "ok",
        "escalated",
        "undone",
        "corrected",
        "calls",
        "cost",
        "a run",
        "in",
        "cached",
        "out",
    ),
    *("first", "p50", "p95", "p99"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    add_since(parser)
    parser.add_argument("--by", choices=GROUPS, default="day", help="group by (default: day)")
    parser.add_argument(
        "--experiment",
        action="store_true",
        help="show both arms of the experiment of your settings",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(options: argparse.Namespace) -> int:
    """Print what the ledger says. Raises FluxError when it cannot be read."""
    if options.experiment:
        return show_experiment(as_json=options.json)
    place = load_command_context()
    since = parse_moment(options.since, datetime.now(UTC))
    history = read_history(place.data, since)
    if options.json:
        print_json(_document(options.by, since, history, place))
    else:
        _show(options.by, since, history, place)
    return 0


def _document(
    by: Group, since: datetime | None, history: History, place: CommandContext
) -> dict[str, object]:
    budget, spent, calls = place.loaded.settings.budget, history.spent, history.calls
    rows, overpowered = select_measured(calls), find_overpowered_actions(history, datetime.now(UTC))
    return {
        "since": since and since.isoformat(),
        "by": by,
        "budget": {
            "day": {"spent_usd": spent.day, "limit_usd": budget.per_day_usd},
            "month": {"spent_usd": spent.month, "limit_usd": budget.per_month_usd},
            "held_usd": spent.held,
        },
        "total": sum_calls(rows, known=history.runs).as_json(),
        "groups": [group.as_json() for group in sum_by_group(rows, by, history.runs)],
        "errors": count_failures(rows),
        "overpowered": [asdict(action) for action in overpowered],
        "left_out": {"calls": len(calls) - len(rows), "usd": sum_known(calls) - sum_known(rows)},
    }


def _show(by: Group, since: datetime | None, history: History, place: CommandContext) -> None:
    budget, spent, calls = place.loaded.settings.budget, history.spent, history.calls
    start = f"since {since.astimezone():%Y-%m-%d %H:%M}" if since else "in all"
    print(
        f"Spent today {_get_value(spent.day, budget.per_day_usd)}, "
        f"this month {_get_value(spent.month, budget.per_month_usd)}"
        + (f"; {format_dollars(spent.held)} held for calls under way" if spent.held else "")
    )
    rows = select_measured(calls)
    if rows:
        print()
        whole = sum_calls(rows, known=history.runs)
        _print_table([*sum_by_group(rows, by, history.runs), whole], by)
        errors = ", ".join(f"{code} {count}" for code, count in count_failures(rows).items())
        if whole.aftermaths.checked:
            share = format_share(whole.aftermaths.checks_success)
            print(f"\nThe project's checks ran on {whole.aftermaths.checked} runs: {share} passed.")
        print(f"\nCalls {start}." + (f" Calls that failed: {errors}." if errors else ""))
    else:
        print(f"No calls {start}.")
    overpowered = find_overpowered_actions(history, datetime.now(UTC))
    for line in (*list_remarks(rows, calls), *map(describe_overpowered, overpowered)):
        print(line)


def _print_table(groups: Sequence[Total], by: Group) -> None:
    """Print one line for each group, the sum last, in columns as wide as their text."""
    lines = [
        (by, *_HEAD),
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
        format_share(group.success),
        format_share(group.escalation),
        format_share(group.aftermaths.undo_rate),
        format_share(group.aftermaths.correction_rate),
        str(group.calls),
        format_cost(group),
        format_usd(group.usd_per_run),
        f"{used.input + used.cache_write:,}",
        f"{used.cache_read:,}",
        f"{used.output:,}",
        format_seconds(group.first_text.p50),
        format_seconds(group.latency.p50),
        format_seconds(group.latency.p95),
        format_seconds(group.latency.p99),
    )


def list_remarks(rows: Sequence[RecordedCall], calls: Sequence[RecordedCall]) -> list[str]:
    """List sentences about figures that no server reported, and about what `rows` leaves out of `calls`."""
    whole = sum_calls(rows)
    lines = []
    if len(rows) < len(calls):
        lines.append(
            f"{_count_calls(len(calls) - len(rows), capital=True)} left out, of the demo or the offline "
            f"rules; cost {format_dollars(sum_known(calls) - sum_known(rows))}."
        )
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


def sum_known(rows: Sequence[RecordedCall]) -> float:
    """Add up the known prices."""
    return sum((row.usd or 0.0 for row in rows), 0.0)


def _count_calls(count: int, *, capital: bool = False) -> str:
    if capital:
        return f"{count} call was" if count == 1 else f"{count} calls were"
    return f"{count} call" if count == 1 else f"{count} calls"


def _get_value(spent: float, limit: float | None) -> str:
    return (
        format_dollars(spent)
        if limit is None
        else f"{format_dollars(spent)} of {format_dollars(limit)}"
    )
