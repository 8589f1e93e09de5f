"""No module of the folder in which somebody calls Flux is ever imported."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from flux_lsp.core.isolation import build_own_command, isolate_environment, leave_current_folder
from flux_lsp.models.anthropic.keys import CommandKey
from tests.fakes.wire import clean_environment

SCRIPT = Path(sys.executable).with_name("flux-lsp")
# Modules of the standard library, of Flux's libraries, and Flux itself; ordinary names among them.
MODULES = (
    "types", "queue", "json", "asyncio", "enum", "token", "calendar", "logging", "sqlite3",
    "pydantic", "anthropic", "tree_sitter", "rich", "flux_lsp", "sitecustomize", "usercustomize",
)  # fmt: skip


def hostile_folder(tmp_path: Path, names: tuple[str, ...] = MODULES) -> tuple[Path, Path]:
    """A folder whose modules each write their name into a file, and that file."""
    root, mark = tmp_path / "work", tmp_path / "ran"
    root.mkdir()
    code = f"open({str(mark)!r}, 'a').write(__name__ + ' ')\n"
    for name in names:
        (root / f"{name}.py").write_text(code)
        (root / f"{name}_package").mkdir()
    (root / "flux_lsp.py").unlink(missing_ok=True)
    package = root / "flux_lsp"
    package.mkdir()
    for name in ("__init__", "__main__"):
        (package / f"{name}.py").write_text(code)
    (root / "app.py").write_text("def total(items):\n    n = sum(items)\n    return n\n")
    return root, mark


def call(
    root: Path, env: Mapping[str, str], *command: str | Path
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=root, env=env, capture_output=True, text=True, timeout=100, check=False
    )


@pytest.mark.parametrize(
    "search", [None, "", ".", os.pathsep, f"{os.pathsep}/nowhere", "src", "HERE"]
)
def test_nothing_of_the_folder_is_on_the_search_path_of_a_child(
    tmp_path: Path, search: str | None
) -> None:
    root, mark = hostile_folder(tmp_path)
    (root / "src").mkdir()
    (root / "src" / "json.py").write_text((root / "json.py").read_text())
    env = clean_environment(tmp_path)
    env |= {} if search is None else {"PYTHONPATH": search.replace("HERE", str(root))}

    def start() -> subprocess.CompletedProcess[str]:
        before = Path.cwd()
        os.chdir(root)
        try:
            child = isolate_environment(env)
        finally:
            os.chdir(before)
        return call(root, child, *build_own_command("--version"))

    done = start()
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("flux-lsp ")
    assert not mark.exists(), mark.read_text()


def test_the_command_line_runs_nothing_of_the_folder_and_works_in_it(tmp_path: Path) -> None:
    root, mark = hostile_folder(tmp_path)
    env = clean_environment(tmp_path)
    explain = (SCRIPT, "run", "explain", "app.py:2", "--provider", "offline", "--json")
    done = call(root, env, *explain)
    assert json.loads(done.stdout)["status"] == "answered", done.stderr
    shown = call(root, env, SCRIPT, "demo", "app.py")
    assert shown.returncode == 0, shown.stderr
    assert call(root, env, SCRIPT, "doctor").returncode in (0, 3)
    assert not mark.exists(), mark.read_text()


def test_called_as_a_module_it_leaves_the_folder_before_it_imports_anything(tmp_path: Path) -> None:
    late = ("json", "asyncio", "argparse", "pydantic", "anthropic", "rich", "logging")
    root, mark = hostile_folder(tmp_path, late)
    for file in (root / "flux_lsp").iterdir():
        file.unlink()
    (root / "flux_lsp").rmdir()  # Python itself prefers the folder's own `flux_lsp` to ours
    env = {**clean_environment(tmp_path), "PYTHONPATH": f"{os.pathsep}."}
    done = call(root, env, sys.executable, "-P", "-m", "flux_lsp", "doctor")
    assert done.returncode in (0, 3), done.stderr
    done = call(root, clean_environment(tmp_path), sys.executable, "-m", "flux_lsp", "doctor")
    assert done.returncode in (0, 3), done.stderr
    assert not mark.exists(), mark.read_text()


def test_the_installation_stays_on_the_search_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(["", "src", "/opt/mine"]))
    before = ["", ".", str(tmp_path), str(tmp_path / "src"), "/opt/mine", "/usr/lib/python"]
    monkeypatch.setattr(sys, "path", [*before])
    leave_current_folder()
    assert sys.path == ["/opt/mine", "/usr/lib/python"]


def test_a_child_keeps_what_is_named_in_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    env = {"PYTHONPATH": os.pathsep.join(["/opt/mine", ".", str(tmp_path)]), "A": "b"}
    assert isolate_environment(env) == {
        "A": "b", "PYTHONPATH": "/opt/mine", "PYTHONSAFEPATH": "1",
    }  # fmt: skip


def test_the_key_command_is_not_run_in_the_workspace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, home = tmp_path / "work", tmp_path / "home"
    root.mkdir()
    home.mkdir()
    tool = root / "pass-show"
    tool.write_text(f"#!/bin/sh\ntouch {tmp_path / 'ran'}\necho sk-evil\n")
    tool.chmod(0o755)
    (root / "keyring.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\nprint('sk-evil')\n")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("PATH", f".{os.pathsep}{os.environ['PATH']}")
    monkeypatch.chdir(root)
    command = f"pass-show || {sys.executable} -m keyring || echo sk-mine"
    assert asyncio.run(CommandKey(command).get()) == "sk-mine"
    assert not (tmp_path / "ran").exists()
