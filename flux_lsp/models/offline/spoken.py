"""An answer in the words of a model: tool calls in the dialect that was asked for, or text.

Never leaves a search text that occurs twice in what is shown.
"""

import json
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flux_lsp.core.conversation import StopReason, ToolName
from flux_lsp.core.text import Change, Span, apply_changes, line_starts
from flux_lsp.models.offline.values import Answer, Created, Declined, Revised, Said


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a model would have said: text, and at most one tool call with its arguments as JSON."""

    text: str
    stop_reason: StopReason
    tool: ToolName | None = None
    json: str = ""


@dataclass(frozen=True, slots=True)
class _Edit:
    path: str
    old: str
    new: str


def speak(answer: Answer, tools: tuple[ToolName, ...], abilities: str, mark: str = "") -> Spoken:
    """The answer by one of `tools`, or in the text dialect, `mark` behind its markers, without any."""
    if isinstance(answer, Said):
        return Spoken(answer.text, "end_turn")
    if isinstance(answer, Declined):
        return Spoken(f"{answer.why[:1].upper()}{answer.why[1:]}. {abilities}", "refusal")
    if isinstance(answer, Revised) and "rewrite_range" in tools:
        code = _rewritten(answer)
        if code is not None:
            return _called("rewrite_range", {"code": code, "note": answer.note})
    if tools and "apply_edits" not in tools:
        declined = Declined("it would change lines outside of the target")
        return speak(declined, tools, abilities)
    edits = _edits(answer) if isinstance(answer, Revised) else []
    if not tools:
        return Spoken(_in_text(answer, edits, mark), "end_turn")
    arguments: dict[str, Any] = {
        "edits": [{"path": e.path, "old_string": e.old, "new_string": e.new} for e in edits]
    }
    if isinstance(answer, Created):
        arguments["new_files"] = [{"path": answer.path, "content": answer.content}]
    return _called("apply_edits", arguments | {"note": answer.note})


def _called(tool: ToolName, arguments: dict[str, Any]) -> Spoken:
    return Spoken("", "tool_use", tool, json.dumps(arguments))


def _in_text(answer: Revised | Created, edits: Sequence[_Edit], mark: str) -> str:
    if isinstance(answer, Created):
        return _block(answer.path, "", answer.content, mark)
    return "\n\n".join(_block(edit.path, edit.old, edit.new, mark) for edit in edits)


def _block(path: str, old: str, new: str, mark: str) -> str:
    return (
        f"{path}\n<<<<<<< SEARCH{mark}\n{_ended(old)}======={mark}\n{_ended(new)}"
        f">>>>>>> REPLACE{mark}"
    )


def _ended(text: str) -> str:
    return text if not text or text.endswith(("\n", "\r")) else f"{text}\n"


def _rewritten(answer: Revised) -> str | None:
    """The target's new text; None when something outside of it changes."""
    target = answer.target
    if target is None or not all(target.contains(change.span) for change in answer.changes):
        return None
    moved = (
        Change(Span(c.span.start - target.start, c.span.end - target.start), c.text)
        for c in answer.changes
    )
    old = target.of(answer.text)
    new = apply_changes(old, moved)
    # Readers of a rewrite give the target the last line end it had.
    same_end = new.endswith(("\n", "\r")) == old.endswith(("\n", "\r"))
    return new if same_end else None


def _edits(answer: Revised) -> list[_Edit]:
    """One edit for each run of changed lines, every search text unique in what is shown."""
    starts = line_starts(answer.text)
    found: list[tuple[int, int]] = []
    for change in sorted(answer.changes, key=lambda c: c.span):
        first, last = _unique(answer.text, starts, _rows(starts, change.span))
        while found and first <= found[-1][1] + 1:
            first, last = min(first, found[-1][0]), max(last, found.pop()[1])
        found.append((first, last))
    return [_edit(answer, starts, first, last) for first, last in found]


def _edit(answer: Revised, starts: Sequence[int], first: int, last: int) -> _Edit:
    span = _span(answer.text, starts, first, last)
    inside = [
        Change(Span(c.span.start - span.start, c.span.end - span.start), c.text)
        for c in answer.changes
        if first <= _rows(starts, c.span)[0] and _rows(starts, c.span)[1] <= last
    ]
    old = span.of(answer.text)
    return _Edit(answer.path, old, apply_changes(old, inside))


def _rows(starts: Sequence[int], span: Span) -> tuple[int, int]:
    """The 0-based lines a change touches; an insertion before a line takes that line."""
    first = bisect_right(starts, span.start) - 1
    last = bisect_right(starts, span.end - 1) - 1 if len(span) else first
    return first, last


def _unique(text: str, starts: Sequence[int], rows: tuple[int, int]) -> tuple[int, int]:
    """`rows` grown until their text occurs once; an empty line is never searched for alone."""
    first, last = rows
    while first > 0 or last < len(starts) - 1:
        piece = _span(text, starts, first, last).of(text)
        if piece.strip() and text.find(piece, text.find(piece) + 1) < 0:
            break
        first, last = max(0, first - 1), min(len(starts) - 1, last + 1)
    return first, last


def _span(text: str, starts: Sequence[int], first: int, last: int) -> Span:
    return Span(starts[first], starts[last + 1] if last + 1 < len(starts) else len(text))
