"""Serves the agents' files that are open: problems, quick fixes, hovers, suggestions, definitions.

Reads in threads, after a pause in typing. Never changes a file and never runs an agent.
"""

import asyncio
import re
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from flux_lsp.core.text import Snapshot
from flux_lsp.fronts.lsp.agent_problems import format_problem, make_fix
from flux_lsp.fronts.lsp.publishing import DiagnosticsPublisher
from flux_lsp.fronts.lsp.session import EditorSession
from flux_lsp.runs.clock import SystemClock
from flux_lsp.runs.uris import parse_file_uri

if TYPE_CHECKING:
    from flux_lsp.actions.agents.sources import AgentFiles, ListedAgent
    from flux_lsp.actions.agents.values import FileProblem
    from flux_lsp.models.catalogue import Catalogue

_PAUSE = 0.3  # seconds without typing
_PATTERNS = (
    "**/.{flux,claude,github,cursor,opencode,gemini,kiro}/agents/**/*.md",
    "**/flux/agents/**/*.md",
    "**/*.agent.md",
)
_PLACES = re.compile(
    r"(?:^|/)(?:\.(?:flux|claude|github|cursor|opencode|gemini|kiro)|flux)/agents/"
)
_WORD = re.compile(r"[\w-]+")

Spawn = Callable[[Coroutine[Any, Any, None]], None]


def is_agent_file(path: str) -> bool:
    """Whether a file's path (posix) is one at which agents are kept."""
    name = PurePosixPath(path).name
    return name.endswith(".agent.md") or (name.endswith(".md") and bool(_PLACES.search(path)))


@dataclass(frozen=True)
class CheckedFile:
    """An open agent's file as it was read last. `others`: where each agent that there is stands."""

    snapshot: Snapshot
    listed: "ListedAgent | None"
    others: Mapping[str, Path]

    @property
    def problems(self) -> "tuple[FileProblem, ...]":
        """What is wrong with it."""
        return self.listed.problems if self.listed else ()


