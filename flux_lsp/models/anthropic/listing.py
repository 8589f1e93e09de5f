"""The answer of the Models API as values; lenient, since other servers answer with less.

Pure: never asks anything itself.
"""

from collections.abc import Mapping
from datetime import date, datetime

from flux_lsp.models.catalogue import Lifecycle, ModelInfo

_THINKING = ("adaptive", "between_tools", "disabled", "enabled")
_EFFORT = ("low", "medium", "high", "xhigh", "max")


def model_of(entry: object) -> ModelInfo | None:
    """One entry of a model list; None when it is none.

    `described` is False when the server says nothing of what the model takes.
    """
    if not isinstance(entry, Mapping) or not isinstance(entry.get("id"), str):
        return None
    capabilities = _mapping(entry.get("capabilities"))
    types = _mapping(_mapping(capabilities.get("thinking")).get("types"))
    effort = _mapping(capabilities.get("effort"))
    return ModelInfo(
        id=entry["id"],
        line=_text(entry.get("line")) or None,
        name=_text(entry.get("display_name")),
        released=_day(entry.get("created_at")),
        lifecycle=_lifecycle(entry.get("lifecycle")),
        deprecated_on=_day(entry.get("deprecated_at")),
        retires_on=_day(entry.get("retires_at")),
        context_tokens=_count(entry.get("max_input_tokens")),
        max_output_tokens=_count(entry.get("max_tokens")),
        thinking=frozenset(kind for kind in _THINKING if _supported(types.get(kind))),
        effort=frozenset(level for level in _EFFORT if _supported(effort.get(level))),
        strict_tools=_supported(capabilities.get("structured_outputs")),
        described=bool(capabilities),
        live=True,
    )


def _mapping(value: object) -> Mapping[object, object]:
    return value if isinstance(value, Mapping) else {}


def _supported(value: object) -> bool:
    return _mapping(value).get("supported") is True


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and value > 0 else None


def _day(value: object) -> date | None:
    try:
        return datetime.fromisoformat(_text(value)).date()
    except ValueError:
        return None


def _lifecycle(value: object) -> Lifecycle:
    known: dict[object, Lifecycle] = {"deprecated": "deprecated", "retired": "retired"}
    return known.get(value, "active")
