"""An agent's file becomes an `Agent`, and what is wrong with it is listed.

Never fails on a key that it does not know, and never grants more than the file's tools grant.
"""

import re
from collections.abc import Iterator
from datetime import date
from difflib import get_close_matches
from pathlib import PurePosixPath

from flux_lsp.actions.agents.check import check_frontmatter
from flux_lsp.actions.agents.frontmatter import Frontmatter, Place, Value, read_frontmatter
from flux_lsp.actions.agents.keys import ROLES
from flux_lsp.actions.agents.models import choose_model, read_escalation
from flux_lsp.actions.agents.rights import decide_returns, may_create_files
from flux_lsp.actions.agents.roles import Roles, is_false
from flux_lsp.actions.agents.values import Agent, AgentFile, FileProblem
from flux_lsp.models.catalogue import Catalogue
from flux_lsp.syntax.languages import list_languages

LONGEST_BRIEF = 24_000  # characters; the longest in use have 41,000, one of twenty more than 18,000
_LONGEST_TITLE = 60
_SENTENCE = re.compile(r"(?<=[.!?])\s|\n")
_EXTENSIONS = (".agent.md", ".chatmode.md")
_OWN_FOLDER = ".flux"
_TOP = Place(0, 0, 0, 3)


def read_agent(path: str, text: str, catalogue: Catalogue, today: date) -> AgentFile:
    """Read the file at `path` (posix); its keys may be of any dialect."""
    front = read_frontmatter(text, ROLES)
    if not front.is_there and not path.endswith(_EXTENSIONS):
        return AgentFile(None, is_agent=False)
    roles = Roles(front)
    problems = [*check_frontmatter(roles, is_own=_OWN_FOLDER in PurePosixPath(path).parts)]
    agent_id = make_id(roles.get_text("name") or _trim_extension(PurePosixPath(path).name))
    problems += _check_parts(front, agent_id)
    if any(problem.severity == "error" for problem in problems):
        return AgentFile(None, tuple(problems))
    agent, more = _make_agent(agent_id, roles, catalogue, today)
    return AgentFile(agent, (*problems, *more))


