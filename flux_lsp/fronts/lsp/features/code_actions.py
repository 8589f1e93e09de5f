"""The menu at a range: what a run could do there, and what waits for a decision.

Never parses, never touches the disk, never waits for a model.
"""

from dataclasses import replace
from functools import partial
from typing import Any

from lsprotocol import types

from flux_lsp.fronts.lsp.finding_items import leave_out_repeated
from flux_lsp.fronts.lsp.flux_server import FluxServer
from flux_lsp.fronts.lsp.menu import Menu, MenuRequest, is_wanted
from flux_lsp.fronts.lsp.offer import is_at_cursor, offer_actions
from flux_lsp.fronts.lsp.session import EditorSession
from flux_lsp.runs.words import describe_request, name_action

_UNDO_WITHIN = 600.0  # seconds after a run changed something
JsonObject = dict[str, Any]  # an LSP `CodeAction`; made as JSON, since the menu opens often


def register(server: FluxServer) -> None:
    """Handle `textDocument/codeAction`."""

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION)
    async def answer_code_action(params: types.CodeActionParams) -> list[JsonObject]:
        actions = await list_actions(server, params)
        can = server.session.editor.can
        if can.get("textDocument.codeAction.codeActionLiteralSupport") is not None:
            return actions
        return [action["command"] for action in actions]  # all that such a client understands


async def list_actions(server: FluxServer, params: types.CodeActionParams) -> list[JsonObject]:
    """List every entry of the menu, first those that wait for a decision."""
    session = server.session
    place = _read_place(session, params)
    document = session.documents.store.get(place.uri)
    if document is None:
        return []
    root = session.documents.find_root(place.uri)
    menu = await session.configuration.make_menu()
    menu = replace(menu, agents=session.agents.get_menu(root))
    if menu.disabled:  # what was missing may be there by now: for the next menu
        server.background.start(session.configuration.refresh())
    fixes = list_finding_fixes(server, place, menu)
    actions = offer_actions(menu, document, place, server.outlining.get(document.uri))
    actions = [*fixes, *list_agent_fixes(server, place), *leave_out_repeated(actions, fixes)]
    refresh = partial(session.agents.refresh_menu, root)  # for the next menu
    if place.is_unasked and is_at_cursor(document, place):
        if menu.shows_agents:
            server.background.start_later(refresh)
        return actions
    if menu.shows_agents:
        server.background.start(refresh())
    server.warm_up()
    return list_decisions(session, place, menu.key_command) + actions


def list_agent_fixes(server: FluxServer, place: MenuRequest) -> list[JsonObject]:
    """List what mends an agent's file at the place, and what can be done with the agent."""
    first, last = place.range["start"]["line"], place.range["end"]["line"]
    fixes = server.agent_checking.list_fixes(place.uri, first, last)
    entries = [*fixes, *server.agent_checking.list_entries(place.uri, first)]
    return [entry for entry in entries if is_wanted(entry["kind"], place.only)]


def list_finding_fixes(server: FluxServer, place: MenuRequest, menu: Menu) -> list[JsonObject]:
    """List what a person can do with the findings at the place."""
    first, last = place.range["start"]["line"], place.range["end"]["line"]
    actions = server.findings.list_fixes(place.uri, first, last, menu)
    return [action for action in actions if is_wanted(action["kind"], place.only)]


def list_decisions(
    session: EditorSession, place: MenuRequest, key_command: str = ""
) -> list[JsonObject]:
    """List what a person can do with the runs and proposals of this document, or to have some."""
    first, last = place.range["start"]["line"], place.range["end"]["line"]
    items: list[tuple[str, str, Any]] = []
    for proposal in session.proposals.find_by_document(place.uri):
        from flux_lsp.fronts.lsp.review_menu import list_menu_items

        items += list_menu_items(proposal, place.uri, first, last)
    if key_command:
        items.append(("Flux: set the API key…", key_command, None))
    for run in session.runs.list_running(place.uri):
        title = f"Flux: cancel {describe_request(run.request)} ({run.state})"
        items.append((title, "flux.cancel", {"run": run.id}))
    items += _list_afterwards(session, place.uri)
    return [
        {
            "title": title,
            "kind": kind,
            "command": {
                "title": title,
                "command": command,
                "arguments": [] if argument is None else [argument],
            },
        }
        for title, command, argument in items
        if is_wanted(kind := f"quickfix.{command}", place.only)
    ]


def _list_afterwards(session: EditorSession, uri: str) -> list[tuple[str, str, Any]]:
    """List what can be done about the last edit here for some minutes, where no plugin shows it."""
    run = None if session.editor.can.outcome else session.runs.find_undoable(uri, _UNDO_WITHIN)
    if run is None:
        return []
    count = len({base.uri for edit in run.edits for base, _ in edit.files})
    where = f" in {count} files" if count > 1 else ""
    name, argument = f"{name_action(run.request.action)}{where}", {"run": run.id}
    return [
        (f"Flux: undo {name}", "flux.undo", argument),
        (f"Flux: undo {name} and try again", "flux.retry", {**argument, "undo": True}),
        (f"Flux: show what {name} changed", "flux.show", argument),
    ]


def _read_place(session: EditorSession, params: types.CodeActionParams) -> MenuRequest:
    """Read LSP's parameters for the menu; diagnostics stay JSON, see `quick_params`."""
    uri, context = params.text_document.uri, params.context
    diagnostics: Any = context.diagnostics
    return MenuRequest(
        uri=uri,
        path=session.documents.get_display_path(uri),
        range={
            "start": _read_position(params.range.start),
            "end": _read_position(params.range.end),
        },
        only=tuple(context.only) if context.only else None,
        is_unasked=context.trigger_kind is types.CodeActionTriggerKind.Automatic,
        diagnostics=tuple(d for d in diagnostics if isinstance(d, dict) and "range" in d),
    )


def _read_position(position: types.Position) -> dict[str, int]:
    return {"line": position.line, "character": position.character}
