"""Tool calls that a model writes as text: JSON, elements or Python, in whatever wrapping.

Only Flux's own tools, and only whole and well-formed calls: a text that holds half a call is none.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from flux_lsp.core.conversation import ToolCall
from flux_lsp.edits.parse.call_elements import UnclearElementError, read_parameters
from flux_lsp.edits.parse.call_python import OUR_NAME, TOOL_NAME, read_python
from flux_lsp.edits.parse.json_values import find_json

# What only says that a call follows, or has ended.
_WRAPPER = (
    r"<(?:antml:)?(?:tool_calls?|toolcalls?|function_calls?)>"
    r"|\[TOOL_CALLS\]|<\|python_tag\|>|<\|tool_calls?\|>|<\|START_ACTION\|>|<\|action_start\|>"
    r"|<\|tool_calls?(?:_section)?_begin\|>|<｜tool▁calls?▁begin｜>"
)
_JSON_START = re.compile(
    rf"(?:{_WRAPPER}|^)[ \t\n]{{0,40}}(?=[{{\[])", re.MULTILINE | re.IGNORECASE
)
# A name, and then the arguments alone as JSON.
_HEADER = re.compile(
    rf"<function=({TOOL_NAME})>\s*(?=\{{)"
    rf"|({TOOL_NAME})\s*\[ARGS\]\s*(?=\{{)"
    rf"|({TOOL_NAME})(?::\d+)?\s*<\|tool_call_argument_begin\|>\s*(?=\{{)"
    rf"|to=({TOOL_NAME})[^{{}}\n]{{0,80}}<\|message\|>\s*(?=\{{)"
    rf"|(?:function)?<｜tool▁sep｜>({TOOL_NAME})\s*(?:```(?:json)?\s*)?(?=\{{)"
    rf"|>>>({TOOL_NAME})[ \t]*\n\s*(?=\{{)"
    rf"|<tool_call>\s*({TOOL_NAME})\s*(?=\{{)",
    re.IGNORECASE,
)
# An element that holds the arguments, and what closes it.
_ELEMENT = re.compile(
    rf"""<(?P<invoke>(?:antml:)?invoke)\s+name\s*=\s*["'](?P<a>{TOOL_NAME})["']\s*>"""
    rf"""|<(?P<function>function)(?:=|\s+name\s*=\s*["'])(?P<b>{TOOL_NAME})["']?\s*>\s*(?!\{{)"""
    rf"|<(?P<c>{TOOL_NAME})>"
    rf"|<(?P<glm>tool_call)>\s*(?P<d>{TOOL_NAME})\s*(?=<arg_key>)",
    re.IGNORECASE,
)
_QUOTED_NAME = re.compile(rf"""["']{TOOL_NAME}["']""", re.IGNORECASE)
_PYTHON_TAG = re.compile(r"<\|python_tag\|>|\[TOOL_CALLS\]|<\|eom_id\|>|<\|eot_id\|>")
_MOST_STARTS = 2_000  # places of a text that are looked at
_NEAR = 300  # characters of broken JSON in which a tool's name makes it a call
# What is left of a call that could not be read.
_REMAINS = re.compile(
    rf"""["']{TOOL_NAME}["']|</?{TOOL_NAME}\b|\b{TOOL_NAME}\s*\(|[=>]{TOOL_NAME}\b|{TOOL_NAME}\s*\[ARGS\]"""
    r"|</?(?:antml:)?(?:invoke|parameter)\b|</?function\b|</?arg_(?:key|value)>",
    re.IGNORECASE,
)
_READ = "\0"
_UNREAD = re.compile(
    rf"(?:{_WRAPPER})(?![\s`]{{0,20}}(?:json)?[\s`]{{0,20}}(?:\0|{_WRAPPER}))", re.IGNORECASE
)
_NAMES = ("name", "tool", "tool_name", "function", "recipient_name", "action")
_ARGUMENTS = (
    "arguments", "input", "parameters", "args", "params", "tool_input", "action_input",
    "tool_parameters", "kwargs",
)  # fmt: skip
_LISTS = ("tool_calls", "tool_uses", "function_calls", "calls", "function_call", "tool_call")
_BESIDE = frozenset({"type", "id", "index", "call_id", "tool_call_id", "role", "content"})


class BadCallTextError(Exception):
    """Says to the model why its text with calls cannot be read as calls."""


@dataclass(frozen=True, slots=True)
class TextCall:
    """A call and the span of the text that it is."""

    call: ToolCall
    start: int
    end: int


def read_calls(text: str) -> list[TextCall]:
    """Read every call in `text`; BadCallTextError if one is not whole."""
    calls = _scan(text)
    rest = _cut_calls(text, calls)
    if _REMAINS.search(rest) or _UNREAD.search(rest):
        raise BadCallTextError("a tool call is written as text and is not well-formed")
    return calls


