"""A fake API that bills what it reads and writes, whatever it tells of it; and runs that ask it.

The bill goes by a true count of its own: 3.3 characters a token. What the ledger says afterwards is
compared with it.
"""

import json
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import date, datetime
from math import ceil
from pathlib import Path
from typing import Any, Literal

from flux_lsp.actions.registry import load_registry
from flux_lsp.core.text import Snapshot, Span
from flux_lsp.core.usage import Usage
from flux_lsp.engine.call_budget import CallBudget
from flux_lsp.engine.events import Observer, ignore_events
from flux_lsp.engine.perform import perform
from flux_lsp.engine.services import Services, WorkspaceContext
from flux_lsp.engine.values import Outcome, Request
from flux_lsp.ledger.store import Ledger
from flux_lsp.ledger.values import Limits
from flux_lsp.models.anthropic import AnthropicClient
from flux_lsp.models.client import Route
from flux_lsp.models.prices import compute_highest_price, compute_price
from flux_lsp.settings.schema import Settings
from tests.fakes.flags import Gate
from tests.fakes.http import Connection, HttpRequest, HttpServer
from tests.models.given import KEY, NOW, SONNET

CODE = "def total(items):\n    return sum(items)\n"
WORDS = "It adds the items of a list, one after the other, and gives their sum. " * 60
PIECE = 120
TODAY = date(2026, 11, 21)
Told = Callable[[int], Any]  # the true count -> what is told of it
Ending = Literal["complete", "no stop", "drop", "reset", "error", "cut", "hold open", "stall"]


def true(count: int) -> int:
    return count


@dataclass(frozen=True)
class Telling:
    """How an answer is told: the counts at its start and at its end, and how it ends.

    `after`: so many pieces come before the end, None for all. `later`: output of a further event.
    """

    input: Told | None = true
    output: Told | None = true
    later: tuple[Any, ...] = ()
    ending: Ending = "complete"
    after: int | None = None
    status: int = 200
    gate: Gate | None = None  # waited at behind the pieces
    early: Gate | None = None  # waited at before the headers
    region: str = ""


@dataclass
class Biller:
    """The API. `usd` is what it bills."""

    tellings: list[Telling]
    usd: float = 0.0
    calls: int = 0
    on_call: Callable[[], None] = lambda: None
    url: str = ""
    _server: HttpServer = field(init=False)

    async def start(self) -> None:
        self._server = HttpServer(self._converse)
        self.url = f"http://127.0.0.1:{await self._server.start(0)}"

    async def stop(self) -> None:
        await self._server.stop()

    async def _converse(self, to: Connection) -> None:
        while (request := await to.read()) is not None:
            telling = self.tellings[min(self.calls, len(self.tellings) - 1)]
            self.calls += 1
            self.on_call()
            if not await self._answer(telling, request, to):
                return

    async def _answer(self, telling: Telling, request: HttpRequest, to: Connection) -> bool:
        body = json.loads(request.body)
        if telling.status != 200:
            error = {"type": "error", "error": {"type": "overloaded_error", "message": "busy"}}
            raw = json.dumps(error).encode()
            await to.send(telling.status, {"content-type": "application/json"}, raw)
            return True
        prompt = tokens(body["system"], body["messages"], body.get("tools", []))
        self._bill(body["model"], prompt, 0, telling.region)
        if telling.early is not None:
            await _wait(telling.early, to)
        if to.gone.is_set():
            return False
        if telling.ending == "drop" and telling.after is None:
            return False
        await to.start(200, {"content-type": "text/event-stream"})
        written = 0
        async for event, text in _events(telling, body["model"], prompt):
            if event is None:
                return await _end(telling, to)
            self._bill(
                body["model"], 0, _count(written + len(text)) - _count(written), telling.region
            )
            written += len(text)
            await to.chunk(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode())
            if telling.gate is not None and text:
                await _wait(telling.gate, to)
            if to.gone.is_set():
                return False
        return await _end(telling, to)

    def _bill(self, model: str, prompt: int, output: int, region: str) -> None:
        usd = compute_price(Usage(prompt, output, region=region), model, TODAY)
        assert usd is not None
        self.usd += usd


async def _events(telling: Telling, model: str, prompt: int) -> AsyncIterator[tuple[Any, str]]:
    """Events and the text that each brings; None is where it breaks off."""
    message: dict[str, Any] = {"type": "message", "model": model, "content": []}
    if telling.input is not None:
        message["usage"] = {"input_tokens": telling.input(prompt), "output_tokens": 1}
        message["usage"]["inference_geo"] = telling.region
    yield {"type": "message_start", "message": message}, ""
    pieces = [WORDS[at : at + PIECE] for at in range(0, len(WORDS), PIECE)]
    for piece in pieces[: telling.after]:
        delta = {"type": "text_delta", "text": piece}
        yield {"type": "content_block_delta", "index": 0, "delta": delta}, piece
    if telling.ending not in {"complete", "no stop", "hold open"}:
        yield None, ""
    end: dict[str, Any] = {"type": "message_delta", "delta": {"stop_reason": "end_turn"}}
    if telling.output is not None:
        end["usage"] = {"output_tokens": telling.output(_count(len(WORDS)))}
    yield end, ""
    for count in telling.later:
        yield {"type": "message_delta", "delta": {}, "usage": {"output_tokens": count}}, ""
    if telling.ending != "no stop":
        yield {"type": "message_stop"}, ""


