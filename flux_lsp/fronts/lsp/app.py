"""The language server: one visible table from method to handler, and the life of a session.

Holds no logic: handlers convert, ask the part that knows, and convert back.
"""

import asyncio
import json
import logging
import time
from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from flux_lsp.actions.registry import Registry
from flux_lsp.core.errors import FluxError
from flux_lsp.fronts.lsp.arguments import BadArgumentsError
from flux_lsp.fronts.lsp.capabilities import COMMANDS
from flux_lsp.fronts.lsp.configuration import Configuration
from flux_lsp.fronts.lsp.documents import Documents
from flux_lsp.fronts.lsp.editor import Capabilities, ClientError, Editor
from flux_lsp.fronts.lsp.offer import AUTOMATIC, Asked, at_cursor, offer_actions, wanted
from flux_lsp.fronts.lsp.outlining import Outlining
from flux_lsp.fronts.lsp.protocol.errors import RpcError
from flux_lsp.fronts.lsp.protocol.params import BadParamsError, need
from flux_lsp.fronts.lsp.protocol.plain import PlainServer as Server
from flux_lsp.fronts.lsp.protocol.progress import WorkDone
from flux_lsp.fronts.lsp.session import Session
from flux_lsp.runs.private_files import forget_old, forget_run
from flux_lsp.runs.uris import path_of

log = logging.getLogger(__name__)

_REQUEST_FAILED = -32803  # LSP's code for a request that was right and yet could not be done
_QUIET = 0.5  # seconds; what nobody waits for is done after the first requests, not among them


