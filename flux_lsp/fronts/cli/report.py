"""`flux-lsp report FILE.html`: the ledger as one page with charts.

Never sends the page anywhere, and never opens it.
"""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from flux_lsp.core.errors import ErrorCode, FluxError
from flux_lsp.fronts.cli.history import find_overpowered_actions, read_alerts, read_history
from flux_lsp.fronts.cli.since import add_since, parse_moment
from flux_lsp.ledger.report.page import Insights, render_page
from flux_lsp.settings import paths


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument("file", type=Path, metavar="FILE.html", help="write the page to this file")
    add_since(parser)


def run(options: argparse.Namespace) -> int:
    """Write the page. Raises FluxError when the ledger cannot be read or the page written."""
    now = datetime.now(UTC)
    since = parse_moment(options.since, now)
    data = paths.get_data_dir()
    history = read_history(data, since)
    period = f"Since {since.astimezone():%d %B %Y}" if since else "All calls"
    written = f"{now.astimezone():%d %B %Y, %H:%M}"
    insights = Insights(
        read_alerts(data, now), history.runs, find_overpowered_actions(history, now)
    )
    text = render_page(history.calls, period, written, insights)
    try:
        options.file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise FluxError(
            ErrorCode.BAD_REQUEST,
            f"The report {options.file} cannot be written: {error.strerror}",
            "Name a file in a folder that exists and that you may write to",
        ) from error
    print(f"{options.file}: {len(history.calls)} calls")
    return 0
