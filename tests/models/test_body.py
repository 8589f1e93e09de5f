"""The body of a call: cached in the right places, and tools the model and the API understand."""

import json
from typing import Any

import pytest

from flux_lsp.core.conversation import Turn
from flux_lsp.models.anthropic.body import request_body
from flux_lsp.models.anthropic.tools import define_tools
from tests.models.given import HAIKU, LOCAL, SONNET, prompt

MARK = {"type": "ephemeral"}


def test_everything_stable_comes_first_and_ends_in_a_cache_mark() -> None:
    body: Any = request_body(prompt(), HAIKU)
    assert [part.get("cache_control") for part in body["system"]] == [MARK]
    assert "cache_control" not in json.dumps(body["tools"]), "the system's mark holds for them"
    [turn] = body["messages"]
    assert [block.get("cache_control") for block in turn["content"]] == [MARK, MARK]


@pytest.mark.parametrize("stable", ["", "The project's rules."])
@pytest.mark.parametrize("files", [0, 1, 2, 3])
@pytest.mark.parametrize("answers", [0, 1, 2])
def test_the_last_block_is_marked_and_never_more_than_the_api_takes(
    stable: str, files: int, answers: int
) -> None:
    blocks = tuple({"type": "text", "text": f"block {n}"} for n in range(files + 1))
    turns = [Turn("user", blocks)]
    for n in range(answers):
        turns += [
            Turn("assistant", ({"type": "text", "text": f"answer {n}"},)),
            Turn("user", ({"type": "text", "text": f"again {n}"},)),
        ]
    body: Any = request_body(prompt(stable=stable, turns=tuple(turns)), SONNET)
    last = body["messages"][-1]["content"][-1]
    assert last["cache_control"] == MARK
    assert json.dumps(body).count("cache_control") <= 4
    first = body["messages"][0]["content"]
    marks = [number for number, block in enumerate(first[:-1]) if "cache_control" in block]
    assert marks == list(range(min(3, len(first) - 1)))


def test_tools_that_only_begin_the_prompt_are_not_sent_where_nothing_is_cached() -> None:
    assert "tools" in request_body(prompt(answers_in_text=True), HAIKU)
    assert "tools" not in request_body(prompt(answers_in_text=True), LOCAL)


def test_the_projects_own_text_is_data_of_the_first_user_turn() -> None:
    for route in (HAIKU, LOCAL):
        body: Any = request_body(prompt(), route)
        assert "The project's rules." not in json.dumps(body["system"])
        first = body["messages"][0]
        assert first["role"] == "user"
        assert [block["text"] for block in first["content"]] == [
            "The project's rules.",
            "<target>x</target>",
        ]


def test_the_bytes_before_the_user_turn_are_the_same_for_every_call() -> None:
    """One differing byte, and nothing is read from the cache."""
    first, second = (
        request_body(prompt(turns=prompt(system=word).turns), SONNET) for word in ("a", "b")
    )
    for part in ("tools", "system", "tool_choice", "thinking", "output_config"):
        assert json.dumps(first[part]) == json.dumps(second[part])


def test_an_answer_is_never_longer_than_the_model_can_make_it() -> None:
    assert request_body(prompt(max_tokens=500_000), HAIKU)["max_tokens"] == 128_000
    assert request_body(prompt(max_tokens=500), HAIKU)["max_tokens"] == 500
    assert request_body(prompt(max_tokens=500_000), LOCAL)["max_tokens"] == 500_000


def test_without_tools_nothing_is_said_of_tools() -> None:
    for plain in (False, True):
        body = request_body(prompt(tools=()), HAIKU, plain=plain)
        assert not {"tools", "tool_choice"} & set(body)


def test_no_empty_part_is_sent() -> None:
    body: Any = request_body(prompt(stable=""), HAIKU)
    assert [part["text"] for part in body["system"]] == ["You edit."]
    assert body["system"][0]["cache_control"] == MARK
    assert request_body(prompt(stable=""), LOCAL)["system"] == "You edit."


def test_making_a_body_leaves_the_tools_as_they_are() -> None:
    request_body(prompt(), HAIKU)
    assert set(define_tools(("apply_edits",))[0]) == {"name", "description", "input_schema"}


@pytest.mark.parametrize("name", ["rewrite_range", "apply_edits"])
def test_the_schemas_are_those_of_the_contract(name: Any) -> None:
    schema: Any = define_tools((name,))[0]["input_schema"]
    shapes = {
        "rewrite_range": ({"code", "note", "confidence"}, ["code"]),
        "apply_edits": ({"edits", "new_files", "note", "confidence"}, ["edits"]),
    }
    properties, required = shapes[name]
    assert (set(schema["properties"]), schema["required"]) == (properties, required)
    assert _optional(schema) <= 24  # what the API takes of strict schemas
    if name == "apply_edits":
        edit = schema["properties"]["edits"]["items"]
        assert set(edit["properties"]) == {"path", "old_string", "new_string", "replace_all"}
        assert edit["required"] == ["path", "old_string", "new_string"]
        assert schema["properties"]["new_files"]["items"]["required"] == ["path", "content"]


def test_every_part_of_a_schema_says_what_it_is() -> None:
    for tool in define_tools(("rewrite_range", "apply_edits")):
        for described in _properties(tool["input_schema"]):
            assert len(described["description"]) > 20


def _properties(schema: Any) -> list[Any]:
    found = list(schema.get("properties", {}).values())
    inner = [*found, *filter(None, [schema.get("items")])]
    return found + [deeper for one in inner for deeper in _properties(one)]


def _optional(schema: Any) -> int:
    here = len(schema.get("properties", {})) - len(schema.get("required", []))
    inner = [*schema.get("properties", {}).values(), *filter(None, [schema.get("items")])]
    return here + sum(_optional(one) for one in inner)