class App:
    """Flux behind one connection."""

    def __init__(
        self, server: Server, command_line: Mapping[str, object], registry: Registry
    ) -> None:
        """Register every handler; nothing is loaded yet. `command_line`: settings given there."""
        self._registry = registry
        self._command_line = command_line
        self.server = server
        self.session: Session | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._warmed = False
        for method, handler in {
            "initialize": self.initialize,
            "initialized": self.initialized,
            "textDocument/didOpen": self.did_open,
            "textDocument/didChange": self.did_change,
            "textDocument/didClose": self.did_close,
            "textDocument/codeAction": self.code_action,
            "textDocument/hover": self.hover,
            "workspace/didChangeConfiguration": self.did_change_configuration,
            "workspace/didChangeWorkspaceFolders": self.did_change_folders,
        }.items():
            server.on(method, handler)
        for command in COMMANDS:
            server.on_command(command, partial(self.execute, command))
        server.on_stop(self.close)

    def initialize(self, params: Mapping[str, Any]) -> None:
        """Take down what the client is and can; no I/O, nothing is waited for."""
        options = params.get("initializationOptions")
        can = Capabilities(
            params.get("capabilities") or {}, options if isinstance(options, dict) else {}
        )
        editor = Editor(_Wire(self.server), can)
        documents = Documents(self.server.documents, _roots(params))
        configuration = Configuration(
            editor, documents, can.options, self._command_line, self._registry
        )
        self.session = Session(editor, documents, configuration, self._registry)
        self._outlining = Outlining(documents, self._spawn, _QUIET)
        self._client = params.get("clientInfo") or {}

    async def initialized(self, _: object) -> None:
        """Load the configuration, off the loop."""
        session = self._session()
        await session.configuration.start()
        self._later(self._note_session)
        self._later(self._forget_old)

    async def close(self) -> None:
        """End every run; the connection to the model is closed."""
        if self.session is not None:
            await self.session.jobs.close()
            for proposal in self.session.proposals.newest_first():
                forget_run(self.session.configuration.data_dir, proposal.run)
            await self.session.configuration.close()
            self._outlining.close()

    def did_open(self, params: Mapping[str, Any]) -> None:
        """Parse in the background, for the menu and so that the first run need not."""
        uri = need(params, "textDocument.uri", str)
        self._outlining.opened(uri)

    def did_change(self, params: Mapping[str, Any]) -> None:
        """Tell whoever waits to see an edit arrive; parse again when there is time."""
        uri = need(params, "textDocument.uri", str)
        self._outlining.changed(uri, params.get("contentChanges") or ())
        if self.session is not None:
            self.session.documents.changed(uri)

    def did_close(self, params: Mapping[str, Any]) -> None:
        """Forget the document's tree."""
        uri = need(params, "textDocument.uri", str)
        self._outlining.closed(uri)
        if self.session is not None:
            self.session.documents.syntax.forget(uri)

    async def code_action(self, params: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The menu at a range."""
        session = self._session()
        asked = _asked(session, params)
        document = session.documents.store.get(asked.uri)
        if document is None:
            return []
        menu = await session.configuration.menu()
        if menu.disabled:  # what was missing may be there by now: for the next menu
            self._spawn(session.configuration.refresh())
        actions = offer_actions(menu, document, asked, self._outlining.of(document.uri))
        if not (asked.automatic and at_cursor(document, asked)):
            self._warm()
            actions = self._session_items(session, asked) + actions
        if session.editor.can.get("textDocument.codeAction.codeActionLiteralSupport") is not None:
            return actions
        return [a["command"] for a in actions]  # all that such a client understands

    def _session_items(self, session: Session, asked: Asked) -> list[dict[str, Any]]:
        """What can be done with runs and proposals of this document: first, since it waits for one."""
        first, last = asked.range["start"]["line"], asked.range["end"]["line"]
        items: list[tuple[str, str, Any]] = []
        for proposal in session.proposals.of(asked.uri):
            from flux_lsp.fronts.lsp.review_menu import menu_items

            items += menu_items(proposal, asked.uri, first, last)
        for run in session.jobs.running(asked.uri):
            title = f"Flux: cancel {run.request.action} ({run.state})"
            items.append((title, "flux.cancel", {"run": run.id}))
        return [
            {
                "title": title,
                "kind": kind,
                "command": {"title": title, "command": command, "arguments": [argument]},
            }
            for title, command, argument in items
            if wanted(kind := f"quickfix.{command}", asked.only)
        ]

    def hover(self, params: Mapping[str, Any]) -> dict[str, Any] | None:
        """The change that waits at this line, else an explanation of the text under the cursor."""
        session = self._session()
        uri = need(params, "textDocument.uri", str)
        line = need(params, "position.line", int)
        column = need(params, "position.character", int)
        document = session.documents.store.get(uri)
        if document is None:
            return None
        found = _proposed(session, uri, line)
        if found is None and session.explanations.has(uri):
            offset = document.offset(line, column)
            found = session.explanations.at(uri, document.text(), offset)
        return None if found is None else {"contents": {"kind": "markdown", "value": found}}

    async def execute(self, command: str, arguments: list[Any]) -> object:
        """Run a `flux.*` command; a mistake in its arguments is -32602 with a sentence."""
        from flux_lsp.fronts.lsp.commands import HANDLERS

        session = self._session()
        try:
            return await HANDLERS[command](session, arguments, None)
        except BadArgumentsError as error:
            raise BadParamsError(str(error)) from error
        except FluxError as error:
            raise request_failed(session, error) from error

    async def did_change_configuration(self, params: Mapping[str, Any]) -> None:
        """Take new settings, pushed or pulled."""
        await self._session().configuration.update(
            params.get("settings"), params.get("userSettings")
        )

    def did_change_folders(self, params: Mapping[str, Any]) -> None:
        """Follow the workspace's folders."""
        event = params.get("event") or {}
        session = self._session()
        gone = {path_of(folder["uri"]) for folder in event.get("removed", ())}
        new = [path_of(folder["uri"]) for folder in event.get("added", ())]
        kept = [root for root in session.documents.roots if root not in gone]
        session.documents.roots = tuple(kept + [root for root in new if root is not None])
        session.configuration.reload()

    def _warm(self) -> None:
        """Load the SDK once somebody opens the menu: a window that only edits is spared 50 MB."""
        if not self._warmed:
            self._warmed = True
            self._spawn(self._session().configuration.warm())

    async def _forget_old(self) -> None:
        """Patches and explanations of days ago hold code that nobody waits for."""
        data = self._session().configuration.data_dir
        await asyncio.to_thread(forget_old, data, time.time())

    async def _note_session(self) -> None:
        """For `flux-lsp doctor`: what the last editor could do; our own commands are none."""
        if self._client.get("name") == "flux-lsp":
            return
        session = self._session()
        note = {"client": self._client, "capabilities": session.editor.can.raw}
        await asyncio.to_thread(
            _write_note, session.configuration.data_dir / "last_session.json", note
        )

    def _later(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do it when the editor has what it asks for at start."""
        asyncio.get_running_loop().call_later(_QUIET, lambda: self._spawn(work()))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("background work failed", exc_info=task.exception())

    def _session(self) -> Session:
        assert self.session is not None, "the protocol lets nothing in before initialize"
        return self.session


class _Wire:
    """The protocol's requests as the editor's parts use them."""

    def __init__(self, server: Server) -> None:
        self._server = server

    async def request(self, method: str, params: object) -> object:
        try:
            return await self._server.ask(method, params)
        except RpcError as error:
            raise ClientError(str(error)) from error

    def notify(self, method: str, params: object) -> None:
        self._server.tell(method, params)

    def progress(
        self, title: str, on_cancel: Callable[[], None], token: str | int | None
    ) -> WorkDone:
        return self._server.work_done(title, on_cancel=on_cancel, client_token=token)


def _proposed(session: Session, uri: str, line: int) -> str | None:
    for proposal in session.proposals.of(uri):
        from flux_lsp.runs.review import as_markdown, is_near

        if any(is_near(piece, uri, line, line) for piece in proposal.open):
            return as_markdown(proposal)
    return None


def request_failed(session: Session, error: FluxError) -> Exception:
    """A refused command as the JSON-RPC error RequestFailed, shown to people who have no plugin."""
    if not session.editor.can.outcome:
        session.editor.message("warning", f"Flux: {error.problem}")
    problem = error.problem
    data = {"code": str(problem.code), "hint": problem.hint}
    return RpcError(_REQUEST_FAILED, str(problem), data)


def _asked(session: Session, params: Mapping[str, Any]) -> Asked:
    uri = need(params, "textDocument.uri", str)
    context = params.get("context") or {}
    only = context.get("only")
    range_ = {
        end: {
            "line": need(params, f"range.{end}.line", int),
            "character": need(params, f"range.{end}.character", int),
        }
        for end in ("start", "end")
    }
    diagnostics = context.get("diagnostics")
    return Asked(
        uri=uri,
        path=session.documents.display(uri),
        range=range_,
        only=tuple(map(str, only)) if isinstance(only, list) and only else None,
        automatic=context.get("triggerKind") == AUTOMATIC,
        diagnostics=tuple(d for d in diagnostics if isinstance(d, dict) and "range" in d)
        if isinstance(diagnostics, list)
        else (),
    )


def _roots(params: Mapping[str, Any]) -> list[Path]:
    folders = params.get("workspaceFolders")
    uris = [folder["uri"] for folder in folders] if folders else [params.get("rootUri")]
    return [path for uri in uris if uri and (path := path_of(uri)) is not None]


def _write_note(file: Path, note: Mapping[str, Any]) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(note, indent=1), encoding="utf-8")
    except OSError as error:
        log.warning("last session not noted: %s", error)
