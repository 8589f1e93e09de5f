"""A fake Messages API on loopback that speaks the real wire format; also a command.

In a test, with the answers in the order they are wanted (`tests.fakes.answers` has them all):

    async with MessagesApi(tool("rewrite_range", {"code": "x = 1\\n"}), status(529)) as api:
        ...                                   # anything pointed at api.url
        call = await api.call(0)              # waits until the first request is there
        call.json["messages"], call.headers, call.disconnected.is_set()

A script's entries are answers, or functions `(request_json, number) -> Answer` such as the rules of
`tests.fakes.rules`; `responder` is one that is asked when the script is used up. A request that
nothing is scripted for gets a 400 that says so. Requests that the real API refuses get its 400.
From code without an event loop: `with MessagesApi(...).in_thread() as api:`.

As a command: `python -m tests.fakes.messages_api --help`.
"""

import asyncio
import json
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Self

from tests.fakes.answers import (
    Answer,
    Json,
    empty,
    html,
    refusal,
    status,
    stream_of,
    text,
    thinking,
    tool,
)
from tests.fakes.api_rules import complaint
from tests.fakes.batches import BatchDesk
from tests.fakes.delivery import Call, deliver
from tests.fakes.flags import Flag, Gate
from tests.fakes.http import Connection, HttpRequest, HttpServer
from tests.fakes.model_list import MODELS, listing

__all__ = [
    "Answer",
    "Call",
    "Flag",
    "Gate",
    "MessagesApi",
    "Responder",
    "empty",
    "html",
    "refusal",
    "status",
    "stream_of",
    "text",
    "thinking",
    "tool",
]

Responder = Callable[[Json, int], Answer]


class MessagesApi:
    """The server; use it as an async context manager, or by `in_thread`.

    `unreachable` names models this key cannot use and the status they get. `key`, when given, is
    the only one accepted. `models` is what the Models API lists. `lenient` accepts requests that
    the real API refuses, and so stands for another server. `repeat_last` never runs out.
    """

    def __init__(
        self,
        *script: Answer | Responder,
        responder: Responder | None = None,
        models: Sequence[Json] | Answer = MODELS,
        count: Answer | None = None,
        unreachable: Mapping[str, int] | None = None,
        key: str | None = None,
        lenient: bool = False,
        repeat_last: bool = False,
    ) -> None:
        self.script: list[Answer | Responder] = list(script)
        self.responder = responder
        self.models = models
        self.count = count
        self.unreachable = dict(unreachable or {})
        self.key = key
        self.lenient = lenient
        self.repeat_last = repeat_last
        self.calls: list[Call] = []  # POST /v1/messages
        self.other_calls: list[Call] = []  # everything else
        self.gates: dict[str, Gate] = {}  # by name, for the command
        self.on_call: Callable[[Call, str], None] = lambda _call, _event: None
        self.desk = BatchDesk()
        self.has_batches = True
        self.url = ""
        self._used = 0
        self._arrived: dict[int, Flag] = {}
        self._server = HttpServer(self._converse)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self, port: int = 0) -> None:
        """Listen; `url` is set."""
        self.url = f"http://127.0.0.1:{await self._server.start(port)}"

    async def stop(self) -> None:
        """Close every connection and the port."""
        await self._server.stop()

    @contextmanager
    def in_thread(self) -> Iterator[Self]:
        """The server in a thread with its own loop."""
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever, daemon=True)
        thread.start()
        try:
            asyncio.run_coroutine_threadsafe(self.start(), loop).result(20)
            yield self
        finally:
            asyncio.run_coroutine_threadsafe(self.stop(), loop).result(20)
            loop.call_soon_threadsafe(loop.stop)
            thread.join(20)
            loop.close()

    def queue(self, *answers: Answer | Responder) -> None:
        """More answers behind those that are waiting."""
        self.script.extend(answers)

    def start_over(self, *answers: Answer | Responder) -> None:
        """Another script, and no request has come yet: for a server that several tests share."""
        self.script[:] = answers
        self._used = 0
        self.calls.clear()
        self.other_calls.clear()
        self._arrived.clear()

    async def call(self, number: int = 0, timeout: float = 20.0) -> Call:
        """The request with this number (from 0), as soon as it is there."""
        await self._flag(number).wait(timeout)
        return self.calls[number]

    def call_blocking(self, number: int = 0, timeout: float = 20.0) -> Call:
        """The same for a thread without a loop."""
        self._flag(number).wait_blocking(timeout)
        return self.calls[number]

    def _flag(self, number: int) -> Flag:
        return self._arrived.setdefault(number, Flag())

    async def _converse(self, connection: Connection) -> None:
        while (request := await connection.read()) is not None:
            call = self._record(request, connection.number)
            number = len(self.calls) - 1
            keep = await deliver(self._choose(call, number), connection, call, number)
            if connection.gone.is_set() and not call.answered.is_set():
                call.disconnected.set()
                self.on_call(call, "disconnected")
            if not keep or connection.gone.is_set():
                return

    def _record(self, request: HttpRequest, connection: int) -> Call:
        call = Call(
            request.method,
            request.path,
            request.query,
            request.headers,
            request.body,
            connection,
        )
        if call.path.endswith("/v1/messages") and call.method == "POST":
            self.calls.append(call)
            self._flag(len(self.calls) - 1).set()
        else:
            self.other_calls.append(call)
        self.on_call(call, "request")
        return call

    def _choose(self, call: Call, number: int) -> Answer:
        if self.key is not None and self.key not in {
            call.headers.get("authorization", "").removeprefix("Bearer "),
            call.headers.get("x-api-key"),
        }:
            return status(401, "invalid x-api-key")
        model = call.json.get("model", "") or call.path.rpartition("/v1/models/")[2]
        if model in self.unreachable:
            return status(self.unreachable[model], f"model: {model}")
        if call.path.endswith("/v1/messages/count_tokens"):
            return self.count or _ok({"input_tokens": len(call.body) // 3})
        if "/v1/messages/batches" in call.path:
            return self.desk.answer(self, call) if self.has_batches else status(404, "not found")
        if "/v1/models" in call.path:
            models = self.models
            return models if isinstance(models, Answer) else listing(models, call.path, call.query)
        if not call.path.endswith("/v1/messages"):
            return self.control(call)
        refused = None if self.lenient else complaint(call.json)
        return status(400, refused) if refused else self._next(call, number)

    def answer_in_batch(self, params: Json, number: int) -> Answer:
        """The answer to one request of a batch."""
        if self.responder is not None:
            return self.responder(params, number)
        return self._next_in_script(params, number)

    def control(self, call: Call) -> Answer:
        """Paths the API does not have; the command overrides it."""
        return status(404, f"no such path: {call.path}")

    def _next(self, call: Call, number: int) -> Answer:
        return self._next_in_script(call.json, number)

    def _next_in_script(self, request: Json, number: int) -> Answer:
        if self._used < len(self.script):
            entry = self.script[self._used]
            if not (self.repeat_last and self._used == len(self.script) - 1):
                self._used += 1
            return entry if isinstance(entry, Answer) else entry(request, number)
        if self.responder is not None:
            return self.responder(request, number)
        return status(400, f"fake: no answer is scripted for request {number}")


def _ok(value: Any) -> Answer:
    headers = {"content-type": "application/json"}
    return Answer(headers=headers, body=json.dumps(value).encode())


if __name__ == "__main__":
    from tests.fakes.messages_command import main

    sys.exit(main())
