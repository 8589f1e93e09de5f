"""`usage` and `report` say what the ledger says."""

import argparse
from datetime import UTC, datetime, timedelta

import pytest

from flux_lsp.core.errors import ErrorCode, FluxError
from flux_lsp.fronts.cli import report
from flux_lsp.fronts.cli.since import parse_moment
from flux_lsp.ledger.budgets import get_day_start, get_month_start
from flux_lsp.ledger.store import Ledger
from flux_lsp.ledger.values import Limits
from flux_lsp.settings.paths import get_ledger_path
from tests.cli.commands import Shell, flux
from tests.ledger.ledgers import StillClock, held, reserve, row

__all__ = ["flux"]

NOW = datetime.now(UTC)


def fill(flux: Shell) -> None:
    """One run yesterday of two calls, one today without a price, and money held."""
    clock = StillClock(NOW - timedelta(days=1))
    ledger = Ledger(get_ledger_path(flux.data), clock)
    failed = row(result="FORMAT", error="FORMAT", tier="haiku", usd=0.25)
    for call in (failed, row(attempt=2, usd=0.5, result="ok")):
        ledger.settle(held(reserve(ledger, "r1", 0.5, Limits())), call)
    clock.time = NOW
    ledger.settle(held(reserve(ledger, "r2", 0.0, Limits())), row(run="r2", usd=None, result="ok"))
    held(reserve(ledger, "r3", 0.125, Limits()))
    ledger.close()


def test_a_machine_without_a_ledger_has_spent_nothing_and_gets_none(flux: Shell) -> None:
    ran = flux("usage")

    assert ran.code == 0
    assert "Spent today $0.00 of $10.00" in ran.out
    assert not flux.data.exists()


def test_json_is_one_document_with_everything(flux: Shell) -> None:
    fill(flux)
    document = flux("usage", "--json", "--by", "tier", "--since", "all").json

    assert document["since"] is None
    assert document["budget"]["day"]["limit_usd"] == 10.0
    assert document["budget"]["held_usd"] == 0.125
    assert document["total"]["runs"] == 2
    assert document["total"]["usd"] == 0.75
    assert document["total"]["unpriced_calls"] == 1
    assert document["total"]["attempts"] == 1.5
    assert [group["name"] for group in document["groups"]] == ["sonnet", "haiku"]
    assert document["errors"] == {"FORMAT": 1}


def test_what_is_older_is_left_out(flux: Shell) -> None:
    fill(flux)

    assert flux("usage", "--json", "--since", "1h").json["total"]["calls"] == 1
    assert flux("usage", "--json", "--since", "2d").json["total"]["calls"] == 3


def test_the_table_says_unknown_prices_and_what_is_held(flux: Shell) -> None:
    fill(flux)
    out = flux("usage").out

    assert "$0.1250 held for calls under way" in out
    assert "unknown" in out
    assert "$0.75 + 1 unpriced" in out
    assert "Calls that failed: FORMAT 1" in out


def test_the_report_is_written_and_a_bad_place_for_it_named(flux: Shell) -> None:
    fill(flux)
    ran = flux("report", "page.html")
    assert ran.code == 0
    assert 'id="charts"' in (flux.root / "page.html").read_text(encoding="utf-8")

    (flux.root / "folder").mkdir()
    for place in ("missing/page.html", "folder"):
        ran = flux("report", place)
        assert (ran.code, ran.out) == (1, "")
        assert f"The report {place} cannot be written" in ran.err
        assert "Name a file in a folder that exists" in ran.err
        with pytest.raises(FluxError) as caught:
            report.run(argparse.Namespace(file=flux.root / place, since="1d"))
        assert caught.value.problem.code is ErrorCode.BAD_REQUEST


def test_a_damaged_ledger_is_a_sentence(flux: Shell) -> None:
    flux.data.mkdir()
    get_ledger_path(flux.data).write_bytes(b"no database" * 1000)

    ran = flux("usage", "--json")

    assert (ran.code, ran.out) == (3, "")
    assert "is damaged" in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("all", None),
        ("today", get_day_start(NOW)),
        ("month", get_month_start(NOW)),
        ("12h", NOW - timedelta(hours=12)),
        ("7d", get_day_start(NOW - timedelta(days=7))),
        ("2w", get_day_start(NOW - timedelta(weeks=2))),
        ("2026-11-01", datetime(2026, 11, 1).astimezone(UTC)),
    ],
)
def test_a_moment_can_be_said_in_a_few_ways(text: str, expected: datetime | None) -> None:
    assert parse_moment(text, NOW) == expected
