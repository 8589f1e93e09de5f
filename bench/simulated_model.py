"""A model that knows the right result of each task and spoils its answers at a rate that is set.

It speaks through the fake Messages API in either dialect, so what it says takes the whole real path.
The kinds of faults and their weights are those counted in real answers of a model of this class;
a retry is mended at the rates measured there: when the feedback shows the nearest real lines, when it
names the format, and when it says neither.
"""

import ast
import difflib
import json
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.fakes.answers import Answer, text, tool

# Per 100 imperfect answers; the last five must never be written, whatever comes of them.
WEIGHTS = {
    "stale text": 24,
    "hallucinated lines": 14,
    "markers": 12,
    "own new line": 12,
    "indentation": 12,
    "skipped line": 8,
    "wrong path": 5,
    "first line dedented": 3,
    "quotes": 3,
    "ambiguous": 3,
    "one token": 2,
    "empty search": 2,
    "cut off": 2,
    "elided": 2,
    "placeholder": 2,
    "syntax": 2,
    "prose": 2,
}
MENDED_BY_LINES, MENDED_BY_FORMAT, MENDED_OTHERWISE = 0.87, 1.0, 0.38


@dataclass(frozen=True)
class Task:
    """One editing task."""

    name: str
    before: str
    after: str
    instruction: str

    @property
    def path(self) -> str:
        """The file's name in the workspace."""
        return f"{self.name}.py"


Edit = tuple[str, str]  # old, new


def right_edits(task: Task) -> list[Edit]:
    """The task's change as edits, each with enough context to occur once in the file."""
    old, new = task.before.splitlines(True), task.after.splitlines(True)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    edits = []
    for group in matcher.get_grouped_opcodes(3):
        first, last = group[0][1], group[-1][2]
        new_first, new_last = group[0][3], group[-1][4]
        while task.before.count("".join(old[first:last])) != 1:
            if first > 0:
                first, new_first = first - 1, new_first - 1
            elif last < len(old):
                last, new_last = last + 1, new_last + 1
            else:
                break
        edits.append(("".join(old[first:last]), "".join(new[new_first:new_last])))
    return _merged(task, edits)


def _merged(task: Task, edits: list[Edit]) -> list[Edit]:
    """One edit for all where growing made them overlap."""
    text_after = task.before
    for before, after in edits:
        if text_after.count(before) != 1:
            return [(task.before, task.after)]
        text_after = text_after.replace(before, after)
    return edits if text_after == task.after else [(task.before, task.after)]


