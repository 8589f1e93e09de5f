"""What the fake Models API lists, in the real API's form."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from tests.fakes.answers import Answer, Json, status


def model(id: str, line: str | None, created: str, **options: Any) -> Json:  # noqa: A002 - the wire's word
    """One model; `thinking` and `effort` name what it takes; any field can be given."""
    thinking = options.pop("thinking", ())
    effort = options.pop("effort", ())
    kinds = ("adaptive", "between_tools", "disabled", "enabled")
    levels = ("low", "medium", "high", "xhigh", "max")
    return {
        "type": "model",
        "id": id,
        "display_name": id,
        "created_at": f"{created}T00:00:00Z",
        "lifecycle": "active",
        "line": line,
        "deprecated_at": None,
        "retires_at": None,
        "max_input_tokens": 1_000_000,
        "max_tokens": 128_000,
        "capabilities": {
            "structured_outputs": {"supported": True},
            "thinking": {
                "supported": bool(thinking),
                "types": {kind: {"supported": kind in thinking} for kind in kinds},
            },
            "effort": {
                "supported": bool(effort),
                **{level: {"supported": level in effort} for level in levels},
            },
        },
        **options,
    }


ALL = ("low", "medium", "high", "xhigh", "max")
MODELS = (
    model("claude-haiku-5-5", "haiku", "2026-10-07", thinking=("adaptive", "disabled"), effort=ALL),
    model(
        "claude-sonnet-5-5",
        "sonnet",
        "2026-09-28",
        thinking=("adaptive", "between_tools"),
        effort=ALL,
    ),
    model("claude-opus-5-5", "opus", "2026-09-01", thinking=("adaptive",), effort=ALL),
    model("claude-sonnet-5", "sonnet", "2026-06-30", thinking=("adaptive", "disabled"), effort=ALL),
    model(
        "claude-haiku-4-5-20251001",
        "haiku",
        "2025-10-01",
        thinking=("enabled", "disabled"),
        max_input_tokens=200_000,
        max_tokens=64_000,
    ),
    model(
        "claude-sonnet-4-5-20250929",
        "sonnet",
        "2025-09-29",
        thinking=("enabled", "disabled"),
        lifecycle="deprecated",
        deprecated_at="2026-09-30T00:00:00Z",
        retires_at="2026-11-30T00:00:00Z",
    ),
)


def listing(models: Sequence[Json], path: str, query: Mapping[str, list[str]]) -> Answer:
    """GET /v1/models with its pages and filter, or GET /v1/models/{id}."""
    wanted = path.rpartition("/v1/models")[2].strip("/")
    if wanted:
        found = [one for one in models if one["id"] == wanted]
        return _ok(found[0]) if found else status(404, f"model: {wanted}")
    lifecycle = query.get("lifecycle[]")
    kept = [one for one in models if not lifecycle or one["lifecycle"] in lifecycle]
    after = query.get("after_id")
    start = next((n + 1 for n, one in enumerate(kept) if after and one["id"] == after[0]), 0)
    page = kept[start : start + int(query.get("limit", ["20"])[0])]
    return _ok(
        {
            "data": page,
            "has_more": start + len(page) < len(kept),
            "first_id": page[0]["id"] if page else None,
            "last_id": page[-1]["id"] if page else None,
        }
    )


def _ok(value: Json) -> Answer:
    headers = {"content-type": "application/json"}
    return Answer(headers=headers, body=json.dumps(value).encode())
