"""An agent becomes an `Action`, the same value that the built-in actions are.

Pure. Never grants a right that the agent's file does not grant.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from flux_lsp.actions.action import Action, OfferRule, Requirement, Returns, Right
from flux_lsp.core.tiers import Tier

if TYPE_CHECKING:  # the menu is on the start-up path, and it brings YAML along
    from flux_lsp.actions.agents.values import Agent

PREFIX = "agent:"  # of the id of an agent's action
GROUP = "agent"

# Where a file names no tier: what the router starts from for what the agent returns.
_TIERS: Mapping[Returns, Tier] = {
    "edit": "sonnet",
    "tests": "haiku",
    "answer": "haiku",
    "findings": "sonnet",
}
_REQUIREMENTS: Mapping[Returns, tuple[Requirement, ...]] = {"tests": ("file", "grammar")}

# Teams write briefs for tools that read files and run commands; here a model sees one prompt.
_LIMITS = """\
The brief above says who you are and what to look after. You have what you are shown here and nothing \
else: you run no command, open no file and call nobody, so leave out each step that would. \
<instruction>, where there is one, says what the programmer wants of you now and comes first."""

_ENDINGS: Mapping[Returns, str] = {
    "edit": "Change the target as the brief and the instruction ask, and nothing else. Keep names, "
    "comments, formatting and behaviour that they do not mention.",
    "tests": "Write tests for the target in the framework and file named in <test_place>. Use "
    "`apply_edits`: `new_files` for a test file that is new; for one that exists, edits that add to "
    "it. Never change, move or repeat a test that is there, and never change the code under test.",
    "answer": "Say about the target what the brief and the instruction ask. Name what you only suppose "
    "as such.",
    "findings": "Report what the brief and the instruction ask you to look for in the target, the most "
    "serious first. Report nothing that you cannot show in the lines.",
}


def make_action(agent: "Agent") -> Action:
    """Make the action `agent:ID`."""
    choice = agent.choice
    turns_to = agent.escalates_to if agent.escalates_when else None
    return Action(
        id=f"{PREFIX}{agent.id}",
        title=agent.title,
        menu=agent.title,
        summary=agent.description,
        returns=agent.returns,
        task=f"{_LIMITS}\n{_ENDINGS[agent.returns]}",
        tier=choice.tier or _TIERS[agent.returns],
        reason=agent.reason,
        escalates_to=None if agent.escalates_to is None else "sonnet",
        offer=OfferRule(
            requires=_REQUIREMENTS.get(agent.returns, ()),
            languages=agent.languages,
            paths=agent.paths,
        ),
        hint=agent.hint,
        rights=_list_rights(agent),
        group=GROUP,
        brief=agent.brief,
        is_pinned=choice.tier is not None or turns_to is not None,
        turns_to=turns_to,
        turning_words=agent.escalates_when if turns_to else (),
        model=choice.model,
        effort=agent.effort,
        attempts=agent.attempts,
        shows_diagnostics=True,
    )


def _list_rights(agent: "Agent") -> tuple[Right, ...]:
    if agent.returns == "tests" or (agent.returns == "edit" and agent.may_create):
        return ("leave_target", "create_files")
    return ("leave_target",) if agent.returns == "edit" else ()
