"""`doctor`, `models` and `trust`: what a person needs when nothing happens."""

import json
from collections.abc import Iterator

import pytest

from flux_lsp.settings import paths
from tests.cli.commands import Shell, flux
from tests.fakes.messages_api import MessagesApi

__all__ = ["flux"]

KEY = "sk-ant-api03-do-not-show"


@pytest.fixture
def api() -> Iterator[MessagesApi]:
    with MessagesApi(key=KEY).in_thread() as running:
        yield running


def test_without_a_key_it_says_the_next_step_and_ends_with_three(flux: Shell) -> None:
    ran = flux("doctor")

    assert ran.code == 3
    assert "✗ Key: no key found" in ran.out
    assert "ANTHROPIC_API_KEY" in ran.out


def test_json_holds_every_finding_and_nothing_else_is_on_stdout(flux: Shell) -> None:
    document = flux("doctor", "--json").json

    assert document["version"]
    assert document["key"] == {
        "found": False,
        "source": "no key found",
        "hint": document["key"]["hint"],
    }
    assert [tier["tier"] for tier in document["models"]] == ["haiku", "sonnet"]
    assert document["prices"]["as_of"]
    assert document["ledger"] == {
        "path": str(paths.get_ledger_path(flux.data)),
        "writable": True,
        "problem": None,
    }
    assert document["log"]["path"].startswith(str(flux.data))
    assert document["last_session"] is None
    assert document["workspace"]["trusted"] is False


def test_every_setting_is_shown_with_its_source(flux: Shell) -> None:
    (flux.config / "config.toml").write_text("[budget]\nper_day_usd = 2\nperday = 1\n")
    (flux.root / "flux.toml").write_text("[routing]\nfix = 'sonnet'\n")
    flux.set({"FLUX_MODEL": "claude-haiku-5-5"})
    document = flux("doctor", "--json", "--offline").json
    found = {one["key"]: (one["value"], one["source"]) for one in document["settings"]}

    assert found["budget.per_day_usd"] == (2.0, f"user file {flux.config / 'config.toml'}")
    assert found["model"] == ("claude-haiku-5-5", "variable FLUX_MODEL")
    assert found["routing.fix"] == ("sonnet", f"workspace file {flux.root / 'flux.toml'}")
    assert found["budget.per_month_usd"] == (100.0, "default")
    assert found["max_tokens"] == ("auto", "default")
    assert any("budget.perday" in warning for warning in document["warnings"])
    assert document["warnings"][0] in flux("doctor", "--offline").out


def test_inside_an_editor_its_settings_and_its_trust_count(flux: Shell) -> None:
    (flux.root / "flux.toml").write_text("base_url = 'http://127.0.0.1:9'\n")
    said = {"settings": {"flux": {"provider": "offline"}}, "workspaceTrusted": True}
    place = ("--editor", json.dumps(said), "--workspace", str(flux.root))
    document = flux("doctor", "--json", *place).json
    found = {one["key"]: (one["value"], one["source"]) for one in document["settings"]}

    assert found["provider"] == ("offline", "editor settings")
    assert found["base_url"][0] == "http://127.0.0.1:9"
    assert document["workspace"] | {"trusted": True} == document["workspace"]
    assert document["workspace"]["root"] == str(flux.root)
    assert document["key"]["found"] is True
    assert flux("doctor", "--editor", "[]").code == 2


def test_no_key_is_ever_shown_wherever_it_stands(flux: Shell) -> None:
    flux.set(
        {
            "ANTHROPIC_API_KEY": KEY,
            "FLUX_API_KEY_COMMAND": f"echo {KEY}",
            "FLUX_BASE_URL": f"http://user:{KEY}@127.0.0.1:9/v1?key={KEY}",
        }
    )
    (flux.root / ".env").write_text(f"ANTHROPIC_AUTH_TOKEN={KEY}\n")
    for arguments in (("doctor",), ("doctor", "--json"), ("models", "--check"), ("models",)):
        ran = flux(*arguments)
        assert KEY not in ran.out + ran.err, arguments


def test_it_asks_the_provider_which_models_the_key_can_use(flux: Shell, api: MessagesApi) -> None:
    flux.set({"ANTHROPIC_API_KEY": KEY, "ANTHROPIC_BASE_URL": api.url})
    ran = flux("doctor", "--json")
    document = ran.json

    assert ran.code == 0
    assert document["key"]["source"] == "variable ANTHROPIC_API_KEY"
    assert [tier["availability"] for tier in document["models"]] == ["available", "available"]
    assert document["models_fault"] is None


