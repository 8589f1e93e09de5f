"""A text answer becomes a `ParsedAnswer`: SEARCH/REPLACE blocks, tool calls, or the target rewritten.

Prose alone, and code of which it is not clear where it belongs, is FORMAT.
"""

from collections import Counter
from dataclasses import replace

from flux_lsp.core.errors import ErrorCode
from flux_lsp.edits.markers import DEFAULT_MARKERS, find_blocks, read_fence
from flux_lsp.edits.parse.answer import ParsedAnswer
from flux_lsp.edits.parse.call_forms import (
    BadCallTextError,
    TextCall,
    is_about_tools,
    read_calls,
)
from flux_lsp.edits.parse.reasoning_tags import find_unpaired
from flux_lsp.edits.parse.text_blocks import BadBlockError, read_blocks
from flux_lsp.edits.parse.tool_calls import read_tool_calls
from flux_lsp.edits.values import EditScope, Reject, reject


def read_text_answer(text: str, scope: EditScope) -> ParsedAnswer | Reject:
    """Read what `text` asks for; FORMAT when it cannot be read."""
    text = text.replace("\r\n", "\n")
    try:
        calls = _find_calls(text, scope)
    except BadCallTextError as bad:
        return _refuse_call(str(bad), scope)
    if calls:
        return _read_calls(calls, scope)
    try:
        blocks = read_blocks(text, scope)
    except BadBlockError as bad:
        return _refuse_unreadable(str(bad), scope)
    if blocks is not None:
        return ParsedAnswer(edits=blocks.edits, note=blocks.note)
    code = _find_whole_target(text, scope)
    if code is not None:
        return ParsedAnswer(rewrite=code)
    if not text.strip():
        return _refuse_unreadable("it is empty", scope)
    refusal = _refuse_unreadable("it holds no SEARCH/REPLACE block", scope)
    prose = all(read_fence(line) is None for line in text.split("\n"))
    return replace(refusal, words=text.strip(), prose=prose)


def _find_calls(text: str, scope: EditScope) -> list[TextCall]:
    """The tool calls that an answer is; none when it is blocks, which may speak of calls."""
    blocks = find_blocks(text, scope.markers)
    if not blocks:
        return read_calls(text)
    outside, at = "", 0
    for start, end, _ in blocks:
        outside, at = outside + text[at:start], end
    outside += text[at:]
    try:
        if not read_calls(outside):
            return []
    except BadCallTextError:
        pass  # the blocks may be a part of the call
    calls = read_calls(text)
    if all(any(call.start <= start < call.end for call in calls) for start, *_ in blocks):
        return calls
    raise BadCallTextError("it holds both a tool call and a SEARCH/REPLACE block")


def _read_calls(calls: list[TextCall], scope: EditScope) -> ParsedAnswer | Reject:
    if any(is_about_tools(shown.text) for shown in scope.files.values()):
        return _refuse_call(
            "the file holds tool calls itself, so that one in a text is unclear", scope
        )
    return read_tool_calls(call.call for call in calls)


def _refuse_unreadable(why: str, scope: EditScope) -> Reject:
    message = "The answer was empty" if why == "it is empty" else "The answer held no readable edit"
    return reject(ErrorCode.FORMAT, message, f"{why}. Write each edit as\n{scope.markers.skeleton}")


def _refuse_call(why: str, scope: EditScope) -> Reject:
    return reject(
        ErrorCode.FORMAT,
        "The answer was a tool call written as text, and it cannot be read",
        f"{why}. Call the tool itself, or write each edit as\n{scope.markers.skeleton}",
    )


def _find_whole_target(text: str, scope: EditScope) -> str | None:
    """The only code of an answer, when it is plainly the target: its ends, or most of its lines."""
    if scope.target is None:
        return None
    lines = text.split("\n")
    fences = [i for i, line in enumerate(lines) if read_fence(line) is not None]
    if len(fences) != 2 or read_fence(lines[fences[1]]):
        return None
    code = lines[fences[0] + 1 : fences[1]]
    old = scope.target.span.extract(scope.files[scope.target.path].text)
    new_lines = [line.strip() for line in code if line.strip()]
    old_lines = [line.strip() for line in old.splitlines() if line.strip()]
    if not _is_alike(new_lines, old_lines) or (
        scope.markers.mark and DEFAULT_MARKERS.read_head(new_lines[0], 0)
    ):
        return None  # with a mark: a block that lacks it, or the target; nobody can tell
    rewrite = "\n".join(code) + "\n"
    if find_unpaired(rewrite) - find_unpaired(old):
        return None  # a tag of reasoning that ends in the middle of the code
    return rewrite


def _is_alike(new: list[str], old: list[str]) -> bool:
    """Whether `new` has both ends of `old`, or one of them and most lines of both."""
    ends = (new[:1] == old[:1]) + (new[-1:] == old[-1:])
    if len(new) < 2 or not ends:
        return False
    same = (Counter(old) & Counter(new)).total()
    return ends == 2 or 2 * same > max(len(new), len(old))
