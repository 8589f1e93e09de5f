"""The Message Batches API: create, look, cancel, and read the results of many requests at once.

Never repeats a request by itself: a batch that is created twice is paid for twice.
"""

import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from flux_lsp.core.clock import Clock
from flux_lsp.core.conversation import CallError, Prompt, Reply
from flux_lsp.models.anthropic import call_errors
from flux_lsp.models.anthropic.body import Body
from flux_lsp.models.anthropic.call_errors import Recipient
from flux_lsp.models.anthropic.connection import Connection
from flux_lsp.models.anthropic.counting import TokenCounter
from flux_lsp.models.anthropic.endings import Ending
from flux_lsp.models.anthropic.json_values import read_mapping, read_text
from flux_lsp.models.anthropic.stream import IncomingAnswer
from flux_lsp.models.batches import BatchRequest, BatchResult, BatchState, BatchStatus, NoAnswer
from flux_lsp.models.client import Route

_PATH = "/v1/messages/batches"
_CREATE_SECONDS = 300.0  # a large batch takes its time to be sent
_PAGE = 100
_MOST_PAGES = 10
_OLD = timedelta(days=2)  # no batch of a doubt is older: it lives for 24 hours
_HOUR = {"type": "ephemeral", "ttl": "1h"}  # a batch takes longer than five minutes
_COUNTS = ("processing", "succeeded", "errored", "canceled", "expired")
_NO_ANSWERS: Mapping[str, NoAnswer] = {
    "errored": "errored",
    "canceled": "canceled",
    "expired": "expired",
}


class AnthropicBatches:
    """`BatchClient` over the connection of an `AnthropicClient`."""

    def __init__(
        self,
        connection: Connection,
        clock: Clock,
        recipient: Recipient,
        build_body: Callable[[Prompt, Route], Body],
    ) -> None:
        self._connection = connection
        self._clock = clock
        self._recipient = recipient
        self._build_body = build_body

    def build_params(self, prompt: Prompt, route: Route) -> dict[str, object]:
        """Return the body of an ordinary call, without streaming and with the one-hour cache."""
        body = self._build_body(prompt, route)
        body = {**body, "messages": _drop_last_mark(body["messages"])}
        return {key: _prepare_for_batch(part) for key, part in body.items() if key != "stream"}

    async def create(self, requests: Sequence[BatchRequest]) -> BatchState | CallError:
        """Create a batch, see `BatchClient.create`."""
        entries = [{"custom_id": r.custom_id, "params": r.params} for r in requests]
        once = {"max_retries": 0, "timeout": _CREATE_SECONDS}
        answer = await self._connection.request_json(
            _PATH, self._recipient, _CREATE_SECONDS, body={"requests": entries}, options=once
        )
        state = self._read(answer)
        if isinstance(state, CallError) and not isinstance(answer, CallError):
            return replace(state, may_cost=True)  # the server took it, and said something else
        return state

    async def retrieve(self, batch: str) -> BatchState | CallError:
        """Ask how a batch is."""
        answer = await self._connection.request_json(f"{_PATH}/{_quote(batch)}", self._recipient)
        return self._read(answer)

    async def cancel(self, batch: str) -> BatchState | CallError:
        """Ask the server to end a batch."""
        answer = await self._connection.request_json(
            f"{_PATH}/{_quote(batch)}/cancel", self._recipient, body={}
        )
        return self._read(answer)

    async def list_newest(self, until: str) -> list[BatchState] | CallError:
        """List the newer batches, see `BatchClient.list_newest`."""
        states: list[BatchState] = []
        query: dict[str, object] = {"limit": _PAGE}
        for _ in range(_MOST_PAGES):
            page = await self._connection.request_json(
                _PATH, self._recipient, options={"params": query}
            )
            if isinstance(page, CallError):
                return page
            data = page.get("data")
            for entry in data if isinstance(data, list) else []:
                batch = read_mapping(entry)
                state = _read_state(batch)
                if batch.get("id") == until or self._is_old(batch):
                    return states
                if state is not None:
                    states.append(state)
            if page.get("has_more") is not True:
                break
            query["after_id"] = page.get("last_id")
        return states

    async def read_results(self, batch: str) -> AsyncIterator[BatchResult | CallError]:
        """Read the results line by line; memory holds one of them."""
        path = f"{_PATH}/{_quote(batch)}/results"
        async for line in self._connection.read_lines(path, self._recipient):
            if isinstance(line, CallError):
                yield line
                return
            result = self._read_result(line)
            if result is None:
                yield call_errors.explain_unreadable(self._recipient)
                return
            yield result

    def _read(self, answer: Mapping[str, object] | CallError) -> BatchState | CallError:
        if isinstance(answer, CallError):
            return answer
        return _read_state(answer) or call_errors.explain_unreadable(self._recipient)

    def _is_old(self, batch: Mapping[str, object]) -> bool:
        try:
            created = datetime.fromisoformat(read_text(batch.get("created_at")))
        except ValueError:
            return False
        return created.tzinfo is not None and created < self._clock.now() - _OLD

    def _read_result(self, line: str) -> BatchResult | None:
        """Read one line of the results; None when it is none."""
        try:
            entry = read_mapping(json.loads(line))
        except (ValueError, RecursionError):
            return None
        custom_id, result = read_text(entry.get("custom_id")), read_mapping(entry.get("result"))
        kind = read_text(result.get("type"))
        if not custom_id or not kind:
            return None
        message = read_mapping(result.get("message"))
        if kind == "succeeded" and message.get("type") == "message":
            return BatchResult(custom_id, self._read_reply(message))
        error = read_mapping(read_mapping(result.get("error")).get("error", result.get("error")))
        words = call_errors.shorten_line(read_text(error.get("message")))
        return BatchResult(custom_id, _NO_ANSWERS.get(kind, "errored"), words)

    def _read_reply(self, message: Mapping[str, object]) -> Reply:
        incoming = IncomingAnswer(
            lambda _: None, self._clock.monotonic, TokenCounter(0), Ending(1 << 30), sent=True
        )
        incoming.take(message)
        return incoming.reply(read_text(message.get("model")), self._clock.monotonic())


