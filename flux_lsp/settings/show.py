"""Shows people the settings in effect: every key with its value and its source.

Never shows a key or a password, even where somebody put one into another setting.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from flux_lsp.settings.load import LoadedSettings
from flux_lsp.settings.schema import (
    PER_ACTION,
    get_null_word,
    is_per_action,
    is_per_agent,
    list_fields,
)


@dataclass(frozen=True, slots=True)
class EffectiveSetting:
    """One key in effect; `value` is fit for JSON and holds no secret."""

    key: str
    value: object
    source: str


def list_settings(loaded: LoadedSettings) -> tuple[EffectiveSetting, ...]:
    """List every key in the order of the manual; keys per action or agent only if they are set."""
    tree = loaded.settings.model_dump(mode="json")
    keys = [
        *list_fields(),
        *(key for key in _list_leaves(tree) if is_per_action(key)),
        *(key for key in loaded.values if is_per_agent(key)),
    ]
    return tuple(
        EffectiveSetting(key, _hide_secrets(key, _get_value(tree, key)), loaded.get_source(key))
        for key in keys
    )


def _list_leaves(tree: Mapping[str, Mapping[str, object]]) -> Iterator[str]:
    return (f"{section}.{leaf}" for section in PER_ACTION for leaf in tree[section])


def list_set_lines(loaded: LoadedSettings) -> Iterator[str]:
    """List one line per key that is not at its default, for the log at start-up."""
    for setting in list_settings(loaded):
        if setting.source != "default":
            yield f"{setting.key} = {setting.value} ({setting.source})"


def _get_value(tree: Mapping[str, object], key: str) -> object:
    section, _, rest = key.partition(".")
    value = tree[section]
    return _get_value(value, rest) if rest and isinstance(value, Mapping) else value


def _hide_secrets(key: str, value: object) -> object:
    if value is None:
        return get_null_word(key)
    if key == "api_key_command":  # its arguments may be anything, a key among them
        program, _, rest = str(value).strip().partition(" ")
        return f"{program} …" if rest else program
    return _hide_password(str(value)) if key in ("base_url", "telemetry.endpoint") else value


def _hide_password(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "not an address"
    host = parts.netloc.rpartition("@")[2]
    hidden = host if host == parts.netloc else f"…@{host}"
    return urlunsplit((parts.scheme, hidden, parts.path, "…" if parts.query else "", ""))
