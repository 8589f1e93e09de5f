"""docs/agents.md: what an agent is, and a row for each agent that comes with Flux.

Never lists an agent that is not there.
"""

from collections.abc import Mapping, Sequence

from flux_lsp.actions.action import Action, Returns
from flux_lsp.actions.agents.rank import list_menu_agents
from flux_lsp.actions.agents.sources import BUILTIN_FOLDER, AgentFiles, list_agents
from flux_lsp.models.catalogue import load_catalogue
from flux_lsp.publish.pages import fill_page
from flux_lsp.runs.clock import SystemClock

_RETURNS: Mapping[Returns, str] = {
    "edit": "an edit",
    "tests": "tests",
    "answer": "an answer",
    "findings": "findings",
}


def render_page() -> str:
    """The whole page."""
    stored = AgentFiles(load_catalogue()).read_folders([BUILTIN_FOLDER], SystemClock().now().date())
    agents = list_menu_agents(list_agents(stored, frozenset()))
    return fill_page("agents", agents=_render_table([agent.action for agent in agents]))


def _render_table(actions: Sequence[Action]) -> str:
    head = "| agent | what it does | brings | starts on | offered in |\n| --- | --- | --- | --- | --- |\n"
    rows = (
        f"| `{action.id.partition(':')[2]}` | {action.title} | {_RETURNS[action.returns]} | "
        f"{_name_tier(action)} | {_name_places(action)} |\n"
        for action in actions
    )
    return head + "".join(rows)


def _name_tier(action: Action) -> str:
    if action.turns_to is None:
        return action.tier
    return f"{action.tier}; {action.turns_to} for {action.turning_words[0]} and the like"


def _name_places(action: Action) -> str:
    languages = ", ".join(action.offer.languages) or "every language"
    return f"{languages}; in its usual places" if action.offer.paths else languages
