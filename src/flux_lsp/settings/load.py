"""All layers become one `Settings`, each value with the place it came from.

Never stops at a bad key: what is below it stays, and one warning names the key and its source.
"""

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import TypeAdapter, ValidationError

from flux_lsp.settings import layers, paths
from flux_lsp.settings.explain import describe_error, unknown_key
from flux_lsp.settings.layers import Entry, Layer
from flux_lsp.settings.schema import (
    PER_ACTION,
    SCALE,
    Settings,
    Workspace,
    field_of,
    fields,
    rule_of,
    sections,
)
from flux_lsp.settings.trust import Trust, decide


@dataclass(frozen=True)
class Loaded:
    """Settings in effect; `sources` names the place of every key, fixed ones always included.

    `dotenv` holds the `ANTHROPIC_*` variables of the workspace's `.env`, for `find_credentials`.
    """

    settings: Settings
    sources: Mapping[str, str]
    warnings: tuple[str, ...]
    trust: Trust
    root: Path | None
    files: tuple[Path, ...]
    dotenv: Mapping[str, str] = field(repr=False)


def load(
    env: Mapping[str, str] = os.environ,
    *,
    root: Path | None = None,
    editor: object = None,
    cli: Mapping[str, object] | None = None,
    workspace_trusted: bool | None = None,
    actions: Collection[str] = (),
    user_file: Path | None = None,
) -> Loaded:
    """Read every layer and merge them; blocks on files, so call it in a thread.

    `editor`: what the editor sent, in any of its shapes. `cli`: options by dotted key.
    `workspace_trusted`: the editor's own word on the workspace, `layers.editor_trust` finds it.
    `actions`: the action ids there are; with them, a key for another one is reported.
    """
    user = layers.user_layer(user_file or paths.config_file())
    process = layers.environment_layer(env)
    own, dotenv = ((), {}) if root is None else _workspace(root)
    merged = _Merged(actions, root)
    for layer in (user, process):  # what is trusted is the person's word alone
        merged.take(layer, only="trusted_workspaces")
    trust = _trust(root, merged, paths.data_dir(env), workspace_trusted)
    merged = _Merged(actions, root, trust.trusted)
    order = (user, *own, process, layers.editor_layer(editor), layers.command_line_layer(cli or {}))
    for layer in order:
        merged.take(layer)
    return Loaded(
        settings=merged.settings(),
        sources={**dict.fromkeys(fields(), "default"), **merged.sources},
        warnings=tuple(dict.fromkeys(merged.warnings)),
        trust=trust,
        root=root,
        files=tuple(path for layer in order for path in layer.files),
        dotenv={name: dotenv[name] for name in dotenv if name.startswith("ANTHROPIC_")},
    )


def _workspace(root: Path) -> tuple[tuple[Layer, ...], dict[str, str]]:
    dotenv, variables = layers.dotenv_layer(root)
    return (*layers.workspace_layers(root), dotenv), variables


def _trust(root: Path | None, merged: "_Merged", data: Path, editor: bool | None) -> Trust:
    if root is None:
        return Trust(False, "there is no workspace folder")
    return decide(root, merged.settings().trusted_workspaces, paths.trust_store(data), editor)


class _Merged:
    """The layers taken so far; lives only while `load` runs."""

    def __init__(self, actions: Collection[str], root: Path | None, trusted: bool = False) -> None:
        self.actions, self.root, self.trusted = actions, root, trusted
        self.values: dict[str, object] = {}
        self.sources: dict[str, str] = {}
        self.warnings: list[str] = []

    def take(self, layer: Layer, only: str | None = None) -> None:
        """Put `layer` over what is there; `only` takes a single key."""
        self.warnings += layer.warnings
        for entry in layer.entries:
            if only is None or entry.key == only:
                warning = self._take(entry, layer.level)
                self.warnings += [] if warning is None else [warning]

    def _take(self, entry: Entry, level: layers.Level) -> str | None:
        """Take one entry, or say why not."""
        section, _, leaf = entry.key.partition(".")
        info = field_of(entry.key)
        if info is None and entry.key in sections() and entry.value == []:
            return None  # Lua writes an empty table as a list
        strange = section in PER_ACTION and self.actions and leaf not in self.actions
        if info is None or strange:
            return unknown_key(entry, self.actions)
        try:
            value = _read(entry)
        except ValidationError as error:
            return describe_error(entry, error, self._kept(entry.key))
        current = self.values.get(entry.key, info.default)
        rule = rule_of(info)
        if reason := self._refusal(rule, entry, level, value, current):
            return f"`{entry.key}` in {entry.source} is ignored: {reason}"
        source = entry.source
        if rule is Workspace.EXTEND and entry.key in self.values:
            value = tuple(dict.fromkeys((*current, *value)))  # type: ignore[misc]  # both tuples
            source = f"{self.sources[entry.key]} + {source}"
        self.values[entry.key], self.sources[entry.key] = value, source
        return None

    def _refusal(
        self, rule: Workspace, entry: Entry, level: layers.Level, value: object, current: object
    ) -> str | None:
        if rule is Workspace.USER and level not in ("user", "environment"):
            return "only your user file or environment may set it"
        if level != "workspace" or self.trusted or value == current:
            return None
        if _harmless(rule, entry.key, value, current):
            return None
        return (
            f"the workspace is not trusted, so its files may {rule.value}; "
            f"`flux-lsp trust {self.root}` lifts this"
        )

    def _kept(self, key: str) -> str:
        source = self.sources.get(key)
        return "the default" if source is None else f"the value from {source}"

    def settings(self) -> Settings:
        """The values as one tree; every one of them has been checked."""
        tree: dict[str, object] = {}
        for key, value in self.values.items():
            section, _, leaf = key.rpartition(".")
            place = tree.setdefault(section, {}) if section else tree
            assert isinstance(place, dict)
            place[leaf] = value
        return Settings.model_validate(tree)


def _harmless(rule: Workspace, key: str, value: object, current: object) -> bool:
    match rule:
        case Workspace.FREE:
            return True
        case Workspace.LOWER:
            return _size(value) <= _size(current)
        case Workspace.EXTEND:
            assert isinstance(value, tuple)
            return not any(str(pattern).lstrip().startswith("!") for pattern in value)
        case Workspace.OFFLINE:
            return value == "offline"
        case Workspace.STRICTER:
            return SCALE[key].index(str(value)) >= SCALE[key].index(str(current))
        case _:
            return False


def _size(value: object) -> float:
    assert value is None or isinstance(value, int | float)
    return float("inf") if value is None else float(value)


_ADAPTERS: dict[str, TypeAdapter[object]] = {}  # building one costs as much as a whole file


def _read(entry: Entry) -> object:
    """The entry's value in its field's type. Raises ValidationError."""
    info = field_of(entry.key)
    assert info is not None
    name = entry.key.partition(".")[0] if entry.key not in fields() else entry.key
    if name not in _ADAPTERS:
        _ADAPTERS[name] = TypeAdapter(  # the form is built here, so mypy cannot know it
            Annotated[info.annotation, *info.metadata]  # type: ignore[arg-type]
        )
    adapter, value = _ADAPTERS[name], entry.value
    many = info.annotation == tuple[str, ...]
    if entry.text:
        return adapter.validate_python(_items(str(value)) if many else value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # Lua and Emacs Lisp know one kind of number
    # Strict: `"3"` for a number and `true` for a count are mistakes, not values.
    return adapter.validate_python(tuple(value) if isinstance(value, list) else value, strict=True)


def _items(text: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in text.split(",") if item.strip())
