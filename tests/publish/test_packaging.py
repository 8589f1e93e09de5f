"""What other projects' registries get from us parses, and agrees with the rest of the project."""

import json
import os
import shutil
import subprocess
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

from flux_lsp import __version__
from flux_lsp.actions.registry import load_registry
from flux_lsp.syntax.languages import find_language
from flux_lsp.syntax.tree import parse

ROOT = Path(__file__).resolve().parents[2]
REPOSITORY = "https://example.org/flux-lsp"


def load_build() -> ModuleType:
    """The module of `make package`, which is no part of the package."""
    import importlib.util

    spec = importlib.util.spec_from_file_location("packaging_build", ROOT / "packaging/build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def entries(tmp_path: Path) -> Path:
    build = load_build()
    build.write_entries(tmp_path, build.read_version(), REPOSITORY)
    for file in (path for path in tmp_path.rglob("*") if path.is_file()):
        text = file.read_text()
        assert REPOSITORY in text, file
        assert "{version}" not in text, file
        assert "{repository}" not in text, file
    return tmp_path


def test_one_version_everywhere() -> None:
    extension = json.loads((ROOT / "editors/vscode/package.json").read_text())
    zed = tomllib.loads((ROOT / "editors/zed/extension.toml").read_text())
    assert load_build().read_version() == __version__ == extension["version"] == zed["version"]


def test_mason_gets_a_package_of_pypi(entries: Path) -> None:
    text = (entries / "mason/packages/flux-lsp/package.yaml").read_text()
    parsed = parse(text, find_language("yaml", "package.yaml"))
    assert parsed is not None
    assert not parsed.tree.root_node.has_error
    keys = [line.split(":")[0] for line in text.splitlines() if line[:1].isalpha()]
    assert keys == [
        "name", "description", "homepage", "licenses", "languages", "categories", "source", "bin",
        "neovim",
    ]  # fmt: skip
    assert f"  id: pkg:pypi/flux-lsp@{__version__}\n" in text
    assert "  flux-lsp: pypi:flux-lsp\n" in text
    assert "  lspconfig: flux_lsp\n" in text
    assert (entries / "nvim-lspconfig/lsp/flux_lsp.lua").is_file()


def test_helix_gets_a_server_that_a_language_names(entries: Path) -> None:
    config = tomllib.loads((entries / "helix/languages.toml").read_text())
    (server,) = config["language-server"]
    assert config["language-server"][server] == {"command": "flux-lsp"}
    assert config["language"][0]["language-servers"][-1] == server


def test_zed_gets_the_extension_of_this_repository(entries: Path) -> None:
    (entry,) = tomllib.loads((entries / "zed/extensions.toml").read_text()).items()
    own = tomllib.loads((ROOT / "editors/zed/extension.toml").read_text())
    assert entry[0] == own["id"]
    assert entry[1]["version"] == __version__
    assert (ROOT / entry[1]["path"] / "extension.toml").is_file()


def test_open_vsx_gets_the_extension_by_its_name(entries: Path) -> None:
    ((name, entry),) = json.loads((entries / "open-vsx/extensions.json").read_text()).items()
    own = json.loads((ROOT / "editors/vscode/package.json").read_text())
    assert name == f"{own['publisher']}.{own['name']}"
    assert entry["repository"] == REPOSITORY


def test_lspconfig_gets_lua_that_parses(entries: Path) -> None:
    text = (entries / "nvim-lspconfig/lsp/flux_lsp.lua").read_text()
    parsed = parse(text, find_language("lua", "flux_lsp.lua"))
    assert parsed is not None
    assert not parsed.tree.root_node.has_error
    assert "cmd = { 'flux-lsp' }" in text


@pytest.mark.editor
@pytest.mark.parametrize("program", ["nvim", "hx"])
def test_the_editors_themselves_take_the_entries(
    entries: Path, program: str, tmp_path: Path
) -> None:
    found = shutil.which(program) or _find_editor(program)
    if found is None:
        pytest.skip(f"no {program}; make editors installs it")
    home = tmp_path / "home"
    (home / "helix").mkdir(parents=True)
    env = {**os.environ, "XDG_CONFIG_HOME": str(home), "XDG_CACHE_HOME": str(home)}
    if program == "hx":
        shutil.copy(entries / "helix/languages.toml", home / "helix")
        command = [found, "--health", "python"]
        expected = "flux-lsp"
    else:
        script = f"vim.opt.rtp:prepend('{entries}/nvim-lspconfig'); print(vim.lsp.config.flux_lsp.cmd[1])"
        command = [found, "--headless", "--clean", "-c", f"lua {script}", "-c", "qa!"]
        expected = "flux-lsp"
    ran = subprocess.run(command, capture_output=True, text=True, env=env, timeout=60, check=False)
    assert expected in ran.stdout + ran.stderr


def _find_editor(program: str) -> str | None:
    found = sorted((ROOT / ".cache/editors").rglob(f"bin/{program}"))
    return str(found[0]) if found else None


def test_the_sdist_and_the_wheel_hold_what_is_needed() -> None:
    """Everything that is read at run time lies in the one folder that both are made of."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"][
        "targets"
    ]
    assert config["wheel"]["packages"] == ["flux_lsp"]
    assert {"flux_lsp", "README.md", "LICENSE"} <= set(config["sdist"]["include"])
    assert load_registry().ids


def test_without_a_public_address_nothing_is_filled_in(monkeypatch: pytest.MonkeyPatch) -> None:
    build = load_build()
    for address, expected in (
        ("git@example.org:flux/flux.git", "https://example.org/flux/flux"),
        ("https://example.org/flux", "https://example.org/flux"),
    ):
        monkeypatch.setenv("REPOSITORY", address)
        assert build.find_repository() == expected
    monkeypatch.setenv("REPOSITORY", "/home/me/flux")
    with pytest.raises(SystemExit, match="REPOSITORY="):
        build.find_repository()


def test_the_release_runs_what_a_person_runs() -> None:
    text = (ROOT / ".github/workflows/release.yml").read_text()
    parsed = parse(text, find_language("yaml", "release.yml"))
    assert parsed is not None
    assert not parsed.tree.root_node.has_error
    assert "      - run: make package\n" in text
    assert "permissions:\n  contents: read\n" in text
