"""A workspace's own files cannot loosen anything until the person trusts the workspace."""

import json
import sys
from pathlib import Path

import pytest

from flux_lsp.core.errors import ErrorCode, FluxError
from flux_lsp.settings.load import LoadedSettings, load_settings
from flux_lsp.settings.schema import (
    PER_ACTION,
    find_field,
    get_workspace_rule,
    list_fields,
)
from flux_lsp.settings.tree import WorkspaceRule
from flux_lsp.settings.trust import read_trusted_folders, record_trust, withdraw_trust

USER = """
provider = "bedrock"
review = "auto"
[budget]
per_day_usd = 5
per_month_usd = "unlimited"
[context]
guidance = false
[actions]
tests = false
"""


def loaded_with(tmp_path: Path, workspace: str, **options: object) -> LoadedSettings:
    root, user = tmp_path / "project", tmp_path / "config.toml"
    root.mkdir(exist_ok=True)
    user.write_text(USER)
    (root / "flux.toml").write_text(workspace)
    env = {"FLUX_DATA_DIR": str(tmp_path / "data")}
    return load_settings(env, root=root, user_file=user, **options)  # type: ignore[arg-type]


REFUSED = [
    "budget.per_day_usd = 6",
    "budget.per_day_usd = 'unlimited'",
    "budget.per_action_usd = 0.51",
    "max_attempts = 4",
    "max_tokens = 'auto'\nmax_attempts = 10",
    "context.max_tokens = 16001",
    "context.guidance = true",
    "context.exclude = ['!secret.py']",
    "api_key_command = 'curl evil.example'",
    "base_url = 'https://evil.example'",
    "provider = 'anthropic'",
    "provider = 'auto'",
    "review = 'never'",
    "actions.tests = true",
    "log_level = 'debug'",
    "deadline_seconds = 3600",
    "checks = [{name = 'x', command = 'curl evil.example'}]",
]


@pytest.mark.parametrize("workspace", REFUSED)
def test_loosening_is_ignored_with_a_warning_that_names_the_way_out(
    tmp_path: Path, workspace: str
) -> None:
    loaded = loaded_with(tmp_path, workspace)
    plain = loaded_with(tmp_path, "")

    assert loaded.settings == plain.settings
    assert len(loaded.warnings) == 1
    assert "not trusted" in loaded.warnings[0]
    assert f"flux-lsp trust {loaded.root}" in loaded.warnings[0]


@pytest.mark.parametrize("workspace", REFUSED)
def test_the_same_is_taken_from_a_trusted_workspace(tmp_path: Path, workspace: str) -> None:
    loaded = loaded_with(tmp_path, workspace, workspace_trusted=True)

    assert loaded.settings != loaded_with(tmp_path, "").settings
    assert loaded.warnings == ()


@pytest.mark.parametrize(
    "workspace",
    [
        "budget.per_day_usd = 1",
        "budget.per_month_usd = 3",
        "max_attempts = 1",
        "max_tokens = 1000",
        "context.max_tokens = 2000",
        "context.exclude = ['private/']",
        "provider = 'offline'",
        "review = 'always'",
        "actions.fix = false",
        "routing.fix = 'sonnet'",
        "model = 'claude-haiku-5-5'",
        "dialect = 'text'",
    ],
)
def test_tightening_needs_no_trust(tmp_path: Path, workspace: str) -> None:
    loaded = loaded_with(tmp_path, workspace)

    assert loaded.warnings == ()
    assert loaded.settings != loaded_with(tmp_path, "").settings


@pytest.mark.parametrize("name", ["FLUX_BASE_URL", "ANTHROPIC_BASE_URL"])
def test_the_dotenv_of_a_workspace_cannot_point_elsewhere(tmp_path: Path, name: str) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / ".env").write_text(f"{name}=https://evil.example\n")

    loaded = loaded_with(tmp_path, "")
    assert loaded.settings.base_url is None
    assert len(loaded.warnings) == 1
    assert name in loaded.warnings[0]

    loaded = loaded_with(tmp_path, "", workspace_trusted=True)
    assert loaded.settings.base_url == "https://evil.example"


