"""What a server does before its first answer must not wait for pydantic."""

import subprocess
import sys
from pathlib import Path

import pytest

from flux_lsp.settings import paths
from flux_lsp.settings.load import LoadedSettings, load_settings

CODE = """
import os, sys
from pathlib import Path
from flux_lsp.settings.load import LOAD as load
from flux_lsp.settings.credentials import find_credentials
loaded = load({**os.environ, **EXTRA}, root=Path(ROOT), actions=("fix",))
find_credentials(loaded, os.environ, loaded.dotenv)
assert loaded.ENABLED("fix")
print("pydantic" in sys.modules)
print(loaded.settings.max_attempts)
"""


@pytest.mark.parametrize(("extra", "imported"), [({}, False), ({"FLUX_MAX_ATTEMPTS": "2"}, True)])
def test_pydantic_is_loaded_only_when_something_is_set(
    tmp_path: Path, extra: dict[str, str], imported: bool
) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    (tmp_path / ".env").write_text("ANTHROPIC_API_KEY=k\n")
    names = {"LOAD": load_settings.__name__, "ENABLED": LoadedSettings.is_enabled.__name__}
    code = CODE
    for name, value in {**names, "EXTRA": repr(extra), "ROOT": repr(str(tmp_path))}.items():
        code = code.replace(name, value)
    env = {"HOME": str(tmp_path), "PATH": "", "PYTHONPATH": ":".join(sys.path)}
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env
    )

    assert ran.stdout.split() == [str(imported), extra.get("FLUX_MAX_ATTEMPTS", "3")]


@pytest.mark.parametrize(
    "editor",
    [
        {},
        {"provider": "Offline", "actions": {"fix": False, "edit": True}},
        {"baseUrl": "http://127.0.0.1:1", "apiKeyCommand": "pass x"},
        {"baseUrl": "", "apiKeyCommand": ""},
        {"agents": {"menu": False}},
    ],
)
def test_the_menus_view_says_the_same_as_the_tree(tmp_path: Path, editor: object) -> None:
    loaded = load_settings({}, editor=editor, user_file=tmp_path / "none.toml")
    tree = loaded.settings

    assert loaded.provider == tree.provider
    assert loaded.base_url == tree.base_url
    assert loaded.api_key_command == tree.api_key_command
    assert loaded.shows_agents is tree.agents.menu
    for action in ("fix", "edit", "other"):
        assert loaded.is_enabled(action) is tree.is_enabled(action)


def test_the_data_folder_moves_with_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ada")

    assert paths.get_data_dir({"FLUX_DATA_DIR": "/elsewhere"}) == Path("/elsewhere")
    assert paths.get_data_dir({"FLUX_DATA_DIR": "~/flux"}) == Path("/home/ada/flux")
    assert paths.get_data_dir({"FLUX_DATA_DIR": "here"}).is_absolute()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the XDG rule")
def test_folders_follow_the_platforms_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    assert paths.get_config_file() == Path("/home/ada/.config/flux/config.toml")
    assert paths.get_data_dir({}) == Path("/home/ada/.local/share/flux")

    monkeypatch.setenv("XDG_CONFIG_HOME", "/cfg")
    monkeypatch.setenv("XDG_DATA_HOME", "relative")
    assert paths.get_config_file() == Path("/cfg/flux/config.toml")
    assert paths.get_data_dir({}) == Path("/home/ada/.local/share/flux")
