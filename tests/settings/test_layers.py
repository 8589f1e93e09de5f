"""Later layers win, and every value remembers where it came from."""

from pathlib import Path

import pytest

from flux_lsp.settings.load import LoadedSettings, load_settings

ACTIONS = ("edit", "explain", "fix", "tests", "document")


class SettingsPlaces:
    """A user file and a workspace in a temporary folder, and how they load."""

    def __init__(self, tmp_path: Path) -> None:
        self.user = tmp_path / "home" / "config.toml"
        self.root = tmp_path / "project"
        self.data = tmp_path / "data"
        self.user.parent.mkdir()
        self.root.mkdir()

    def load(self, env: dict[str, str] | None = None, **options: object) -> LoadedSettings:
        options = {"root": self.root, "actions": ACTIONS, **options}
        env = {"FLUX_DATA_DIR": str(self.data), **(env or {})}
        return load_settings(env, user_file=self.user, **options)  # type: ignore[arg-type]


@pytest.fixture
def places(tmp_path: Path) -> SettingsPlaces:
    return SettingsPlaces(tmp_path)


def test_without_any_layer_everything_is_the_default(places: SettingsPlaces) -> None:
    loaded = places.load()

    assert loaded.warnings == ()
    assert loaded.sources == {}
    assert loaded.settings.budget.per_day_usd == 10.0
    assert loaded.settings.get_tier("fix") == "auto"
    assert loaded.settings.is_enabled("fix")


def test_each_layer_beats_the_one_before_it(places: SettingsPlaces) -> None:
    def model(**more: object) -> tuple[str | None, str]:
        loaded = places.load(**more)  # type: ignore[arg-type]
        assert loaded.warnings == ()
        return loaded.settings.model, loaded.sources["model"]

    places.user.write_text('model = "user"')
    assert model() == ("user", f"user file {places.user}")
    project = places.root / "pyproject.toml"
    project.write_text('[tool.flux]\nmodel = "project"')
    assert model() == ("project", f"[tool.flux] in {project}")
    own = places.root / "flux.toml"
    own.write_text('model = "own"')
    assert model() == ("own", f"workspace file {own}")
    dotenv = places.root / ".env"
    dotenv.write_text("FLUX_MODEL=dotenv")
    assert model() == ("dotenv", f"FLUX_MODEL in {dotenv}")
    env = {"FLUX_MODEL": "variable"}
    assert model(env=env) == ("variable", "variable FLUX_MODEL")
    editor = {"model": "editor"}
    assert model(env=env, editor=editor) == ("editor", "editor settings")
    assert model(env=env, editor=editor, cli={"model": "cli"}) == ("cli", "command line")


def test_every_key_has_its_variable(places: SettingsPlaces) -> None:
    loaded = places.load(
        {
            "FLUX_PROVIDER": "Bedrock",
            "FLUX_MODELS__HAIKU": "claude-haiku-5-5",
            "FLUX_ROUTING__FIX": "sonnet",
            "FLUX_ACTIONS__TESTS": "false",
            "FLUX_MAX_ATTEMPTS": "2",
            "FLUX_MAX_TOKENS": "4096",
            "FLUX_BUDGET__PER_DAY_USD": "unlimited",
            "FLUX_CONTEXT__EXCLUDE": "secrets/, *.pem",
            "FLUX_CONTEXT__GUIDANCE": "off",
            "FLUX_LOG_LEVEL": "DEBUG",
        }
    )
    settings = loaded.settings

    assert loaded.warnings == ()
    assert settings.provider == "bedrock"
    assert settings.models.haiku == "claude-haiku-5-5"
    assert settings.get_tier("fix") == "sonnet"
    assert not settings.is_enabled("tests")
    assert (settings.max_attempts, settings.max_tokens) == (2, 4096)
    assert settings.budget.per_day_usd is None
    assert settings.context.exclude == ("secrets/", "*.pem")
    assert settings.context.guidance is False
    assert settings.log_level == "debug"
    assert loaded.sources["routing.fix"] == "variable FLUX_ROUTING__FIX"


