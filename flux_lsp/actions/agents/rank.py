"""Which agents fit a place best: pure rules on the language, the path, the selection and the problems.

Runs each time a menu opens, so it never parses and never reads a file.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flux_lsp.actions.action import Action
from flux_lsp.actions.agents.action import make_action
from flux_lsp.actions.offer import MenuContext, is_allowed
from flux_lsp.syntax.languages import Language

if TYPE_CHECKING:  # the menu is on the start-up path, and they bring YAML along
    from flux_lsp.actions.agents.sources import ListedAgent
    from flux_lsp.actions.agents.values import Agent

_LONGEST = 2_000  # characters of each text that are looked at
_STEM = 4  # letters that a longer word may share with an agent's: `auth`, `authenticate`
_LONG_WORD = 5  # letters from which a word of a description is worth looking for
_MOST_WORDS = 4  # of an agent that count
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")

# Points: for a word by where it stands, for a language by how many the agent names, for a path.
_IN_PROBLEMS, _IN_PATH, _IN_NAME, _IN_TEXT, _IN_KIND = 3, 3, 3, 1, 2
_BY_LANGUAGES = ((1, 5), (3, 3), (8, 2))
_FOR_PATH, _FOR_OWN = 3, 3

_PROSE = frozenset({"markdown", "restructuredtext", "latex", "plaintext"})
_DATA = frozenset({"json", "yaml", "toml", "ini", "dotenv", "xml", "ignore", "pip-requirements"})


@dataclass(frozen=True, slots=True)
class MenuAgent:
    """An agent that menus list. `words` and `phrases` (several words each) are what it is good for."""

    id: str
    action: Action
    words: frozenset[str]
    phrases: tuple[tuple[str, ...], ...]
    is_own: bool  # a person or a workspace brought it along


def list_menu_agents(listed: "Iterable[ListedAgent]") -> tuple[MenuAgent, ...]:
    """List the agents that may run and that menus show."""
    return tuple(
        _make_menu_agent(each.id, agent, is_own=each.stored.source != "builtin")
        for each in listed
        if not each.is_hidden and each.is_trusted and not each.has_errors
        if (agent := each.stored.file.agent) and agent.is_enabled and agent.is_listed
    )


def _make_menu_agent(agent_id: str, agent: "Agent", *, is_own: bool) -> MenuAgent:
    """Make it; most files of teams say in the description alone what an agent is good for."""
    phrases = [tuple(_split(word)) for word in agent.words]
    words = {phrase[0] for phrase in phrases if len(phrase) == 1}
    if is_own:
        described = _split(f"{agent.id} {agent.description}"[:_LONGEST])
        words |= {word for word in described if len(word) >= _LONG_WORD}
    several = tuple(phrase for phrase in phrases if len(phrase) > 1)
    return MenuAgent(agent_id, make_action(agent), frozenset(words), several, is_own)


def rank(agents: Sequence[MenuAgent], context: MenuContext) -> list[MenuAgent]:
    """Return those that are offered at a place, the one that fits best first."""
    words = _read_words(context)
    offered = [each for each in agents if is_allowed(each.action.offer, context)]
    return sorted(offered, key=lambda each: (-_count(each, words), each.id))


def _count(agent: MenuAgent, words: Mapping[str, int]) -> int:
    rule = agent.action.offer
    scores = [words[word] for word in agent.words if word in words]
    scores += [min(words.get(part, 0) for part in phrase) for phrase in agent.phrases]
    best = [score for score in sorted(scores, reverse=True)[:_MOST_WORDS] if score]
    count = len(rule.languages)
    by_language = next((points for most, points in _BY_LANGUAGES if 0 < count <= most), 0)
    by_path = _FOR_PATH * any(path.strip("*/") for path in rule.paths)  # `**` says nothing
    own = _FOR_OWN if agent.is_own and (best or by_language or by_path) else 0
    return sum(best) + by_language + by_path + own


def _read_words(context: MenuContext) -> dict[str, int]:
    """Read the words of a place, and the beginnings of longer ones, each with its most points."""
    problems = "\n".join(context.problems)
    texts = (
        (context.nearby, _IN_TEXT),
        (f"{_name_kind(context.language)} {context.language.id}", _IN_KIND),
        (context.symbol or "", _IN_NAME),
        (context.path, _IN_PATH),
        (f"diagnostics {problems}" if problems else "", _IN_PROBLEMS),
    )
    words: dict[str, int] = {}
    for text, points in texts:
        for word in _split(text[-_LONGEST:]):
            words[word] = points
            for end in range(_STEM, len(word)):
                words[word[:end]] = points
    return words


def _split(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


def _name_kind(language: Language) -> str:
    if language.id in _PROSE:
        return "prose"
    return "data" if language.id in _DATA else "code"
