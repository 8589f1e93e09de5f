"""What is suggested for a project, from its files alone."""

import json
import tomllib
from pathlib import Path

from flux_lsp.checks.suggest import suggest_checks, write_toml
from flux_lsp.settings.checks import CheckSetting


def names(root: Path) -> list[str]:
    return [suggestion.check.name for suggestion in suggest_checks(root)]


def test_python(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        "[tool.ruff]\n[tool.mypy]\n[tool.pytest.ini_options]\n"
    )
    assert names(tmp_path) == ["ruff", "mypy", "pytest"]


def test_a_virtual_environment_is_used(tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("")
    for name in ("python", "pytest"):
        (tmp_path / ".venv/bin").mkdir(parents=True, exist_ok=True)
        (tmp_path / ".venv/bin" / name).write_text("")
    (suggestion,) = suggest_checks(tmp_path)
    assert suggestion.check.command == (".venv/bin/python", "-m", "pytest", "-q")


def test_script(tmp_path: Path) -> None:
    package = {"devDependencies": {"eslint": "9", "typescript": "5", "vitest": "3"}}
    (tmp_path / "package.json").write_text(json.dumps(package))
    (tmp_path / "tsconfig.json").write_text("{}")
    assert names(tmp_path) == ["eslint", "tsc", "vitest"]


def test_others(tmp_path: Path) -> None:
    (tmp_path / "Makefile").write_text("lint:\n\techo\ntest: lint\n\techo\n")
    assert names(tmp_path) == ["make lint", "make test"]
    (tmp_path / "go.mod").write_text("module m\n")
    (tmp_path / "Cargo.toml").write_text("[package]\n")
    assert names(tmp_path) == ["cargo check", "cargo test", "go vet", "go test"]


def test_broken_files_suggest_nothing(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes(b"\xff[")
    (tmp_path / "package.json").write_text("[" * 5000)
    assert names(tmp_path) == []


def test_the_text_is_settings(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.ruff]\n[tool.mypy]\n")
    suggestions = suggest_checks(tmp_path)
    written = tomllib.loads(write_toml(suggestions))["checks"]
    assert [CheckSetting.model_validate(entry) for entry in written] == [
        s.check for s in suggestions
    ]
