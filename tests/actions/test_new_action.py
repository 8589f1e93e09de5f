"""The newcomer's test: one new file is an action everywhere, with nothing else touched by hand.

A copy of the package gets two files more. Its real server, command line and generator run.
"""

import asyncio
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.answers import text, tool
from tests.fakes.messages_api import MessagesApi
from tests.fakes.wire import clean_environment
from tests.server.flux import KEY, flux

ROOT = Path(__file__).parents[2]
STUDY = """\
---
description: Studies the selection or symbol for what you ask.
returns: answer
needs_instruction: true
argument-hint: What should it look for?
model: haiku
reasoning: It only reads.
---
Study the target for what the instruction asks.
"""
RESTYLE = """\
---
description: Words the documentation anew.
returns: edit
offered: symbol
model: haiku
reasoning: It is only words.
escalation: none
checks: code_unchanged
---
Word the documentation of the target anew.
"""
CODE = '''\
def load(path):
    """Load."""
    return open(path).read()
'''
GROW = """\
---
description: Moves helpers into a file of their own.
returns: edit
model: haiku
reasoning: It only moves text.
rights: [leave_target, create_files]
---
Move helpers of the target into a new file.
"""
# What the newcomer does not touch, and the generator writes.
GENERATED = (
    "README.md",
    "docs/actions.md",
    "docs/cli.md",
    "editors/neovim/doc/flux.txt",
    "editors/vscode/package.json",
)


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone with new actions."""
    folder = tmp_path_factory.mktemp("clone")
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "flux_lsp", folder / "flux_lsp", ignore=ignored)
    for name in ("pyproject.toml", *GENERATED):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    actions = folder / "flux_lsp" / "actions" / "builtin"
    (actions / "study.md").write_text(STUDY, encoding="utf-8")
    (actions / "restyle.md").write_text(RESTYLE, encoding="utf-8")
    (actions / "grow.md").write_text(GROW, encoding="utf-8")
    return folder


async def test_an_editor_is_told_of_it_and_offers_and_runs_it(clone: Path, tmp_path: Path) -> None:
    answer = text("The file is never closed.")
    async with flux(tmp_path, answer, env={"PYTHONPATH": str(clone)}) as f:
        uri = f.open("app.py", CODE)
        capabilities = f.client.server["capabilities"]["experimental"]["flux"]
        offered = await f.client.code_actions(uri, f.cursor(uri, "return"))
        outcome = await f.run(uri, "study", "return", instruction="look for leaks")
        wordless = await f.run(uri, "study", "return")

        assert capabilities["actions"][-3:] == ["grow", "restyle", "study"]
        assert capabilities["action_details"][-1] == {
            "id": "study",
            "title": "Study",
            "needs_instruction": True,
            "hint": "What should it look for?",
            "returns": "answer",
        }
        assert [entry["title"] for entry in offered][-3:] == [
            "Flux: restyle `load`",
            "Flux: study `load`…",
            "Flux: ask an agent…",
        ]
        assert outcome["status"] == "answered"
        assert "Study the target for what the instruction asks." in f.said()
        assert "look for leaks" in f.said()
        assert wordless["status"] in {"refused", "failed"}
        assert len(f.api.calls) == 1, "without words nothing is asked"


async def test_its_check_holds(clone: Path, tmp_path: Path) -> None:
    changed = tool("rewrite_range", {"code": CODE.replace("read()", "read(9)")})
    worded = tool("rewrite_range", {"code": CODE.replace("Load.", "Read a file.")})
    env = {"PYTHONPATH": str(clone)}
    async with flux(tmp_path, changed, worded, env=env) as f:
        uri = f.open("app.py", CODE)
        outcome = await f.run(uri, "restyle", "return")

        assert [attempt["result"] for attempt in outcome["attempts"]] == ["CODE_CHANGED", "ok"]
        assert outcome["status"] == "applied"
        assert f.client.text(uri) == CODE.replace("Load.", "Read a file.")


async def test_without_escalation_it_stays_on_its_tier(clone: Path, tmp_path: Path) -> None:
    changes = [
        tool("rewrite_range", {"code": CODE.replace("read()", f"read({n})")}) for n in (1, 2, 3)
    ]
    env = {"PYTHONPATH": str(clone)}
    async with flux(tmp_path, *changes, env=env) as f:
        uri = f.open("app.py", CODE)
        outcome = await f.run(uri, "restyle", "return")

        assert [attempt["tier"] for attempt in outcome["attempts"]] == ["haiku"] * 3
        assert outcome["error"]["code"] == "CODE_CHANGED"
        assert f.client.text(uri) == CODE


@pytest.mark.parametrize(
    ("action", "path", "status"),
    [
        ("grow", "helpers.py", "proposed"),
        ("grow", ".github/workflows/build.yml", "refused"),  # a place that is never written to
        ("grow", "ignored/helpers.py", "refused"),
        ("edit", "helpers.py", "refused"),
    ],
)
async def test_only_an_action_with_the_right_makes_files(
    clone: Path, tmp_path: Path, action: str, path: str, status: str
) -> None:
    files = [{"path": path, "content": "X = 1\n"}]
    answer = tool("apply_edits", {"edits": [], "new_files": files})
    env = {"PYTHONPATH": str(clone)}
    async with flux(tmp_path, answer, answer, answer, env=env) as f:
        f.file(".gitignore", "ignored/\n")
        uri = f.open("app.py", CODE)
        outcome = await f.run(uri, action, "return", instruction="move the helpers")

        assert outcome["status"] == status
        assert not (tmp_path / "work" / path).exists()


async def test_tests_without_a_workspace_cost_nothing(tmp_path: Path) -> None:
    async with flux(tmp_path, rootUri=None, workspaceFolders=None) as f:
        uri = f.open("app.py", CODE)
        outcome = await f.run(uri, "tests", "return")

        assert outcome["error"]["code"] == "OUT_OF_SCOPE"
        assert "Open the folder of its project" in outcome["error"]["hint"]
        assert f.api.calls == []


async def test_the_command_line_runs_it(clone: Path, tmp_path: Path) -> None:
    file = tmp_path / "app.py"
    file.write_text(CODE, encoding="utf-8")
    async with MessagesApi(text("The file is never closed.")) as api:
        key = {"ANTHROPIC_BASE_URL": api.url, "ANTHROPIC_API_KEY": KEY, "PYTHONPATH": str(clone)}
        environment = clean_environment(tmp_path / "home", key)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "flux_lsp", "run", "study", "app.py:1", "--instruction", "leaks",
            cwd=tmp_path, env=environment, stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, err = await process.communicate()

    assert process.returncode == 0, err.decode()
    assert "The file is never closed." in out.decode()


def test_manuals_settings_and_plugins_know_it_after_generating(clone: Path) -> None:
    before = {name: (clone / name).read_text(encoding="utf-8") for name in GENERATED}
    environment = clean_environment(clone / "home", {"PYTHONPATH": str(clone)})
    ran = subprocess.run(
        [sys.executable, "-m", "flux_lsp.publish"],
        cwd=clone, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    after = {name: (clone / name).read_text(encoding="utf-8") for name in GENERATED}
    package = json.loads(after["editors/vscode/package.json"])["contributes"]

    assert ran.returncode == 0, ran.stderr
    assert "## study\n\nStudies the selection" in after["docs/actions.md"]
    assert "*:Flux-study*\n:[range]Flux study [words]" in after["editors/neovim/doc/flux.txt"]
    assert "study" in after["docs/cli.md"]
    assert _entry(package["commands"], "flux.action.study")["title"] == "Study…"
    assert _entry(package["menus"]["flux.context"], "flux.action.restyle")
    properties = package["configuration"][0]["properties"]
    assert {"flux.actions.study", "flux.routing.study"} <= set(properties)
    for name in GENERATED:  # nothing that was there before is written anew
        gone = set(before[name].splitlines()) - set(after[name].splitlines())
        assert all(re.search(r"ACTION|flux\.action|\bfix, edit\b", line) for line in gone), gone


def _entry(entries: list[dict[str, Any]], command: str) -> dict[str, Any]:
    return next(entry for entry in entries if entry["command"] == command)
