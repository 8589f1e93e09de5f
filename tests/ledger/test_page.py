"""The report is one page that needs nothing else, reads without its script and trusts no name in the ledger."""

import base64
import hashlib
import json
import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flux_lsp.ledger.alerts.rules import Alert
from flux_lsp.ledger.overpower import OverpoweredAction
from flux_lsp.ledger.report.charts import build_charts, limit_series
from flux_lsp.ledger.report.page import Insights, render_page
from flux_lsp.ledger.values import DEMO
from tests.ledger.ledgers import NOON, row
from tests.ledger.quarter import make_quarter

HOSTILE = '"></script><script>alert(1)</script><img src=x onerror=alert(1)>&'
ROWS = [
    row(
        run=f"r{day}",
        result="ok",
        model_answered=HOSTILE if day == 2 else "claude-sonnet-5-5",
        action=HOSTILE if day == 3 else "edit",
        agent=HOSTILE if day == 3 else None,
        usd=None if day == 2 else 0.01 * day,
        time=NOON + timedelta(days=day),
    )
    for day in (0, 1, 2, 3, 9)
]
ECHARTS = "61f13280aba3161f77fc801bf5f9c786f55f10432153a0683fc5cc0700b013d5"


class Page(HTMLParser):
    """Tags, texts, scripts, and every attribute that could load something."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.loads: list[str] = []
        self.scripts: list[str] = []
        self.style = self.policy = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag != "meta":
            self.open.append(tag)
        elif ("http-equiv", "Content-Security-Policy") in attrs:
            self.policy = str(dict(attrs)["content"])
        self.loads += [name for name, _ in attrs if name in ("src", "href", "style")]
        self.loads += [name for name, _ in attrs if name.startswith("on")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] == ["script"]:
            self.scripts.append(data)
        elif self.open[-1:] == ["style"]:
            self.style += data
        else:
            self.texts.append(data)

    @property
    def charts(self) -> list[dict[str, Any]]:
        """What the script draws from."""
        return list(json.loads(self.scripts[0]))


def get_hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_the_page_is_well_formed_and_loads_nothing() -> None:
    seen = Page(render_page(ROWS, "Since then", "now"))

    assert seen.open == []
    assert seen.loads == []
    assert seen.tags.count("script") == 3
    assert "url(" not in seen.style
    assert "@import" not in seen.style
    assert not re.search(r"https?://", "".join(seen.texts))


def test_the_policy_lets_its_own_scripts_and_style_run_and_nothing_else() -> None:
    seen = Page(render_page(ROWS, "", ""))

    assert seen.policy.startswith("default-src 'none'; ")
    assert seen.style
    allowed = " ".join(get_hash(script) for script in seen.scripts[1:])
    assert f"script-src {allowed}; style-src {get_hash(seen.style)}" in seen.policy
    assert "unsafe" not in seen.policy


def test_a_name_from_the_ledger_is_text_and_nothing_else() -> None:
    seen = Page(render_page(ROWS, HOSTILE, HOSTILE))

    assert seen.tags.count("script") == 3
    assert "img" not in seen.tags
    assert seen.texts.count(HOSTILE) == 3, "the model, the action and the agent"
    assert any(HOSTILE in chart["labels"] for chart in seen.charts)


@settings(deadline=None)  # it draws a page each time
@given(st.text())
def test_no_name_ends_the_figures(name: str) -> None:
    seen = Page(render_page([row(model_answered=name, usd=1.0)], "", ""))

    assert seen.charts[0]["series"][0]["name"] in (name, "claude-sonnet-5-5")


def test_the_library_is_the_one_that_was_published() -> None:
    folder = files("flux_lsp.ledger.report") / "echarts"

    library = (folder / "echarts.common.min.js").read_bytes()
    assert hashlib.sha256(library).hexdigest() == ECHARTS
    assert b"</script" not in library
    assert b"<!--" not in library
    assert all((folder / name).is_file() for name in ("LICENSE", "LICENSE-d3", "NOTICE"))


def test_a_year_of_work_fits_into_a_small_page() -> None:
    rows = make_quarter(datetime(2026, 11, 27, tzinfo=UTC), days=400, runs_a_day=30)
    rows += [row(run=f"m{n}", model_answered=f"model-{n}", action=f"a{n}") for n in range(300)]

    text = render_page(rows, "All calls", "now")

    assert len(text.encode()) <= 800_000
    assert Page(text).charts[0]["title"] == "Cost by week"


def test_quiet_days_have_their_place_on_the_axis() -> None:
    labels = build_charts(ROWS)[0].labels
    first = NOON.astimezone().date()

    assert len(labels) == 10
    quiet = first + timedelta(days=5)
    assert labels[5] == f"{quiet:%b} {quiet.day}"


def test_many_series_are_added_up_as_other() -> None:
    series = limit_series({f"m{n}": [float(n)] for n in range(1, 9)})

    assert list(series) == ["m8", "m7", "m6", "m5", "m4", "other"]
    assert series["other"] == [6.0]


def test_answers_are_counted_by_how_long_they_took() -> None:
    rows = [row(total_ms=ms, first_token_ms=None) for ms in (100, 101, 2000, 2001)]
    rows.append(row(total_ms=500_000, tier="haiku", first_token_ms=None))
    rows.append(row(model_answered=None, total_ms=900_000))
    charts = {chart.title: chart for chart in build_charts(rows)}

    assert "Time to the first text" not in charts
    times = charts["Time to the whole answer"]
    shown = dict(zip(times.labels, times.series["sonnet"], strict=True))
    assert {label: n for label, n in shown.items() if n} == {
        "≤ 0.1 s": 1,
        "≤ 0.2 s": 1,
        "≤ 2 s": 1,
        "≤ 3 s": 1,
    }
    assert times.series["haiku"][-1] == 1
    assert times.labels[-1] == "> 120 s"


def test_alerts_and_what_haiku_could_do_are_sentences() -> None:
    known = Insights(
        alerts=[Alert("success", f"Only {HOSTILE} succeeded")],
        overpowered=[
            OverpoweredAction(HOSTILE, 9, 10, 18, 20, 1.5, 0.97),
            OverpoweredAction("fix", 9, 10, 2, 3, 0.5, None),
        ],
    )
    seen = Page(render_page(ROWS, "", "", known))

    assert f"Only {HOSTILE} succeeded." in seen.texts
    assert (
        f"{HOSTILE}: Haiku instead of Sonnet would have saved about $1.50; 97 % sure: 18 of 20 "
        "answers of Haiku were good at once, 9 of 10 of Sonnet."
    ) in seen.texts
    assert any("not known, Haiku began 3 runs of it" in text for text in seen.texts)
    assert seen.tags.count("script") == 3


def test_prices_that_are_not_known_are_said() -> None:
    texts = Page(render_page(ROWS, "", "")).texts

    assert "without a price: 1 of 5 calls" in texts
    assert "unknown" in texts


@pytest.mark.parametrize("changes", [{"provider": "offline"}, {"workspace": DEMO}])
def test_the_demo_and_offline_runs_are_no_daily_work(changes: dict[str, str]) -> None:
    seen = Page(render_page([row(**changes)], "All calls", "now"))

    assert "No calls in this time." in seen.texts
    assert seen.charts == []
