"""A front that a test plays, a model that answers from a script, and a session of both."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import Mock

from flux_lsp.actions.registry import load_registry
from flux_lsp.core.errors import ErrorCode, Problem
from flux_lsp.core.text import Span, apply_changes
from flux_lsp.engine.call_budget import Settled
from flux_lsp.engine.services import Services, TestFile, WorkspaceContext
from flux_lsp.engine.values import Request
from flux_lsp.ledger.run_log import RunLog
from flux_lsp.ledger.store import Ledger
from flux_lsp.ledger.values import Reservation
from flux_lsp.models.client import Route
from flux_lsp.runs.configuration import Configuration, SettingsInput
from flux_lsp.runs.documents import WorkspaceDocuments
from flux_lsp.runs.events import Event
from flux_lsp.runs.ports import FrontCapabilities, Level
from flux_lsp.runs.run_table import Run
from flux_lsp.runs.session import RunSession
from flux_lsp.runs.start import start_run
from flux_lsp.runs.values import Declined, WorkspaceEdit
from flux_lsp.settings.schema import Settings
from tests.fakes.model import Answer, ScriptedModel
from tests.ledger.ledgers import StillClock

URI = "file:///w/app.py"
CODE = """\
import os


def total(items):
    n = 0
    for item in items:
        n += item
    return n


def home():
    return os.name
"""
BETTER = "def total(items):\n    return sum(items)\n"
AFTER = CODE.replace(CODE[CODE.index("def total") : CODE.index("\n\ndef home")], BETTER)
ABLE = FrontCapabilities(
    applies_edits=True,
    creates_files=True,
    deletes_files=True,
    edits_closed_files=True,
    shows_outcomes=True,
)


@dataclass
class OpenText:
    """An open document."""

    content: str
    version: int = 1
    language_id: str = "python"

    def text(self) -> str:
        return self.content


@dataclass
class FakeFront:
    """Does what it is asked, or what `on_edit` does instead; keeps what it was told."""

    can: FrontCapabilities = ABLE
    texts: dict[str, OpenText] = field(default_factory=dict)
    edits: list[WorkspaceEdit] = field(default_factory=list)
    told: list[tuple[Level, str]] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    can_show: bool = True
    on_edit: "Callable[[FakeFront, WorkspaceEdit], Any] | None" = None
    on_change: Callable[[str], None] = lambda _: None

    def get(self, uri: str) -> OpenText | None:
        return self.texts.get(uri)

    def list_uris(self) -> list[str]:
        return list(self.texts)

    def type(self, uri: str, change: Callable[[str], str]) -> None:
        """The person changes a document."""
        document = self.texts[uri]
        self.texts[uri] = OpenText(change(document.content), document.version + 1)
        self.on_change(uri)

    async def apply_edit(self, edit: WorkspaceEdit) -> Problem | None:
        self.edits.append(edit)
        if self.on_edit is not None:
            answer = self.on_edit(self, edit)
            problem: Problem | None = await answer if asyncio.iscoroutine(answer) else answer
            return problem
        return self.take(edit)

    def take(self, edit: WorkspaceEdit) -> Problem | None:
        """What a good front does."""
        for file in edit.files:
            document = self.texts.get(file.base.uri)
            if document is not None and document.version != file.base.version:
                return declined()
        for file in edit.files:
            if file.base.uri in self.texts:
                self.type(file.base.uri, lambda text, file=file: apply_changes(text, file.changes))  # type: ignore[misc]
        for uri, content in edit.created:
            self.texts[uri] = OpenText(content)
            self.on_change(uri)
        for uri in edit.deleted:
            self.texts.pop(uri, None)
        return None

    async def show_document(self, uri: str) -> bool:
        self.shown.append(uri)
        return self.can_show

    def tell(self, level: Level, text: str) -> None:
        self.told.append((level, text))


def declined() -> Declined:
    return Declined(ErrorCode.STALE_DOCUMENT, "The editor did not apply the edit", "Try again")


REGISTRY = load_registry()


class FixedConfiguration(Configuration):
    """Settings that a test gives, and a model of its own."""

    def __init__(
        self,
        front: FakeFront,
        documents: WorkspaceDocuments,
        settings: Settings,
        model: ScriptedModel,
        data: Path,
    ) -> None:
        super().__init__(front, documents, SettingsInput(), REGISTRY)
        self.data_dir = data
        self.test_file: TestFile | None = None
        self.around = WorkspaceContext()
        self._model, self._settings = model, settings

    async def refresh(self) -> None:
        """Nothing changes."""

    async def get_run_log(self) -> RunLog:
        """A ledger of the test's own."""
        return RunLog(self._make_ledger())

    def _make_ledger(self) -> Ledger:
        return Ledger(self.data_dir / "ledger.sqlite3", StillClock())

    async def get_services(self, uri: str, patience: float = 0.3) -> Services:
        async def read_context(*_: object) -> WorkspaceContext:
            return replace(self.around, test_file=self.test_file)

        budget = Mock()
        budget.reserve.return_value = Reservation(1, "r", 0.0)
        budget.settle.return_value = Settled(0.0)
        budget.find_nearly_spent.return_value = ()
        budget.ledger = self._make_ledger()
        budget.price_of.return_value = 0.0
        return Services(
            settings=self._settings,
            not_ready=None,
            client=self._model,  # type: ignore[arg-type]
            budget=budget,
            clock=_Clock(),
            read_context=read_context,
            choose_route=lambda *_: Route("haiku", "m", "asked"),
            record_unavailable=lambda *_: None,
            record_available=lambda _: None,
            parse=self._documents.syntax.parse,
            exists=lambda _: False,
        )


class _Clock:
    def now(self) -> datetime:
        return datetime(2026, 11, 28, 12, tzinfo=UTC)

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        del seconds


@dataclass
class Stage:
    """A session with everything that a test plays and looks at."""

    front: FakeFront
    model: ScriptedModel
    session: RunSession
    events: list[Event]

    @property
    def text(self) -> str:
        """The document as it is now."""
        return self.front.texts[URI].content

    def kinds(self) -> list[str]:
        """The names of the events so far."""
        return [type(event).__name__ for event in self.events]

    def start(self, action: str = "edit", at: str = "n += item", **more: Any) -> Run:
        """A run with a cursor at `at`."""
        snapshot = self.session.documents.take_open_snapshot(URI)
        assert snapshot is not None
        offset = snapshot.text.index(at)
        fields = {"instruction": "use sum", **more}
        request = Request("", action, snapshot, Span(offset, offset), **fields)
        return start_run(self.session, request, self.events.append)


def stage(
    data: Path,
    *script: Answer,
    front: FakeFront | None = None,
    text: str = CODE,
    **settings: Any,
) -> Stage:
    """`script` is what the model answers, by default a good rewrite of the function `total`."""
    front = front or FakeFront()
    front.texts[URI] = OpenText(text)
    model = ScriptedModel(list(script) or [("rewrite_range", {"code": BETTER})])
    documents = WorkspaceDocuments(front, [Path("/w")])
    front.on_change = documents.notify_change
    chosen = Settings.model_validate(settings)
    configuration = FixedConfiguration(front, documents, chosen, model, data)
    return Stage(front, model, RunSession(front, documents, configuration, REGISTRY), [])
