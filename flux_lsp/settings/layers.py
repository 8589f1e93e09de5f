"""Reads the places of settings raw: dotted keys with their values and their lines.

Never validates and never imports pydantic, so that the server can read a layer while it starts.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from flux_lsp.files import CONFIG_BYTES, SpecialFileError, parse_toml, read_text
from flux_lsp.settings.dotenv import find_unread_names, parse_dotenv
from flux_lsp.settings.lines import find_toml_line, find_variable_line
from flux_lsp.settings.unread import UnreadSetting, find_misnamed_tables, is_protective

# "person": what an editor says the person has set at their own level; "editor": what it sends as
# its settings, which may come from files of the workspace.
Level = Literal["user", "workspace", "environment", "person", "editor", "command line"]
Env = Mapping[str, str]

# Variables and editor keys that are no settings of the server.
_OTHER_VARIABLES = frozenset(
    {"FLUX_DATA_DIR", "FLUX_TOKEN", "FLUX_KEY_SOURCE", "FLUX_BATCH_POLL_SECONDS"}
)
_CLIENT_SECTIONS = frozenset(
    {"server", "trace", "client", "workspace_trusted", "token", "user_settings"}
)
# A file of many tools concerns us when it names our part of it.
_OUR_TABLE = re.compile(rb"tool\s*\.\s*[\"']?flux|\[\s*tool\s*\]", re.IGNORECASE)
_OUR_VARIABLE = re.compile(rb"FLUX_|ANTHROPIC_")
_DEEPEST = 20  # no key of ours lies deeper; what does is reported as one that is not known
_ERROR_LINE = re.compile(r"\bat (line \d+)")


@dataclass(frozen=True, slots=True)
class Entry:
    """One value as it was written; `text` when it came as text that has yet to be read."""

    key: str
    value: object
    source: str
    text: bool = False


def _find_no_line(_key: str) -> int | None:
    """For what is no file."""
    return None


@dataclass(frozen=True, slots=True)
class Layer:
    """All entries of one place, in order, and what Flux could not read there."""

    level: Level
    entries: tuple[Entry, ...] = ()
    warnings: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()
    unread: tuple[UnreadSetting, ...] = ()  # of `warnings`, what may have protected
    line_of: Callable[[str], int | None] = field(default=_find_no_line, repr=False)

    def describe_place(self, entry: Entry) -> str:
        """Describe the place where a person corrects the entry."""
        line = self.line_of(entry.key)
        return entry.source if line is None else f"line {line} of {self.files[0]}"


def read_user_layer(path: Path) -> Layer:
    """Read the person's `config.toml`."""
    return _read_toml_layer("user", path, f"user file {path}", ())


def read_workspace_layers(root: Path) -> tuple[Layer, ...]:
    """Read `[tool.flux]` of the workspace's pyproject.toml, then its flux.toml."""
    project, own = root / "pyproject.toml", root / "flux.toml"
    return (
        _read_toml_layer("workspace", project, f"[tool.flux] in {project}", ("tool", "flux")),
        _read_toml_layer("workspace", own, f"workspace file {own}", ()),
    )


def read_dotenv_layer(root: Path) -> tuple[Layer, dict[str, str]]:
    """Read the workspace's `.env` as settings, and all Flux and Anthropic variables in it."""
    path = root / ".env"
    text, bad = _read(path, _OUR_VARIABLE)
    if text is None:
        return replace(bad, level="workspace"), {}
    variables = parse_dotenv(text)
    warnings: list[str] = []
    if "FLUX_DATA_DIR" in variables:
        warnings.append(f"`FLUX_DATA_DIR` in {path} is ignored: set it in the environment")
    unread = tuple(_find_odd_variables(text, path))
    entries = tuple(_read_variables(variables, lambda name: f"{name} in {path}"))
    layer = Layer(
        "workspace",
        entries,
        (*warnings, *(setting.warning for setting in unread)),
        (path,),
        unread,
        lambda key: find_variable_line(text, _name_variable(key, variables)),
    )
    return layer, variables


def read_environment_layer(env: Env) -> Layer:
    """Read the process environment."""
    variables = {
        name: env[name] for name in sorted(env) if name.startswith(("FLUX_", "ANTHROPIC_"))
    }
    return Layer("environment", tuple(_read_variables(variables, lambda name: f"variable {name}")))


def read_editor_layer(options: object, level: Level = "editor") -> Layer:
    """Read what the editor sent: `{"flux": {…}}`, `{…}` or either under `settings`; null is not set."""
    section = _find_section(options)
    source = "editor settings" if level == "editor" else "your editor settings"
    entries = [
        Entry(key, value, source)
        for key, value in _flatten(section)
        if value is not None and key.partition(".")[0] not in _CLIENT_SECTIONS
    ]
    return Layer(level, tuple(entries))


def read_command_line_layer(options: Mapping[str, object]) -> Layer:
    """Read the options of the command line, by dotted key; None means not given."""
    values = {key: value for key, value in options.items() if value is not None}
    return Layer(
        "command line", tuple(Entry(key, value, "command line") for key, value in values.items())
    )


