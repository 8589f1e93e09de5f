"""The GitHub Action and the pre-commit hook of docs/batch.md do what the page says, run as they stand."""

import re
import shlex
from pathlib import Path
from typing import Any

import yaml

from tests.cli.batches import serve_batches, write_functions
from tests.cli.commands import Shell, flux
from tests.runs.batch.projects import commit_all, run_git

__all__ = ["flux"]

PAGE = (Path(__file__).parents[2] / "docs/batch.md").read_text(encoding="utf-8")
ACTION, HOOK = map(yaml.safe_load, re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL))


def make_branch(root: Path) -> None:
    """A branch whose pull request touches one function of two, and adds a file."""
    (root / ".git").rmdir()
    write_functions(root, files=1, functions=2)
    commit_all(root)
    run_git(root, "update-ref", "refs/remotes/origin/main", "HEAD")
    file = root / "src/m0.py"
    file.write_text(file.read_text().replace("value + 1", "value + 10"))
    (root / "src/new.py").write_text("def new():\n    return 1\n")


def run_command(flux: Shell, words: str, *more: str) -> Any:
    """A command line of the page, as a shell would take it apart."""
    program, *arguments = shlex.split(words.partition("||")[0])
    assert program == "flux-lsp"
    return flux(*arguments, *more)


def test_the_action_documents_what_a_pull_request_touches(flux: Shell) -> None:
    make_branch(flux.root)
    steps = ACTION["jobs"]["document"]["steps"]
    (command,) = (s["run"] for s in steps if s.get("run", "").startswith("flux-lsp batch"))
    with serve_batches(flux) as api:
        ran = run_command(flux, command.replace("${{ github.base_ref }}", "main"), "--json")
    assert ran.code == 0, ran.err
    text = (flux.root / "src/m0.py").read_text()
    assert ("Say what f0_1" in text, "Say what f0_0" in text) == (True, False)
    assert "Say what new" in (flux.root / "src/new.py").read_text()
    assert (api.desk.creates, len(api.calls)) == (0, 2)


def test_the_hook_documents_the_files_of_a_commit(flux: Shell) -> None:
    make_branch(flux.root)
    hook = HOOK["repos"][0]["hooks"][0]
    with serve_batches(flux):  # pre-commit adds the names of the files
        ran = run_command(flux, hook["entry"], "src/m0.py", "src/new.py")
    assert ran.code == 0, ran.err
    assert "Say what f0_1" in (flux.root / "src/m0.py").read_text()


def test_every_other_command_of_the_page_is_understood(flux: Shell) -> None:
    make_branch(flux.root)
    (flux.root / "tests").mkdir()
    block = re.findall(r"```\n(flux-lsp batch.*?)```", PAGE, re.DOTALL)[0]
    with serve_batches(flux):
        for line in block.splitlines():
            words = line.partition("#")[0]
            ran = run_command(flux, words, "--dry-run", "--json")
            assert ran.code == 0, (line, ran.err)
            assert ran.json["items"], line
