"""An unknown or invalid key never stops anything: one warning names it and its source."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flux_lsp.settings.load import load_settings

ACTIONS = ("edit", "fix")


def warnings_for(tmp_path: Path, text: str) -> tuple[str, ...]:
    user = tmp_path / "config.toml"
    user.write_text(text, encoding="utf-8")
    loaded = load_settings({"FLUX_DATA_DIR": str(tmp_path)}, user_file=user, actions=ACTIONS)
    assert loaded.values == {}
    return tuple(warning.replace(f"user file {user}", "FILE") for warning in loaded.warnings)


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("modle = 'x'", "Unknown key `modle` in FILE is ignored; did you mean `model`?"),
        (
            "perDayUsd = 3",
            "Unknown key `per_day_usd` in FILE is ignored; did you mean `budget.per_day_usd`?",
        ),
        ("zzz = 1", "Unknown key `zzz` in FILE is ignored"),
        ("max_attempts = 'three'", "`max_attempts` in FILE must be a whole number, not text; "),
        ("max_attempts = true", "`max_attempts` in FILE must be a whole number, not true or "),
        ("max_attempts = 99", "`max_attempts` in FILE must be less than or equal to 10; the "),
        (
            "provider = 'bedrok'",
            "`provider` in FILE must be 'auto', 'anthropic', 'bedrock', 'vertex', 'foundry' or "
            "'offline' (did you mean `bedrock`?); the default stays",
        ),
        ("[budget]\nper_day_usd = '5'", "`budget.per_day_usd` in FILE must be a number, not text;"),
        ("[budget]\nper_day_usd = nan", "`budget.per_day_usd` in FILE must be a finite number; "),
        ("[budget]\nper_day_usd = -1", "`budget.per_day_usd` in FILE must be greater than or eq"),
        ("budget = 5", "`budget` in FILE holds other keys and takes no value of its own"),
        ("[context]\nexclude = 'x'", "`context.exclude` in FILE must be a list, not text; the "),
        (
            "[context]\nexclude = ['a', 1]",
            "`context.exclude` in FILE must be text, not a number (en",
        ),
        ("model = 2026-01-01", "`model` in FILE must be text, not a date"),
        ("[routing]\nfix = 'haiko'", "`routing.fix` in FILE must be 'haiku', 'sonnet' or 'auto' "),
        ("[routing]\nfiks = 'haiku'", "Unknown key `routing.fiks` in FILE is ignored; did you me"),
        ("[actions]\nfix = 'off'", "`actions.fix` in FILE must be true or false, not text; the "),
    ],
)
def test_the_warning_says_what_is_wrong_and_where(tmp_path: Path, text: str, warning: str) -> None:
    (said,) = warnings_for(tmp_path, text)

    assert said.startswith(warning)


def test_the_value_from_below_stays(tmp_path: Path) -> None:
    user = tmp_path / "config.toml"
    user.write_text("max_attempts = 2")
    loaded = load_settings(
        {"FLUX_MAX_ATTEMPTS": "many", "FLUX_DATA_DIR": str(tmp_path)}, user_file=user
    )

    assert loaded.settings.max_attempts == 2
    assert loaded.warnings == (
        "`max_attempts` in variable FLUX_MAX_ATTEMPTS must be a whole number; "
        f"the value from user file {user} stays",
    )


def test_a_key_in_a_settings_file_is_never_repeated(tmp_path: Path) -> None:
    (said,) = warnings_for(tmp_path, "api_key = 'sk-ant-secret'")

    assert "sk-ant" not in said
    assert "ANTHROPIC_API_KEY" in said


def test_a_wrong_value_is_never_repeated(tmp_path: Path) -> None:
    (said,) = warnings_for(tmp_path, "api_key_command = ['echo', 'sk-ant-secret']")

    assert "sk-ant" not in said


def test_broken_toml_is_ignored_as_a_whole_with_its_line(tmp_path: Path) -> None:
    (said,) = warnings_for(tmp_path, "model = 'x'\nmax_attempts 3\n")

    assert "is not valid TOML and is ignored" in said
    assert "line 2" in said


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "config.toml"
    folder.mkdir()
    loaded = load_settings({"FLUX_DATA_DIR": str(tmp_path)}, user_file=folder)

    (said,) = loaded.warnings
    assert said.startswith(f"{folder} cannot be read and is ignored")


def test_a_file_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    user = tmp_path / "config.toml"
    user.write_bytes(b"model = '\xff\xfe'")

    (said,) = load_settings({"FLUX_DATA_DIR": str(tmp_path)}, user_file=user).warnings
    assert said == f"{user} is not UTF-8 and is ignored"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["budget", "perDayUsd", "model", "context", "exclude", "x.y", "", "."]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(json_values)
def test_nothing_an_editor_can_send_stops_the_server(sent: object) -> None:
    loaded = load_settings(
        {"FLUX_DATA_DIR": "/nonexistent"}, editor=sent, user_file=Path("/nonexistent/config.toml")
    )

    assert loaded.settings.max_attempts == 3
