"""Answers worked out from the request's own `<target>`, for tests that do not know it beforehand.

Each rule answers in the dialect that the request offers: `rewrite_range`, else `apply_edits`, else
SEARCH/REPLACE text.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape

from tests.fakes.answers import Answer, Json, status, text, tool

Rule = Callable[[Json, int], Answer]

_NO_TOOL = "call no tool"
_OPENING = re.compile(r'<target\b((?:\s+[\w-]+="[^"]*")*)\s*>\n?')
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')


@dataclass(frozen=True)
class Target:
    """The `<target>` of a request."""

    path: str
    first_line: int
    last_line: int
    text: str


def target_of(request: Json) -> Target | None:
    """The last target that was shown; where elements carry an id, only those with it count."""
    found = [target for words in _user_texts(request) for target in _targets(words)]
    with_id = [target for target, has_id in found if has_id]
    all_ = with_id or [target for target, _ in found]
    return all_[-1] if all_ else None


def echo_target_upper() -> Rule:
    """The target in capitals."""
    return rewritten(str.upper)


def replaced(old: str, new: str) -> Rule:
    """The target with `old` replaced by `new` everywhere in it."""
    return rewritten(lambda target: target.replace(old, new))


def rewritten(change: Callable[[str], str]) -> Rule:
    """The target as `change` makes it."""

    def rule(request: Json, _number: int) -> Answer:
        target = target_of(request)
        if target is None:
            return status(400, "fake: the request shows no <target>")
        return _in_its_dialect(request, target, change(target.text))

    return rule


def by_tools(offered: Answer | Rule, none: Answer | Rule) -> Rule:
    """One answer where a tool is to be called, another where none is (explain)."""

    def rule(request: Json, number: int) -> Answer:
        called = request.get("tools") and _NO_TOOL not in user_text(request)
        entry = offered if called else none
        return entry if isinstance(entry, Answer) else entry(request, number)

    return rule


def by_text(choices: Mapping[str, Answer | Rule], otherwise: Answer | Rule) -> Rule:
    """The first choice whose key occurs in what the user turns say."""

    def rule(request: Json, number: int) -> Answer:
        said = user_text(request)
        entry = next((a for key, a in choices.items() if key in said), otherwise)
        return entry if isinstance(entry, Answer) else entry(request, number)

    return rule


def _targets(words: str) -> Iterator[tuple[Target, bool]]:
    for opening in _OPENING.finditer(words):
        given = {name: unescape(value) for name, value in _ATTRIBUTE.findall(opening[1])}
        closing = f'</target id="{given["id"]}">' if "id" in given else "</target>"
        end = words.find(closing, opening.end())
        if end >= 0:
            first, last = int(given.get("first_line", 1)), int(given.get("last_line", 1))
            text = words[opening.end() : end]
            yield Target(given.get("path", ""), first, last, text), "id" in given


def _in_its_dialect(request: Json, target: Target, new: str) -> Answer:
    offered = {one["name"] for one in request.get("tools", [])}
    if "rewrite_range" in offered:
        return tool("rewrite_range", {"code": new})
    if "apply_edits" in offered:
        edit = {"path": target.path, "old_string": target.text, "new_string": new}
        return tool("apply_edits", {"edits": [edit]})
    old = target.text if target.text.endswith("\n") else target.text + "\n"
    new = new if new.endswith("\n") else new + "\n"
    return text(f"{target.path}\n<<<<<<< SEARCH\n{old}=======\n{new}>>>>>>> REPLACE\n")


def user_text(request: Json) -> str:
    """All text of the user turns."""
    return "\n".join(_user_texts(request))


def _user_texts(request: Json) -> list[str]:
    texts = []
    for turn in request.get("messages", []):
        if turn["role"] != "user":
            continue
        if isinstance(turn["content"], str):
            texts.append(turn["content"])
        else:
            texts += [b["text"] for b in turn["content"] if b["type"] == "text"]
    return texts
