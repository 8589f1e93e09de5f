"""What the first menu of a real server loads: the tree of settings comes later, since it brings pydantic along."""

import sys
from pathlib import Path

import pytest

from bench.startup import URI, Session, initialize_params

START = {"line": 0, "character": 0}
MENU = {
    "textDocument": {"uri": URI},
    "range": {"start": START, "end": START},
    "context": {"diagnostics": [], "triggerKind": 2},
}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /proc")
def test_the_first_menu_loads_no_pydantic(tmp_path: Path) -> None:
    session = Session([sys.executable, "-m", "flux_lsp"], tmp_path)
    session.ask("initialize", initialize_params())
    session.send("initialized", {}, request=False)
    document = {"uri": URI, "languageId": "python", "version": 1, "text": "x = 1\n"}
    session.send("textDocument/didOpen", {"textDocument": document}, request=False)

    session.ask("textDocument/codeAction", MENU)
    loaded = Path(f"/proc/{session.process.pid}/maps").read_text()
    session.end()

    assert "pydantic_core" not in loaded
