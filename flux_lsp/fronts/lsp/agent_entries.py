"""What the menu offers in an agent's own file: to trust it, and to run it on what else is open.

Never runs one and reads no file.
"""

from typing import TYPE_CHECKING, Any

from flux_lsp.actions.agents.action import make_action
from flux_lsp.actions.offer import MenuContext, is_allowed
from flux_lsp.fronts.lsp.session import EditorSession
from flux_lsp.syntax.languages import find_language

if TYPE_CHECKING:
    from flux_lsp.actions.agents.sources import ListedAgent
    from flux_lsp.actions.agents.values import Agent

TRUST = "Flux: trust this agent"
_MOST = 3  # documents that it is offered to run on


def list_agent_entries(
    session: EditorSession, uri: str, listed: "ListedAgent"
) -> list[dict[str, Any]]:
    """List the entries as LSP code actions; a file with errors can neither be trusted nor run."""
    agent = listed.stored.file.agent
    if agent is None or listed.has_errors:
        return []
    if not listed.is_trusted:
        return [_build(TRUST, "quickfix.flux.trust", "flux.trust", {"uri": uri})]
    return [] if listed.is_hidden or not agent.is_enabled else _list_runs(session, uri, agent)


def _list_runs(session: EditorSession, uri: str, agent: "Agent") -> list[dict[str, Any]]:
    action = make_action(agent)
    entries = []
    for other in reversed(session.documents.store.list_uris()):
        document = session.documents.store.get(other)
        path = session.documents.get_display_path(other)
        if other == uri or document is None:
            continue
        language = find_language(document.language_id, path)
        if not is_allowed(action.offer, MenuContext(language, path, "cursor", None)):
            continue
        last = {"line": document.line_count, "character": 0}
        whole = {"start": {"line": 0, "character": 0}, "end": last}
        argument = {"action": action.id, "uri": other, "range": whole}
        entries.append(_build(f"Flux: run this agent on {path}", action.kind, "flux.run", argument))
    return entries[:_MOST]


def _build(title: str, kind: str, command: str, argument: dict[str, Any]) -> dict[str, Any]:
    order = {"title": title, "command": command, "arguments": [argument]}
    return {"title": title, "kind": kind, "command": order}
