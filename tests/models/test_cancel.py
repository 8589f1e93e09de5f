"""A cancelled call closes its connection at once, wherever it stands; nothing is polled here."""

import asyncio

import pytest

from flux_lsp.core.usage import Usage
from flux_lsp.models.size import estimate_body_tokens
from tests.fakes.messages_api import Answer, Gate, MessagesApi, text
from tests.models.given import HAIKU, asking, prompt

GATE = Gate()
PLACES = {
    "waiting for the headers": text("abc").held(GATE),
    "in mid-stream": text("abcdef").in_pieces(2).held(GATE, after=1),
    "in a stall": text("abcdef").in_pieces(2).stalled(after=1),
    "while words trickle in": text("a" * 9999).trickled(0.01),
}


@pytest.mark.parametrize("place", PLACES)
async def test_cancel_closes_the_stream(place: str) -> None:
    async with MessagesApi(PLACES[place]) as api, asking(api) as it:
        task = asyncio.create_task(it.ask())
        call = await api.call(0)
        if place != "waiting for the headers":
            await _until(lambda: bool(it.texts))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await call.disconnected.wait()
        assert not call.answered.is_set()
        heard = len(it.texts)
        await _turns(50)
        assert len(it.texts) == heard  # nothing comes after it


async def test_what_was_counted_is_told_before_the_cancel() -> None:
    answer = text("abcdef").in_pieces(2).using(input=70, cache_read=5, output=9).stalled(after=1)
    async with MessagesApi(answer) as api, asking(api) as it:
        task = asyncio.create_task(it.ask())
        await _until(lambda: bool(it.texts))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    # the server told one token at the start; what came after that is measured
    assert it.usages == [Usage(input=70, output=2, cache_read=5, estimated=True)]


async def test_a_cancel_while_waiting_counts_what_was_sent() -> None:
    async with MessagesApi(PLACES["waiting for the headers"]) as api, asking(api) as it:
        task = asyncio.create_task(it.ask())
        call = await api.call(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert it.usages == [Usage(input=estimate_body_tokens(call.json), estimated=True)]


async def test_one_cancelled_call_leaves_the_others_alone() -> None:
    gate = Gate()

    def answer(_request: object, _number: int) -> Answer:
        return text("abc").held(gate)

    async with MessagesApi(answer, answer, answer) as api, asking(api) as it:
        tasks = [asyncio.create_task(it.ask()) for _ in range(3)]
        await api.call(2)
        tasks[1].cancel()
        await asyncio.gather(tasks[1], return_exceptions=True)
        gate.open()
        first, third = await tasks[0], await tasks[2]
    assert (first.text, third.text) == ("abc", "abc")  # type: ignore[union-attr]


async def test_a_cancel_while_the_sdk_loads_leaves_it_to_the_next_call() -> None:
    async with MessagesApi(text("a")) as api, asking(api) as it:
        task = asyncio.create_task(it.ask())
        await _turns(3)  # it waits for the thread now
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not api.calls
        assert (await it.reply()).text == "a"


async def test_the_client_goes_on_after_a_cancel() -> None:
    async with MessagesApi(text("ab").in_pieces(1).stalled(after=1), text("b")) as api:
        async with asking(api) as it:
            task = asyncio.create_task(it.ask())
            await _until(lambda: bool(it.texts))
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            assert (await it.reply()).text == "b"
            assert api.calls[1].json == it.client.request_body(prompt(), HAIKU)


async def _until(ready: object) -> None:
    assert callable(ready)
    async with asyncio.timeout(20):
        while not ready():
            await asyncio.sleep(0)


async def _turns(count: int) -> None:
    for _ in range(count):
        await asyncio.sleep(0)
