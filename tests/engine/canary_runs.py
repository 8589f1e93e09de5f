"""A run of the engine with secrets in every place it reads, and everything that would leave the process."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import Mock

from flux_lsp.actions.registry import load_registry
from flux_lsp.context.guidance import make_excerpts
from flux_lsp.context.values import Diagnostic
from flux_lsp.core.conversation import Block, Prompt, RedactedPrompt, Reply, ToolCall
from flux_lsp.core.text import Snapshot, Span
from flux_lsp.core.usage import Usage
from flux_lsp.engine.call_budget import Settled
from flux_lsp.engine.perform import perform
from flux_lsp.engine.services import Services, TestFile, WorkspaceContext
from flux_lsp.engine.values import Outcome, Request
from flux_lsp.ledger.values import Reservation
from flux_lsp.models.anthropic.body import request_body
from flux_lsp.models.client import Route
from flux_lsp.settings.schema import Settings
from flux_lsp.syntax.languages import find_language
from flux_lsp.syntax.tree import parse

ROUTE = Route("haiku", "m", "asked")
Answer = tuple[str, dict[str, Any]] | str


@dataclass
class Client:
    """Answers from a script and keeps the bytes of every request."""

    script: list[Answer]
    bodies: list[str] = field(default_factory=list)
    provider: str = "anthropic"

    def request_body(self, prompt: Prompt, route: Route) -> dict[str, object]:
        return request_body(prompt, route)

    async def complete(
        self,
        redacted: RedactedPrompt,
        route: Route,
        on_text: Callable[[str], None],
        timeout: float,
        on_usage: Callable[[Usage], None] = lambda _: None,
    ) -> Reply:
        del on_text, timeout, on_usage
        self.bodies.append(json.dumps(request_body(redacted.prompt, route), ensure_ascii=False))
        answer = self.script[min(len(self.bodies), len(self.script)) - 1]
        if isinstance(answer, str):
            said: Block = {"type": "text", "text": answer}
            return Reply("m", answer, (), "end_turn", Usage(1, 1), (said,))
        name, arguments = answer
        call = ToolCall("t1", name, json.dumps(arguments))
        block: Block = {"type": "tool_use", "id": "t1", "name": name, "input": arguments}
        return Reply("m", "", (call,), "tool_use", Usage(1, 1), (block,))


class Clock:
    """Time that stands still."""

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
    client = Client(script)
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


def _services(client: Client, around: WorkspaceContext) -> Services:
    async def read_context(*_: object) -> WorkspaceContext:
        return around

    budget = Mock()
    budget.reserve.return_value = Reservation(1, "r", 0.0)
    budget.settle.return_value = Settled(0.0)
    return Services(
        settings=Settings(max_attempts=4),
        not_ready=None,
        client=client,  # type: ignore[arg-type]
        budget=budget,
        clock=Clock(),  # type: ignore[arg-type]
        read_context=read_context,
        choose_route=lambda *_: ROUTE,
        record_unavailable=lambda *_: None,
        record_available=lambda _: None,
        parse=lambda s: parse(s.text, find_language(s.language_id, s.path)),
        exists=lambda path: Path(path).exists(),
    )