def test_the_sdk_variable_sets_base_url_and_ours_beats_it_in_the_same_place(
    places: SettingsPlaces,
) -> None:
    theirs = {"ANTHROPIC_BASE_URL": "http://a.example"}
    loaded = places.load(theirs)
    assert loaded.settings.base_url == "http://a.example"
    assert loaded.sources["base_url"] == "variable ANTHROPIC_BASE_URL"

    loaded = places.load({**theirs, "FLUX_BASE_URL": "http://b.example"})
    assert loaded.settings.base_url == "http://b.example"


def test_an_empty_variable_is_not_set(places: SettingsPlaces) -> None:
    loaded = places.load({"FLUX_MODEL": "", "FLUX_MAX_TOKENS": "  "})

    assert loaded.settings.model is None
    assert loaded.warnings == ()


@pytest.mark.parametrize(
    "options",
    [
        {"flux": {"budget": {"perDayUsd": 3}, "apiKeyCommand": "pass x"}},
        {"budget": {"per_day_usd": 3.0}, "api_key_command": "pass x"},
        {"settings": {"flux": {"budget.perDayUsd": 3, "api-key-command": "pass x"}}},
        {"flux": {"budget": {"perDayUsd": 3}, "apiKeyCommand": "pass x"}, "python": {"x": 1}},
    ],
)
def test_editors_may_nest_and_spell_their_settings_as_they_do(
    places: SettingsPlaces, options: object
) -> None:
    loaded = places.load(editor=options, workspace_trusted=True)

    assert loaded.warnings == ()
    assert loaded.settings.budget.per_day_usd == 3.0
    assert loaded.settings.api_key_command == "pass x"
    assert loaded.sources["api_key_command"] == "editor settings"


def test_what_an_editor_sends_for_unset_settings_changes_nothing(places: SettingsPlaces) -> None:
    """VS Code sends null, Lua an empty list for an empty table, both the keys of their client."""
    places.user.write_text("[budget]\nper_day_usd = 7\n")
    sent = {
        "flux": {
            "budget": {"perDayUsd": None},
            "context": [],
            "models": {},
            "maxAttempts": 2.0,
            "trace": {"server": "off"},
            "server": {"path": "/x"},
            "workspaceTrusted": True,
        }
    }
    loaded = places.load(editor=sent)

    assert loaded.warnings == ()
    assert loaded.settings.budget.per_day_usd == 7.0
    assert loaded.settings.max_attempts == 2


@pytest.mark.parametrize("nothing", [None, [], "x", {"flux": None}, {"flux": []}, {"settings": 1}])
def test_an_editor_that_sends_no_object_sets_nothing(
    places: SettingsPlaces, nothing: object
) -> None:
    loaded = places.load(editor=nothing)

    assert loaded.sources == {}


def test_settings_cannot_say_that_a_workspace_is_trusted(places: SettingsPlaces) -> None:
    """A workspace can bring editor settings along; only the editor's own options say so."""
    sent = {"workspaceTrusted": True, "flux": {"workspaceTrusted": True}}

    assert not places.load(editor=sent).trust.trusted


def test_exclusions_of_all_places_add_up(places: SettingsPlaces) -> None:
    places.user.write_text('[context]\nexclude = ["a", "b"]')
    (places.root / "flux.toml").write_text('[context]\nexclude = ["b", "c"]')
    loaded = places.load({"FLUX_CONTEXT__EXCLUDE": "d"}, editor={"context": {"exclude": ["e"]}})

    assert loaded.settings.context.exclude == ("a", "b", "c", "d", "e")
    assert "flux.toml" in loaded.sources["context.exclude"]
    assert "editor settings" in loaded.sources["context.exclude"]


def test_a_user_file_may_nest_everything_under_flux(places: SettingsPlaces) -> None:
    places.user.write_text('[flux]\nmodel = "m"\n[flux.budget]\nper-day-usd = 2')

    settings = places.load().settings

    assert (settings.model, settings.budget.per_day_usd) == ("m", 2.0)


def test_the_files_that_were_read_are_named(places: SettingsPlaces) -> None:
    places.user.write_text("")
    (places.root / "pyproject.toml").write_text("[project]\nname = 'x'")
    (places.root / ".env").write_text("SECRET=1")

    assert places.load().files == (places.user, places.root / ".env")
