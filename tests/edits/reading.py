"""Short ways to give an answer to a file and look at what came of it."""

import json

from flux_lsp.core.conversation import Reply, StopReason, ToolCall
from flux_lsp.core.text import Snapshot, Span, apply_changes
from flux_lsp.core.usage import Usage
from flux_lsp.edits.read import read_reply
from flux_lsp.edits.values import EditScope, Plan, Reject, Target

LANGUAGES = {"py": "python", "js": "javascript", "ts": "typescript", "go": "go", "txt": "plaintext"}


def shown(text: str, path: str = "a.py") -> Snapshot:
    return Snapshot(f"file:///{path}", path, LANGUAGES.get(path.rsplit(".", 1)[-1], ""), 1, text)


def make_scope(
    text: str, target: str | None = None, path: str = "a.py", **more: object
) -> EditScope:
    """An edit scope of one file; `target` is a part of its text, grown to whole lines."""
    snapshot = shown(text, path)
    span = None
    if target is not None:
        at = text.index(target)
        span = Target(path, snapshot.expand_to_lines(Span(at, at + len(target))))
    return EditScope({path: snapshot}, span, **more)  # type: ignore[arg-type]


def said(text: str, stop: StopReason | None = "end_turn") -> Reply:
    return Reply("model", text, (), stop, Usage())


def called(*calls: tuple[str, object], stop: StopReason = "tool_use") -> Reply:
    made = tuple(
        ToolCall(str(n), name, arguments if isinstance(arguments, str) else json.dumps(arguments))
        for n, (name, arguments) in enumerate(calls)
    )
    return Reply("model", "", made, stop, Usage())


def edit(old: str, new: str, path: str = "a.py", **more: object) -> Reply:
    return called(
        ("apply_edits", {"edits": [{"path": path, "old_string": old, "new_string": new, **more}]})
    )


def edits(*pairs: tuple[str, str], path: str = "a.py") -> Reply:
    listed = [{"path": path, "old_string": old, "new_string": new} for old, new in pairs]
    return called(("apply_edits", {"edits": listed}))


def rewrite(code: str) -> Reply:
    return called(("rewrite_range", {"code": code}))


def block(old: str, new: str, path: str = "a.py") -> str:
    return f"{path}\n<<<<<<< SEARCH\n{old}=======\n{new}>>>>>>> REPLACE\n"


def after(plan: Plan | Reject, scope: EditScope, path: str = "a.py") -> str:
    """The file as the plan makes it; fails the test on a rejection."""
    assert isinstance(plan, Plan), plan
    text = scope.files[path].text
    for file in plan.files:
        if file.path == path:
            text = apply_changes(text, file.changes)
    return text


def made(reply: Reply, text: str, target: str | None = None, path: str = "a.py") -> str:
    """What `reply` makes of a file with `text`."""
    scope = make_scope(text, target, path)
    return after(read_reply(reply, scope), scope, path)


def proposed(reply: Reply, scope: EditScope) -> Plan:
    """The plan of an answer that a person should look at first."""
    plan = read_reply(reply, scope)
    assert isinstance(plan, Plan), plan
    assert plan.outside or plan.doubt
    return plan


def refused(reply: Reply, scope: EditScope) -> Reject:
    plan = read_reply(reply, scope)
    assert isinstance(plan, Reject), plan
    return plan
