"""A run of the engine with secrets in every place it reads, and everything that would leave the process."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import Mock

from flux_lsp.actions.registry import load_registry
from flux_lsp.context.guidance import make_excerpts
from flux_lsp.context.values import Diagnostic
from flux_lsp.core.text import Snapshot, Span
from flux_lsp.engine.call_budget import Settled
from flux_lsp.engine.perform import perform
from flux_lsp.engine.services import Services, TestFile, WorkspaceContext
from flux_lsp.engine.values import Outcome, Request
from flux_lsp.ledger.values import Reservation
from flux_lsp.models.client import Route
from flux_lsp.settings.schema import Settings
from flux_lsp.syntax.languages import find_language
from flux_lsp.syntax.tree import parse
from tests.fakes.model import Answer, ScriptedModel

ROUTE = Route("haiku", "m", "asked")


class Clock:
    """Time that stands still."""

    def now(self) -> datetime:
        return datetime(2026, 11, 21, tzinfo=UTC)

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        del seconds


async def run(
    action_id: str,
    document: str,
    target: str,
    script: list[Answer],
    *,
    guidance: str = "",
    diagnostic: str = "",
    test_file: str = "",
    instruction: str = "tidy",
) -> tuple[Outcome, Sequence[str]]:
    """The outcome, and the body of every request."""
    snapshot = Snapshot("file:///w/app.py", "app.py", "python", 1, document)
    start = document.index(target)
    client = ScriptedModel(script)
    action = load_registry().find(action_id)
    assert action is not None
    tests = Snapshot("file:///w/tests/test_app.py", "tests/test_app.py", "python", None, test_file)
    around = WorkspaceContext(
        guidance=make_excerpts({"CLAUDE.md": guidance}) if guidance else (),
        test_file=TestFile(tests.path, "pytest", tests, f"Test file: {tests.path} (exists)")
        if test_file
        else None,
    )
    span = Span(start, start + len(target))
    request = Request(
        run="r",
        action=action_id,
        snapshot=snapshot,
        selection=span,
        instruction=instruction,
        diagnostics=(Diagnostic(span, "error", diagnostic),) if diagnostic else (),
    )
    return await perform(action, request, _services(client, around)), client.bodies


def _services(client: ScriptedModel, around: WorkspaceContext) -> Services:
    async def read_context(*_: object) -> WorkspaceContext:
        return around

    budget = Mock()
    budget.reserve.return_value = Reservation(1, "r", 0.0)
    budget.settle.return_value = Settled(0.0)
    budget.price_of.return_value = 0.0
    return Services(
        settings=Settings(max_attempts=4),
        not_ready=None,
        client=client,  # type: ignore[arg-type]
        budget=budget,
        clock=Clock(),
        read_context=read_context,
        choose_route=lambda *_: ROUTE,
        record_unavailable=lambda *_: None,
        record_available=lambda _: None,
        parse=lambda s: parse(s.text, find_language(s.language_id, s.path)),
        exists=lambda path: Path(path).exists(),
    )