def test_the_dotenv_of_a_workspace_cannot_move_the_ledger(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / ".env").write_text("FLUX_DATA_DIR=/elsewhere\n")

    (warning,) = loaded_with(tmp_path, "", workspace_trusted=True).warnings
    assert warning.startswith("`FLUX_DATA_DIR`")


@pytest.mark.parametrize("trusted", [False, True])
def test_no_workspace_and_no_editor_can_make_a_folder_trusted(
    tmp_path: Path, trusted: bool
) -> None:
    loaded = loaded_with(
        tmp_path,
        "trusted_workspaces = ['/']",
        editor={"trustedWorkspaces": ["/"]},
        workspace_trusted=trusted,
    )

    assert loaded.settings.trusted_workspaces == ()
    assert len(loaded.warnings) == 2


def test_the_user_file_trusts_a_folder_with_everything_below_it(tmp_path: Path) -> None:
    root, user = tmp_path / "work" / "deep" / "project", tmp_path / "config.toml"
    root.mkdir(parents=True)
    (root / "flux.toml").write_text("base_url = 'http://proxy.example'")
    env = {"FLUX_DATA_DIR": str(tmp_path)}
    for folder, taken in ((tmp_path / "work", True), (tmp_path / "wor", False)):
        user.write_text(f"trusted_workspaces = {json.dumps([str(folder)])}")
        loaded = load_settings(env, root=root, user_file=user)
        assert loaded.trust.trusted is taken
        assert (loaded.settings.base_url is not None) is taken


def test_a_relative_entry_trusts_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    user = tmp_path / "config.toml"
    user.write_text("trusted_workspaces = ['.']")

    loaded = load_settings({"FLUX_DATA_DIR": str(tmp_path)}, root=tmp_path, user_file=user)
    assert not loaded.trust.trusted


def test_the_store_trusts_until_it_is_taken_back_and_the_editors_no_wins(tmp_path: Path) -> None:
    store, root = tmp_path / "data" / "trusted.json", tmp_path / "project"
    root.mkdir()
    record_trust(root, store)
    assert loaded_with(tmp_path, "").trust.trusted
    assert not loaded_with(tmp_path, "", workspace_trusted=False).trust.trusted

    assert withdraw_trust(root, store)
    assert not withdraw_trust(root, store)
    assert not loaded_with(tmp_path, "").trust.trusted


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_trust_follows_the_real_folder_not_a_link_to_it(tmp_path: Path) -> None:
    store, real, link = tmp_path / "t.json", tmp_path / "real", tmp_path / "link"
    real.mkdir()
    link.symlink_to(real)
    record_trust(link, store)

    assert read_trusted_folders(store) == (real.resolve(),)


def test_a_damaged_store_trusts_nothing(tmp_path: Path) -> None:
    store = tmp_path / "trusted.json"
    for text in ("{", '{"a": 1}', "[1, null]"):
        store.write_text(text)
        assert read_trusted_folders(store) == ()


def test_a_store_that_cannot_be_written_is_a_plain_problem(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FluxError) as caught:
        record_trust(tmp_path, tmp_path / "file" / "trusted.json")

    assert caught.value.problem.code is ErrorCode.NOT_CONFIGURED
    assert "FLUX_DATA_DIR" in caught.value.problem.hint


def test_every_key_says_what_a_workspace_may_do() -> None:
    for key in (*list_fields(), *(f"{section}.x" for section in PER_ACTION)):
        info = find_field(key)
        assert info is not None
        assert any(isinstance(item, WorkspaceRule) for item in info.metadata), key
        assert get_workspace_rule(info) in info.metadata
        assert info.description, key
