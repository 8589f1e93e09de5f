"""The agents in the menu: those that a directive names, the three that fit best, and the way to all.

Pure and quick: ranks what was read before, and reads nothing.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flux_lsp.actions.action import AGENT_KIND
from flux_lsp.actions.agents.rank import MenuAgent, rank
from flux_lsp.actions.mentions import read_mention
from flux_lsp.actions.offer import MenuContext, MenuItem
from flux_lsp.fronts.lsp.menu import (
    Menu,
    MenuRequest,
    build_code_action,
    build_entry,
    is_wanted,
)
from flux_lsp.fronts.lsp.menu_target import LineView
from flux_lsp.syntax.directives import Directive

_MOST = 3  # agents that the menu names
ASK = "Flux: ask an agent…"


def find_mentioned(menu: Menu, context: MenuContext) -> Mapping[Directive, MenuAgent]:
    """Find the directives `@ID …` that name one of the menu's agents; the words of others are for edit."""
    if not context.directives or not menu.shows_agents:
        return {}
    agents = {agent.id: agent for agent in menu.agents}
    mentions = {each: read_mention(each.instruction) for each in context.directives}
    return {d: agents[m.id] for d, m in mentions.items() if m is not None and m.id in agents}


def offer_agents(
    menu: Menu,
    context: MenuContext,
    mentioned: Mapping[Directive, MenuAgent],
    document: LineView,
    request: MenuRequest,
) -> list[dict[str, Any]]:
    """Return the agents' entries as JSON, those that a directive names first."""
    if not menu.shows_agents or not is_wanted(AGENT_KIND, request.only):
        return []
    entries = [
        build_code_action(menu, agent.action, _name(directive), document, request)
        for directive, agent in mentioned.items()
    ]
    if (context.is_unasked and context.selection == "cursor") or not context.has_text:
        return entries
    for agent in rank(menu.agents, context)[:_MOST]:
        title = agent.action.title
        item = MenuItem(f"Flux: {agent.id}: {title[0].lower()}{title[1:]}")
        entries.append(build_code_action(menu, agent.action, item, document, request))
    place = {"uri": request.uri, "range": request.range}
    command = menu.agent_command or "flux.agents"
    argument = place if menu.agent_command else {**place, "tell": True}
    return [*entries, build_entry(menu, ASK, AGENT_KIND, command, argument)]


def _name(directive: Directive) -> MenuItem:
    """The entry of a directive: its title says all of it, the agent gets what stands behind its name."""
    mention = read_mention(directive.instruction)
    words = mention.instruction if mention else ""
    return MenuItem(f"Flux: {directive.instruction}", replace(directive, instruction=words))
