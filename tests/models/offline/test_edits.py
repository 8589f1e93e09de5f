"""Edits and fixes by ruff and rope: what they do, what they refuse, and that they run apart."""

import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from flux_lsp.context.values import Diagnostic
from flux_lsp.models.offline import tools
from flux_lsp.models.offline.answers import CannotAnswer
from tests.models.offline.asking import Asked, ask, declined, edited, snapshot

PATH = "src/shop/stock.py"

RENAMED = {
    "a local": (
        "def f(a):\n    x = a\n    x += 1\n    return f'{x}', [x for _ in a], lambda: x\n\n\nx = 1\n",
        "x",
    ),
    "a parameter and its keyword": ("def f(x=1):\n    return x\n\n\nf(x=2)\n", "x"),
    "a function": ("def x():\n    pass\n\n\ny = x()\n", "x"),
    "an import": ("import json as x\n\nx.dumps(1)\n", "x"),
    "a module's constant": ("x = 3600  # x\n\n\ndef f():\n    global x\n    x = x + 1\n", "x"),
    "windows line ends": ("def f(x):\r\n    return x\r\n", "x"),
    "no line end": ("def f(x):\n    return x", "x"),
}


@pytest.mark.parametrize("name", RENAMED)
async def test_rename(name: str) -> None:
    code, old = RENAMED[name]
    first = 1 if "\nx = 1" in code else None
    after = await edited(code, f"rename {old} to amount", (1, 4) if first else None)
    kept = after.replace("amount", old)
    assert kept == code
    assert "amount" in after
    if name == "a local":
        assert after.endswith("\n\nx = 1\n")
        assert after.count("amount") == 5
    if name == "a module's constant":
        assert "# x" in after


@pytest.mark.parametrize(
    ("code", "instruction", "words"),
    [
        ("def f(x):\n    y = x\n", "rename x to y", "stands in the file already"),
        ("def f(x):\n    return x\n", "rename x to class", "no name"),
        ("def f(x):\n    return x\n", "rename z to y", "holds no variable"),
        ("class A:\n    def x(self):\n        self.x()\n", "rename x to y", "member of a class"),
        ("class A:\n    def f(self):\n        self.x = 1\n", "rename x to y", "holds no variable"),
        ("__all__ = ['x']\n\n\ndef x():\n    pass\n", "rename x to y", "in a string"),
        ("def f(x):\n    x\n\n\ndef g(x):\n    x\n", "rename x to y", "several things"),
        ("def f(x=1):\n    x\n\n\ndef g(a):\n    a.f(x=1)\n", "rename x to y", "passed by name"),
        ("def f(x:\n", "rename x to y", "holds no variable"),
        (
            "def f(x):\n    def g():\n        nonlocal x\n        x = 2\n",
            "rename x to y",
            "cannot prove",
        ),
        ("x = 1\r\ny = x\n", "rename x to z", "holds no variable"),
    ],
)
async def test_what_is_not_renamed(code: str, instruction: str, words: str) -> None:
    assert words in await declined(code, instruction)


@pytest.mark.parametrize(
    ("instruction", "code", "after"),
    [
        ("remove unused imports", "import os\nimport re\n\nre.sub\n", "import re\n\nre.sub\n"),
        ("sort imports", "import re\nimport os\n\nre, os\n", "import os\nimport re\n\nre, os\n"),
        (
            "sort imports",
            "import os\n\nfrom numpy import a\n\nfrom shop import b\n\na, b, os\n",
            None,
        ),
        (
            "remove unused variables",
            "def f():\n    x = 1\n    return 2\n",
            "def f():\n    return 2\n",
        ),
        ("remove unused variables", "def f():\n    x = 1  # why\n    return 2\n", None),
        ("apply safe fixes", "import os\n\nx = f'a'\n", "\nx = 'a'\n"),
        ("Please apply safe fixes.", "if x == None:\n    pass\n", None),
        ("remove unused imports", "def f(:\n", None),
    ],
)
async def test_what_ruff_does(instruction: str, code: str, after: str | None) -> None:
    if after is None:
        assert "no safe fix" in await declined(code, instruction)
    else:
        assert await edited(code, instruction) == after


async def test_only_the_target_is_fixed_but_imports_are_the_files() -> None:
    code = "import os\n\nx = f'a'\n\n\ndef f():\n    return f'b'\n"
    assert await edited(code, "apply safe fixes", (6, 7)) == code.replace("f'b'", "'b'")
    asked = await ask("edit", code, (6, 7), "remove unused imports")
    assert "import os" not in asked.after[PATH]