def _find_section(options: object) -> Mapping[str, object]:
    for name in ("settings", "flux"):
        if isinstance(options, Mapping) and isinstance(options.get(name), Mapping):
            options = options[name]
    return options if isinstance(options, Mapping) else {}


def _read_toml_layer(level: Level, path: Path, source: str, section: tuple[str, ...]) -> Layer:
    text, bad = _read(path, _OUR_TABLE if section else None)
    if text is None:
        return replace(bad, level=level)
    try:
        table: object = parse_toml(text)
    except ValueError as error:
        warning = f"{path} is not valid TOML and is ignored: {error}"
        line = _ERROR_LINE.search(str(error))
        where = f"{line[1]} of {path}" if line else str(path)
        ours = not section or _OUR_TABLE.search(text.encode("utf-8", "replace"))
        return Layer(level, (), (warning,), (), (UnreadSetting(warning, where),) if ours else ())
    misnamed = tuple(find_misnamed_tables(table, path)) if section else ()
    for name in section:
        table = table.get(name, {}) if isinstance(table, dict) else {}
    if not isinstance(table, dict):
        warning = f"{source} is not a table and is ignored"
        return Layer(level, (), (warning,), (), (UnreadSetting(warning, str(path)),))
    entries = tuple(Entry(key, value, source) for key, value in _flatten(_unwrap_table(table)))
    return Layer(
        level,
        entries,
        tuple(table_name.warning for table_name in misnamed),
        (path,) if entries or not section else (),
        misnamed,
        lambda key: find_toml_line(text, key, section),
    )


def _unwrap_table(table: dict[str, object]) -> Mapping[str, object]:
    inner = table.get("flux")
    return inner if isinstance(inner, dict) and len(table) == 1 else table


def _read(path: Path, ours: re.Pattern[bytes] | None) -> tuple[str | None, Layer]:
    """Read the text, or None and a layer that says what is wrong; a missing file is not wrong.

    `ours` must occur in a file that other tools share, or the file does not concern us.
    """
    nothing = Layer("user")
    try:
        text = read_text(path, CONFIG_BYTES)
        if "\0" not in text:
            return text, nothing
        data = text.encode()  # UTF-16 without a mark is valid UTF-8 with a null behind each letter
    except (FileNotFoundError, NotADirectoryError):
        return None, nothing
    except UnicodeDecodeError as error:
        data = error.object
    except OSError as error:
        warning = f"{path} cannot be read and is ignored: {error.strerror}"
        # A folder or a device of that name is another thing than a file that is kept from us.
        other = isinstance(error, SpecialFileError | IsADirectoryError)
        concerns = not other or (ours is None and isinstance(error, IsADirectoryError))
        return None, _mark_unreadable(nothing, warning, path, concerns)
    concerns = ours is None or ours.search(data.replace(b"\0", b"")) is not None
    return None, _mark_unreadable(nothing, f"{path} is not UTF-8 and is ignored", path, concerns)


def _mark_unreadable(layer: Layer, warning: str, path: Path, concerns: bool) -> Layer:
    unread = (UnreadSetting(warning, str(path)),) if concerns else ()
    return replace(layer, warnings=(warning,), unread=unread)


def _find_odd_variables(text: str, path: Path) -> Iterator[UnreadSetting]:
    """Find lines of a `.env` that name a setting but assign nothing."""
    for number, name in find_unread_names(text):
        if name == "ANTHROPIC_BASE_URL" or is_protective(_name_key(name)):
            warning = f"`{name}` in {path} is ignored: the line does not assign `{name}=…`"
            yield UnreadSetting(warning, f"line {number} of {path}")


def _name_variable(key: str, variables: Mapping[str, str]) -> str:
    """Return the variable that sets `key`."""
    name = f"FLUX_{key.upper().replace('.', '__')}"
    return "ANTHROPIC_BASE_URL" if key == "base_url" and name not in variables else name


def _name_key(name: str) -> str:
    """Return the key that the variable `name` sets."""
    return name.removeprefix("FLUX_").lower().replace("__", ".")


def _read_variables(env: Env, source: Callable[[str], str]) -> Iterator[Entry]:
    # The SDK's own variable comes first, so that FLUX_BASE_URL beats it in the same place.
    if url := env.get("ANTHROPIC_BASE_URL", "").strip():
        yield Entry("base_url", url, source("ANTHROPIC_BASE_URL"), text=True)
    for name, value in env.items():
        if not name.startswith("FLUX_") or name in _OTHER_VARIABLES or not value.strip():
            continue
        yield Entry(_name_key(name), value.strip(), source(name), text=True)


def _flatten(table: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    for name, value in table.items():
        key = prefix + _convert_to_snake_case(str(name))
        if isinstance(value, Mapping) and key.count(".") < _DEEPEST:
            yield from _flatten(value, f"{key}.")
        else:
            yield key, value


def _convert_to_snake_case(name: str) -> str:
    """`perDayUsd`, `per-day-usd` and `per_day_usd` are the same key."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).replace("-", "_").lower()