class AgentChecking:
    """One connection's open agents' files; used on the loop."""

    def __init__(
        self, session: EditorSession, publisher: DiagnosticsPublisher, spawn: Spawn
    ) -> None:
        """Nothing is read yet."""
        self._session = session
        self._publisher = publisher
        self._spawn = spawn
        self._due: dict[str, asyncio.TimerHandle] = {}
        self._checked: dict[str, CheckedFile] = {}
        self._files: AgentFiles | None = None
        self._catalogue: Catalogue | None = None
        self._is_registered = False

    def handle_change(self, uri: str) -> None:
        """Check the document soon if it is an agent's file; on opening and after typing."""
        path = parse_file_uri(uri)
        if path is None or not is_agent_file(path.as_posix()):
            return
        if uri in self._due:
            self._due[uri].cancel()
        loop = asyncio.get_running_loop()
        self._due[uri] = loop.call_later(_PAUSE, lambda: self._spawn(self._check(uri)))

    def handle_close(self, uri: str) -> None:
        """Take the problems away and forget the file."""
        handle = self._due.pop(uri, None)
        if handle is not None:
            handle.cancel()
        if self._checked.pop(uri, None) is not None:
            self._publisher.publish(uri, "agents", None, [])

    def close(self) -> None:
        """Check nothing more."""
        for handle in self._due.values():
            handle.cancel()
        self._due.clear()

    def list_fixes(self, uri: str, first: int, last: int) -> list[dict[str, Any]]:
        """List the quick fixes for problems on lines `first..last`, as LSP code actions."""
        checked = self._find_current(uri)
        if checked is None:
            return []
        can, encoding = self._session.editor.can, self._session.documents.encoding
        return [
            make_fix(
                checked.snapshot, problem, problem.fix, encoding, versioned=can.document_changes
            )
            for problem in checked.problems
            if problem.fix is not None
            and problem.fix.place.line <= last
            and first <= problem.fix.place.end_line
        ]

    def check_again(self) -> None:
        """Check every open agent's file again."""
        for uri in list(self._checked):
            self.handle_change(uri)

    def list_entries(self, uri: str, line: int) -> list[dict[str, Any]]:
        """List what can be done with the agent whose file it is, as LSP code actions, above its brief."""
        checked = self._find_current(uri)
        if checked is None or checked.listed is None or line > _find_end(checked.snapshot.text):
            return []
        from flux_lsp.fronts.lsp.agent_entries import list_agent_entries

        return list_agent_entries(self._session, uri, checked.listed)

    async def describe(self, uri: str, line: int) -> str | None:
        """Describe the agent in Markdown, above its brief: what it is, and whom a run asks now."""
        checked = self._checked.get(uri)
        agent = checked.listed.stored.file.agent if checked and checked.listed else None
        if checked is None or agent is None or line > _find_end(checked.snapshot.text):
            return None
        from flux_lsp.actions.agents.action import make_action
        from flux_lsp.actions.agents.describe import describe_agent
        from flux_lsp.runs.agent_prices import describe_price

        price = await describe_price(self._session, make_action(agent), checked.snapshot)
        return f"{describe_agent(agent)}\n\n{price}"

    def suggest(self, uri: str, line: int, column: int) -> list[dict[str, Any]]:
        """Suggest what can be written at a place, as LSP completion items."""
        snapshot = self._session.documents.take_open_snapshot(uri)
        if uri not in self._checked or snapshot is None or self._catalogue is None:
            return []
        from flux_lsp.actions.agents.suggest import suggest

        lines = snapshot.text.replace("\r\n", "\n").split("\n")
        names = self._checked[uri].others
        suggestions = suggest(lines, line, column, names, self._catalogue, _get_today())
        return [{"label": each.word, "kind": 12, "detail": each.detail} for each in suggestions]

    def find_definition(self, uri: str, line: int, column: int) -> dict[str, Any] | None:
        """Find the file of the agent whose name stands at a place, as an LSP location."""
        snapshot = self._session.documents.take_open_snapshot(uri)
        if uri not in self._checked or snapshot is None or line >= snapshot.line_count:
            return None
        text = snapshot.get_line_span(line, line).extract(snapshot.text)
        words = (m[0] for m in _WORD.finditer(text) if m.start() <= column <= m.end())
        path = self._checked[uri].others.get(next(words, "").lower())
        start = {"line": 0, "character": 0}
        if path is None:
            return None
        return {"uri": path.as_uri(), "range": {"start": start, "end": start}}

    # -- reading

    async def _check(self, uri: str) -> None:
        self._due.pop(uri, None)
        snapshot = self._session.documents.take_open_snapshot(uri)
        path = parse_file_uri(uri)
        if snapshot is None or path is None:
            return
        roots = tuple(self._session.documents.roots)
        data = self._session.configuration.data_dir
        checked = await asyncio.to_thread(self._read, snapshot, path, roots, data)
        self._checked[uri] = checked
        encoding = self._session.documents.encoding
        items = [format_problem(snapshot, problem, encoding) for problem in checked.problems]
        self._publisher.publish(uri, "agents", snapshot.version, items)
        await self._register()

    def _read(
        self, snapshot: Snapshot, path: Path, roots: Iterable[Path], data: Path
    ) -> CheckedFile:
        from flux_lsp.actions.agents.sources import AgentFiles
        from flux_lsp.models.catalogue import load_catalogue
        from flux_lsp.runs.agents import list_known_agents

        if self._files is None:
            self._catalogue = load_catalogue()
            self._files = AgentFiles(self._catalogue)
        files, today = self._files, _get_today()
        root = next((root for root in roots if path.is_relative_to(root)), path.parent)
        listed = list_known_agents(
            files, root, data, today, lambda s: files.replace_text(s, path, snapshot.text, today)
        )
        own = next((each for each in listed if each.stored.path == path), None)
        others = {each.id: each.stored.path for each in listed if not each.is_hidden}
        return CheckedFile(snapshot, own, others)

    def _find_current(self, uri: str) -> CheckedFile | None:
        """The file as it was checked, if nothing was typed since."""
        checked = self._checked.get(uri)
        document = self._session.documents.store.get(uri)
        is_current = checked and document and document.version == checked.snapshot.version
        return checked if is_current else None

    # -- telling the client

    async def _register(self) -> None:
        """Ask the client for completion and definition in agents' files alone."""
        can = self._session.editor.can
        if self._is_registered:
            return
        self._is_registered = True
        selector = [{"scheme": "file", "pattern": pattern} for pattern in _PATTERNS]
        wanted = [
            {"id": f"flux-{name}", "method": f"textDocument/{name}", "registerOptions": options}
            for name, options in (
                ("completion", {"documentSelector": selector, "triggerCharacters": [":", "-"]}),
                ("definition", {"documentSelector": selector}),
            )
            if can.has(f"textDocument.{name}.dynamicRegistration")
        ]
        if wanted:
            params = {"registrations": wanted}
            await self._session.editor.ask("client/registerCapability", params, within=5)


def _find_end(text: str) -> int:
    """The line of the fence that ends the frontmatter."""
    lines = text.split("\n")
    return next((n for n, line in enumerate(lines) if n and line.rstrip() in ("---", "...")), 0)


def _get_today() -> date:
    return SystemClock().now().date()