async def fixed(code: str, *reported: tuple[int, str, str]) -> Asked:
    """Ask to fix diagnostics, each (1-based line, code, message)."""
    shot = snapshot(code, PATH)
    diagnostics = tuple(
        Diagnostic(shot.get_line_span(line - 1, line - 1), "warning", message, "ruff", code_)
        for line, code_, message in reported
    )
    return await ask("fix", code, None, "Fix the diagnostics.", diagnostics=diagnostics)


@pytest.mark.parametrize(
    ("code", "reported", "after"),
    [
        ("import os\nimport re\nre\n", (1, "F401", "unused"), "import re\nre\n"),
        ("import os\nx = 1\n", (1, "W0611", "Unused import os"), "x = 1\n"),
        ("import os\nx = 1\n", (1, "reportUnusedImport", "not accessed"), "x = 1\n"),
        ("def f():\n    x = 1\n    return 2\n", (2, "F841", "…"), "def f():\n    return 2\n"),
        ("x = 1  \ny = 2\n", (1, "W291", "Trailing whitespace"), "x = 1\ny = 2\n"),
        ("x = 1", (1, "W292", "No newline at end of file"), "x = 1\n"),
        ("z = f'a'\n", (1, "F541", "f-string without placeholders"), "z = 'a'\n"),
        ("z = f'a'\n\ny = f'b'\n", (3, "F541", "…"), "z = f'a'\n\ny = 'b'\n"),
    ],
)
async def test_what_is_fixed(code: str, reported: tuple[int, str, str], after: str) -> None:
    asked = await fixed(code, reported)
    assert asked.after.get(PATH) == after, asked.text


@pytest.mark.parametrize(
    ("code", "reported"),
    [
        ("import os\nos\n", (1, "F401", "`os` imported but unused")),
        ("x = thing\n", (1, "F821", "Undefined name `thing`")),
        ("x: int = 'a'\n", (1, "assignment", "Incompatible types in assignment")),
        ("if x == None: y\n", (1, "E711", "Comparison to None")),
        ("x = 1\n", (1, "QQQ999", "no such rule")),
        ("x = 1\n", (1, "", "no code at all")),
    ],
)
async def test_what_is_not_fixed(code: str, reported: tuple[int, str, str]) -> None:
    asked = await fixed(code, reported)
    assert asked.refused, asked.after
    assert "ANTHROPIC_API_KEY" in asked.text


async def test_without_the_extra_it_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tools, "find_spec", lambda _: None)
    said = await declined("import os\n", "remove unused imports")
    assert "needs ruff" in said
    assert "`pip install 'flux-lsp[offline]'`" in said
    assert "needs rope" in await declined("def f(x):\n    return x\n", "rename x to y")


async def test_no_setting_and_no_code_of_the_workspace_reaches_a_tool(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = tmp_path / "ran"
    touch = f"open({str(mark)!r}, 'w')\n"
    for name in ("ruff.py", "rope.py", "json.py", "sitecustomize.py", ".ropeproject/config.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(touch)
    (tmp_path / "ruff.toml").write_text("lint.ignore = ['F401']\nextend-exclude = ['*']\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RUFF_CONFIG", str(tmp_path / "ruff.toml"))
    monkeypatch.setenv("PYTHONPATH", ".")
    assert await edited("import os\nx = 1\n", "remove unused imports") == "x = 1\n"
    assert "y" in await edited("def f(x):\n    return x\n", "rename x to y")
    assert not mark.exists()


def tool(code: str) -> Sequence[str]:
    return ("ruff", "-c", code)


async def test_a_tool_gets_no_key_and_an_empty_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-x")
    show = "import os; print(os.environ.get('ANTHROPIC_API_KEY'), os.listdir('.'))"
    assert await tools.run_tool(*tool(show), stdin="") == f"None []{os.linesep}"


async def test_a_tool_that_hangs_or_fails_is_ended_and_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tools, "_SECONDS", 0.1)
    answer = await tools.run_tool(*tool("import time; time.sleep(600)"), stdin="")
    assert isinstance(answer, CannotAnswer)
    assert "longer than" in answer.why
    monkeypatch.setattr(tools, "_SECONDS", 20)
    answer = await tools.run_tool(*tool("raise SystemExit(2)"), stdin="")
    assert isinstance(answer, CannotAnswer)


@pytest.mark.skipif(sys.platform == "win32", reason="asks for a process by its number")
async def test_a_cancel_ends_the_tool(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    os.mkfifo(note)
    code = f"import os, time; open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    running = asyncio.ensure_future(tools.run_tool(*tool(code), stdin=""))
    pid = int(await asyncio.to_thread(note.read_text))
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
