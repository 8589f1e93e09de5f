"""A script of answers as JSON: what the fake's command reads.

The file is a list; each entry is one answer, and the last one repeats:

    {"text": "Hello"}                                a text answer
    {"tool": "rewrite_range", "input": {"code": ""}} a tool call; "json" for "input": sent raw
    {"blocks": [ENTRY, ENTRY]}                       several blocks in one answer
    {"thinking": "…"}                                a thinking block, for "blocks"
    {"refusal": "cyber"}                             refused by the model's classifier
    {"status": 429, "message": "…", "headers": {}}   an HTTP error; "kind", "error_code", "body"
    {"html": "<html>…", "status": 200}               a web page instead of the API
    {"stream": "event: …"}                           the event stream, character for character
    {"rule": "echo_target_upper"}                    the request's <target> in capitals
    {"rule": "replace", "old": "a", "new": "b"}      the request's <target> with text replaced
    {"rule": "by_tools", "offered": ENTRY, "none": ENTRY}     by whether tools are offered
    {"rule": "by_text", "choices": {"words": ENTRY}, "otherwise": ENTRY}
                                                     the first whose words a user turn holds

Further keys of any entry that is an answer (inside a rule too, of the rule itself):

    "usage": {"input": 10, "output": 5, "cache_read": 0, "cache_write": 0}
    "model": "…", "stop_reason": "max_tokens", "piece": 24 (characters a delta)
    "delay": 1.5 (seconds before the headers), "pause": 0.1 (seconds before each delta)
    "gate": "name" (held until POST /_fake/release/name), "gate_after": 2 (held after 2 deltas)
    "end": "drop" | "reset" | "end" | "stall", "after": 2 (deltas; absent: after all),
    "end": "drop_before_headers" | "stall_before_headers"
    "error": "overloaded_error", "after": 2 (an error event in mid-stream)
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tests.fakes import rules
from tests.fakes.answers import (
    Answer,
    Json,
    empty,
    error_body,
    html,
    refusal,
    status,
    stream_of,
    text,
    thinking,
    tool,
)
from tests.fakes.flags import Gate
from tests.fakes.rules import Rule

Gates = dict[str, Gate]


class ScriptError(ValueError):
    """The script holds something that is no answer."""


def read_script(entries: object, gates: Gates) -> list[Answer | Rule]:
    """The script's answers; named gates are added to `gates`."""
    if not isinstance(entries, list) or not entries:
        raise ScriptError("a script is a list of at least one answer")
    return [entry_of(one, gates) for one in entries]


def entry_of(entry: Any, gates: Gates) -> Answer | Rule:
    """One answer or rule."""
    if not isinstance(entry, dict):
        raise ScriptError(f"not an answer: {entry!r}")
    if "rule" not in entry:
        return _varied(_answer(entry, gates), entry, gates)
    rule = _rule(entry, gates)
    return lambda request, number: _varied(rule(request, number), entry, gates)


def _rule(entry: Json, gates: Gates) -> Rule:
    match entry["rule"]:
        case "echo_target_upper":
            return rules.echo_target_upper()
        case "replace":
            return rules.replaced(entry["old"], entry["new"])
        case "by_tools":
            return rules.by_tools(entry_of(entry["offered"], gates), entry_of(entry["none"], gates))
        case "by_text":
            choices = {key: entry_of(one, gates) for key, one in entry["choices"].items()}
            return rules.by_text(choices, entry_of(entry["otherwise"], gates))
        case other:
            raise ScriptError(f"no such rule: {other!r}")


def _answer(entry: Json, gates: Gates) -> Answer:
    if "blocks" in entry:
        answers = [entry_of(one, gates) for one in entry["blocks"]]
        whole = empty()
        for one in answers:
            if not isinstance(one, Answer):
                raise ScriptError("a rule cannot be a block")
            whole = whole.then(one)
        return whole
    if "html" in entry:
        return html(entry.get("status", 200), entry["html"])
    if "status" in entry:
        names = ("kind", "error_code", "headers", "body")
        options = {name: entry[name] for name in names if name in entry}
        return status(entry["status"], entry.get("message", ""), **options)
    if "tool" in entry:
        arguments = entry["json"] if "json" in entry else entry.get("input", {})
        return tool(entry["tool"], arguments, entry.get("id", ""))
    makers: Mapping[str, Any] = {
        "text": text,
        "thinking": thinking,
        "refusal": refusal,
        "stream": lambda raw: stream_of(raw.encode()),
    }
    for key, make in makers.items():
        if key in entry:
            answer: Answer = make(entry[key])
            return answer
    raise ScriptError(f"not an answer: {entry!r}")


def _varied(answer: Answer, entry: Json, gates: Gates) -> Answer:
    same = ("usage", "model", "stop_reason", "piece", "pause", "after", "gate_after", "delay")
    answer = replace(answer, **{name: entry[name] for name in same if name in entry})
    if "gate" in entry:
        answer = replace(answer, gate=gates.setdefault(entry["gate"], Gate()))
    if "error" in entry:
        error = error_body(entry["error"], str(entry.get("message", entry["error"])))
        answer = replace(answer, ending="error", error=error)
    if "end" in entry:
        ending = entry["end"].removesuffix("_before_headers")
        answer = replace(answer, ending=ending, before_headers=ending != entry["end"])
    return answer
