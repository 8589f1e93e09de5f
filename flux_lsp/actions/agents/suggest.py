"""What can be written at a place of an agent's frontmatter: keys, models, names of agents and the like.

Looks at the text above the place alone. Never suggests what Flux does not act on.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple, get_args

from flux_lsp.actions.action import Returns
from flux_lsp.actions.agents.keys import MEANT, ROLES, Role
from flux_lsp.core.tiers import TIERS
from flux_lsp.models.catalogue import Catalogue
from flux_lsp.syntax.languages import list_languages

_KEY = re.compile(r"\s*(?:-\s+)?([A-Za-z_][\w-]*)\s*:")
_ITEM = re.compile(r"\s*-\s")
# Keys below another one, by what they hold.
_NESTED: Mapping[str, Role] = {
    "preference": "model",
    "to": "escalation",
    "agent": "next_agents",
    "requires": "next_agents",
    "recommends": "next_agents",
}
_TOOLS = ("Read", "Grep", "Glob", "Edit", "Write")
_DETAILS: Mapping[str, str] = {
    "name": "what the agent is called",
    "description": "its first sentence stands in the menu",
    "returns": "what a run gives",
    "model": "who is asked",
    "escalation": "who is asked after failed answers",
    "tools": "a tool that edits grants the right to edit",
    "languages": "where it is offered",
    "paths": "where it is offered",
    "agents": "who may follow",
    "argument-hint": "what the box for the instruction says",
}


class Suggestion(NamedTuple):
    """A word that fits, and what it is."""

    word: str
    detail: str


def suggest(
    lines: list[str],
    line: int,
    column: int,
    names: Iterable[str],
    catalogue: Catalogue,
    today: date,
) -> list[Suggestion]:
    """Suggest what fits at a 0-based place of a file's `lines`; nothing outside of the frontmatter.

    `names`: the ids of the agents there are.
    """
    if not _is_inside(lines, line):
        return []
    before = lines[line][:column]
    key = _KEY.match(before)
    if key is None and not _ITEM.match(before):
        if before.strip() != before:  # below another key
            return []
        used = {match[1] for text in lines[1:line] if (match := _KEY.match(text))}
        keys = [name for name in MEANT if name not in used]
        return [Suggestion(f"{name}: ", _DETAILS.get(name, "")) for name in keys]
    name = key[1] if key else _find_key_above(lines, line)
    return [Suggestion(word, detail) for word, detail in _list(name, names, catalogue, today)]


def _is_inside(lines: list[str], line: int) -> bool:
    if not lines or lines[0].rstrip().removeprefix("\ufeff") != "---" or line == 0:
        return False
    return all(text.rstrip() not in ("---", "...") for text in lines[1 : line + 1])


def _find_key_above(lines: list[str], line: int) -> str:
    """The key whose list an item belongs to."""
    for text in reversed(lines[:line]):
        key = _KEY.match(text)
        if key and not _ITEM.match(text):
            return key[1]
    return ""


def _list(
    key: str, names: Iterable[str], catalogue: Catalogue, today: date
) -> list[tuple[str, str]]:
    match _NESTED.get(key) or ROLES.get(key):
        case "model" | "escalation":
            models = [m for m in catalogue.models if m.state(today) == "active"]
            tiers = [(tier, "the newest one") for tier in TIERS]
            return [*tiers, ("inherit", "the routing chooses"), *((m.id, m.name) for m in models)]
        case "returns":
            return [(word, "") for word in get_args(Returns)]
        case "next_agents":
            return [(name, "agent") for name in sorted(names)]
        case "tools" | "denied_tools":
            return [(tool, "") for tool in _TOOLS]
        case "languages":
            return [(language.id, language.name) for language in list_languages()]
        case "menu" | "unlisted" | "disabled" | "read_only":
            return [("true", ""), ("false", "")]
    return []