async def _end(telling: Telling, to: Connection) -> bool:
    if telling.ending in {"hold open", "stall"}:
        await to.unless_gone(Gate().opened.wait(None))
        return False
    if telling.ending == "reset":
        to.reset()
    if telling.ending in {"drop", "reset"}:
        return False
    if telling.ending == "error":
        error = {"type": "error", "error": {"type": "overloaded_error", "message": "busy"}}
        await to.chunk(f"event: error\ndata: {json.dumps(error)}\n\n".encode())
    await to.finish()
    return True


async def _wait(gate: Gate, to: Connection) -> None:
    gate.reached.set()
    await to.unless_gone(gate.opened.wait(None))


def _count(characters: int) -> int:
    return ceil(characters / 3.3)


def tokens(*parts: object) -> int:
    """The true tokens of parts of a body."""
    return sum(_count(len("".join(_texts(part)))) for part in parts)


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner: list[object] = value if isinstance(value, list) else []
    if isinstance(value, dict):
        inner = list(value.values())
    return [text for one in inner for text in _texts(one)]


class MovingClock:
    """Starts at noon of a day, or wherever it is set wrongly; waits cost nothing."""

    def __init__(self, now: datetime = NOW) -> None:
        self.time = now
        self.seconds = 0.0

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds


@dataclass
class Asker:
    """One server's view: a client of the biller, and a ledger."""

    api: Biller
    ledger: Ledger
    client: AnthropicClient
    clock: MovingClock
    limits: Limits = field(default_factory=Limits)
    seconds: float = 60.0
    runs: int = 0

    async def ask(self, observe: Observer = ignore_events) -> Outcome:
        """One run of explain."""
        self.runs += 1
        action = load_registry().find("explain")
        assert action is not None
        snapshot = Snapshot("file:///app.py", "app.py", "python", 1, CODE)
        request = Request(f"run{self.runs}-{id(self)}", "explain", snapshot, Span(0, len(CODE)))
        return await perform(action, request, self._services(), observe)

    def _services(self) -> Services:
        async def nothing(*_: object) -> WorkspaceContext:
            return WorkspaceContext()

        route: Callable[..., Route] = lambda *_: SONNET  # noqa: E731 - a value of the seam
        return Services(
            settings=Settings(deadline_seconds=self.seconds),
            not_ready=None,
            client=self.client,
            budget=CallBudget(
                self.ledger,
                self.limits,
                compute_highest_price,
                compute_price,
                self.clock,
                "anthropic",
                None,
            ),
            clock=self.clock,
            read_context=nothing,
            choose_route=route,
            record_unavailable=lambda *_: None,
            record_available=lambda *_: None,
            parse=lambda _: None,
            exists=lambda _: False,
        )


@asynccontextmanager
async def asking(
    folder: Path, *tellings: Telling, clock: MovingClock | None = None, silence: float = 20.0
) -> AsyncIterator[Asker]:
    """A biller that answers so, the last telling again and again, and who asks it."""
    clock = clock or MovingClock()
    api = Biller(list(tellings))
    await api.start()
    client = AnthropicClient(KEY, clock, base_url=api.url, silence=silence)
    ledger = Ledger(folder / "ledger.sqlite3", clock, busy_seconds=0.05)
    try:
        yield Asker(api, ledger, client, clock)
    finally:
        await client.close()
        ledger.close()
        await api.stop()


def check_the_books(folder: Path, billed: float, *, estimates: bool | None = None) -> None:
    """The ledger never says less than was billed, and says more only where it says so itself.

    `estimates`: whether there have to be any, or none.
    """
    with closing(sqlite3.connect(folder / "ledger.sqlite3")) as database:
        rows = database.execute(
            "SELECT coalesce(usd, held_usd), estimated OR usd IS NULL, usd, input_tokens,"
            " output_tokens, result FROM calls"
        ).fetchall()
    counted = sum(row[0] for row in rows)
    unsure = sum(row[0] for row in rows if row[1])
    assert counted >= billed - 1e-9, (counted, billed, rows)
    assert counted - billed <= unsure + 1e-9, (counted, billed, rows)
    assert all(min(row[0], row[3], row[4]) >= 0 for row in rows)
    if estimates is not None:
        assert bool(unsure) == estimates, rows
