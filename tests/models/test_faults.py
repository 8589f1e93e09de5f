"""Every way a call can fail, over the real SDK: one code, a plain sentence, a next step."""

import asyncio
import socket

import pytest

from flux_lsp.core.conversation import CallError, Turn
from flux_lsp.core.errors import ErrorCode
from flux_lsp.core.usage import Usage, estimate_tokens
from flux_lsp.models.anthropic import AnthropicClient
from flux_lsp.settings.credentials import Credentials
from tests.fakes.messages_api import Answer, MessagesApi, html, status, stream_of, text, tool
from tests.models.given import LOCAL, Asking, FakeClock, asking

SPENT = "Your credit balance is too low to access the Anthropic API."
# a server of one's own counts as such in the sentences; what is said of Anthropic is tested below
CASES: dict[str, tuple[Answer, ErrorCode, bool]] = {
    "401": (status(401), ErrorCode.AUTHENTICATION, False),
    "402": (status(402, SPENT), ErrorCode.OVER_BUDGET, False),
    "400 spent": (status(400, SPENT), ErrorCode.OVER_BUDGET, False),
    "400 too long": (status(400, "prompt is too long: 1 tokens > 0"), ErrorCode.TOO_LARGE, False),
    "400": (status(400, "messages.0: is wrong"), ErrorCode.BAD_REQUEST, False),
    "403": (status(403), ErrorCode.MODEL_UNAVAILABLE, False),
    "404": (status(404, "model: x"), ErrorCode.MODEL_UNAVAILABLE, False),
    "408": (status(408), ErrorCode.TIMEOUT, True),
    "409": (status(409), ErrorCode.OVERLOADED, True),
    "413": (status(413), ErrorCode.TOO_LARGE, False),
    "413 html": (html(413), ErrorCode.TOO_LARGE, False),
    "422": (status(422, "no"), ErrorCode.BAD_REQUEST, False),
    "429": (status(429), ErrorCode.RATE_LIMITED, True),
    "429 spent": (
        status(429, error_code="enforced_spend_limit_reached"),
        ErrorCode.OVER_BUDGET,
        False,
    ),
    "500": (status(500), ErrorCode.OVERLOADED, True),
    "501": (status(501), ErrorCode.OVERLOADED, False),
    "502 html": (html(502), ErrorCode.OVERLOADED, True),
    "503": (status(503), ErrorCode.OVERLOADED, True),
    "504": (status(504), ErrorCode.TIMEOUT, True),
    "529": (status(529), ErrorCode.OVERLOADED, True),
    "407 html": (html(407), ErrorCode.NETWORK, False),
    "403 html": (html(403), ErrorCode.NETWORK, False),
    "404 html": (html(404), ErrorCode.NOT_CONFIGURED, False),
    "404 json of another kind": (
        status(404, body={"detail": "Not Found"}),
        ErrorCode.NOT_CONFIGURED,
        False,
    ),
    "302": (status(302, headers={"location": "ftp://nowhere/"}), ErrorCode.NOT_CONFIGURED, False),
    "html with 200": (html(200), ErrorCode.NETWORK, False),
    "json with 200": (status(200, body={"ok": True}), ErrorCode.NETWORK, False),
    "garbage in the stream": (
        stream_of(b"event: message_start\ndata: {oops\n\n"),
        ErrorCode.FORMAT,
        True,
    ),
    "no events": (stream_of(b'data: {"some": "thing"}\n\n'), ErrorCode.NETWORK, True),
    "empty stream": (stream_of(b""), ErrorCode.NETWORK, True),
    "dropped before headers": (text("a").dropped_before_headers(), ErrorCode.NETWORK, True),
    "dropped": (text("abc").dropped(after=1), ErrorCode.NETWORK, True),
    "reset": (text("abc").reset(after=1), ErrorCode.NETWORK, True),
    "overloaded in mid-stream": (
        text("abc").failing("overloaded_error"),
        ErrorCode.OVERLOADED,
        True,
    ),
    "api error in mid-stream": (
        text("abc").failing("api_error", after=0),
        ErrorCode.OVERLOADED,
        True,
    ),
    "limited in mid-stream": (
        text("abc").failing("rate_limit_error"),
        ErrorCode.RATE_LIMITED,
        True,
    ),
    "timeout in mid-stream": (text("abc").failing("timeout_error"), ErrorCode.TIMEOUT, True),
    "unknown in mid-stream": (text("abc").failing("new_error"), ErrorCode.OVERLOADED, True),
    "billing in mid-stream": (text("abc").failing("billing_error"), ErrorCode.OVER_BUDGET, False),
}


