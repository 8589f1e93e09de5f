"""The list of agents for a picker: all that are offered at a place, the one that fits best first.

Never runs one.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

from flux_lsp.actions.agents.rank import MenuAgent, list_menu_agents, rank
from flux_lsp.core.text import Span
from flux_lsp.engine.values import Request
from flux_lsp.fronts.lsp.convert import to_span
from flux_lsp.fronts.lsp.menu import MenuRequest
from flux_lsp.fronts.lsp.offer import read_context
from flux_lsp.fronts.lsp.session import EditorSession
from flux_lsp.runs.agent_prices import ExpectedCall, expect_calls
from flux_lsp.runs.start import take_snapshot

_TOLD = 5  # agents that a message names


async def list_agents_at(
    session: EditorSession, uri: str, place: Mapping[str, Mapping[str, int]], *, tell: bool
) -> dict[str, Any]:
    """List the agents as JSON; `tell`: also tell the person how a comment reaches one."""
    listed = await session.agents.list_agents(session.documents.find_root(uri))
    agents = _rank(session, await asyncio.to_thread(list_menu_agents, listed), uri, place)
    if tell:
        _explain(session, agents)
    calls: Mapping[str, ExpectedCall] = {}
    if agents and not tell:
        snapshot = await take_snapshot(session, uri, agents[0].action.id)
        span = to_span(snapshot, place, session.documents.encoding)
        request = Request("", agents[0].action.id, snapshot, Span(span.start, span.end))
        calls = await expect_calls(session, request, [agent.action for agent in agents])
    return {"agents": [_describe(agent, calls.get(agent.action.id)) for agent in agents]}


def _rank(
    session: EditorSession,
    agents: tuple[MenuAgent, ...],
    uri: str,
    place: Mapping[str, Mapping[str, int]],
) -> list[MenuAgent]:
    document = session.documents.store.get(uri)
    if document is None:
        return []
    asked = MenuRequest(uri, session.documents.get_display_path(uri), place)
    return rank(agents, read_context(document, asked, session.find_outline(uri)))


def _describe(agent: MenuAgent, call: ExpectedCall | None) -> dict[str, Any]:
    action = agent.action
    return {
        "id": agent.id,
        "title": action.title,
        "returns": action.returns,
        "tier": call.tier if call else action.tier,
        "usd": call.usd if call else None,
        "hint": action.hint,
    }


def _explain(session: EditorSession, agents: list[MenuAgent]) -> None:
    names = ", ".join(f"@{agent.id}" for agent in agents[:_TOLD])
    more = len(agents) - _TOLD
    others = f" and {more} more (`flux-lsp agents`)" if more > 0 else ""
    session.editor.show_message(
        "info",
        "Flux: write a comment `flux: @NAME what to do` above the code and pick it in this menu. "
        f"Here fit {names}{others}",
    )
