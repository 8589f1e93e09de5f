"""What Flux knows about each model: its line, windows, abilities and retirement.

The data ships with Flux, and the person's own file corrects it; never asks a server.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from flux_lsp.files import CONFIG_BYTES, parse_toml, read_text

Lifecycle = Literal["active", "deprecated", "retired"]
DATA = Path(__file__).parent / "data"
_CLOUD_ID = re.compile(r"(?:[a-z]+\.)?anthropic\.(.+?)(?:-v\d+(?::\d+)?)?")


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """One model. Empty or None where nothing is known; windows are in tokens.

    `thinking` and `effort` are the values the API takes for this model. `described` is False for an
    id about which nothing but its name is known. `live`: as the Models API told it, whose word on
    the lifecycle counts whatever the dates say.
    """

    id: str
    line: str | None = None
    name: str = ""
    released: date | None = None
    lifecycle: Lifecycle = "active"
    deprecated_on: date | None = None
    retires_on: date | None = None
    replacement: str | None = None
    context_tokens: int | None = None
    max_output_tokens: int | None = None
    thinking: frozenset[str] = frozenset()
    effort: frozenset[str] = frozenset()
    strict_tools: bool = False
    aliases: tuple[str, ...] = ()
    described: bool = True
    live: bool = False

    def state(self, today: date) -> Lifecycle:
        """Return the lifecycle on that day; in the catalogue a past date counts more than the word."""
        if self.live:
            return self.lifecycle
        if self.lifecycle == "retired" or (self.retires_on and self.retires_on <= today):
            return "retired"
        if self.lifecycle == "deprecated" or (self.deprecated_on and self.deprecated_on <= today):
            return "deprecated"
        return "active"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All models that Flux knows without asking. `warnings` names mistakes in the person's file."""

    as_of: date
    models: tuple[ModelInfo, ...]
    warnings: tuple[str, ...] = ()

    def get(self, model: str) -> ModelInfo | None:
        """Find a model by its id, its alias, or the name that a cloud provider uses."""
        plain = strip_provider(model)
        for known in self.models:
            if model in (known.id, *known.aliases) or plain in (known.id, *known.aliases):
                return known
        return None

    def find_newest(self, line: str, today: date) -> ModelInfo | None:
        """Find the newest active model of a line."""
        return find_newest(self.models, line, today)


def find_newest(models: Sequence[ModelInfo], line: str, today: date) -> ModelInfo | None:
    """Find the newest of `models` of this line that is active today; the first if several are as new."""
    active = [m for m in models if m.line == line and m.state(today) == "active"]
    return max(active, key=lambda m: m.released or date.min, default=None)


def load_catalogue(user_file: Path | None = None) -> Catalogue:
    """Load the shipped catalogue; a model in `user_file` replaces one with the same id.

    Reads files. A user file that cannot be read or understood is named in `warnings`.
    """
    shipped = _load_shipped()
    if user_file is None or not user_file.exists():
        return shipped
    try:
        table = parse_toml(read_text(user_file, CONFIG_BYTES))
        own = tuple(_read_models(table, {m.id: m for m in shipped.models}))
    except (OSError, ValueError, TypeError, AttributeError) as error:
        return replace(shipped, warnings=(f"{user_file} is not used: {error}",))
    ids = {m.id for m in own}
    return replace(shipped, models=(*own, *(m for m in shipped.models if m.id not in ids)))


def strip_provider(model: str) -> str:
    """Return a model's id without what cloud providers put around it.

    `us.anthropic.claude-x-20250929-v1:0` and `claude-x@20250929` are both `claude-x-20250929`.
    """
    match = _CLOUD_ID.fullmatch(model)
    return (match[1] if match else model).replace("@", "-")


@cache
def _load_shipped() -> Catalogue:
    table = tomllib.loads((DATA / "catalogue.toml").read_text(encoding="utf-8"))
    return Catalogue(table["as_of"], tuple(_read_models(table, {})))


def _read_models(
    table: Mapping[str, object], known: Mapping[str, ModelInfo]
) -> Iterator[ModelInfo]:
    entries = table.get("model", [])
    if not isinstance(entries, list):
        raise TypeError("`model` must be a list of tables, [[model]]")
    for entry in entries:
        yield _read_model(dict(entry), known)


def _read_model(entry: dict[str, object], known: Mapping[str, ModelInfo]) -> ModelInfo:
    name = entry.get("id")
    if not isinstance(name, str) or not name:
        raise ValueError("a model without `id`")
    fields = {
        key: _READERS[key](f"{name}: {key}", value) for key, value in _check_keys(name, entry)
    }
    return replace(known.get(name, ModelInfo(name)), **fields)  # type: ignore[arg-type]


def _check_keys(name: str, entry: dict[str, object]) -> list[tuple[str, object]]:
    unknown = sorted(set(entry) - set(_READERS))
    if unknown:
        raise ValueError(f"{name}: unknown key `{unknown[0]}`")
    return list(entry.items())


def _read_text(where: str, value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{where} must be a text")
    return value


def _read_day(where: str, value: object) -> date:
    if not isinstance(value, date):
        raise TypeError(f"{where} must be a date, as 2026-11-30")
    return value


def _read_count(where: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise TypeError(f"{where} must be a number of tokens")
    return value


def _read_flag(where: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{where} must be true or false")
    return value


def _read_texts(where: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise TypeError(f"{where} must be a list of texts")
    return tuple(value)


def _read_set(where: str, value: object) -> frozenset[str]:
    return frozenset(_read_texts(where, value))


def _read_lifecycle(where: str, value: object) -> Lifecycle:
    states: tuple[Lifecycle, ...] = ("active", "deprecated", "retired")
    for state in states:
        if value == state:
            return state
    raise ValueError(f"{where} must be active, deprecated or retired")


_READERS = {
    "id": _read_text,
    "line": _read_text,
    "name": _read_text,
    "released": _read_day,
    "lifecycle": _read_lifecycle,
    "deprecated_on": _read_day,
    "retires_on": _read_day,
    "replacement": _read_text,
    "context_tokens": _read_count,
    "max_output_tokens": _read_count,
    "thinking": _read_set,
    "effort": _read_set,
    "strict_tools": _read_flag,
    "aliases": _read_texts,
}