@pytest.mark.parametrize("name", CASES)
async def test_each_failure_has_its_code_and_a_next_step(name: str) -> None:
    answer, code, retryable = CASES[name]
    async with MessagesApi(answer, lenient=True) as api, asking(api) as it:
        fault = await it.fault()
        assert len(api.calls) == 1  # the SDK never retries by itself
    assert (fault.problem.code, fault.retryable) == (code, retryable), fault
    assert fault.unavailable == (code is ErrorCode.MODEL_UNAVAILABLE)
    assert fault.problem.message[0].isupper() or fault.problem.message.startswith("http")
    assert not fault.problem.message.endswith(".")
    assert fault.problem.hint
    assert "sk-test" not in str(fault)
    assert "<html" not in fault.problem.message


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry-after": "3"}, 3),
        ({"retry-after": "3600"}, 3600),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after": "Sat, 21 Nov 2026 12:00:30 GMT"}, 30),
        ({"retry-after": "Sat, 21 Nov 2026 11:00:00 GMT"}, 0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({}, None),
    ],
)
async def test_the_wait_a_server_asks_for_is_told_and_not_slept(
    headers: dict[str, str], wait: float | None
) -> None:
    async with MessagesApi(status(429, headers=headers), status(529, headers=headers)) as api:
        async with asking(api) as it:
            assert (await it.fault()).retry_after == wait
            assert (await it.fault()).retry_after == wait


async def test_what_was_counted_before_it_broke_off_is_reported() -> None:
    answer = text("abcdef").in_pieces(2).using(input=70, cache_read=30, output=9)
    async with MessagesApi(answer.dropped(after=2), answer.failing("overloaded_error")) as api:
        async with asking(api) as it:
            for came in (4, 6):  # the server told one token, and so much text came after that
                fault = await it.fault()
                output = 1 + estimate_tokens("x" * came)
                assert fault.usage == Usage(70, output, cache_read=30, estimated=True)
                assert fault.first_token_ms == 0
                assert it.usages.pop() == fault.usage
    assert it.texts == ["ab", "cd", "ab", "cd", "ef"]


async def test_a_stall_is_given_up_and_may_be_tried_again() -> None:
    script = (text("ab").stalled(after=1), text("ab").stalled_before_headers())
    async with MessagesApi(*script) as api, asking(api, silence=0.15) as it:
        for number in range(2):
            fault = await it.fault()
            assert (fault.problem.code, fault.retryable) == (ErrorCode.TIMEOUT, True)
            await api.calls[number].disconnected.wait()


async def test_a_trickle_ends_at_the_deadline_of_the_whole_call() -> None:
    """Each piece comes in time, so that only the total can end it."""
    endless = text("a" * 10_000).trickled(0.01)
    async with MessagesApi(endless) as api, asking(api) as it:
        fault = await it.fault(timeout=0.3)
        await api.calls[0].disconnected.wait()
    assert (fault.problem.code, fault.retryable) == (ErrorCode.TIMEOUT, False)
    assert fault.usage.input == 100
    assert it.texts


async def test_a_model_that_is_gone_is_named_with_its_replacement_and_setting() -> None:
    async with MessagesApi(unreachable={"claude-haiku-5-5": 404}) as api, asking(api) as it:
        problem = (await it.fault()).problem
    assert "claude-haiku-5-5" in problem.message
    assert "`models.haiku`" in problem.hint
    assert "claude-haiku-9" in problem.hint


