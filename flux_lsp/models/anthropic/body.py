"""The JSON body of a call, made from a prompt and a route; pure, and exactly what is sent.

Never adds what the route's model is not known to take.
"""

from collections.abc import Iterator, Sequence
from typing import TypedDict

from flux_lsp.core.conversation import Prompt, Turn
from flux_lsp.models.anthropic.tools import define_tools
from flux_lsp.models.client import Route

Body = dict[str, object]


class _Message(TypedDict):
    role: str
    content: list[Body]


_MOST_MARKS = 4  # that the API takes
_CACHED = {"cache_control": {"type": "ephemeral"}}


def request_body(prompt: Prompt, route: Route, plain: bool = False) -> Body:
    """The body of a streaming `POST /v1/messages`.

    `plain` keeps to what every server that speaks the Messages API knows: no caching, thinking,
    effort, strict tools or tool choice. A model of which only the name is known gets that too.
    """
    longest = route.max_output_tokens or prompt.max_tokens
    body: Body = {
        "model": route.model,
        "max_tokens": min(prompt.max_tokens, longest),
        "stream": True,
    }
    if plain or not route.described:
        return body | _build_plain_body(prompt)
    return body | _build_full_body(prompt, route)


def _build_plain_body(prompt: Prompt) -> Body:
    """Build a body without caching, which sends tools only if the model has to call one."""
    body: Body = {"system": prompt.system, "messages": _build_messages(prompt)}
    tools = () if prompt.answers_in_text else prompt.tools
    return body | ({"tools": define_tools(tools)} if tools else {})


def _build_full_body(prompt: Prompt, route: Route) -> Body:
    """Build a body in which each part that changes on its own ends in a cache mark; the API takes four.

    The mark behind the system prompt also covers the tools, which come before it.
    """
    messages = _build_messages(prompt)
    system: Body = {"type": "text", "text": prompt.system}
    marked = [*_choose_marked_blocks(messages)]
    for block in ([system] if len(marked) < _MOST_MARKS else []) + marked:
        block.update(_CACHED)
    body: Body = {"system": [system], "messages": messages}
    if prompt.tools:
        body["tools"] = _build_tools(prompt, route)
        # One call holds all edits, so that they are made together or not at all. A step of a
        # pipeline hands over beside its edit.
        alone = "hand_over" not in prompt.tools
        body["tool_choice"] = {"type": "auto", "disable_parallel_tool_use": alone}
    if route.thinking is not None:
        body["thinking"] = {"type": route.thinking}
    if route.effort is not None:
        body["output_config"] = {"effort": route.effort}
    return body


def _build_tools(prompt: Prompt, route: Route) -> list[Body]:
    extra: Body = {"eager_input_streaming": True}
    if route.strict_tools:
        extra["strict"] = True
    return [{**tool, **extra} for tool in define_tools(prompt.tools)]


def _build_messages(prompt: Prompt) -> list[_Message]:
    """Build the turns; the project's own text is the first block of the first turn."""
    messages = [_build_message(turn) for turn in prompt.turns]
    if prompt.stable:
        messages[0]["content"].insert(0, {"type": "text", "text": prompt.stable})
    return messages


def _build_message(turn: Turn) -> _Message:
    return {"role": turn.role, "content": [dict(block) for block in turn.blocks]}


def _choose_marked_blocks(messages: Sequence[_Message]) -> Iterator[Body]:
    """The blocks that end in a mark: guidance, the project's and the file's for the next action, and
    the last one for the next answer of this conversation.
    """
    *stable, _ = messages[0]["content"]
    yield from stable[: _MOST_MARKS - 1]
    yield messages[-1]["content"][-1]
