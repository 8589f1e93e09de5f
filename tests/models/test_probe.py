"""What can be asked for free: the list of models, and whether this key can use one."""

from datetime import date

import pytest

from flux_lsp.core.conversation import CallError
from flux_lsp.core.errors import ErrorCode
from tests.fakes.answers import Answer
from tests.fakes.messages_api import MessagesApi, html, status
from tests.fakes.model_list import model
from tests.models.given import asking


async def test_the_list_of_models_is_read_whole() -> None:
    async with MessagesApi() as api, asking(api) as it:
        found = await it.client.models()
    assert isinstance(found, list)
    by_id = {one.id: one for one in found}
    haiku, old = by_id["claude-haiku-5-5"], by_id["claude-sonnet-4-5-20250929"]
    assert (haiku.line, haiku.released) == ("haiku", date(2026, 10, 7))
    assert haiku.thinking == {"adaptive", "disabled"}
    assert haiku.effort == {"low", "medium", "high", "xhigh", "max"}
    assert (haiku.context_tokens, haiku.max_output_tokens) == (1_000_000, 128_000)
    assert haiku.strict_tools
    assert haiku.described
    assert (old.lifecycle, old.retires_on) == ("deprecated", date(2026, 11, 30))


async def test_many_pages_are_one_list() -> None:
    models = [model(f"m{n}", None, "2026-01-01") for n in range(2500)]
    async with MessagesApi(models=models) as api, asking(api) as it:
        found = await it.client.models()
        assert len(api.other_calls) == 3
    assert isinstance(found, list)
    assert [one.id for one in found] == [f"m{n}" for n in range(2500)]


async def test_the_bare_list_of_another_server_is_taken_for_what_it_says() -> None:
    bare = Answer(
        headers={"content-type": "application/json"},
        body=b'{"object": "list", "data": [{"id": "qwen3", "object": "model"}, {"x": 1}, 5]}',
    )
    async with MessagesApi(models=bare) as api, asking(api) as it:
        found = await it.client.models()
    assert isinstance(found, list)
    assert [(one.id, one.line, one.described) for one in found] == [("qwen3", None, False)]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (status(401), ErrorCode.AUTHENTICATION),
        (status(500), ErrorCode.OVERLOADED),
        (html(200), ErrorCode.NETWORK),
        (html(404), ErrorCode.NOT_CONFIGURED),
        (html(200).dropped_before_headers(), ErrorCode.NETWORK),
    ],
)
async def test_a_list_that_cannot_be_had_is_a_fault(answer: Answer, code: ErrorCode) -> None:
    async with MessagesApi(models=answer) as api, asking(api) as it:
        found = await it.client.models()
    assert isinstance(found, CallError)
    assert found.problem.code is code


async def test_a_probe_tells_what_this_key_can_use_and_asks_no_model() -> None:
    unreachable = {"claude-sonnet-5-5": 403}
    async with MessagesApi(unreachable=unreachable) as api, asking(api) as it:
        assert await it.client.probe("claude-haiku-5-5") == "available"
        assert await it.client.probe("claude-sonnet-5-5") == "403"
        assert await it.client.probe("claude-nothing/../x") == "404"
        assert not api.calls


async def test_a_model_that_is_listed_may_still_be_refused() -> None:
    async with MessagesApi(count=status(403)) as api, asking(api) as it:
        assert await it.client.probe("claude-haiku-5-5") == "403"


@pytest.mark.parametrize("answer", [status(500), html(404), status(401)])
async def test_a_server_that_does_not_say_leaves_it_unknown(answer: Answer) -> None:
    async with MessagesApi(models=answer, count=answer) as api, asking(api) as it:
        assert await it.client.probe("claude-haiku-5-5") == "unknown"
