"""Tool calls become a `ParsedAnswer`: argument text is JSON from a model, so everything is checked here.

Never repairs broken JSON; it only knows the other names and shapes models use for the same thing.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from flux_lsp.core.conversation import ToolCall
from flux_lsp.core.errors import ErrorCode
from flux_lsp.edits.parse.answer import Edit, ParsedAnswer
from flux_lsp.edits.parse.json_values import BadJsonError, load_arguments, load_json
from flux_lsp.edits.values import NewFile, Reject, reject

_OLD = ("old_string", "old_str", "old_text", "oldString", "oldText", "search")
_NEW = ("new_string", "new_str", "new_text", "newString", "newText", "insert_text", "replace")
_CODE = ("code", "new_code", "new_text", "content", "text", "new_string", "new_str")
_CONTENT = ("content", "contents", "file_text", "text", "code")
_PATH = ("path", "file_path", "filePath", "file", "filename")
_EDITS = ("edits", "changes", "replacements")
_ALL = ("replace_all", "replaceAll", "allow_multiple")


class _BadCallError(Exception):
    """What is wrong with the arguments, in words for the model; never leaves this module."""


def read_tool_calls(calls: Iterable[ToolCall]) -> ParsedAnswer | Reject:
    """All `calls` of one answer as one value; FORMAT when one of them cannot be read."""
    merged = ParsedAnswer()
    for call in calls:
        try:
            merged = _join_answers(merged, _read_call(call))
        except (_BadCallError, BadJsonError) as bad:
            return reject(
                ErrorCode.FORMAT,
                "The answer was not in the agreed form",
                f"{call.name}: {bad}. Call it again with valid arguments",
            )
    return merged


def _read_call(call: ToolCall) -> ParsedAnswer:
    arguments = _read_arguments(call.json)
    note = arguments.get("note")
    words = note if isinstance(note, str) else ""
    if _is_rewrite(call.name, arguments):
        return ParsedAnswer(rewrite=_get_text(arguments, _CODE), note=words)
    if "file_text" in arguments:
        return ParsedAnswer(new_files=(_read_new_file(arguments),), note=words)
    return ParsedAnswer(
        edits=tuple(_read_edit(item) for item in _find_edit_items(arguments)),
        new_files=tuple(
            _read_new_file(item) for item in _read_items(arguments.get("new_files"), "new_files")
        ),
        note=words,
    )


def _read_arguments(text: str) -> Mapping[str, Any]:
    value = load_arguments(text)
    if not isinstance(value, dict):
        raise _BadCallError("the arguments are not a JSON object")
    return value


def _is_rewrite(name: str, arguments: Mapping[str, Any]) -> bool:
    """Whether a call rewrites the target, by its name or else by its arguments."""
    plain = "".join(char for char in name.lower() if char.isalpha())
    edits = any(key in arguments for key in (*_EDITS, "new_files", *_OLD))
    return not edits and ("rewrite" in plain or "code" in arguments)


def _find_edit_items(arguments: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    key = next((key for key in _EDITS if key in arguments), None)
    if key is not None:
        return _read_items(arguments[key], key)
    if any(name in arguments for name in _OLD):
        return [arguments]  # one edit, without the list around it
    if "new_files" in arguments:
        return []
    raise _BadCallError("`edits` is missing")


def _read_items(value: Any, key: str) -> list[Mapping[str, Any]]:
    """A list of objects; also one object alone, and either of them as a JSON string."""
    if value is None:
        return []
    if isinstance(value, str):
        value = load_json(value) if value.strip() else []
    if isinstance(value, dict):
        value = [value]
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise _BadCallError(f"`{key}` is not a list of objects")
    return value


def _read_edit(item: Mapping[str, Any]) -> Edit:
    return Edit(
        path=_get_text(item, _PATH, default=""),
        old=_get_text(item, _OLD),
        new=_get_text(item, _NEW),
        replace_all=_get_flag(item),
    )


def _read_new_file(item: Mapping[str, Any]) -> NewFile:
    return NewFile(_get_text(item, _PATH), _get_text(item, _CONTENT))


def _get_text(item: Mapping[str, Any], names: tuple[str, ...], default: str | None = None) -> str:
    """The string under any of `names`; two of them may only say the same."""
    texts = [item[name] for name in names if item.get(name) is not None]
    if not texts and default is not None:
        return default
    if not texts:
        raise _BadCallError(f"`{names[0]}` is missing")
    if any(not isinstance(value, str) for value in texts):
        raise _BadCallError(f"`{names[0]}` is not a string")
    if any(value != texts[0] for value in texts):
        raise _BadCallError(f"`{names[0]}` is given twice with different text")
    return str(texts[0])


def _get_flag(item: Mapping[str, Any]) -> bool:
    value = next((item[name] for name in _ALL if item.get(name) is not None), False)
    known = {True: True, False: False, "true": True, "false": False}
    if not isinstance(value, bool | str) or value not in known:
        raise _BadCallError("`replace_all` is not true or false")
    return known[value]


def _join_answers(answer: ParsedAnswer, other: ParsedAnswer) -> ParsedAnswer:
    if answer.rewrite is not None and other.rewrite is not None and answer.rewrite != other.rewrite:
        raise _BadCallError("the target is rewritten twice, differently")
    return ParsedAnswer(
        rewrite=answer.rewrite if other.rewrite is None else other.rewrite,
        edits=(*answer.edits, *other.edits),
        new_files=(*answer.new_files, *other.new_files),
        note="\n".join(filter(None, (answer.note, other.note))),
    )
