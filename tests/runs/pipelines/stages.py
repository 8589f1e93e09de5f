"""A session whose model plays the steps of a pipeline, with a ledger and files of its own."""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flux_lsp.actions.action import Action, ActionStep
from flux_lsp.core.conversation import (
    Block,
    CallError,
    Prompt,
    RedactedPrompt,
    Reply,
    StopReason,
    ToolCall,
)
from flux_lsp.core.errors import Problem
from flux_lsp.core.text import Span
from flux_lsp.core.tiers import Tier
from flux_lsp.core.usage import Usage
from flux_lsp.engine.call_budget import CallBudget
from flux_lsp.engine.services import Services
from flux_lsp.engine.values import Request
from flux_lsp.ledger.budgets import make_limits
from flux_lsp.ledger.run_log import RunLog
from flux_lsp.ledger.store import Ledger
from flux_lsp.models.anthropic.body import request_body
from flux_lsp.models.catalogue import load_catalogue
from flux_lsp.models.client import Route
from flux_lsp.models.prices import compute_highest_price, compute_price
from flux_lsp.models.selection import Selection, read_preferences
from flux_lsp.runs.configuration import Configuration, SettingsInput
from flux_lsp.runs.documents import WorkspaceDocuments
from flux_lsp.runs.events import Event
from flux_lsp.runs.run_table import Run
from flux_lsp.runs.session import RunSession
from flux_lsp.runs.start import start_run
from flux_lsp.runs.workspace_context import read_workspace_context
from flux_lsp.settings.credentials import Credentials
from flux_lsp.settings.schema import Settings
from tests.ledger.ledgers import StillClock
from tests.runs.fakes import CODE, REGISTRY, FakeFront, OpenText

SUM = "def total(items):\n    return sum(items)\n"
SUM_OR_NONE = "def total(items):\n    return sum(items) if items else None\n"
TESTS = "from app import total\n\n\ndef test_total():\n    assert total([1, 2]) == 3\n"
ID = "pipeline:four"

Call = tuple[str, dict[str, Any]]
Reaction = Sequence[Call] | str | CallError | Exception


def hand_over(summary: str = "done", **more: Any) -> Call:
    return "hand_over", {"summary": summary, "decisions": [], "open": [], **more}


def rewrite(code: str) -> Call:
    return "rewrite_range", {"code": code}


def report(approved: bool | None = None, *findings: dict[str, Any], summary: str = "ok") -> Call:
    verdict = {} if approved is None else {"approved": approved}
    return "report_findings", {"findings": list(findings), "summary": summary, **verdict}


def finding(line: int, quote: str, title: str = "It is wrong") -> dict[str, Any]:
    place = {"path": "app.py", "first_line": line, "last_line": line, "quote": quote}
    return {**place, "severity": "error", "title": title, "text": "See for yourself."}


def new_tests(content: str = TESTS) -> Call:
    return "apply_edits", {
        "edits": [],
        "new_files": [{"path": "tests/test_app.py", "content": content}],
    }


DESIGN = [hand_over("use sum", decisions=["sum() adds"])]
BUILD = [rewrite(SUM), hand_over("it uses sum now")]
TEST = [new_tests(), hand_over("one test")]
APPROVE = [report(True)]
DECLINED = "I will not help with that."
GOOD: tuple[Reaction, ...] = (DESIGN, BUILD, TEST, APPROVE)


def agent(name: str, returns: Any, tier: Tier = "haiku", **more: Any) -> Action:
    rights = ("leave_target", "create_files") if returns in {"edit", "tests"} else ()
    return Action(
        id=f"agent:{name}",
        title=name,
        menu=name,
        summary="",
        returns=returns,
        task=f"Do the work of {name}.",
        tier=tier,
        reason="as its file says",
        brief=f"You are {name}.",
        rights=rights,  # type: ignore[arg-type]
        group="agent",
        is_pinned=True,
        **more,
    )


FOUR = (
    ActionStep(agent("designer", "answer", "sonnet"), "Design it."),
    ActionStep(agent("builder", "edit"), "Build it."),
    ActionStep(agent("tester", "tests"), "Test it."),
    ActionStep(agent("reviewer", "findings", "sonnet"), "Review it.", 1),
)


@dataclass
class StepModel:
    """Answers as written, the last reaction again and again; `on_call` looks in before each answer."""

    script: list[Reaction]
    on_call: Callable[[int], Any] = lambda _: None
    prompts: list[Prompt] = field(default_factory=list)
    models: list[str] = field(default_factory=list)
    provider: str = "anthropic"
    usage: Usage = field(default_factory=lambda: Usage(1_000, 200))

    def request_body(self, prompt: Prompt, route: Route) -> dict[str, object]:
        return request_body(prompt, route)

    async def complete(
        self,
        redacted: RedactedPrompt,
        route: Route,
        on_text: Callable[[str], None],
        timeout: float,
        on_usage: Callable[[Usage], None] = lambda _: None,
    ) -> Reply | CallError:
        del timeout, on_text
        self.prompts.append(redacted.prompt)
        self.models.append(route.model)
        number = len(self.prompts)
        waited = self.on_call(number)
        if asyncio.iscoroutine(waited):
            await waited
        on_usage(self.usage)
        answer = self.script[min(number, len(self.script)) - 1]
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, CallError):
            return answer
        if isinstance(answer, str):
            block: Block = {"type": "text", "text": answer}
            stop: StopReason = "refusal" if answer == DECLINED else "end_turn"
            return Reply(route.model, answer, (), stop, self.usage, (block,))
        calls = tuple(
            ToolCall(f"t{number}.{n}", name, json.dumps(value))
            for n, (name, value) in enumerate(answer)
        )
        blocks: tuple[Block, ...] = tuple(
            {"type": "tool_use", "id": call.id, "name": call.name, "input": json.loads(call.json)}
            for call in calls
        )
        return Reply(route.model, "", calls, "tool_use", self.usage, blocks)


