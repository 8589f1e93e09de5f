"""Values as the code a test would spell them with.

Never spells a secret, a value that differs between runs, or one too long to read.
"""

import math
from typing import Any

from flux_lsp.models.offline.python.sandbox.objects import EnumMember, Instance

_LONGEST = 300
_SECRET = "FLUX_SECRET"  # noqa: S105 - the mark of what stands for a secret, not one


def literal(value: Any) -> str | None:
    """Code whose value equals `value`, None when there is none to show."""
    text = _spelled(value)
    if text is None or len(text) > _LONGEST or _SECRET in text:
        return None
    return text


def _spelled(value: Any) -> str | None:
    if value is None or isinstance(value, bool | int):
        return repr(value)
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else None
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, bytes):
        return repr(value)
    if isinstance(value, EnumMember):
        return f"{value.cls.name}.{value.name}"
    if isinstance(value, Instance):
        return _instance(value)
    return _container(value)


def quoted(text: str) -> str:
    """A string with double quotes where Python's own form would have single ones."""
    shown = repr(text)
    if shown.startswith("'") and '"' not in shown and "\\'" not in shown:
        return f'"{shown[1:-1]}"'
    return shown


def _container(value: Any) -> str | None:
    if isinstance(value, dict):
        pairs = [(_spelled(key), _spelled(one)) for key, one in value.items()]
        if any(key is None or one is None for key, one in pairs):
            return None
        return "{" + ", ".join(f"{key}: {one}" for key, one in pairs) + "}"
    if not isinstance(value, list | tuple | set | frozenset):
        return None
    parts = [_spelled(one) for one in value]
    if any(part is None for part in parts):
        return None
    texts = [part for part in parts if part is not None]
    if isinstance(value, list):
        return f"[{', '.join(texts)}]"
    if isinstance(value, tuple):
        return f"({', '.join(texts)}{',' if len(texts) == 1 else ''})"
    inside = "{" + ", ".join(sorted(texts)) + "}" if texts else ""
    return f"frozenset({inside})" if isinstance(value, frozenset) else inside or "set()"


def _instance(value: Instance) -> str | None:
    """A dataclass by its fields; other objects have no code that equals them."""
    fields = value.cls.fields
    if fields is None or not value.cls.options.get("eq", True) or value.cls.find("__eq__"):
        return None
    parts = []
    for one in fields:
        text = _spelled(value.attributes[one.name])
        if text is None:
            return None
        parts.append(f"{one.name}={text}")
    return f"{value.cls.name}({', '.join(parts)})"
