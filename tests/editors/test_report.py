"""The report in a real Chromium: it draws, asks nobody, and reads on a phone and without script."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from flux_lsp.ledger.report.page import render_page
from tests.editors.chromium import open_tab
from tests.ledger.ledgers import row
from tests.ledger.quarter import make_quarter
from tests.ledger.test_page import HOSTILE

pytestmark = pytest.mark.editor
NOW = datetime(2026, 11, 27, 8, tzinfo=UTC)
LAID_OUT = "document.documentElement.scrollWidth <= innerWidth"
# the share of a chart's dots that are not the ground's
DRAWN = """
[...document.querySelectorAll('.chart canvas')].map((canvas) => {
  const dots = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  let inked = 0;
  for (let n = 3; n < dots.length; n += 4) inked += dots[n] > 0;
  return inked / (dots.length / 4);
})
"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    file = tmp_path / "page.html"
    hostile = [
        row(run="h", model_answered=HOSTILE, action=HOSTILE, agent=HOSTILE, usd=0.5, time=NOW),
        row(run="i", error=HOSTILE, result=HOSTILE, time=NOW),
    ]
    text = render_page([*make_quarter(NOW), *hostile], HOSTILE, "now")
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1280, 900), (390, 844)])
def test_it_draws_every_chart_and_complains_of_nothing(
    page: Path, size: tuple[int, int], scheme: str
) -> None:
    with open_tab() as tab:
        tab.look(*size, scheme=scheme)
        tab.open(page)
        shares = tab.evaluate(DRAWN)
        hover = {"x": size[0] // 2, "y": 10}
        for y in range(300, 800, 60):  # tooltips show names too
            tab.call("Input.dispatchMouseEvent", type="mouseMoved", **{**hover, "y": y})

        assert len(shares) == 8
        assert min(shares) > 0.01
        assert tab.evaluate(LAID_OUT), "nothing is wider than the window"
        assert tab.evaluate("document.querySelectorAll('img').length") == 0
        assert set(tab.requests) == {page.as_uri()}
        assert tab.complaints == []


def test_without_its_script_it_is_tables_without_gaps(page: Path) -> None:
    with open_tab() as tab:
        tab.call("Emulation.setScriptExecutionDisabled", value=True)
        tab.look(390, 844)
        tab.open(page)
        shown = "getComputedStyle(document.querySelector('.chart')).display"

        assert tab.evaluate("document.querySelectorAll('canvas').length") == 0
        assert tab.evaluate(shown) == "none"
        assert tab.evaluate("document.querySelectorAll('tbody tr').length") > 30
        assert tab.complaints == []


def test_it_turns_dark_while_it_is_open(page: Path) -> None:
    """The colours of the charts change with the system's."""
    with open_tab() as tab:
        tab.look(1280, 900, scheme="light")
        tab.open(page)
        read = "echarts.getInstanceByDom(document.getElementById('chart-0')).getOption().color[0]"
        light = tab.evaluate(read)
        tab.look(1280, 900, scheme="dark")
        tab.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")

        assert tab.evaluate(read) not in (None, light)


def test_a_page_that_asks_somebody_is_seen(tmp_path: Path) -> None:
    """The tests above can fail: a request and a violation of a policy are noticed."""
    file = tmp_path / "bad.html"
    file.write_text(
        "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'\">"
        "<img src=http://example.org/x><script>1</script>"
    )
    with open_tab() as tab:
        tab.open(file)

        assert len(tab.complaints) >= 2