class SimulatedModel:
    """Answers requests for `tasks`; `rate` is the share of first answers that are spoilt."""

    def __init__(self, tasks: Sequence[Task], rate: float, dialect: str, seed: int) -> None:
        """`dialect`: tools or text. The same seed gives the same faults."""
        self.tasks = {task.path: task for task in tasks}
        self.rate = rate
        self.dialect = dialect
        self.random = random.Random(seed)
        self.faults: dict[str, str] = {}  # the fault of each task's first answer
        self.pins: dict[str, str] = {}

    def __call__(self, request: dict[str, Any], _number: int) -> Answer:
        """The answer to one request."""
        first = request["messages"][0]["content"]
        match = re.search(r'<target path="([^"]+)"', "\n".join(block["text"] for block in first))
        assert match is not None
        task = self.tasks[match[1]]
        feedback = _feedback(request)
        spoilt = (
            self.random.random() < self.rate
            if not feedback
            else self.random.random() >= measure_mending(feedback)
        )
        kinds = list(WEIGHTS)
        kind = self.random.choices(kinds, [WEIGHTS[k] for k in kinds])[0] if spoilt else ""
        if not feedback:
            self.faults[task.name] = kind
        if re.search(r"call rewrite_range\b", feedback, re.IGNORECASE):
            return self._rewrite(task, kind)
        return self._edits(task, kind)

    def _rewrite(self, task: Task, kind: str) -> Answer:
        code = task.after
        if kind in {"elided", "placeholder"}:
            lines = code.splitlines(True)
            code = "".join(lines[: len(lines) // 2]) + "    # ... rest of the code unchanged\n"
        elif kind == "syntax":
            code = broken(code)
        answer = tool("rewrite_range", {"code": code})
        return answer.cut() if kind == "cut off" else answer

    def _edits(self, task: Task, kind: str) -> Answer:
        edits = right_edits(task)
        path = task.path
        if kind == "prose":
            return text("I have changed the function as you asked.")
        if kind == "wrong path":
            path = f"src/wrong/{path}"
        elif kind in _SPOIL:
            place = self.random.randrange(len(edits))
            edits[place] = _SPOIL[kind](edits[place], task, self.random)
        answer = self._said(edits, path, kind)
        return answer.cut() if kind == "cut off" else answer

    def _said(self, edits: list[Edit], path: str, kind: str) -> Answer:
        if self.dialect == "text":
            return text(_blocks(edits, path, kind))
        items: list[dict[str, str]] = [
            {"path": path, "old_string": old, "new_string": new} for old, new in edits
        ]
        if kind == "markers":
            aliased = [{"path": path, "old_str": o, "new_str": n} for o, n in edits]
            value: Any = json.dumps(items) if self.random.random() < 0.5 else aliased
            return tool("apply_edits", {"edits": value})
        if kind == "cut off":
            return tool("apply_edits", json.dumps({"edits": items})[:-12])
        return tool("apply_edits", {"edits": items})


def _feedback(request: dict[str, Any]) -> str:
    last = request["messages"][-1]["content"]
    if len(request["messages"]) == 1:
        return ""
    return "\n".join(str(b.get("content") or b.get("text") or "") for b in last)


def measure_mending(feedback: str) -> float:
    """The share of answers that are right after this feedback."""
    if feedback.startswith("FORMAT"):
        return MENDED_BY_FORMAT
    shows_lines = re.search(r"^\s*\d+[ |:\t]", feedback, re.MULTILINE)
    return MENDED_BY_LINES if shows_lines else MENDED_OTHERWISE


def _blocks(edits: list[Edit], path: str, kind: str) -> str:
    head, middle, tail = "<<<<<<< SEARCH", "=======", ">>>>>>> REPLACE"
    if kind == "markers":
        tail = "======="
    return "\n".join(
        f"{path}\n```python\n{head}\n{solid_ended(old)}{middle}\n{solid_ended(new)}{tail}\n```\n"
        for old, new in edits
    )


def solid_ended(part: str) -> str:
    """`part` with an end to its last line."""
    return part if not part or part.endswith("\n") else part + "\n"


def _stale(edit: Edit, _task: Task, chance: random.Random) -> Edit:
    lines = edit[0].splitlines(True)
    places = [i for i, line in enumerate(lines) if len(line.strip()) > 6] or [0]
    place = chance.choice(places)
    words = lines[place].rstrip("\n").split(" ")
    words[-1] = "old_" + words[-1].lstrip("(")
    lines[place] = " ".join(words) + "  # as it was before\n"
    return "".join(lines), edit[1]


def _hallucinated(edit: Edit, _task: Task, _chance: random.Random) -> Edit:
    return "    def helper_that_is_not_there(self):\n        return None\n\n" + edit[0], edit[1]


def _own_line(edit: Edit, _task: Task, _chance: random.Random) -> Edit:
    return own_line(edit)


def own_line(edit: Edit) -> Edit:
    """The search holds a line that only the new text has."""
    old, new = edit[0].splitlines(True), edit[1].splitlines(True)
    for tag, a, _b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag in {"insert", "replace"} and d > c and new[c].strip():
            return "".join([*old[:a], new[c], *old[a:]]), edit[1]
    return edit


def _indented(edit: Edit, _task: Task, _chance: random.Random) -> Edit:
    return shifted(edit, "  ")


def shifted(edit: Edit, by: str) -> Edit:
    """Both texts with `by` before every line that says something."""

    def shift(part: str) -> str:
        return "".join(by + x if x.strip() else x for x in part.splitlines(True))

    return shift(edit[0]), shift(edit[1])


def _skipped(edit: Edit, _task: Task, chance: random.Random) -> Edit:
    """A line of context inside of the search is left out, as if it were not there."""
    old, new = edit[0].splitlines(True), edit[1].splitlines(True)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    kept = [
        line
        for tag, first, last, _, _ in matcher.get_opcodes()
        if tag == "equal"
        for line in range(max(first, 1), min(last, len(old) - 1))
        if old[line].strip()
    ]
    if not kept:
        return edit
    place = chance.choice(kept)
    return "".join(old[:place] + old[place + 1 :]), edit[1]


def _first_dedented(edit: Edit, _task: Task, _chance: random.Random) -> Edit:
    return first_dedented(edit)


def first_dedented(edit: Edit) -> Edit:
    """The first line of both texts without its indentation."""
    return edit[0].lstrip(" "), edit[1].lstrip(" ")


def _quotes(edit: Edit, _task: Task, _chance: random.Random) -> Edit:
    return edit[0].replace("'", '"'), edit[1]


def _ambiguous(edit: Edit, task: Task, _chance: random.Random) -> Edit:
    lines = [x for x in edit[0].splitlines(True) if task.before.count(x) > 1 and x.strip()]
    return (lines[0], "    pass  # changed\n") if lines else edit


def _one_token(edit: Edit, _task: Task, _chance: random.Random) -> Edit:
    return re.sub(r"\b(self|return|def)\b", r"\1x", edit[0], count=1), edit[1]


def _empty(edit: Edit, _task: Task, _chance: random.Random) -> Edit:
    return "", edit[1]


def _elided(edit: Edit, _task: Task, _chance: random.Random) -> Edit:
    lines = edit[1].splitlines(True)
    return edit[0], "".join(lines[:1]) + "    # ... existing code ...\n" + "".join(lines[-1:])


def _syntax(edit: Edit, task: Task, _chance: random.Random) -> Edit:
    """The bracket, or a stray one where the edit lies in a docstring, in which a bracket is text."""
    old, new = edit[0], broken(edit[1])
    try:
        ast.parse(task.before.replace(old, new, 1))
    except SyntaxError:
        return old, new
    return task.before, task.before + "return ((\n"


def broken(code: str) -> str:
    """`code` with a bracket that nothing closes."""
    lines = code.splitlines(True)
    return "".join(lines[:-1]) + "    return ((\n" + "".join(lines[-1:])


def spoil_edit(kind: str, edit: Edit, task: Task, chance: random.Random) -> Edit:
    """`edit` with the fault `kind`; unchanged where that is no fault of a single edit."""
    return _SPOIL[kind](edit, task, chance) if kind in _SPOIL else edit


_SPOIL: dict[str, Callable[[Edit, Task, random.Random], Edit]] = {
    "stale text": _stale,
    "hallucinated lines": _hallucinated,
    "own new line": _own_line,
    "indentation": _indented,
    "skipped line": _skipped,
    "first line dedented": _first_dedented,
    "quotes": _quotes,
    "ambiguous": _ambiguous,
    "one token": _one_token,
    "empty search": _empty,
    "elided": _elided,
    "placeholder": _elided,
    "syntax": _syntax,
}
