"""The report is one page that needs nothing else and trusts no name in the ledger."""

import re
from datetime import timedelta
from html.parser import HTMLParser
from xml.etree import ElementTree

from flux_lsp.ledger.charts import draw_bars, draw_columns
from flux_lsp.ledger.page import render_page
from tests.ledger.ledgers import NOON, row

HOSTILE = '"><script>alert(1)</script>&'
ROWS = [
    row(
        run=f"r{day}",
        result="ok",
        model_answered=HOSTILE if day == 2 else "claude-sonnet-5-5",
        action=HOSTILE if day == 3 else "edit",
        usd=None if day == 2 else 0.01 * day,
        time=NOON + timedelta(days=day),
    )
    for day in (0, 1, 2, 3, 9)
]


class Page(HTMLParser):
    """Tags, texts and every attribute that could load something."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.loads: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in ("meta", "link", "img", "line", "rect"):
            self.open.append(tag)
        self.loads += [name for name, _ in attrs if name in ("src", "href", "xlink:href")]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("rect", "line"):
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_the_page_is_well_formed_and_loads_nothing() -> None:
    text = render_page(ROWS, "Since then", "now")
    seen = Page(text)

    assert seen.open == []
    assert seen.loads == []
    assert "script" not in seen.tags
    assert "url(" not in text
    assert "@import" not in text
    assert not re.search(r"https?://", text)


def test_a_name_from_the_ledger_is_text_and_nothing_else() -> None:
    seen = Page(render_page(ROWS, HOSTILE, HOSTILE))

    assert "script" not in seen.tags
    assert any(HOSTILE in text for text in seen.texts)


def test_charts_are_valid_xml() -> None:
    chart = draw_columns(["Nov 1", "Nov 2"], {HOSTILE: [1, 0], "b": [2, 3]}, lambda v: f"<{v}>")
    svg = ElementTree.fromstring(chart[: chart.index("<ul")])

    assert len(svg.findall("rect")) == 3, "what is nothing has no bar"
    ElementTree.fromstring(draw_bars({HOSTILE: 0, "b": 0}, str))


def test_quiet_days_have_their_place_on_the_axis() -> None:
    seen = Page(render_page(ROWS, "", ""))
    first = NOON.astimezone().date()

    last = first + timedelta(days=9)
    assert f"{last:%b} {last.day}" in seen.texts
    quiet = first + timedelta(days=5)
    assert f"{quiet:%b} {quiet.day}" in seen.texts


def test_many_series_are_added_up_as_other() -> None:
    chart = draw_columns(["d"], {f"m{n}": [float(n)] for n in range(1, 9)}, str)

    assert "other" in chart
    assert "m8" in chart
    assert ">m1<" not in chart


def test_prices_that_are_not_known_are_said() -> None:
    texts = Page(render_page(ROWS, "", "")).texts

    assert "without a price: 1 of 5 calls" in texts
    assert "unknown" in texts


def test_an_empty_ledger_makes_a_page_too() -> None:
    seen = Page(render_page([], "All calls", "now"))

    assert "No calls in this time." in seen.texts
