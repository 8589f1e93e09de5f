"""`--since`: a moment, written in one of a few ways.

Days are those of the person's own time zone, as budgets count them.
"""

import argparse
import re
from datetime import UTC, date, datetime, time, timedelta

from flux_lsp.ledger.budgets import get_day_start, get_month_start

_UNITS = {"d": "days", "h": "hours", "w": "weeks"}


def add_since(parser: argparse.ArgumentParser) -> None:
    """Add the option, as text; `parse_moment` reads it."""
    parser.add_argument(
        "--since",
        default="30d",
        type=_check_moment,
        metavar="D",
        help="count from a date (2026-11-01), today, month, all, or 12h, 7d, 4w (default: 30d)",
    )


def parse_moment(text: str, now: datetime) -> datetime | None:
    """Return the moment that `text` means, None for all; a span of days begins at midnight.

    Raises ValueError when it means nothing.
    """
    fixed = {"all": None, "today": get_day_start(now), "month": get_month_start(now)}
    if text in fixed:
        return fixed[text]
    if match := re.fullmatch(r"(\d{1,5})([dhw])", text):
        start = now - timedelta(**{_UNITS[match[2]]: int(match[1])})
        return start if match[2] == "h" else get_day_start(start)
    return datetime.combine(date.fromisoformat(text), time.min).astimezone(UTC)


def _check_moment(text: str) -> str:
    try:
        parse_moment(text, datetime.now(UTC))
    except (ValueError, OverflowError) as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no date and no span like 7d") from error
    return text
