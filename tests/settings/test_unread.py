"""While a setting that protects the person cannot be read, nothing is sent, and the line is named."""

from pathlib import Path
from typing import Any

import pytest

from flux_lsp.settings.credentials import choose_credentials
from flux_lsp.settings.lines import find_toml_line, find_variable_line
from flux_lsp.settings.load import LoadedSettings, load_settings
from flux_lsp.settings.schema import list_fields, list_sections
from flux_lsp.settings.unread import is_protective, looks_protective

KEY = {"ANTHROPIC_API_KEY": "sk-mine"}


def load_files(
    tmp_path: Path, user: str | bytes = "", env: dict[str, str] | None = None, **files: str | bytes
) -> LoadedSettings:
    """The settings of a person's file, of variables, and of files in the workspace."""
    root, config = tmp_path / "project", tmp_path / "config.toml"
    root.mkdir(exist_ok=True)
    for path, text in ((config, user), *((root / _NAMES[n], t) for n, t in files.items())):
        path.write_bytes(text.encode() if isinstance(text, str) else text)
    variables = {"FLUX_DATA_DIR": str(tmp_path / "data"), **(env or {})}
    return load_settings(variables, root=root, user_file=config, actions=("edit", "fix"))


_NAMES = {"flux": "flux.toml", "project": "pyproject.toml", "dotenv": ".env"}

USER_FILES = {
    "a typo in another line": ('provider = "offline"\nmodel = haiku\n', 2),
    "a value that is none": ('# mine\nprovider = "off-line"\n', 2),
    "a comma for a point": ("[budget]\nper_day_usd = 5,00\n", 2),
    "a number as text": ('[budget]\n\nper_day_usd = "0.001"\n', 3),
    "nan": ("[budget]\nper_month_usd = nan\n", 2),
    "below zero": ("budget.per_action_usd = -1\n", 1),
    "text for a list": ('[context]\nexclude = "app.py"\n', 2),
    "a number in a list": ('[context]\nguidance = false\nexclude = ["a", 1]\n', 3),
    "text for false": ('[context]\nguidance = "no"\n', 2),
    "a letter missing": ('providr = "offline"\n', 1),
    "another letter": ('reviev = "always"\n', 1),
    "a section that is none": ("[budgets]\nper_day_usd = 1\n", 2),
    "a key that the section lacks": ("[budget]\nper_week_usd = 1\n", 2),
    "without its section": ("per_day_usd = 1\n", 1),
    "a singular": ('[context]\nexcludes = ["a"]\n', 2),
    "a wrong section": ('[contxt]\nexclude = ["a"]\n', 2),
    "a word people use": ("offline = true\n", 1),
    "another word": ("daily_spend_limit = 3\n", 1),
    "a section with a value": ("budget = 5\n", 1),
    "an inline table": ('budget = { per_day_usd = "5" }\n', 1),
    "a wrapped file": ('[flux]\nprovider = "of"\n', 2),
    "wrapped beside others": ('x = 1\n[flux]\nprovider = "offline"\n', 3),
    "another word for it": ('api_url = "http://localhost:11434"\n', 1),
    "a key twice": ('review = "always"\nreview = "auto"\n', 2),
    "an open bracket": ('[context\nexclude = ["a"]\n', 1),
    "below another table's head": ('[routing]\nfix = "haiku"\nprovider = "offline"\n', 3),
    "the same with a typo": ('[actions]\ntests = false\n\nreveiw = "always"\n', 4),
    "a list of tables": ('[[context]]\nexclude = ["a"]\n', 1),
    "camel case": ('[budget]\nperDayUsd = "1"\n', 2),
}


@pytest.mark.parametrize(("text", "line"), USER_FILES.values(), ids=USER_FILES)
def test_nothing_is_sent_and_the_line_is_named(tmp_path: Path, text: str, line: int) -> None:
    loaded = load_files(tmp_path, text)
    found = choose_credentials(loaded, KEY)
    assert (found.kind, found.is_usable, found.secret) == ("withheld", False, None)
    assert f"line {line} of {tmp_path / 'config.toml'}" in found.hint
    assert loaded.unread[0].warning in loaded.warnings


HARMLESS = [
    "modle = 'x'", "zzz = 1", "[models]\nhaikuu = 'x'", "max_attempts = 'three'", "dialct = 'text'",
    "[actions]\ndance = true", "[routing]\nfiks = 'haiku'",
    "log_level = 'loud'", "deadline = 3", "telemetry = 'x'", "api_key = 'sk-x'", "model = 3",
    "[window]\ntheme = 'dark'",
]  # fmt: skip


@pytest.mark.parametrize("text", HARMLESS)
def test_what_protects_nothing_stops_nothing(tmp_path: Path, text: str) -> None:
    loaded = load_files(tmp_path, text)
    assert len(loaded.warnings) == 1
    assert choose_credentials(loaded, KEY).secret == "sk-mine"