async def test_a_wrong_key_is_named_by_its_source_never_by_its_text() -> None:
    async with MessagesApi(key="right") as api, asking(api) as it:
        fault = await it.fault()
    assert "variable ANTHROPIC_API_KEY" in fault.problem.message
    assert "sk-test" not in repr(fault)


async def test_nobody_listens() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    async with asking(url) as it:
        fault = await it.fault()
    assert (fault.problem.code, fault.retryable) == (ErrorCode.NETWORK, True)
    assert url in fault.problem.message
    assert "base_url" in fault.problem.hint


@pytest.mark.parametrize("url", ["127.0.0.1:9", "ftp://127.0.0.1", "http://127.0.0.1:notaport"])
async def test_an_address_that_is_none(url: str) -> None:
    async with asking(url) as it:
        fault = await it.fault()
    assert fault.problem.code is ErrorCode.NOT_CONFIGURED, fault
    assert not fault.retryable


async def test_an_address_with_a_password_is_told_without_it() -> None:
    async with MessagesApi(status(500)) as api:
        url = api.url.replace("http://", "http://user:secret@") + "?token=abc"
        async with asking(url) as it:
            fault = await it.fault()
    assert "secret" not in str(fault)
    assert "abc" not in fault.problem.message


async def test_half_a_character_is_refused_before_anything_is_sent() -> None:
    broken = (Turn("user", ({"type": "text", "text": "x = '\ud83d'"},)),)
    async with MessagesApi(text("a")) as api, asking(api) as it:
        fault = await it.fault(turns=broken)
        assert not api.calls
    assert (fault.problem.code, fault.retryable) == (ErrorCode.BAD_REQUEST, False)


async def test_no_key_is_not_configured_and_loads_nothing() -> None:
    missing = Credentials("missing", "no key found", "Set ANTHROPIC_API_KEY")
    async with MessagesApi() as api, asking(api, missing) as it:
        await it.client.warm()
        fault = await it.fault()
        assert not api.calls
    assert fault.problem.code is ErrorCode.NOT_CONFIGURED
    assert fault.problem.hint == "Set ANTHROPIC_API_KEY"


@pytest.mark.parametrize("secret", ["sk-ünïcode", "sk with blanks", "sk\x00"])
async def test_a_key_that_can_be_none_is_not_sent(secret: str) -> None:
    async with MessagesApi() as api:
        async with asking(api, Credentials("api_key", "x", secret=secret)) as it:
            fault = await it.fault()
        assert not api.calls
    assert fault.problem.code is ErrorCode.NOT_CONFIGURED
    assert secret not in str(fault)


async def test_a_server_that_knows_fewer_parameters_is_asked_again_with_less() -> None:
    refused = status(400, "thinking: Extra inputs are not permitted")
    async with MessagesApi(refused, tool("apply_edits", "{}"), text("b")) as api:
        async with asking(api) as it:
            fault = await it.fault()
            assert (fault.retryable, fault.retry_after) == (True, 0)
            assert (await it.reply()).tool_calls
            await it.reply()
    first, second, third = (set(call.json) for call in api.calls)
    assert {"thinking", "tool_choice"} <= first
    assert second == third == {"model", "max_tokens", "stream", "system", "messages", "tools"}


@pytest.mark.usefixtures("_no_cloud")
async def test_a_cloud_that_knows_fewer_parameters_too() -> None:
    refused = status(400, body={"message": "eager_input_streaming: unknown field"})
    async with MessagesApi(refused, text("b")) as api:
        async with asking(api, CLOUD, provider="foundry") as it:
            assert (await it.fault()).retryable
            assert (await it.reply()).text == "b"


