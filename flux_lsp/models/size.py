"""Estimates how many tokens a request's body has at most, for reservations and estimates.

Pure. Goes by the body that is sent and nothing else.
"""

import json
from collections.abc import Iterator, Mapping

from flux_lsp.core.usage import estimate_tokens_of_size, measure_size

_TOOL_USE = 600  # what the API itself says to a model that has tools
_BLOCK = 8  # what surrounds a block or a turn


def estimate_body_tokens(body: Mapping[str, object]) -> int:
    """Return an upper estimate of the prompt's tokens: system, tools, and all turns."""
    parts = [*_find_texts(body.get("system")), *_find_texts(body.get("messages"))]
    overhead = _BLOCK * (len(parts) + 1)
    if tools := body.get("tools"):
        parts.append(_format_json(tools))
        overhead += _TOOL_USE
    return estimate_tokens_of_size(sum(map(measure_size, parts))) + overhead


def _find_texts(value: object) -> Iterator[str]:
    """Find every text of blocks and turns; a tool's arguments count as their JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _find_texts(inner)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if key == "input":
                yield _format_json(inner)
            elif key not in _NO_TEXT:
                yield from _find_texts(inner)


_NO_TEXT = frozenset({"type", "role", "cache_control"})


def _format_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
