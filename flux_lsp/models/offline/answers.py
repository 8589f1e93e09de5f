"""The answers of rules, and the same in a model's form: a tool call, or text.

Never leaves a search text that occurs twice in the file.
"""

import hashlib
import json
import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Any

from flux_lsp.core.conversation import Prompt, Reply, StopReason, ToolCall
from flux_lsp.core.text import Change, Span, apply_changes, find_line_starts
from flux_lsp.core.usage import Usage, estimate_tokens

MODEL = "offline"
# Stands behind everything that the provider refuses.
ABILITIES = (
    "Without a model, fixed rules explain code; document exceptions and results; write Python tests "
    "from `>>>` examples and from guards that raise; fix what ruff fixes safely; and edit Python by "
    "`rename X to Y`, `add docstrings`, `sort imports`, `remove unused imports`, "
    "`remove unused variables` or `apply safe fixes`. For anything else set ANTHROPIC_API_KEY"
)


@dataclass(frozen=True, slots=True)
class Explanation:
    """A text for the person, Markdown."""

    text: str


@dataclass(frozen=True, slots=True)
class CannotAnswer:
    """Why the rules do nothing: a clause without a full stop."""

    why: str


@dataclass(frozen=True, slots=True)
class TextChanges:
    """Changes of the file at `path`; `note` says what they do.

    Their spans are of `text`, "" for a new file.
    """

    path: str
    text: str
    changes: tuple[Change, ...]
    note: str


OfflineAnswer = Explanation | CannotAnswer | TextChanges


def phrase_reply(answer: OfflineAnswer, prompt: Prompt, input_tokens: int) -> Reply:
    """Phrase a model's reply: by `apply_edits`, or in text with the prompt's word behind each marker."""
    if isinstance(answer, TextChanges) and prompt.tools and "apply_edits" not in prompt.tools:
        answer = CannotAnswer("the rules answer by search and replace, which is not asked for here")
    if isinstance(answer, CannotAnswer):
        why = f"{answer.why[:1].upper()}{answer.why[1:]}. {ABILITIES}"
        return _in_text(why, "refusal", input_tokens)
    if not isinstance(answer, TextChanges):
        return _in_text(answer.text, "end_turn", input_tokens)
    old, new = _edit(answer)
    if not prompt.tools:
        mark = "".join(re.findall(r"(?m)^<<<<<<< SEARCH( \S+)$", prompt.system)[:1])
        shown, by = (f"{t}\n" if t and not t.endswith(("\n", "\r")) else t for t in (old, new))
        block = f"<<<<<<< SEARCH{mark}\n{shown}======={mark}\n{by}>>>>>>> REPLACE{mark}"
        return _in_text(f"{answer.path}\n{block}", "end_turn", input_tokens)
    edit = {"path": answer.path, "old_string": old, "new_string": new}
    arguments: dict[str, Any] = {"edits": [edit] if old else [], "note": answer.note}
    arguments |= {} if old else {"new_files": [{"path": answer.path, "content": new}]}
    turns = [[turn.role, [dict(block) for block in turn.blocks]] for turn in prompt.turns]
    digest = hashlib.sha256(json.dumps(turns, default=str).encode()).hexdigest()[:16]
    call = ToolCall(f"toolu_offline_{digest}", "apply_edits", json.dumps(arguments))
    content = {"type": "tool_use", "id": call.id, "name": call.name, "input": arguments}
    usage = Usage(input_tokens, estimate_tokens(call.json))
    return Reply(MODEL, "", (call,), "tool_use", usage, (content,), 0, 0)


def _in_text(text: str, stop_reason: StopReason, input_tokens: int) -> Reply:
    usage = Usage(input_tokens, estimate_tokens(text))
    return Reply(MODEL, text, (), stop_reason, usage, ({"type": "text", "text": text},), 0, 0)


def _edit(answer: TextChanges) -> tuple[str, str]:
    """The lines from the first to the last change, grown until they occur once, and their new text."""
    text, starts = answer.text, find_line_starts(answer.text)
    spans = [change.span for change in answer.changes]
    first = bisect_right(starts, min(span.start for span in spans)) - 1
    last = max(bisect_right(starts, max(span.start, span.end - 1)) - 1 for span in spans)
    while True:
        whole = Span(starts[first], [*starts, len(text)][last + 1])
        old = whole.extract(text)
        if len(old) == len(text) or (old.strip() and text.count(old) == 1):
            break
        first, last = max(0, first - 1), min(len(starts) - 1, last + 1)
    spans = [Span(span.start - whole.start, span.end - whole.start) for span in spans]
    return old, apply_changes(old, map(Change, spans, (change.text for change in answer.changes)))
