"""The fake is only worth something if the real SDK takes it for the API."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import anthropic
import pytest

from tests.fakes.messages_api import Gate, MessagesApi, html, refusal, status, text, thinking, tool

TARGET = '<target path="a.py" first_line="3" last_line="4">\nab\n  cd\n</target>'


def body(**changes: Any) -> dict[str, Any]:
    return {
        "model": "claude-haiku-5-5",
        "max_tokens": 100,
        "messages": [{"role": "user", "content": TARGET}],
        **changes,
    }


def sdk(api: MessagesApi, **options: Any) -> anthropic.AsyncAnthropic:
    return anthropic.AsyncAnthropic(api_key="k", base_url=api.url, max_retries=0, **options)


async def test_a_stream_of_every_kind_of_block_arrives_whole() -> None:
    answer = thinking("hm").then(text("Grüße, ", "you")).then(tool("t", {"a": ["ü", 1]}, id="c1"))
    async with MessagesApi(answer.in_pieces(3).using(input=7, output=9, cache_read=5)) as api:
        async with sdk(api) as client, client.messages.stream(**body()) as stream:
            got = await stream.get_final_message()
        call = await api.call()
    assert [b.type for b in got.content] == ["thinking", "text", "text", "tool_use"]
    assert got.content[1].text == "Grüße, "  # type: ignore[union-attr]
    assert got.content[3].input == {"a": ["ü", 1]}  # type: ignore[union-attr]
    assert (got.stop_reason, got.usage.input_tokens, got.usage.output_tokens) == ("tool_use", 7, 9)
    assert got.usage.cache_read_input_tokens == 5
    assert call.json["stream"] is True
    assert call.headers["authorization"] == "Bearer k"
    assert call.answered.is_set()
    assert not call.disconnected.is_set()


async def test_a_plain_call_a_refusal_and_a_cut() -> None:
    async with MessagesApi(text("a"), refusal("bio"), text("a").cut()) as api, sdk(api) as client:
        whole = await client.messages.create(**body())
        refused = await client.messages.create(**body())
        cut = await client.messages.create(**body())
    assert whole.content[0].text == "a"
    assert refused.stop_reason == "refusal"
    assert refused.stop_details is not None
    assert refused.stop_details.category == "bio"
    assert cut.stop_reason == "max_tokens"


async def test_errors_come_as_the_sdk_expects_them() -> None:
    limited = status(429, "slow", headers={"retry-after": "3"}, error_code="ramp_limit_exceeded")
    async with MessagesApi(limited, status(529), html(413), html(200)) as api, sdk(api) as client:
        with pytest.raises(anthropic.RateLimitError) as error:
            await client.messages.create(**body())
        assert error.value.error_code == "ramp_limit_exceeded"
        assert error.value.response.headers["retry-after"] == "3"
        with pytest.raises(anthropic.OverloadedError):
            await client.messages.create(**body())
        with pytest.raises(anthropic.ContentTooLargeError):
            await client.messages.create(**body())
        assert isinstance(await client.messages.create(**body()), str)


async def test_models_counting_and_pages() -> None:
    async with MessagesApi() as api, sdk(api) as client:
        found = [m.id async for m in client.models.list(limit=2, lifecycle=["active"])]
        one = await client.models.retrieve("claude-haiku-5-5")
        count = await client.messages.count_tokens(
            model="claude-haiku-5-5", messages=[{"role": "user", "content": "hi"}]
        )
        with pytest.raises(anthropic.NotFoundError):
            await client.models.retrieve("claude-nothing")
    assert "claude-sonnet-5-5" in found
    assert "claude-sonnet-4-5-20250929" not in found
    assert one.line == "haiku"
    assert one.capabilities is not None
    assert one.capabilities.thinking.types.disabled.supported
    assert count.input_tokens > 0


async def test_unreachable_models_wrong_keys_and_an_empty_script() -> None:
    refused = {"claude-sonnet-5-5": 403}
    async with MessagesApi(unreachable=refused, key="right") as api:
        async with sdk(api) as client:
            with pytest.raises(anthropic.AuthenticationError):
                await client.messages.create(**body())
        async with sdk(api).with_options(api_key="right") as client:
            with pytest.raises(anthropic.PermissionDeniedError):
                await client.messages.create(**body(model="claude-sonnet-5-5"))
            with pytest.raises(anthropic.BadRequestError, match="no answer is scripted"):
                await client.messages.create(**body())


@pytest.mark.parametrize(
    "wrong",
    [
        {"extra_body": {"temperature": 1}},
        {"thinking": {"type": "between_tools"}},
        {"thinking": {"type": "disabled"}, "output_config": {"effort": "max"}},
        {"model": "claude-sonnet-5-5", "thinking": {"type": "disabled"}},
        {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]},
        {"messages": [{"role": "user", "content": " "}]},
        {"max_tokens": 200_000},
        {
            "model": "claude-sonnet-5-5",
            "tools": [{"name": "t", "input_schema": {"type": "object"}}],
            "tool_choice": {"type": "any"},
        },
        {"tools": [{"name": "t", "strict": True, "input_schema": {"type": "object"}}]},
        {
            "messages": [
                {"role": "user", "content": "a"},
                {
                    "role": "assistant",
                    "content": [{"type": "tool_use", "id": "1", "name": "t", "input": {}}],
                },
                {"role": "user", "content": "no result"},
            ]
        },
    ],
)
async def test_what_the_real_api_refuses_is_refused(wrong: dict[str, Any]) -> None:
    async with MessagesApi(text("a"), text("b")) as api:
        strict = sdk(api).with_options(timeout=10.0)
        async with strict as client:
            with pytest.raises(anthropic.BadRequestError):
                await client.messages.create(**body(**wrong))


async def test_a_client_that_leaves_is_noticed_wherever_the_fake_stands() -> None:
    gate, late = Gate(), Gate()
    script = (text("abc").held(gate), text("abcdef").in_pieces(2).held(late, after=2))
    async with MessagesApi(*script, text("a").stalled()) as api, sdk(api) as client:
        for number in range(3):
            task = asyncio.create_task(_read_all(client))
            call = await api.call(number)
            if number < 2:
                await (gate, late)[number].reached.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await call.disconnected.wait()
            assert not call.answered.is_set()


async def test_a_gate_holds_until_it_is_opened() -> None:
    gate = Gate()
    async with MessagesApi(text("abc").held(gate)) as api, sdk(api) as client:
        task = asyncio.create_task(_read_all(client))
        await gate.reached.wait()
        assert not task.done()
        gate.open()
        assert await task == "abc"


def test_in_a_thread_for_code_without_a_loop() -> None:
    with MessagesApi(text("hello")).in_thread() as api:
        client = anthropic.Anthropic(api_key="k", base_url=api.url, max_retries=0)
        with client:
            assert client.messages.create(**body()).content[0].text == "hello"
        assert api.call_blocking(0).json["max_tokens"] == 100


def test_the_command_answers_by_rules_and_is_steered_from_outside(tmp_path: Path) -> None:
    script, log = tmp_path / "script.json", tmp_path / "log.jsonl"
    script.write_text(json.dumps([{"rule": "echo_target_upper"}, {"text": "x", "gate": "g"}]))
    command = [sys.executable, "-m", "tests.fakes.messages_api", "--script", str(script)]
    process = subprocess.Popen([*command, "--log", str(log)], stdout=subprocess.PIPE, text=True)
    with process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        tools = [{"name": "rewrite_range", "input_schema": {"type": "object"}}]
        first = _post(url + "/v1/messages", body(tools=tools))
        assert first["content"][0]["input"] == {"code": "AB\n  CD\n"}
        assert _post(url + "/_fake/release/g", {}) == {"released": "g"}
        assert _post(url + "/v1/messages", body())["content"][0]["text"] == "x"
        assert _post(url + "/v1/messages", body())["content"][0]["text"] == "x"  # the last repeats
        _post(url + "/_fake/script", [{"rule": "replace", "old": "cd", "new": "ef"}])
        edited = _post(url + "/v1/messages", body(tools=[{**tools[0], "name": "apply_edits"}]))
        assert edited["content"][0]["input"]["edits"] == [
            {"path": "a.py", "old_string": "ab\n  cd\n", "new_string": "ab\n  ef\n"}
        ]
        said = _post(url + "/v1/messages", body())["content"][0]["text"]
        assert said == "a.py\n<<<<<<< SEARCH\nab\n  cd\n=======\nab\n  ef\n>>>>>>> REPLACE\n"
        os.kill(process.pid, signal.SIGTERM)
    assert process.returncode == 0
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [line["path"] for line in lines if line["path"] == "/v1/messages"] == [
        "/v1/messages"
    ] * 5


def test_a_target_that_holds_such_tags_itself_is_found_by_its_id() -> None:
    from tests.fakes.rules import target_of

    words = (
        '<file path="a.py" id="77">\n<target path="no">x</target>\n</file id="77">\n'
        '<target path="b &quot;c&quot;.py" first_line="2" last_line="3" id="77">\n'
        'a = "</target>"\n<target path="no">\n</target id="77">'
    )
    found = target_of(body(messages=[{"role": "user", "content": words}]))
    assert found is not None
    assert (found.path, found.first_line, found.last_line) == ('b "c".py', 2, 3)
    assert found.text == 'a = "</target>"\n<target path="no">\n'


def test_a_wrong_script_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from tests.fakes.messages_command import main

    (tmp_path / "s.json").write_text('[{"tekst": "a"}]')
    assert main(["--script", str(tmp_path / "s.json")]) == 2
    assert "not an answer" in capsys.readouterr().err


async def _read_all(client: anthropic.AsyncAnthropic) -> str:
    async with client.messages.stream(**body()) as stream:
        return await stream.get_final_text()


def _post(url: str, value: object) -> Any:
    request = urllib.request.Request(url, json.dumps(value).encode(), method="POST")
    with urllib.request.urlopen(request, timeout=20) as response:
        return json.load(response)