def _drop_last_mark(messages: Any) -> list[dict[str, Any]]:
    """Return the turns without the mark on the question: no other request begins with it."""
    *before, last = messages
    *blocks, question = last["content"]
    bare = {key: value for key, value in question.items() if key != "cache_control"}
    return [*before, {**last, "content": [*blocks, bare]}]


def _prepare_for_batch(value: object) -> object:
    """Return a part of a body with the one-hour cache, and without what only a stream can use."""
    if isinstance(value, Mapping):
        return {
            key: _HOUR if key == "cache_control" else _prepare_for_batch(inner)
            for key, inner in value.items()
            if key != "eager_input_streaming"
        }
    if isinstance(value, list | tuple):
        return [_prepare_for_batch(inner) for inner in value]
    return value


def _read_state(batch: Mapping[str, object]) -> BatchState | None:
    """Read the server's word on a batch; None when it is none."""
    id_, status = read_text(batch.get("id")), read_text(batch.get("processing_status"))
    known: Mapping[str, BatchStatus] = {
        "in_progress": "in_progress",
        "canceling": "canceling",
        "ended": "ended",
    }
    if not id_ or status not in known:
        return None
    counts = read_mapping(batch.get("request_counts"))
    numbers = {name: counts.get(name) for name in _COUNTS}
    amounts = {name: n if isinstance(n, int) else 0 for name, n in numbers.items()}
    total = sum(amounts.values())
    return BatchState(id_, known[status], total, total - amounts["processing"])


def _quote(batch: str) -> str:
    return quote(batch, safe="")
