"""The JSON body of a call, made from a prompt and a route; pure, and exactly what is sent.

Never adds what the route's model is not known to take.
"""

from collections.abc import Mapping

from flux_lsp.core.conversation import Prompt, Turn
from flux_lsp.models.anthropic.tools import definitions
from flux_lsp.models.client import Route

Body = dict[str, object]
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
        return body | _plain(prompt)
    return body | _full(prompt, route)


def _plain(prompt: Prompt) -> Body:
    body: Body = {"system": prompt.system, "messages": _messages(prompt, {})}
    return body | ({"tools": definitions(prompt.tools)} if prompt.tools else {})


def _full(prompt: Prompt, route: Route) -> Body:
    """Tools, system and stable context each end in a cache mark: they change at different times."""
    body: Body = {
        "system": [{"type": "text", "text": prompt.system, **_CACHED}],
        "messages": _messages(prompt, _CACHED),
    }
    if prompt.tools:
        body["tools"] = _tools(prompt, route)
        # One call holds all edits, so that they are made together or not at all.
        body["tool_choice"] = {"type": "auto", "disable_parallel_tool_use": True}
    if route.thinking is not None:
        body["thinking"] = {"type": route.thinking}
    if route.effort is not None:
        body["output_config"] = {"effort": route.effort}
    return body


def _tools(prompt: Prompt, route: Route) -> list[Body]:
    extra: Body = {"eager_input_streaming": True}
    if route.strict_tools:
        extra["strict"] = True
    tools: list[Body] = [{**one, **extra} for one in definitions(prompt.tools)]
    tools[-1] |= _CACHED
    return tools


def _messages(prompt: Prompt, mark: Mapping[str, object]) -> list[Mapping[str, object]]:
    """The turns; the project's own text, with `mark`, is the first block of the first one."""
    turns = [_turn(turn) for turn in prompt.turns]
    if prompt.stable:
        stable = {"type": "text", "text": prompt.stable, **mark}
        turns[0] = {"role": "user", "content": [stable, *map(dict, prompt.turns[0].blocks)]}
    return turns


def _turn(turn: Turn) -> Mapping[str, object]:
    return {"role": turn.role, "content": [dict(block) for block in turn.blocks]}