@pytest.mark.parametrize(
    "files",
    [
        {"user": b"provider = 'offline' # caf\xe9"},
        {"user": "provider = 'offline'".encode("utf-16")},
        {"flux": "[context]\nexclude = 'app.py'\n"},
        {"flux": "review = \n"},
        {"flux": "review = 'always'".encode("utf-16")},
        {"project": "[tool.flux]\nreview = 'allways'\n"},
        {"project": "[tool.flux]\nreview = always\n"},
        {"project": "[tool.fluxx]\nreview = 'always'\n"},
        {"project": "[tool.flux-lsp]\nreview = 'always'\n"},
        {"project": "[flux]\nreview = 'always'\n"},
        {"project": "tool.flux = 3\n"},
        {"project": "[tool.flux]\nreview = 'always'".encode("utf-16")},
        {"dotenv": "FLUX_PROVIDER=of\n"},
        {"dotenv": "FLUX_PROVIDER: offline\n"},
        {"dotenv": "set FLUX_PROVIDER=offline\n"},
        {"dotenv": "$env:FLUX_PROVIDER = 'offline'\n"},
        {"dotenv": "FLUX_BUDGET_PER_DAY_USD=1\n"},
        {"dotenv": "FLUX_BUDGET__PER_DAY_USD=1,5\n"},
        {"dotenv": "FLUX_PROVIDER=offline\n".encode("utf-16")},
        {"dotenv": "FLUX_PROVIDER=offline\n".encode("utf-16-le")},
        {"project": "[tool.flux]\nreview = 'always'".encode("utf-16-be")},
        {"env": {"FLUX_PROVIDER": "ofline"}},
        {"env": {"FLUX_PROVIDR": "offline"}},
        {"env": {"FLUX_BUDGET_PER_DAY_USD": "1"}},
        {"env": {"FLUX_EXCLUDE": "a"}},
    ],
)
def test_it_holds_for_every_place_that_settings_come_from(
    tmp_path: Path, files: dict[str, Any]
) -> None:
    loaded = load_files(tmp_path, **files)
    assert choose_credentials(loaded, KEY).kind == "withheld"
    assert {one.warning for one in loaded.unread} <= set(loaded.warnings)


@pytest.mark.parametrize(
    "files",
    [
        {"project": "[tool.black]\nline = \n"},
        {"project": "[tool.fluxcapacitor]\nx = 1\n"},
        {"project": "[tool.flask]\nx = 1\n"},
        {"project": "tool = 3\n"},
        {"dotenv": b"DATABASE=caf\xe9\n"},
        {"dotenv": "OTHER: x\nexport\nFLUX_MODEL=x\n"},
        {"dotenv": "FLUX_REVIEW=always\nexport FLUX_REVIEW\nexport FLUX_REVIEW # so\n"},
        {"dotenv": "FLUX_MODEL: x\n# FLUX_PROVIDER: x\n"},
        {"env": {"FLUX_URI": "local:///x", "FLUX_EXEC_PATH": "x", "FLUX_MODULE_PATH": "y"}},
    ],
)
def test_the_files_of_others_stop_nothing(tmp_path: Path, files: dict[str, Any]) -> None:
    assert choose_credentials(load_files(tmp_path, **files), KEY).secret == "sk-mine"


def test_a_folder_called_env_is_no_settings_file(tmp_path: Path) -> None:
    (tmp_path / "project" / ".env").mkdir(parents=True)
    assert choose_credentials(load_files(tmp_path), KEY).secret == "sk-mine"


def test_the_editor_and_the_command_line_count_too(tmp_path: Path) -> None:
    user = tmp_path / "none.toml"
    for layer in ("editor", "editor_user"):
        options: dict[str, Any] = {layer: {"budget": {"perDayUsd": "5"}}}
        loaded = load_settings({"FLUX_DATA_DIR": str(tmp_path)}, user_file=user, **options)
        assert choose_credentials(loaded, KEY).kind == "withheld"


def test_whoever_asks_for_offline_gets_it(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("model = x\n")
    loaded = load_settings(
        {"FLUX_DATA_DIR": str(tmp_path)},
        user_file=tmp_path / "config.toml",
        cli={"provider": "offline"},
    )
    assert loaded.unread
    assert choose_credentials(loaded, KEY).kind == "none"


def test_a_mended_file_is_enough(tmp_path: Path) -> None:
    assert not choose_credentials(load_files(tmp_path, "provider = offline"), KEY).is_usable
    assert choose_credentials(load_files(tmp_path, "review = 'always'"), KEY).secret == "sk-mine"


def test_every_budget_and_everything_about_what_is_sent_protects() -> None:
    protecting = {key for key in list_fields() if is_protective(key)}
    assert protecting >= {key for key in list_fields() if key.startswith(("budget.", "context."))}
    assert protecting >= {"provider", "base_url", "api_key_command", "review", "trusted_workspaces"}
    assert not any(looks_protective(k, list_sections()) for k in ("models.x", "routing.usd"))


def test_the_line_of_a_key_is_found_in_every_spelling() -> None:
    text = "# a\n[tool.flux]\nx = 1\n'review' = 'y'\n[tool.flux.budget]\nper-day-usd = 1\n"
    assert find_toml_line(text, "review", ("tool", "flux")) == 4
    assert find_toml_line(text, "budget.per_day_usd", ("tool", "flux")) == 6
    assert find_toml_line(text, "budget.per_month_usd", ("tool", "flux")) is None
    assert find_toml_line("budget . perDayUsd = 1\n", "budget.per_day_usd", ()) == 1
    assert find_variable_line("A=1\nexport FLUX_X=1\nFLUX_XY=2\n", "FLUX_X") == 2
