"""What is known of an agent's file: the agent, and what is wrong with the file.

Only values; nothing here reads a file.
"""

from dataclasses import dataclass
from typing import Literal

from flux_lsp.actions.action import Returns
from flux_lsp.actions.agents.frontmatter import Place
from flux_lsp.core.tiers import Tier

Severity = Literal["error", "warning", "hint", "information"]
Source = Literal["builtin", "user", "workspace"]


@dataclass(frozen=True, slots=True)
class Fix:
    """A change of the file that mends a problem: `text` takes the place of what stands there."""

    title: str
    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class FileProblem:
    """What is wrong with an agent's file, where, and how it is mended."""

    severity: Severity
    code: str
    message: str
    place: Place
    fix: Fix | None = None


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """The model that a file asks for. `tier` None: as the routing says; `model` "": the tier's own."""

    tier: Tier | None = None
    model: str = ""


@dataclass(frozen=True, slots=True)
class Agent:
    """One agent, as its file describes it.

    `returns` is what its runs give. `paths` and `languages` say where it is offered; empty is
    everywhere. `brief` is what the model is told. `escalates_when` are the words that send a request
    to the other tier. `attempts`: fewer answers than the settings allow, None for as many.
    `may_create`: its edits may make new files. `next` are names of other agents. `is_listed`: it is
    offered in menus; `is_enabled`: it can be run at all.
    """

    id: str
    title: str
    description: str
    returns: Returns
    choice: ModelChoice
    brief: str
    hint: str = ""
    reason: str = ""
    escalates_to: Tier | None = "sonnet"
    escalates_when: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    next: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    effort: str = ""
    attempts: int | None = None
    may_create: bool = False
    is_listed: bool = True
    is_enabled: bool = True


@dataclass(frozen=True, slots=True)
class AgentFile:
    """What a file holds. `agent` is None if nothing can be run: an error says why.

    `is_agent` is False for a page that no tool takes for an agent, such as a README.
    """

    agent: Agent | None
    problems: tuple[FileProblem, ...] = ()
    is_agent: bool = True
