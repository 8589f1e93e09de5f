"""Cases of the edit corpora as values, and how an outcome on one of them is scored.

Reads the corpora in place; nothing of them is part of this project.
"""

import gzip
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from flux_lsp.core.conversation import Reply, StopReason, ToolCall
from flux_lsp.core.text import Snapshot, apply_changes
from flux_lsp.core.usage import Usage
from flux_lsp.edits.parse.text_answer import read_text_answer
from flux_lsp.edits.parse.tool_calls import read_tool_calls
from flux_lsp.edits.paths import find_shown_path
from flux_lsp.edits.read import read_reply
from flux_lsp.edits.values import EditScope, Plan, Reject

RIGHT, RIGHTLY, THOUGH, WRONG = "right", "refused rightly", "refused though recoverable", "WRONG"
SCORES = (RIGHT, RIGHTLY, THOUGH, WRONG)

Files = Mapping[str, str]
Applier = Callable[["Case"], "Files | None"]  # the files afterwards, None: refused


@dataclass(frozen=True)
class Case:
    """One answer to some files, and what should become of it."""

    id: str
    kind: str
    files: Files
    text: str | None
    edits: tuple[Mapping[str, object], ...]
    expect: str
    expected: Files | None
    cut_off: bool = False
    options: Mapping[str, object] = field(default_factory=dict)

    def reply(self) -> Reply:
        """The answer as a model would have sent it."""
        if self.text is not None:
            stop: StopReason = "max_tokens" if self.cut_off else "end_turn"
            return Reply("", self.text, (), stop, Usage())
        arguments = {"edits": [_tool_edit(edit) for edit in self.edits]}
        call = ToolCall("1", "apply_edits", json.dumps(arguments))
        return Reply("", "", (call,), "tool_use", Usage())


def _tool_edit(edit: Mapping[str, object]) -> dict[str, object]:
    return {
        "path": edit["path"],
        "old_string": edit["search"],
        "new_string": edit["replace"],
        "replace_all": bool(edit.get("replace_all")),
    }


def rows(folder: Path, name: str) -> Iterator[dict[str, object]]:
    """The rows of one corpus file, nothing when it is not there."""
    path = folder / f"{name}.jsonl.gz"
    if path.exists():
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def cases(folder: Path, name: str) -> list[Case]:
    """The cases of `name` that have files to work on."""
    return [case for row in rows(folder, name) if (case := _case(row)) is not None]


def _case(row: dict) -> Case | None:  # type: ignore[type-arg]
    files, expected = row.get("files"), row.get("expected")
    text, edits = row.get("model_output"), row.get("edits")
    edits = None if edits and "search" not in edits[0] else edits
    if not files or not (text or edits) or not isinstance(expected, dict | None):
        return None
    name = _name(files, text or "")
    return Case(
        id=row["id"],
        kind=row.get("fault") or row["format"],
        files={name or path: content for path, content in files.items() if content is not None},
        text=text,
        edits=tuple(edits or ()),
        expect=row["expect"],
        expected=expected and {name or path: content for path, content in expected.items()},
        cut_off="max_tokens" in str(row.get("note")),
        options={
            key: row[key] for key in ("their_options", "start_line", "source") if row.get(key)
        },
    )


def _name(files: Files, text: str) -> str:
    """Some corpora call every file `f`, and its answer calls it by another name: take that."""
    first = text.lstrip().split("\n", 1)[0].strip()
    return first if list(files) == ["f"] and re.fullmatch(r"[\w/]+\.\w+", first) else ""


def ours(case: Case) -> Files | None:
    """What this project writes for a case; what waits for a yes is not written."""
    outcome = outcome_of(case)
    return None if isinstance(outcome, Reject) or outcome.doubt else _after(case, outcome)


def outcome_of(case: Case) -> Plan | Reject:
    """The plan or the rejection for a case."""
    snapshots = {path: Snapshot("", path, "", None, text) for path, text in case.files.items()}
    return read_reply(case.reply(), EditScope(snapshots, may_create=not case.files))


def _after(case: Case, plan: Plan) -> Files:
    made = dict(case.files)
    for file in plan.files:
        made[file.path] = apply_changes(made[file.path], file.changes)
    return made | {new.path: new.content for new in plan.new_files}


def exact_and_unique(case: Case) -> Files | None:
    """The control: the same parser, then each search text exactly once in its file, or a refusal.

    It checks nothing else, as the plain text editor tools do.
    """
    snapshots = {path: Snapshot("", path, "", None, text) for path, text in case.files.items()}
    piece, reply = EditScope(snapshots), case.reply()
    parsed = read_text_answer(reply.text, piece) if case.text else read_tool_calls(reply.tool_calls)
    made = dict(case.files)
    for edit in () if isinstance(parsed, Reject) else parsed.edits:
        path = find_shown_path(edit.path, piece) or ""
        count = made.get(path, "").count(edit.old) if edit.old else 0
        if count != 1 and not (count and edit.replace_all):
            return None
        made[path] = made[path].replace(edit.old, edit.new)
    return None if isinstance(parsed, Reject) else made


def score(case: Case, after: Files | None) -> str:
    """How well `after` answers the case; texts are compared without their final line end."""
    if case.expect == "noop":
        return RIGHT if after is not None and _same(after, case.files) else _noop(after)
    if after is None:
        return THOUGH if case.expect.startswith("ok") else RIGHTLY
    if case.expected is None or case.expect == "fail":
        return WRONG
    return RIGHT if _same(after, case.expected) else WRONG


def _noop(after: Files | None) -> str:
    return RIGHTLY if after is None else WRONG


def _same(one: Files, other: Files) -> bool:
    return {p: _bare(t) for p, t in one.items()} == {p: _bare(t) for p, t in other.items()}


def _bare(text: str) -> str:
    return text.removesuffix("\n").removesuffix("\r")
