"""Where a key would come from, and that its text stays where it is."""

from pathlib import Path

import pytest

from flux_lsp.settings.credentials import Credentials, choose_credentials, find_credentials
from flux_lsp.settings.dotenv import parse_dotenv
from flux_lsp.settings.load import load_settings
from flux_lsp.settings.schema import Settings


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """An environment whose profile folder is empty."""
    return {"ANTHROPIC_CONFIG_DIR": str(tmp_path / "anthropic")}


def settings(**values: object) -> Settings:
    return Settings.model_validate(values)


def test_nothing_found_says_the_next_step(home: dict[str, str]) -> None:
    found = find_credentials(settings(), home)

    assert (found.kind, found.is_usable) == ("missing", False)
    assert "ANTHROPIC_API_KEY" in found.hint


def test_the_order_is_environment_command_dotenv_profile(
    home: dict[str, str], tmp_path: Path
) -> None:
    profile = tmp_path / "anthropic" / "configs" / "default.json"
    profile.parent.mkdir(parents=True)
    profile.write_text("{}")
    dotenv = {"ANTHROPIC_API_KEY": "of-workspace"}
    command = settings(api_key_command="pass x")
    both = {**home, "ANTHROPIC_API_KEY": "key", "ANTHROPIC_AUTH_TOKEN": "token"}
    token = {**home, "ANTHROPIC_AUTH_TOKEN": "token"}

    def kind_and_secret(found: Credentials) -> tuple[str, str | None]:
        return found.kind, found.secret

    assert kind_and_secret(find_credentials(command, both, dotenv)) == ("api_key", "key")
    assert kind_and_secret(find_credentials(command, token, dotenv)) == ("auth_token", "token")
    found = find_credentials(command, home, dotenv)
    assert (found.kind, found.command) == ("command", "pass x")
    assert kind_and_secret(find_credentials(settings(), home, dotenv)) == (
        "api_key",
        "of-workspace",
    )
    found = find_credentials(settings(), home)
    assert (found.kind, found.source) == ("profile", f"profile {profile}")


def test_the_active_profile_is_the_one_looked_for(home: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "anthropic"
    (folder / "configs").mkdir(parents=True)
    (folder / "configs" / "default.json").write_text("{}")
    (folder / "active_config").write_text("work\n")

    assert find_credentials(settings(), home).kind == "missing"
    (folder / "configs" / "work.json").write_text("{}")
    assert find_credentials(settings(), home).kind == "profile"


@pytest.mark.parametrize(
    "more",
    [
        {"ANTHROPIC_PROFILE": "dev"},
        {
            "ANTHROPIC_FEDERATION_RULE_ID": "r",
            "ANTHROPIC_ORGANIZATION_ID": "o",
            "ANTHROPIC_IDENTITY_TOKEN": "t",
        },
    ],
)
def test_what_the_sdk_finds_by_itself_counts(home: dict[str, str], more: dict[str, str]) -> None:
    assert find_credentials(settings(), {**home, **more}).kind == "profile"


def test_offline_needs_none(home: dict[str, str]) -> None:
    assert find_credentials(settings(provider="offline"), home).kind == "none"


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("http://localhost:11434", "none"),
        ("http://127.0.0.1:8080/x", "none"),
        ("http://[::1]:1", "none"),
        ("https://proxy.example", "missing"),
        ("http://localhost.evil.example", "missing"),
        ("http://[", "missing"),
    ],
)
def test_only_a_server_on_this_machine_is_asked_without_a_key(
    home: dict[str, str], url: str, kind: str
) -> None:
    assert find_credentials(settings(base_url=url), home).kind == kind


@pytest.mark.parametrize(
    ("provider", "env", "kind"),
    [
        ("bedrock", {"AWS_REGION": "eu-west-1"}, "cloud"),
        ("bedrock", {"ANTHROPIC_API_KEY": "k"}, "missing"),
        ("vertex", {"CLOUD_ML_REGION": "r", "ANTHROPIC_VERTEX_PROJECT_ID": "p"}, "cloud"),
        ("vertex", {"CLOUD_ML_REGION": "r"}, "missing"),
        ("foundry", {"ANTHROPIC_FOUNDRY_API_KEY": "k", "ANTHROPIC_FOUNDRY_RESOURCE": "r"}, "cloud"),
        ("foundry", {"ANTHROPIC_FOUNDRY_API_KEY": "k"}, "missing"),
    ],
)
def test_each_cloud_is_asked_for_what_it_insists_on(
    provider: str, env: dict[str, str], kind: str
) -> None:
    found = find_credentials(settings(provider=provider), env)

    assert found.kind == kind
    if kind == "missing":
        assert f"provider = {provider}" in found.hint


