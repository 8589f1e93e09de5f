"""Commands run in this process, in a world of their own: home, data folder, workspace."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from flux_lsp.fronts.cli.main import main

UNWANTED = ("ANTHROPIC_", "FLUX_", "AWS_", "XDG_")


@dataclass(frozen=True)
class Ran:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on stdout."""
        return json.loads(self.out)


class Shell:
    """A workspace folder to call commands in."""

    def __init__(
        self, tmp_path: Path, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]
    ) -> None:
        self.home, self.data, self.root = (tmp_path / name for name in ("home", "data", "project"))
        self.home.mkdir()
        self.root.mkdir()
        (self.root / ".git").mkdir()
        self._patch, self._capture = patch, capture

    @property
    def config(self) -> Path:
        """The user's config folder."""
        folder = self.home / ".config" / "flux"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def set(self, variables: Mapping[str, str]) -> None:
        """Set environment variables."""
        for name, value in variables.items():
            self._patch.setenv(name, value)

    def __call__(self, *arguments: str) -> Ran:
        """Run `flux-lsp` with these arguments."""
        self._capture.readouterr()
        try:
            code = main(arguments)
        except SystemExit as leaving:
            code = leaving.code if isinstance(leaving.code, int) else 1
        said = self._capture.readouterr()
        return Ran(code, said.out, said.err)


@pytest.fixture
def flux(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Shell:
    for name in list(os.environ):
        if name.startswith(UNWANTED):
            monkeypatch.delenv(name)
    shell = Shell(tmp_path, monkeypatch, capsys)
    shell.set({"HOME": str(shell.home), "FLUX_DATA_DIR": str(shell.data)})
    monkeypatch.chdir(shell.root)
    return shell