def find_call_regions(text: str) -> list[tuple[int, int]]:
    """Find where whole calls stand in `text`, as (start, end)."""
    try:
        return [(call.start, call.end) for call in _scan(text)]
    except BadCallTextError:
        return []


def is_about_tools(text: str) -> bool:
    """Whether a file itself holds the names of the tools, so that its text may look like a call."""
    return OUR_NAME.search(text) is not None


def _cut_calls(text: str, calls: list[TextCall]) -> str:
    parts, at = [], 0
    for call in calls:
        parts += [text[at : call.start], _READ if call.end > at else ""]
        at = max(at, call.end)
    return "".join([*parts, text[at:]])


def _scan(text: str) -> list[TextCall]:
    if not OUR_NAME.search(text):
        return []
    bare = _PYTHON_TAG.sub(lambda tag: " " * len(tag[0]), text)  # offsets stay
    python = [TextCall(_make_call(*call), start, end) for call, start, end in read_python(bare)]
    if python:
        return python
    calls: list[TextCall] = []
    at = 0
    for number, start in enumerate(_find_starts(text)):
        if number > _MOST_STARTS:
            raise BadCallTextError("it holds too many pieces that may be tool calls")
        if start.start() >= at:
            read = _read_at(text, start)
            calls += read
            at = max([call.end for call in read], default=at)
    return calls


def _find_starts(text: str) -> list[re.Match[str]]:
    """Find where a call may begin, in order; of two at one place, the longer one."""
    starts = [
        start for pattern in (_HEADER, _ELEMENT, _JSON_START) for start in pattern.finditer(text)
    ]
    return sorted(starts, key=lambda start: (start.start(), -start.end()))


def _read_at(text: str, start: re.Match[str]) -> list[TextCall]:
    if start.re is _ELEMENT:
        return [_read_element(text, start)]
    decoded = find_json(text, start.end())
    if decoded is None:
        if _QUOTED_NAME.search(text, start.end(), start.end() + _NEAR):
            raise BadCallTextError("a tool call is written as text and its JSON is not valid")
        return []
    value, end = decoded
    if start.re is _HEADER:
        name = next(filter(None, start.groups()))
        return [TextCall(_make_call(name, value), start.start(), _find_header_end(text, end))]
    return [TextCall(call, start.end(), end) for call in _read_json_calls(value)]


def _find_header_end(text: str, end: int) -> int:
    """Find the end of a call, including a closing tag that belongs to it."""
    closing = re.compile(r"\s*(?:</function>|<\|call\|>)").match(text, end)
    return closing.end() if closing else end


def _read_element(text: str, start: re.Match[str]) -> TextCall:
    name = start["a"] or start["b"] or start["c"] or start["d"]
    tag = start["invoke"] or start["function"] or start["glm"] or start["c"]
    problem = "a tool call is written as text and does not end"
    for stop in re.finditer(rf"</{re.escape(tag)}\s*>", text[start.end() :], re.IGNORECASE):
        try:
            arguments = read_parameters(text[start.end() : start.end() + stop.start()])
        except UnclearElementError as error:
            problem = f"{name}: {error}"
            continue
        call = _make_call(name, arguments)
        return TextCall(call, start.start(), start.end() + stop.end())
    raise BadCallTextError(problem)


def _read_json_calls(value: Any) -> list[ToolCall]:
    """Read the calls in a JSON value; none if it is something else."""
    if isinstance(value, list):
        each = [_read_json_calls(item) for item in value]
        if any(each) and not all(each):
            raise BadCallTextError("only a part of a list is tool calls")
        return [call for calls in each for call in calls]
    if not isinstance(value, dict):
        return []
    lists = [key for key in _LISTS if key in value]
    if len(lists) == 1 and set(value) <= {*lists, *_BESIDE}:
        return _read_json_calls(value[lists[0]])
    if isinstance(value.get("function"), dict) and set(value) <= {"function", *_BESIDE}:
        return _read_json_calls(value["function"])
    if len(value) == 1:
        (key, only), *_ = value.items()
        return [_make_call(key, only)] if OUR_NAME.fullmatch(key) else []
    return _read_named(value)


def _read_named(value: dict[str, Any]) -> list[ToolCall]:
    names = [key for key in _NAMES if isinstance(value.get(key), str)]
    ours = [key for key in names if OUR_NAME.fullmatch(value[key])]
    if len(ours) != 1:
        return []
    arguments = [key for key in _ARGUMENTS if key in value]
    if len(arguments) > 1:
        raise BadCallTextError("a tool call has its arguments twice")
    name = value[ours[0]]
    if arguments:
        return [_make_call(name, value[arguments[0]])]
    beside = {ours[0], "type", "id"}
    return [_make_call(name, {key: item for key, item in value.items() if key not in beside})]


def _make_call(name: str, arguments: Any) -> ToolCall:
    if not isinstance(arguments, dict | str):
        raise BadCallTextError(f"{name}: the arguments are not a JSON object")
    text = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
    return ToolCall("", re.split(r"[.:]", name)[-1], text)
