"""What the real Messages API refuses with 400, so that no test passes with such a request.

Written from the vendor's documentation, apart from the product's own model catalogue, so that one
mistake cannot hide in both.
"""

import json
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

# Which `thinking.type` each current model takes, whether `effort` is known, and its longest answer.
THINKING = {
    "claude-haiku-5-5": {"adaptive", "disabled"},
    "claude-sonnet-5-5": {"adaptive", "between_tools"},
    "claude-sonnet-5": {"adaptive", "disabled"},
    "claude-sonnet-4-6": {"adaptive", "disabled", "enabled"},
    "claude-haiku-4-5": {"enabled", "disabled"},
}
NO_EFFORT = {"claude-haiku-4-5", "claude-haiku-4-5-20251001", "claude-sonnet-4-5"}
LONGEST = {"claude-haiku-4-5": 64_000, "claude-haiku-4-5-20251001": 64_000}
NO_FORCED_TOOL = {"claude-sonnet-5-5"}
GONE = ("temperature", "top_p", "top_k")


def complaint(body: Json) -> str | None:
    """Why the API would refuse this body, or None."""
    return next(_complaints(body), None)


def _complaints(body: Json) -> Iterator[str]:
    for name in ("model", "max_tokens", "messages"):
        if name not in body:
            yield f"{name}: Field required"
            return
    yield from (f"{name} is not supported" for name in GONE if name in body)
    model = body["model"]
    if not 1 <= body["max_tokens"] <= LONGEST.get(model, 128_000):
        yield f"max_tokens: {body['max_tokens']} is not allowed for {model}"
    yield from _turn_complaints(body["messages"])
    yield from _tool_complaints(body, model)
    yield from _thinking_complaints(body, model)
    if json.dumps(body).count('"cache_control"') > 4:
        yield "A maximum of 4 blocks with cache_control may be provided"


def _turn_complaints(turns: list[Json]) -> Iterator[str]:
    if not turns or turns[0].get("role") != "user":
        yield "messages: first message must use the user role"
    elif turns[-1]["role"] != "user":
        yield "This model does not support assistant message prefill"
    open_calls: set[str] = set()
    for number, turn in enumerate(turns):
        blocks = turn["content"] if isinstance(turn["content"], list) else [_text(turn["content"])]
        answered = {b["tool_use_id"] for b in blocks if b["type"] == "tool_result"}
        if open_calls != answered:
            yield f"messages.{number}: tool_use ids and tool_result blocks do not match"
        open_calls = {b["id"] for b in blocks if b["type"] == "tool_use"}
        if not blocks or any(b["type"] == "text" and not b["text"].strip() for b in blocks):
            yield f"messages.{number}: text content blocks must contain non-whitespace text"
        if any(b["type"] == "tool_use" and not isinstance(b["input"], dict) for b in blocks):
            yield f"messages.{number}: tool_use.input: Input should be a valid dictionary"


def _tool_complaints(body: Json, model: str) -> Iterator[str]:
    tools, choice = body.get("tools", []), body.get("tool_choice")
    if choice is not None and not tools:
        yield "tool_choice may only be specified while providing tools"
    if choice is not None and choice["type"] in {"any", "tool"} and model in NO_FORCED_TOOL:
        yield "tool_choice: forced tool use is not supported by this model"
    for tool in tools:
        if tool.get("strict"):
            yield from (
                f"tools.{tool['name']}: {e}" for e in _schema_complaints(tool["input_schema"])
            )


def _schema_complaints(schema: Json) -> Iterator[str]:
    unknown = {"minimum", "maximum", "minLength", "maxLength", "maxItems"} & set(schema)
    yield from (f"{name} is not supported in strict schemas" for name in unknown)
    if schema.get("minItems", 0) not in {0, 1}:
        yield "minItems must be 0 or 1 in strict schemas"
    if schema.get("type") == "object" and schema.get("additionalProperties") is not False:
        yield "additionalProperties must be false in strict schemas"
    inner = [*schema.get("properties", {}).values(), *filter(None, [schema.get("items")])]
    for one in inner:
        yield from _schema_complaints(one)


def _thinking_complaints(body: Json, model: str) -> Iterator[str]:
    effort = (body.get("output_config") or {}).get("effort")
    if effort and model in NO_EFFORT:
        yield "output_config.effort is not supported by this model"
    thinking = body.get("thinking")
    if not thinking or model not in THINKING:
        return
    if thinking["type"] not in THINKING[model]:
        yield f"thinking.type: {thinking['type']} is not supported by {model}"
    if thinking["type"] in {"disabled", "between_tools"} and effort in {"xhigh", "max"}:
        yield f"thinking.type {thinking['type']} is not allowed with effort {effort}"


def _text(text: str) -> Json:
    return {"type": "text", "text": text}
