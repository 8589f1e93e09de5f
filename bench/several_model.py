"""A model that changes several files, and spoils its answers as `simulated_model` does.

Besides those faults it mixes up files: it names another one, one that was not shown, or sends an
edit twice. Asked for a rewrite of the target it forgets the callers, as a model would.
"""

import json
import random
import re
from collections.abc import Callable
from typing import Any

from bench.several_tasks import SeveralTask
from bench.simulated_model import (
    WEIGHTS,
    Edit,
    Task,
    broken,
    measure_mending,
    right_edits,
    spoil_edit,
)
from flux_lsp.core.conversation import Block, Prompt, RedactedPrompt, Reply, ToolCall
from flux_lsp.core.usage import Usage
from flux_lsp.models.anthropic.body import request_body
from flux_lsp.models.client import Route

# Per 100 imperfect answers about one file; these come on top where there are several.
OF_FILES = {"another file": 6, "a file not shown": 4, "the same edit twice": 4, "unseen lines": 3}


class SeveralModel:
    """Answers one task; `rate` is the share of first answers that are spoilt."""

    provider = "anthropic"

    def __init__(self, task: SeveralTask, rate: float, chance: random.Random, dialect: str) -> None:
        self.task, self.rate, self.chance, self.dialect = task, rate, chance, dialect
        self.faults: list[str] = []  # of each answer, "" for none
        self.shown: dict[str, set[int]] = {}  # the lines of other files that it sees
        self.calls = 0

    def request_body(self, prompt: Prompt, route: Route) -> dict[str, object]:
        """Return the body that would be sent."""
        return request_body(prompt, route)

    async def complete(
        self,
        redacted: RedactedPrompt,
        route: Route,
        on_text: Callable[[str], None],
        timeout: float,
        on_usage: Callable[[Usage], None] = lambda _: None,
    ) -> Reply:
        """Answer the last turn."""
        del route, timeout, on_text
        self.calls += 1
        on_usage(Usage(10, 5))
        feedback = "" if self.calls == 1 else _read_last(redacted.prompt)
        spoilt = (
            self.chance.random() < self.rate
            if not feedback
            else self.chance.random() >= measure_mending(feedback)
        )
        kinds = {**WEIGHTS, **OF_FILES}
        kind = self.chance.choices(list(kinds), list(kinds.values()))[0] if spoilt else ""
        self.faults.append(kind)
        rewrite = re.search(r"call rewrite_range\b", feedback, re.IGNORECASE)
        if rewrite and "call apply_edits for everything" not in feedback:
            return _call("rewrite_range", {"code": self._write_target()})
        return self._answer(kind)

    def _write_target(self) -> str:
        """The function anew, without a word about its callers."""
        (_, new), *_ = right_edits(self._single(self.task.path))
        return new

    def _answer(self, kind: str) -> Reply:
        if kind == "prose":
            return _say("I have changed the function and its callers as you asked.")
        edits = [
            (path, edit) for path in self.task.files for edit in right_edits(self._single(path))
        ]
        place = self.chance.randrange(len(edits))
        path, edit = edits[place]
        match kind:
            case "wrong path":
                edits[place] = (f"src/wrong/{path}", edit)
            case "a file not shown":
                edits[place] = (f"lib/not_shown{path[path.rfind('.') :]}", edit)
            case "another file":
                edits[place] = (self.chance.choice(list(self.task.files)), edit)
            case "the same edit twice":
                edits.append(edits[place])
            case "unseen lines":
                edits[place] = (path, self._find_unseen(path, edit))
            case "syntax" if self.task.language != "python":
                edits[place] = (path, (edit[0], broken(edit[1])))
            case _:
                edits[place] = (path, spoil_edit(kind, edit, self._single(path), self.chance))
        return self._say_edits(edits, kind)

    def _find_unseen(self, path: str, edit: Edit) -> Edit:
        """The first lines of the file, of which the model was shown others, with a remark."""
        first = self.task.files[path][0].splitlines(True)[0]
        return edit if 1 in self.shown.get(path, {1}) else (first, f"{first}\n")

    def _single(self, path: str) -> Task:
        before, after = self.task.files[path]
        return Task(self.task.name, before, after, self.task.instruction)

    def _say_edits(self, edits: list[tuple[str, Edit]], kind: str) -> Reply:
        if self.dialect == "text":
            tail = "=======" if kind == "markers" else ">>>>>>> REPLACE"
            text = "\n".join(
                f"{path}\n```\n<<<<<<< SEARCH\n{_end(old)}=======\n{_end(new)}{tail}\n```\n"
                for path, (old, new) in edits
            )
            return _say(text, "max_tokens" if kind == "cut off" else "end_turn")
        items: Any = [
            {"path": path, "old_string": old, "new_string": new} for path, (old, new) in edits
        ]
        if kind == "markers":
            items = json.dumps(items)
        if kind == "cut off":
            return _call("apply_edits", json.dumps({"edits": items})[:-12], "max_tokens")
        return _call("apply_edits", {"edits": items})


def _end(part: str) -> str:
    return part if not part or part.endswith("\n") else f"{part}\n"


def _read_last(prompt: Prompt) -> str:
    blocks = prompt.turns[-1].blocks
    return "\n".join(str(b.get("content") or b.get("text") or "") for b in blocks)


def _say(text: str, stop: Any = "end_turn") -> Reply:
    block: Block = {"type": "text", "text": text}
    return Reply("m", text, (), stop, Usage(10, 5), (block,))


def _call(name: str, arguments: object, stop: Any = "tool_use") -> Reply:
    text = arguments if isinstance(arguments, str) else json.dumps(arguments)
    block = {"type": "tool_use", "id": "t1", "name": name, "input": arguments}
    return Reply("m", "", (ToolCall("t1", name, text),), stop, Usage(10, 5), (block,))
