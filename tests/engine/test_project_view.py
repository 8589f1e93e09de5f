"""A run waits for the index of its project only so long, and keeps one order over a session."""

import asyncio
import threading
from dataclasses import replace
from typing import Any

import pytest

from flux_lsp.actions.registry import load_registry
from flux_lsp.context.values import Context, OtherFile, ShownFile, TargetLines
from flux_lsp.core.text import Snapshot, Span
from flux_lsp.engine import project_view
from flux_lsp.engine.services import WorkspaceContext
from flux_lsp.engine.values import Request
from flux_lsp.settings.schema import Settings
from flux_lsp.syntax.languages import find_language
from flux_lsp.syntax.tree import Parsed, parse
from tests.context.project.memory import MemoryProject

_MAIN = "def run():\n    return rule(1)\n"
_PROJECT = MemoryProject({"rules.py": "def rule(value):\n    return value\n", "main.py": _MAIN})


class _Services:
    """What of `Services` the view asks for."""

    def __init__(self, **context: Any) -> None:
        self.settings = Settings.model_validate({"context": context})
        self.clock = self

    def monotonic(self) -> float:
        return 0.0

    def parse(self, snapshot: Snapshot) -> Parsed | None:
        return parse(snapshot.text, find_language("", snapshot.path))


def _read(path: str) -> OtherFile | None:
    snapshot = _PROJECT.read(path)
    return None if snapshot is None else OtherFile(snapshot)


_AROUND = WorkspaceContext(project=_PROJECT, read_other=_read)


def _view(around: WorkspaceContext, **settings: Any) -> tuple[ShownFile, ...]:
    snapshot = _PROJECT.read("main.py")
    action = load_registry().find("explain")
    assert snapshot is not None
    assert action is not None
    request = Request("run", "explain", snapshot, Span(0, 0))
    context = Context(TargetLines(snapshot, Span(0, len(_MAIN))), ())
    services: Any = _Services(**settings)
    return asyncio.run(project_view.view_project(action, request, around, context, services))


def test_what_the_target_uses() -> None:
    assert [file.path for file in _view(_AROUND)] == ["rules.py"]


def test_nothing_without_an_index_or_when_it_is_switched_off() -> None:
    assert _view(replace(_AROUND, project=None)) == ()
    assert _view(_AROUND, project=False) == ()


def test_a_slow_index_holds_up_no_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(project_view, "_LONGEST", 0.01)
    released = threading.Event()

    def wait(path: str) -> OtherFile | None:
        released.wait(20)
        return _read(path)

    async def view_and_release() -> tuple[ShownFile, ...]:
        snapshot, action = _PROJECT.read("main.py"), load_registry().find("explain")
        assert snapshot is not None
        assert action is not None
        request = Request("run", "explain", snapshot, Span(0, 0))
        context = Context(TargetLines(snapshot, Span(0, len(_MAIN))), ())
        services: Any = _Services()
        around = replace(_AROUND, read_other=wait)
        try:
            return await project_view.view_project(action, request, around, context, services)
        finally:
            released.set()

    assert asyncio.run(view_and_release()) == ()