class PlayedConfiguration(Configuration):
    """Settings that a test gives, and a model of its own."""

    def __init__(
        self,
        front: FakeFront,
        documents: WorkspaceDocuments,
        settings: Settings,
        model: StepModel,
        root: Path,
        ledger: Ledger,
    ) -> None:
        super().__init__(front, documents, SettingsInput(), REGISTRY)
        self.data_dir, self.root = root.parent / "data", root
        self.ledger, self.clock = ledger, StillClock()
        self._model, self._settings = model, settings
        self._selection = Selection(load_catalogue(), self.clock)

    async def refresh(self) -> None:
        """Nothing changes."""

    async def get_run_log(self) -> RunLog:
        return RunLog(self.ledger)

    async def get_services(self, uri: str, patience: float = 0.3) -> Services:
        del uri, patience
        settings, documents = self._settings, self._documents
        key = Credentials("api_key", "variable ANTHROPIC_API_KEY", secret="sk-test")

        def choose(tier: Tier, may_fall_back: bool, model: str = "") -> Route | Problem:
            wanted = read_preferences(settings, key, model)
            return self._selection.choose_route(tier, may_fall_back, wanted)

        async def read_context(request: Request, action: Action) -> Any:
            return await asyncio.to_thread(
                read_workspace_context, request, action, self.root, settings, documents.read
            )

        budget = settings.budget
        return Services(
            settings=settings,
            not_ready=None,
            client=self._model,  # type: ignore[arg-type]
            budget=CallBudget(
                self.ledger,
                make_limits(budget),
                compute_highest_price,
                compute_price,
                self.clock,
                "anthropic",
                self.root,
                budget.get_agent_limit,
            ),
            clock=self.clock,
            read_context=read_context,
            choose_route=choose,
            record_unavailable=lambda *_: None,
            record_available=lambda _: None,
            parse=documents.syntax.parse,
            exists=lambda path: (self.root / path).exists(),
        )


class PlayedSession(RunSession):
    """Finds the pipeline of the test under any id."""

    steps: tuple[ActionStep, ...] = FOUR

    async def find_action(self, action_id: str, uri: str) -> Action | Problem:
        if not action_id.startswith("pipeline:"):
            return await super().find_action(action_id, uri)
        whole = agent("four", "edit")
        return whole._replace(id=action_id, brief="", task="", steps=self.steps)


@dataclass
class Stage:
    """A session with everything that a test plays and looks at."""

    front: FakeFront
    model: StepModel
    session: PlayedSession
    ledger: Ledger
    root: Path
    events: list[Event] = field(default_factory=list)

    @property
    def uri(self) -> str:
        return (self.root / "app.py").as_uri()

    @property
    def text(self) -> str:
        """The document as it is now."""
        return self.front.texts[self.uri].content

    @property
    def made(self) -> str | None:
        """The new file with tests, as the editor has it."""
        document = self.front.texts.get((self.root / "tests/test_app.py").as_uri())
        return document.content if document else None

    @property
    def data(self) -> Path:
        return self.session.configuration.data_dir

    def start(self, at: str = "n += item", **more: Any) -> Run:
        """The pipeline with a cursor at `at`."""
        snapshot = self.session.documents.take_open_snapshot(self.uri)
        assert snapshot is not None
        offset = snapshot.text.index(at)
        fields = {"instruction": "use sum", **more}
        request = Request("", ID, snapshot, Span(offset, offset), **fields)
        return start_run(self.session, request, self.events.append)


def stage(
    tmp_path: Path,
    *script: Reaction,
    steps: tuple[ActionStep, ...] = FOUR,
    text: str = CODE,
    front: FakeFront | None = None,
    **settings: Any,
) -> Stage:
    """A workspace with one open file; the model answers as in `script`, by default well."""
    root = tmp_path / "work"
    root.mkdir(parents=True, exist_ok=True)
    (root / "app.py").write_text(text)
    (root / "tests").mkdir(exist_ok=True)
    (root / "pyproject.toml").write_text('[tool.pytest.ini_options]\npythonpath = ["."]\n')
    front = front or FakeFront()
    front.texts.setdefault((root / "app.py").as_uri(), OpenText(text))
    model = StepModel(list(script or GOOD))
    documents = WorkspaceDocuments(front, [root])
    front.on_change = documents.notify_change
    ledger = Ledger(tmp_path / "ledger.sqlite3", StillClock())
    chosen = Settings.model_validate(settings)
    configuration = PlayedConfiguration(front, documents, chosen, model, root, ledger)
    session = PlayedSession(front, documents, configuration, REGISTRY, keeps_records=True)
    session.steps = steps
    return Stage(front, model, session, ledger, root)