async def test_a_client_that_is_closed_in_mid_call_ends_it_as_a_fault() -> None:
    async with MessagesApi(text("ab").in_pieces(1).stalled(after=1)) as api, asking(api) as it:
        task = asyncio.create_task(it.ask())
        while not it.texts:
            await asyncio.sleep(0)
        await it.client.close()
        broken = await task
        late = await it.fault()
    assert isinstance(broken, CallError)
    assert (broken.problem.code, late.problem.code) == (ErrorCode.NETWORK, ErrorCode.NETWORK)


async def test_a_refusal_of_something_else_does_not_cost_the_cache() -> None:
    async with MessagesApi(status(400, "messages.0: is wrong"), text("b")) as api:
        async with asking(api) as it:
            assert not (await it.fault()).retryable
            await it.reply()
    assert "thinking" in api.calls[1].json


async def test_an_unknown_model_is_asked_by_the_plain_api() -> None:
    async with MessagesApi(text("b"), lenient=True) as api, asking(api) as it:
        await it.reply(LOCAL)
    body = api.calls[0].json
    assert set(body) == {"model", "max_tokens", "stream", "system", "messages", "tools"}
    assert body["system"] == "You edit."
    assert body["messages"][0]["content"][0]["text"] == "The project's rules."
    assert set(body["tools"][0]) == {"name", "description", "input_schema"}


@pytest.fixture
def _no_cloud(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_PROFILE", "GOOGLE_APPLICATION_CREDENTIALS", "AWS_BEARER_TOKEN_BEDROCK"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    monkeypatch.setenv("CLOUD_ML_REGION", "global")
    monkeypatch.setenv("ANTHROPIC_VERTEX_PROJECT_ID", "p")
    monkeypatch.setenv("ANTHROPIC_FOUNDRY_API_KEY", "k")
    monkeypatch.delenv("ANTHROPIC_FOUNDRY_RESOURCE", raising=False)
    monkeypatch.delenv("ANTHROPIC_FOUNDRY_BASE_URL", raising=False)


CLOUD = Credentials("cloud", "its own credentials")


@pytest.mark.usefixtures("_no_cloud")
@pytest.mark.parametrize("provider", ["bedrock", "vertex"])
async def test_a_provider_whose_package_is_missing_names_it(provider: str) -> None:
    async with MessagesApi(text("a")) as api:
        async with asking(api, CLOUD, provider=provider) as it:
            fault = await it.fault()
        assert not api.calls
    assert fault.problem.code is ErrorCode.NOT_CONFIGURED
    assert f"anthropic[{provider}]" in fault.problem.hint


@pytest.mark.usefixtures("_no_cloud")
async def test_foundry_speaks_the_same_api() -> None:
    async with MessagesApi(text("a"), status(404, "x")) as api:
        async with asking(api, CLOUD, provider="foundry") as it:
            assert (await it.reply()).text == "a"
            fault = await it.fault()
            listed = await it.client.models()
    assert "Foundry" in fault.problem.message
    assert isinstance(listed, CallError)


@pytest.mark.usefixtures("_no_cloud")
async def test_foundry_without_an_address_is_not_configured() -> None:
    client = AnthropicClient(CLOUD, FakeClock(), provider="foundry")
    found = await client.models()
    assert isinstance(found, CallError)
    fault = await Asking(client, FakeClock()).fault()
    assert fault.problem.code is ErrorCode.NOT_CONFIGURED
    await client.close()


async def test_the_vendor_is_called_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    from flux_lsp.models.anthropic import client as door

    monkeypatch.setattr(door, "_is_vendor", lambda _url: True)
    async with MessagesApi(status(529), status(403)) as api, asking(api) as it:
        overloaded, forbidden = await it.fault(), await it.fault()
    assert str(overloaded.problem) == "Anthropic is overloaded. Try again in a minute"
    assert forbidden.unavailable


async def test_many_at_once_share_one_client() -> None:
    async with MessagesApi(*[text("a")] * 30) as api, asking(api) as it:
        replies = await asyncio.gather(*[it.reply() for _ in range(30)])
    assert [reply.text for reply in replies] == ["a"] * 30
