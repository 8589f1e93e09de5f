"""A run that is cancelled while its money is being held gives the money back and sends nothing."""

import asyncio
import threading
from dataclasses import replace
from unittest.mock import Mock

import pytest

from flux_lsp.actions.registry import load_registry
from flux_lsp.core.text import Snapshot, Span
from flux_lsp.engine.perform import perform
from flux_lsp.engine.services import WorkspaceContext
from flux_lsp.engine.values import Request
from flux_lsp.ledger.values import Reservation
from tests.engine.canary_runs import _services
from tests.fakes.model import ScriptedModel

CODE = "def a():\n    return 1\n"


async def test_a_cancel_while_money_is_being_held_gives_it_back() -> None:
    asked, may_go_on = threading.Event(), threading.Event()
    held = Reservation(7, "r", 0.5)

    def reserve(*_: object) -> Reservation:
        asked.set()
        may_go_on.wait(20)
        return held

    budget = Mock(reserve=reserve, price_of=lambda *_: 0.0)
    client = ScriptedModel(["It is one."])
    services = replace(_services(client, WorkspaceContext()), budget=budget)
    action = load_registry().find("explain")
    assert action is not None
    request = Request(
        "r", "explain", Snapshot("file:///a.py", "a.py", "python", 1, CODE), Span(0, 5)
    )

    run = asyncio.ensure_future(perform(action, request, services))
    await asyncio.to_thread(asked.wait, 20)
    run.cancel()
    await asyncio.sleep(0)
    may_go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await run

    budget.release.assert_called_once_with(held)
    budget.settle.assert_not_called()
    assert client.bodies == []