def test_no_repr_or_text_shows_the_key(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("ANTHROPIC_API_KEY=sk-ant-secret\n")
    loaded = load_settings(
        {"FLUX_DATA_DIR": str(tmp_path)}, root=tmp_path, user_file=tmp_path / "config.toml"
    )
    found = find_credentials(loaded.settings, {}, loaded.dotenv)

    assert found.secret == "sk-ant-secret"
    for shown in (repr(found), str(found), repr(loaded), str(loaded)):
        assert "sk-ant" not in shown


def test_the_dotenv_reads_what_shells_and_tools_write() -> None:
    text = """\ufeff# a comment
export ANTHROPIC_API_KEY="a\\nb \\"q\\"" # why
FLUX_MODEL = 'it is # plain'
FLUX_A=bare value # comment
FLUX_B=a#b
FLUX_EMPTY=
FLUX_C=first
FLUX_C=second
AWS_SECRET=never
PATH=never
FLUX_D = # only a comment
no assignment
FLUX_E='a'b'
"""
    assert parse_dotenv(text) == {
        "ANTHROPIC_API_KEY": 'a\nb "q"',
        "FLUX_MODEL": "it is # plain",
        "FLUX_A": "bare value",
        "FLUX_B": "a#b",
        "FLUX_EMPTY": "",
        "FLUX_C": "second",
        "FLUX_D": "",
        "FLUX_E": "'a'b'",
    }


# -- a key and the address it belongs to

HERS, THEIRS = "sk-hers", "sk-of-the-workspace"
PROXY, OWN = "https://proxy.example", "https://own.example"


@pytest.mark.parametrize(
    ("dotenv", "env", "config", "trusted", "kind", "secret"),
    [
        # nobody trusts the workspace
        ({"KEY": THEIRS}, {}, "", False, "api_key", THEIRS),
        ({"KEY": THEIRS}, {"KEY": HERS}, "", False, "api_key", HERS),
        ({"KEY": THEIRS}, {"PROFILE": "x"}, "", False, "profile", None),
        ({"KEY": THEIRS}, {}, "api_key_command = 'pass x'", False, "command", None),
        ({"KEY": THEIRS, "URL": PROXY}, {}, "", False, "missing", None),
        ({"KEY": THEIRS, "URL": PROXY}, {"URL": OWN}, "", False, "missing", None),
        ({"KEY": THEIRS, "URL": PROXY}, {"KEY": HERS}, "", False, "api_key", HERS),
        ({"KEY": THEIRS, "URL": PROXY}, {"URL": PROXY + "/"}, "", False, "api_key", THEIRS),
        ({"KEY": THEIRS}, {"URL": OWN}, "", False, "missing", None),
        ({"KEY": THEIRS}, {}, f"base_url = '{OWN}'", False, "missing", None),
        ({"KEY": THEIRS, "URL": PROXY}, {"URL": "http://127.0.0.1:1"}, "", False, "none", None),
        # the person trusts it
        ({"KEY": THEIRS}, {"PROFILE": "x"}, "", True, "api_key", THEIRS),
        ({"KEY": THEIRS, "URL": PROXY}, {}, "", True, "api_key", THEIRS),
        ({"KEY": THEIRS, "URL": PROXY}, {"KEY": HERS}, "", True, "api_key", THEIRS),
        ({"TOKEN": THEIRS, "URL": PROXY}, {"KEY": HERS}, "", True, "auth_token", THEIRS),
        ({"KEY": THEIRS, "URL": PROXY}, {"URL": OWN}, "", True, "missing", None),
        ({"KEY": THEIRS, "URL": PROXY}, {"URL": OWN, "KEY": HERS}, "", True, "api_key", HERS),
        ({"URL": PROXY}, {"KEY": HERS}, "", True, "api_key", HERS),
        ({"KEY": THEIRS}, {}, f"base_url = '{OWN}'", True, "api_key", THEIRS),
    ],
)
def test_a_key_goes_only_to_the_address_it_belongs_to(
    tmp_path: Path,
    home: dict[str, str],
    dotenv: dict[str, str],
    env: dict[str, str],
    config: str,
    trusted: bool,
    kind: str,
    secret: str | None,
) -> None:
    names = {
        "KEY": "ANTHROPIC_API_KEY", "TOKEN": "ANTHROPIC_AUTH_TOKEN",
        "URL": "ANTHROPIC_BASE_URL", "PROFILE": "ANTHROPIC_PROFILE",
    }  # fmt: skip
    (tmp_path / ".env").write_text("".join(f"{names[n]}={v}\n" for n, v in dotenv.items()))
    (tmp_path / "config.toml").write_text(config)
    variables = {**home, "FLUX_DATA_DIR": str(tmp_path), **{names[n]: v for n, v in env.items()}}
    loaded = load_settings(
        variables, root=tmp_path, user_file=tmp_path / "config.toml", workspace_trusted=trusted
    )

    found = choose_credentials(loaded, variables)

    assert (found.kind, found.secret) == (kind, secret)
    if kind == "missing":
        assert f"The key in {tmp_path}/.env is not used" in found.hint
        assert THEIRS not in found.hint


def test_an_address_far_away_is_named_when_the_key_is_missing(home: dict[str, str]) -> None:
    found = find_credentials(settings(base_url="http://user:pw@gpu.example.com:11434/x"), home)
    assert "`base_url` names another machine, gpu.example.com" in found.hint
    assert "pw" not in found.hint


def test_an_editor_that_keeps_the_key_is_named(home: dict[str, str]) -> None:
    env = {**home, "FLUX_KEY_SOURCE": "the editor's {secret} storage"}
    assert "Flux: Set the API key" in find_credentials(settings(), env).hint
    kept = find_credentials(settings(), {**env, "ANTHROPIC_API_KEY": "k"})
    assert kept.source == "the editor's secret storage"
