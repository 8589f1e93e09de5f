"""Turns layers of raw entries into checked values, each with the place it came from.

Never stops at a bad key: the value of the lower layer stays, and one warning names key and source.
"""

from collections.abc import Collection
from pathlib import Path
from typing import Annotated

from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from flux_lsp.settings.explain import describe_error, describe_unknown_key
from flux_lsp.settings.layers import Entry, Layer, Level
from flux_lsp.settings.paths import get_config_file
from flux_lsp.settings.schema import (
    SCALE,
    find_field,
    get_workspace_rule,
    is_per_action,
    list_fields,
    list_sections,
)
from flux_lsp.settings.tree import WorkspaceRule
from flux_lsp.settings.trust import Trust
from flux_lsp.settings.unread import UnreadSetting, is_protective, looks_protective


class SettingsMerger:
    """The layers taken so far; lives only while `load_settings` runs."""

    def __init__(self, actions: Collection[str], root: Path | None, trust: Trust) -> None:
        self.actions, self.root, self.trust = actions, root, trust
        self.values: dict[str, object] = {}
        self.sources: dict[str, str] = {}
        self.warnings: list[str] = []
        self.unread: list[UnreadSetting] = []

    def take(self, layer: Layer) -> None:
        """Put `layer` over the earlier layers."""
        self.warnings += layer.warnings
        self.unread += layer.unread
        for entry in layer.entries:
            warning, lost = self._take(entry, layer.level)
            self.warnings += [] if warning is None else [warning]
            self.unread += (
                [UnreadSetting(warning, layer.describe_place(entry))] if warning and lost else []
            )

    def _take(self, entry: Entry, level: Level) -> tuple[str | None, bool]:
        """Take one entry, or say why not, and whether something that protects is lost with it."""
        leaf = entry.key.partition(".")[2]
        info = find_field(entry.key)
        if info is None and entry.key in list_sections() and entry.value == []:
            return None, False  # Lua writes an empty table as a list
        strange = is_per_action(entry.key) and self.actions and leaf not in self.actions
        if info is None or strange:
            lost = looks_protective(entry.key, list_sections()) or is_protective(entry.key)
            return describe_unknown_key(entry, self.actions), lost
        try:
            value = _read(entry, info)
        except ValidationError as error:
            return describe_error(
                entry, error, self._describe_kept_value(entry.key)
            ), is_protective(entry.key)
        current = self.values.get(entry.key, info.default)
        rule = get_workspace_rule(info)
        if reason := self._explain_refusal(rule, entry, level, value, current):
            return f"`{entry.key}` in {entry.source} is ignored: {reason}", False
        source = entry.source
        if rule is WorkspaceRule.EXTEND and entry.key in self.values:
            value = tuple(dict.fromkeys((*current, *value)))  # type: ignore[misc]  # both tuples
            source = f"{self.sources[entry.key]} + {source}"
        self.values[entry.key], self.sources[entry.key] = value, source
        return None, False

    def _explain_refusal(
        self, rule: WorkspaceRule, entry: Entry, level: Level, value: object, current: object
    ) -> str | None:
        if rule is WorkspaceRule.USER and level not in ("user", "environment"):
            return "only your user file or environment may set it"
        if level not in ("workspace", "editor") or self.trust.trusted or value == current:
            return None
        if _is_harmless(rule, entry.key, value, current):
            return None
        if level == "workspace":
            return (
                f"the workspace is not trusted, so its files may {rule.value}; "
                f"{self._describe_way_out()} lifts this"
            )
        return (
            "the workspace is not trusted, and an editor may take its settings from the files of the "
            f"workspace, so they may {rule.value}; set it in {get_config_file()}"
            + ("" if self.root is None else f", or {self._describe_way_out()} lifts this")
        )

    def _describe_way_out(self) -> str:
        if self.trust.refused:
            return "trusting it in your editor"
        return f"`flux-lsp trust {self.root}`"

    def _describe_kept_value(self, key: str) -> str:
        source = self.sources.get(key)
        return "the default" if source is None else f"the value from {source}"


def _is_harmless(rule: WorkspaceRule, key: str, value: object, current: object) -> bool:
    match rule:
        case WorkspaceRule.FREE:
            return True
        case WorkspaceRule.LOWER:
            return _measure(value) <= _measure(current)
        case WorkspaceRule.EXTEND:
            patterns = value if isinstance(value, tuple) else (value,)
            return not any(str(pattern).lstrip().startswith("!") for pattern in patterns)
        case WorkspaceRule.OFFLINE:
            return value == "offline" or {value, current} == {"auto", "anthropic"}
        case WorkspaceRule.STRICTER:
            return SCALE[key].index(str(value)) >= SCALE[key].index(str(current))
        case _:
            return False


def _measure(value: object) -> float:
    """Measure how much a key allows; what is not a number has no limit."""
    return float(value) if isinstance(value, int | float) else float("inf")


_ADAPTERS: dict[str, TypeAdapter[object]] = {}  # building one costs as much as a whole file


def _read(entry: Entry, info: FieldInfo) -> object:
    """Read the entry's value in the type of its field. Raises ValidationError."""
    name = entry.key.partition(".")[0] if entry.key not in list_fields() else entry.key
    if name not in _ADAPTERS:
        _ADAPTERS[name] = TypeAdapter(  # the form is built here, so mypy cannot know it
            Annotated[info.annotation, *info.metadata]  # type: ignore[arg-type]
        )
    adapter, value = _ADAPTERS[name], entry.value
    many = info.annotation == tuple[str, ...]
    if entry.text:
        return adapter.validate_python(_split_items(str(value)) if many else value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # Lua and Emacs Lisp know one kind of number
    # Strict: `"3"` for a number and `true` for a count are mistakes, not values.
    return adapter.validate_python(tuple(value) if isinstance(value, list) else value, strict=True)


def _split_items(text: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in text.split(",") if item.strip())
