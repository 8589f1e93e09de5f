"""The places settings come from, read raw: dotted keys with their values and where they stood.

Never validates and never imports pydantic, so that the server can read a layer while it starts.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from flux_lsp.files import CONFIG_BYTES, parse_toml, read_text
from flux_lsp.settings.dotenv import parse_dotenv

Level = Literal["user", "workspace", "environment", "editor", "command line"]
Env = Mapping[str, str]

# Variables and editor keys that are no settings of the server.
_OTHER_VARIABLES = frozenset({"FLUX_DATA_DIR"})
_DEEPEST = 20  # no key of ours lies deeper; what does is reported as one that is not known
_CLIENT_SECTIONS = frozenset({"server", "trace", "client", "workspace_trusted"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One value as it was written; `text` when it came as text that has yet to be read."""

    key: str
    value: object
    source: str
    text: bool = False


@dataclass(frozen=True, slots=True)
class Layer:
    """All entries of one place, in order, and what could not be read there."""

    level: Level
    entries: tuple[Entry, ...] = ()
    warnings: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()


def user_layer(path: Path) -> Layer:
    """The person's `config.toml`."""
    return _toml_layer("user", path, f"user file {path}", ())


def workspace_layers(root: Path) -> tuple[Layer, ...]:
    """`[tool.flux]` of the workspace's pyproject.toml, then its flux.toml."""
    project, own = root / "pyproject.toml", root / "flux.toml"
    return (
        _toml_layer("workspace", project, f"[tool.flux] in {project}", ("tool", "flux")),
        _toml_layer("workspace", own, f"workspace file {own}", ()),
    )


def dotenv_layer(root: Path) -> tuple[Layer, dict[str, str]]:
    """The workspace's `.env` as settings, and all Flux and Anthropic variables in it."""
    path = root / ".env"
    text, warnings = _read(path)
    if text is None:
        return Layer("workspace", warnings=warnings), {}
    variables = parse_dotenv(text)
    if "FLUX_DATA_DIR" in variables:
        warnings = (f"`FLUX_DATA_DIR` in {path} is ignored: set it in the environment",)
    entries = tuple(_variables(variables, lambda name: f"{name} in {path}"))
    return Layer("workspace", entries, warnings, (path,)), variables


def environment_layer(env: Env) -> Layer:
    """The process environment."""
    found = {name: env[name] for name in sorted(env) if name.startswith(("FLUX_", "ANTHROPIC_"))}
    return Layer("environment", tuple(_variables(found, lambda name: f"variable {name}")))


def editor_layer(options: object) -> Layer:
    """What the editor sent: `{"flux": {…}}`, `{…}` or either under `settings`; null is not set."""
    section = _section(options)
    entries = [
        Entry(key, value, "editor settings")
        for key, value in _flat(section)
        if value is not None and key.partition(".")[0] not in _CLIENT_SECTIONS
    ]
    return Layer("editor", tuple(entries))


def command_line_layer(options: Mapping[str, object]) -> Layer:
    """Options given on the command line, by dotted key; None is not given."""
    given = {key: value for key, value in options.items() if value is not None}
    return Layer(
        "command line", tuple(Entry(key, value, "command line") for key, value in given.items())
    )


def _section(options: object) -> Mapping[str, object]:
    for name in ("settings", "flux"):
        if isinstance(options, Mapping) and isinstance(options.get(name), Mapping):
            options = options[name]
    return options if isinstance(options, Mapping) else {}


def _toml_layer(level: Level, path: Path, source: str, section: tuple[str, ...]) -> Layer:
    text, warnings = _read(path)
    if text is None:
        return Layer(level, warnings=warnings)
    try:
        table: object = parse_toml(text)
    except ValueError as error:
        return Layer(level, warnings=(f"{path} is not valid TOML and is ignored: {error}",))
    for name in section:
        table = table.get(name, {}) if isinstance(table, dict) else {}
    if not isinstance(table, dict):
        return Layer(level, warnings=(f"{source} is no table and is ignored",))
    entries = tuple(Entry(key, value, source) for key, value in _flat(_unwrapped(table)))
    return Layer(level, entries, files=(path,) if entries or not section else ())


def _unwrapped(table: dict[str, object]) -> Mapping[str, object]:
    inner = table.get("flux")
    return inner if isinstance(inner, dict) and len(table) == 1 else table


def _read(path: Path) -> tuple[str | None, tuple[str, ...]]:
    try:
        return read_text(path, CONFIG_BYTES), ()
    except (FileNotFoundError, NotADirectoryError):
        return None, ()
    except UnicodeDecodeError:
        return None, (f"{path} is not UTF-8 and is ignored",)
    except OSError as error:
        return None, (f"{path} cannot be read and is ignored: {error.strerror}",)


def _variables(env: Env, source: Callable[[str], str]) -> Iterator[Entry]:
    # The SDK's own variable comes first, so that FLUX_BASE_URL beats it in the same place.
    if url := env.get("ANTHROPIC_BASE_URL", "").strip():
        yield Entry("base_url", url, source("ANTHROPIC_BASE_URL"), text=True)
    for name, value in env.items():
        if not name.startswith("FLUX_") or name in _OTHER_VARIABLES or not value.strip():
            continue
        key = name.removeprefix("FLUX_").lower().replace("__", ".")
        yield Entry(key, value.strip(), source(name), text=True)


def _flat(table: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    for name, value in table.items():
        key = prefix + _snake(str(name))
        if isinstance(value, Mapping) and key.count(".") < _DEEPEST:
            yield from _flat(value, f"{key}.")
        else:
            yield key, value


def _snake(name: str) -> str:
    """`perDayUsd`, `per-day-usd` and `per_day_usd` are the same key."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).replace("-", "_").lower()
