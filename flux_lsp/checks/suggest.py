"""Proposes checks from what a project has: its tools' own settings, and the programs it installed.

Never runs anything, and never believes a file that it cannot read.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flux_lsp.files import CONFIG_BYTES, parse_json, parse_toml, read_text
from flux_lsp.settings.checks import CheckSetting

_SCRIPT = ("javascript", "javascriptreact", "typescript", "typescriptreact")
_TYPED = ("typescript", "typescriptreact")
_PROGRAMS = "node_modules/.bin"
_TARGET = re.compile(r"^(lint|typecheck|test)\s*:", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class CheckSuggestion:
    """A check that fits the project, and the file that says so."""

    check: CheckSetting
    why: str


def suggest_checks(root: Path) -> list[CheckSuggestion]:
    """Suggest checks for the project at `root`, the quick ones first. Blocks."""
    suggestions = [
        *_suggest_python(root),
        *_suggest_script(root),
        *_suggest_rust(root),
        *_suggest_go(root),
    ]
    return suggestions or list(_suggest_make(root))


def write_toml(suggestions: list[CheckSuggestion]) -> str:
    """Write the suggestions as they belong into a file of settings."""
    return "\n".join(_write_entry(suggestion) for suggestion in suggestions)


def _suggest_python(root: Path) -> Iterator[CheckSuggestion]:
    project = _read_toml(root / "pyproject.toml")
    tools = _get(project, "tool")
    bin_folder = next(
        (f for f in (".venv/bin", "venv/bin") if (root / f / "python").exists()), None
    )
    named = str(project)

    def run(tool: str, *arguments: str) -> tuple[str, ...]:
        own = f"{bin_folder}/{tool}" if bin_folder else tool
        return (own if bin_folder is None or (root / own).exists() else tool, *arguments)

    def is_used(tool: str, *files: str) -> str:
        if tool in tools or re.search(rf"'{tool}\b", named):
            return "pyproject.toml"
        return next((file for file in files if (root / file).is_file()), "")

    languages = ("python",)
    if why := is_used("ruff", "ruff.toml", ".ruff.toml"):
        command = run("ruff", "check", "--output-format=concise", "{files}")
        yield CheckSuggestion(CheckSetting(name="ruff", command=command, languages=languages), why)
    if why := is_used("mypy", "mypy.ini", ".mypy.ini"):
        command = run("mypy", "{files}")
        yield CheckSuggestion(
            CheckSetting(name="mypy", command=command, languages=languages, timeout_seconds=120),
            why,
        )
    if why := is_used("pytest", "pytest.ini", "conftest.py", "tests/conftest.py"):
        command = run("python" if bin_folder else "python3", "-m", "pytest", "-q")
        yield CheckSuggestion(
            CheckSetting(name="pytest", command=command, languages=languages, timeout_seconds=120),
            why,
        )


def _suggest_script(root: Path) -> Iterator[CheckSuggestion]:
    package = _read_json(root / "package.json")
    used = {**_get(package, "dependencies"), **_get(package, "devDependencies")}

    def suggest(name: str, *command: str, languages: tuple[str, ...] = _SCRIPT) -> CheckSuggestion:
        check = CheckSetting(name=name, command=command, languages=languages, timeout_seconds=120)
        return CheckSuggestion(check, "package.json")

    if "eslint" in used:
        yield suggest("eslint", f"{_PROGRAMS}/eslint", "{files}")
    if "typescript" in used and (root / "tsconfig.json").is_file():
        yield suggest("tsc", f"{_PROGRAMS}/tsc", "--noEmit", "--pretty", "false", languages=_TYPED)
    script = _get(package, "scripts").get("test")
    if "vitest" in used:
        yield suggest("vitest", f"{_PROGRAMS}/vitest", "run")
    elif "jest" in used:
        yield suggest("jest", f"{_PROGRAMS}/jest", "--ci")
    elif isinstance(script, str) and "no test specified" not in script:
        yield suggest("npm test", "npm", "test", "--silent")


def _suggest_rust(root: Path) -> Iterator[CheckSuggestion]:
    if (root / "Cargo.toml").is_file():
        for name in ("check", "test"):
            command = ("cargo", name, "--offline", "--quiet")
            yield CheckSuggestion(
                CheckSetting(
                    name=f"cargo {name}", command=command, languages=("rust",), timeout_seconds=300
                ),
                "Cargo.toml",
            )


def _suggest_go(root: Path) -> Iterator[CheckSuggestion]:
    if (root / "go.mod").is_file():
        for name in ("vet", "test"):
            yield CheckSuggestion(
                CheckSetting(
                    name=f"go {name}",
                    command=("go", name, "./..."),
                    languages=("go",),
                    timeout_seconds=300,
                ),
                "go.mod",
            )


def _suggest_make(root: Path) -> Iterator[CheckSuggestion]:
    for name in ("Makefile", "makefile", "GNUmakefile"):
        for target in dict.fromkeys(_TARGET.findall(_read(root / name))):
            yield CheckSuggestion(
                CheckSetting(name=f"make {target}", command=("make", target), timeout_seconds=120),
                name,
            )


def _read(path: Path) -> str:
    try:
        return read_text(path, CONFIG_BYTES)
    except (OSError, UnicodeDecodeError):
        return ""


def _read_toml(path: Path) -> Mapping[str, Any]:
    try:
        return parse_toml(_read(path))
    except ValueError:
        return {}


def _read_json(path: Path) -> Mapping[str, Any]:
    try:
        value = parse_json(_read(path))
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _get(table: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = table.get(name)
    return value if isinstance(value, dict) else {}


def _write_entry(suggestion: CheckSuggestion) -> str:
    import json  # a JSON string or list of strings is TOML, too

    check = suggestion.check
    lines = [
        f"# from {suggestion.why}",
        "[[checks]]",
        f"name = {json.dumps(check.name)}",
        f"command = {json.dumps(check.command)}",
    ]
    if check.languages:
        lines.append(f"languages = {json.dumps(check.languages)}")
    if check.timeout_seconds != 60:
        lines.append(f"timeout_seconds = {check.timeout_seconds:g}")
    return "\n".join(lines) + "\n"