def make_id(name: str) -> str:
    """Make an agent's id of its name: lower case, words joined by `-`."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def _trim_extension(name: str) -> str:
    endings = (*_EXTENSIONS, ".md")
    return next((name.removesuffix(end) for end in endings if name.endswith(end)), name)


def _check_parts(front: Frontmatter, agent_id: str) -> Iterator[FileProblem]:
    if not agent_id:
        yield FileProblem("error", "no-name", "The agent has no name", _TOP)
    if not front.body:
        sentence = "The brief is missing: write below the frontmatter what the agent is to do"
        yield FileProblem("error", "no-brief", sentence, _TOP)


def _make_agent(
    agent_id: str, roles: Roles, catalogue: Catalogue, today: date
) -> tuple[Agent, list[FileProblem]]:
    returns, problems_of_rights = decide_returns(roles)
    choice, problems_of_model = choose_model(roles, catalogue, today)
    brief, problems_of_brief = _read_brief(roles.front)
    languages, problems_of_languages = _read_languages(roles)
    description = " ".join(roles.get_text("description").split())
    escalates_to, escalates_when = read_escalation(roles)
    reasons = [value.text.strip() for value in roles.list_nested("model", "reasoning")]
    agent = Agent(
        id=agent_id,
        title=roles.get_text("title") or shorten(description) or agent_id,
        description=description,
        returns=returns,
        choice=choice,
        brief=brief,
        hint=roles.get_text("hint"),
        reason=next((text for text in reasons if text), roles.get_text("reason")),
        escalates_to=escalates_to,
        escalates_when=escalates_when,
        paths=tuple(_list_paths(roles)),
        languages=languages,
        words=tuple(_list_words(roles)),
        next=tuple(_list_next(roles)),
        skills=tuple(text for value in roles.list_values("skills") for text in value.list_texts()),
        effort=roles.get_text("effort").lower(),
        attempts=_read_attempts(roles),
        may_create=may_create_files(roles),
        is_listed=not _is_unlisted(roles),
        is_enabled=not roles.has_true("disabled"),
    )
    return agent, [
        *problems_of_rights,
        *problems_of_model,
        *problems_of_brief,
        *problems_of_languages,
    ]


def shorten(description: str) -> str:
    """The first sentence, cut at a word if it is long."""
    first = _SENTENCE.split(description, maxsplit=1)[0].rstrip(".")
    if len(first) <= _LONGEST_TITLE:
        return first
    return f"{first[: _LONGEST_TITLE - 1].rsplit(' ', 1)[0]}…"


def _read_brief(front: Frontmatter) -> tuple[str, list[FileProblem]]:
    brief = front.body
    if len(brief) <= LONGEST_BRIEF:
        return brief, []
    paragraph = brief.rfind("\n\n", 0, LONGEST_BRIEF)
    end = paragraph if paragraph > 0 else LONGEST_BRIEF
    line = front.body_line + brief.count("\n", 0, end)
    sentence = f"The brief has {len(brief):,} characters; Flux sends the first {end:,}"
    return brief[:end], [
        FileProblem("warning", "long-brief", sentence, Place(line, 0, line + 1, 0))
    ]


def _read_languages(roles: Roles) -> tuple[tuple[str, ...], list[FileProblem]]:
    known = {language.id for language in list_languages()}
    values = roles.list_values("languages")
    texts = [text.lower() for value in values for text in value.list_texts()]
    problems = []
    for text in texts:
        if text not in known:
            close = get_close_matches(text, known, n=1)
            question = f"; did you mean `{close[0]}`?" if close else ""
            sentence = f"There is no language `{text[:60]}`{question}"
            place = roles.find_key("languages")
            problems.append(FileProblem("warning", "unknown-language", sentence, place))
    return tuple(text for text in texts if text in known), problems


def _list_conditions(roles: Roles) -> list[str]:
    values = roles.list_nested("conditions", "conditions")
    return [text for value in values for text in value.list_texts()]


def _is_pattern(text: str) -> bool:
    return bool(set(text) & set("/*."))


def _list_paths(roles: Roles) -> Iterator[str]:
    texts = [text for value in roles.list_values("paths") for text in value.list_texts()]
    yield from (text for text in [*texts, *_list_conditions(roles)] if _is_pattern(text))


def _list_words(roles: Roles) -> Iterator[str]:
    values = [*roles.list_values("words"), *roles.list_nested("activation", "keywords")]
    texts = [text for value in values for text in value.list_texts()]
    yield from (
        text.lower() for text in [*texts, *_list_conditions(roles)] if not _is_pattern(text)
    )


def _list_next(roles: Roles) -> Iterator[str]:
    for value in roles.list_values("next_agents"):
        if value.items:
            yield from (name for item in value.items if (name := _name_agent(item)))
        elif value.text not in ("", "*"):
            yield from value.list_texts()
    for key in ("requires", "recommends"):
        for value in roles.list_nested("dependencies", key):
            yield from value.list_texts()


def _name_agent(item: Value) -> str:
    agent = item.get("agent")
    return (agent.text if agent else item.text).strip()


def _read_attempts(roles: Roles) -> int | None:
    texts = [value.text.strip() for value in roles.list_values("attempts")]
    counts = [int(text) for text in texts if re.fullmatch("[0-9]{1,4}", text)]
    return max(min(counts), 1) if counts else None


def _is_unlisted(roles: Roles) -> bool:
    hidden = roles.list_values("unlisted")
    return (
        any(is_false(value) for value in roles.list_values("menu"))
        or roles.has_true("unlisted")
        or any(value.text.strip() == "github-copilot" for value in hidden)
    )