def test_a_model_the_key_cannot_use_is_named(flux: Shell) -> None:
    with MessagesApi(key=KEY, unreachable={"claude-sonnet-5-5": 404}).in_thread() as api:
        flux.set({"ANTHROPIC_API_KEY": KEY, "ANTHROPIC_BASE_URL": api.url})
        flux.set({"FLUX_MODELS__SONNET": "claude-sonnet-5-5"})
        ran = flux("models", "--check", "--json")

    haiku, sonnet = ran.json["tiers"]
    assert ran.code == 1
    assert haiku["availability"] == "available"
    assert sonnet["availability"] == "404"
    assert sonnet["why"] == "`models.sonnet` asks for it"


def test_a_wrong_key_is_told_as_such(flux: Shell, api: MessagesApi) -> None:
    flux.set({"ANTHROPIC_API_KEY": "wrong", "ANTHROPIC_BASE_URL": api.url})
    ran = flux("doctor")

    assert ran.code == 1
    assert "? Haiku" in ran.out
    assert "key" in ran.out.partition("? Haiku")[2].partition("Prices")[0].lower()


def test_a_server_that_is_not_there_is_no_crash(flux: Shell) -> None:
    flux.set({"ANTHROPIC_API_KEY": KEY, "ANTHROPIC_BASE_URL": "http://127.0.0.1:9"})
    ran = flux("models", "--check")

    assert ran.code == 1
    assert "[unknown]" in ran.out
    assert "Traceback" not in ran.err


def test_models_asks_nobody_unless_told_to(flux: Shell, api: MessagesApi) -> None:
    flux.set({"ANTHROPIC_API_KEY": KEY, "ANTHROPIC_BASE_URL": api.url})
    ran = flux("models", "--json")
    tier = ran.json["tiers"][0]

    assert ran.code == 0
    assert tier["availability"] == "unknown"
    assert tier["model"] == "claude-haiku-5-5"
    assert tier["context_tokens"] == 1_000_000
    assert tier["usd_per_million_tokens"]["input"] == 0.10
    assert api.calls == []


def test_checking_without_a_key_is_not_configured(flux: Shell) -> None:
    ran = flux("models", "--check")

    assert ran.code == 3
    assert "ANTHROPIC_API_KEY" in ran.out


def test_the_offline_provider_needs_nothing_and_costs_nothing(flux: Shell) -> None:
    flux.set({"FLUX_PROVIDER": "offline"})

    assert flux("doctor").code == 0
    tiers = flux("models", "--check", "--json").json["tiers"]
    assert [tier["model"] for tier in tiers] == ["offline", "offline"]
    assert tiers[0]["usd_per_million_tokens"]["output"] == 0


def test_a_ledger_that_cannot_be_written_is_named(flux: Shell) -> None:
    flux.data.mkdir()
    paths.get_ledger_path(flux.data).mkdir()
    flux.set({"FLUX_PROVIDER": "offline"})
    ran = flux("doctor")

    assert ran.code == 1
    assert "✗ Ledger" in ran.out


@pytest.mark.parametrize("note", ["{", "[]", '{"client": 3, "capabilities": [1]}'])
def test_a_broken_session_note_is_no_crash(flux: Shell, note: str) -> None:
    flux.data.mkdir()
    paths.get_last_session_path(flux.data).write_text(note)

    assert flux("doctor", "--offline").code == 3


def test_the_last_editor_and_what_it_can_do_are_told(flux: Shell) -> None:
    flux.data.mkdir()
    note = {
        "client": {"name": "helix", "version": "25.7"},
        "capabilities": {"workspace": {"applyEdit": True}},
    }
    paths.get_last_session_path(flux.data).write_text(json.dumps(note))
    out = flux("doctor", "--offline").out

    assert "Last editor: helix 25.7" in out
    assert "edits are applied in the editor" in out
    assert "explanations come as a message" in out


def test_trust_is_written_listed_and_taken_back(flux: Shell) -> None:
    (flux.root / "flux.toml").write_text("base_url = 'http://127.0.0.1:9'\n")
    (flux.root / "src").mkdir()

    def base_url() -> object:
        document = flux("doctor", "--json", "--offline").json
        return next(one["value"] for one in document["settings"] if one["key"] == "base_url")

    assert base_url() is None
    assert flux("trust").code == 0
    assert base_url() == "http://127.0.0.1:9"
    assert flux("trust", "--list").out == f"{flux.root}\n"
    assert flux("trust", "--remove", str(flux.root)).code == 0
    assert base_url() is None
    assert flux("trust", "--remove").code == 1
    assert flux("trust", str(flux.root / "nowhere")).code == 1
