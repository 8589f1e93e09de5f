"""The report's picture in the README: `python -m tests.editors.report_picture [FILE.png]`.

Needs the Chromium of `editors/setup.sh`; the calls are made up.
"""

import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from flux_lsp.ledger.report.page import render_page
from tests.editors.chromium import ROOT, open_tab
from tests.ledger.quarter import make_quarter

NOW = datetime(2026, 11, 27, 8, tzinfo=UTC)


def main(picture: Path) -> None:
    """Take it."""
    with tempfile.TemporaryDirectory() as folder, open_tab() as tab:
        page = Path(folder) / "page.html"
        text = render_page(make_quarter(NOW), "Since 29 August 2026", "27 November 2026, 18:00")
        page.write_text(text, encoding="utf-8")
        tab.look(1180, 1500)
        tab.open(page)
        tab.take_picture(picture)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs/images/report.png")
