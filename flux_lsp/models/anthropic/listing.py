"""Reads the answer of the Models API; lenient, because other servers answer with less.

Pure: never asks anything itself.
"""

from collections.abc import Mapping
from datetime import date, datetime

from flux_lsp.models.anthropic.json_values import read_mapping, read_text
from flux_lsp.models.catalogue import Lifecycle, ModelInfo

_THINKING = ("adaptive", "between_tools", "disabled", "enabled")
_EFFORT = ("low", "medium", "high", "xhigh", "max")


def read_model(entry: object) -> ModelInfo | None:
    """Read one entry of a model list; None when it is not a model.

    `described` is False when the server does not say what the model takes.
    """
    if not isinstance(entry, Mapping) or not isinstance(entry.get("id"), str):
        return None
    capabilities = read_mapping(entry.get("capabilities"))
    types = read_mapping(read_mapping(capabilities.get("thinking")).get("types"))
    effort = read_mapping(capabilities.get("effort"))
    return ModelInfo(
        id=entry["id"],
        line=read_text(entry.get("line")) or None,
        name=read_text(entry.get("display_name")),
        released=_read_day(entry.get("created_at")),
        lifecycle=_read_lifecycle(entry.get("lifecycle")),
        deprecated_on=_read_day(entry.get("deprecated_at")),
        retires_on=_read_day(entry.get("retires_at")),
        context_tokens=_read_count(entry.get("max_input_tokens")),
        max_output_tokens=_read_count(entry.get("max_tokens")),
        thinking=frozenset(kind for kind in _THINKING if _is_supported(types.get(kind))),
        effort=frozenset(level for level in _EFFORT if _is_supported(effort.get(level))),
        strict_tools=_is_supported(capabilities.get("structured_outputs")),
        described=bool(capabilities),
        live=True,
    )


def _is_supported(value: object) -> bool:
    return read_mapping(value).get("supported") is True


def _read_count(value: object) -> int | None:
    return value if isinstance(value, int) and value > 0 else None


def _read_day(value: object) -> date | None:
    try:
        return datetime.fromisoformat(read_text(value)).date()
    except ValueError:
        return None


def _read_lifecycle(value: object) -> Lifecycle:
    known: dict[object, Lifecycle] = {"deprecated": "deprecated", "retired": "retired"}
    return known.get(value, "active")
