"""A real server runs the project's checks on an edit: told, shown, written down; nothing is written."""

import json
import sys
from pathlib import Path

from flux_lsp.ledger.run_log import RunLog
from flux_lsp.ledger.store import Ledger
from flux_lsp.runs.clock import SystemClock
from flux_lsp.settings.paths import get_ledger_path
from tests.fakes.answers import tool
from tests.server.flux import flux
from tests.server.test_main_job import BETTER, CODE

WRONG = tool("rewrite_range", {"code": BETTER.replace("sum(", "max(")})
GOOD = tool("rewrite_range", {"code": BETTER})
# Fails for `max`, and for what is typed and not saved in another file.
UNIT = """
import pathlib, sys
text = pathlib.Path("app.py").read_text() + pathlib.Path("other.py").read_text()
print("app.py:1:1: M001 no maximum")
sys.exit("max(" in text)
"""


async def test_a_failed_check_is_told_and_the_next_answer_is_applied(tmp_path: Path) -> None:
    check = {"name": "unit", "command": [sys.executable, "unit.py"], "languages": ["python"]}
    env = {"FLUX_CHECKS": json.dumps([check]), "FLUX_CHECKS_SANDBOX": "none"}
    async with flux(tmp_path, WRONG, GOOD, env=env) as f:
        f.file("unit.py", UNIT)
        f.file("other.py", "x = max(1)\n")
        f.client.open(f.root / "other.py", "x = 1\n", "python")
        uri = f.open("app.py", CODE)
        outcome = await f.run(uri, "edit", "n += item", instruction="use sum", tier="haiku")
        before = (f.root / "app.py").read_text()

        assert [attempt["result"] for attempt in outcome["attempts"]] == ["CHECK_FAILED", "ok"]
        assert outcome["status"] == "applied"
        (result,) = outcome["checks"]
        assert (result["name"], result["status"], result["new_failures"]) == ("unit", "passed", [])
        assert "unit passes" in outcome["summary"]
        assert "CHECK_FAILED: unit fails with your edit" in f.said(1)
        assert "M001" in f.said(1)
        assert before == CODE
        told = [str(m) for m in f.client.seen("$/progress")]
        assert any("running unit" in message for message in told)
    ledger = Ledger(get_ledger_path(f.home / "flux-data"), SystemClock())
    try:
        (row,) = RunLog(ledger).list_runs()
    finally:
        ledger.close()
    assert row.checks == "passed"


async def test_a_workspace_cannot_name_one_before_it_is_trusted(tmp_path: Path) -> None:
    options = {"workspaceTrusted": False, "settings": {"flux": {}}}
    (tmp_path / "work").mkdir()
    line = f"touch {tmp_path}/ran"
    (tmp_path / "work/flux.toml").write_text(
        f"checks = [{{name = 'evil', command = '{line}'}}]\nchecks_sandbox = 'none'\n"
    )
    async with flux(tmp_path, GOOD, initializationOptions=options) as f:
        uri = f.open("app.py", CODE)
        outcome = await f.run(uri, "edit", "n += item", instruction="use sum", tier="sonnet")
        assert (outcome["status"], outcome["checks"]) == ("applied", [])
    assert not (tmp_path / "ran").exists()
