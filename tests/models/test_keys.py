"""Where the key comes from, how it is sent, and that it is seen nowhere else."""

import asyncio
import logging
import shlex
import sys
from pathlib import Path

import pytest

from flux_lsp.core.errors import ErrorCode
from flux_lsp.settings.credentials import Credentials
from tests.fakes.messages_api import MessagesApi, status, text
from tests.models.given import FakeClock, asking

PYTHON = shlex.quote(sys.executable)


def command(script: str) -> Credentials:
    return Credentials("command", "`api_key_command`", command=f"{PYTHON} -c {shlex.quote(script)}")


def counting(folder: Path, keys: list[str]) -> Credentials:
    """Prints the next of `keys` each time, the last one for ever."""
    log = folder / "runs"
    return command(
        f"import pathlib; p = pathlib.Path({str(log)!r}); n = len(p.read_text()) if p.exists() "
        f"else 0; p.write_text('x' * (n + 1)); print({keys!r}[min(n, {len(keys) - 1})]); "
        "print('second line')"
    )


def runs(folder: Path) -> int:
    log = folder / "runs"
    return len(log.read_text()) if log.exists() else 0


@pytest.mark.parametrize(
    ("credentials", "header"),
    [
        (Credentials("api_key", "x", secret="sk-1"), "Bearer sk-1"),
        (Credentials("api_key", "x", secret=" sk-1\n"), "Bearer sk-1"),
        (Credentials("auth_token", "x", secret="tok"), "Bearer tok"),
        (Credentials("none", "local"), None),
    ],
)
async def test_how_each_kind_is_sent(
    credentials: Credentials, header: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-from-the-environment")
    async with MessagesApi(text("a")) as api, asking(api, credentials) as it:
        await it.reply()
        await it.client.models()
    for call in (*api.calls, *api.other_calls):
        assert call.headers.get("authorization") == header
        assert "x-api-key" not in call.headers


async def test_a_command_runs_with_the_first_call_once_for_many(tmp_path: Path) -> None:
    async with MessagesApi(*[text("a")] * 5, key="sk-1") as api:
        async with asking(api, counting(tmp_path, ["sk-1"])) as it:
            await it.client.warm()
            assert runs(tmp_path) == 0
            await asyncio.gather(*[it.reply() for _ in range(5)])
            assert runs(tmp_path) == 1


async def test_after_a_401_the_command_runs_once_more(tmp_path: Path) -> None:
    async with MessagesApi(text("a"), text("b"), key="sk-2") as api:
        async with asking(api, counting(tmp_path, ["sk-1", "sk-2"])) as it:
            assert (await it.reply()).text == "a"
            assert (await it.reply()).text == "b"
    assert runs(tmp_path) == 2
    assert [c.headers["authorization"] for c in api.calls] == [
        "Bearer sk-1",
        "Bearer sk-2",
        "Bearer sk-2",
    ]


async def test_the_same_wrong_key_again_is_not_sent_again(tmp_path: Path) -> None:
    async with MessagesApi(key="right") as api:
        async with asking(api, counting(tmp_path, ["wrong"])) as it:
            fault = await it.fault()
    assert fault.problem.code is ErrorCode.AUTHENTICATION
    assert "`api_key_command`" in fault.problem.message
    assert (runs(tmp_path), len(api.calls)) == (2, 1)


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("import sys; sys.exit('the vault is locked')", "the vault is locked"),
        ("raise SystemExit(3)", "status 3"),
        ("print()", "printed nothing"),
        ("print('two words')", "holds characters that no key has"),
    ],
)
async def test_a_command_that_brings_no_key(script: str, said: str) -> None:
    async with MessagesApi() as api, asking(api, command(script)) as it:
        fault = await it.fault()
        assert not api.calls
    assert fault.problem.code is ErrorCode.NOT_CONFIGURED
    assert said in fault.problem.message


async def test_a_command_that_hangs_is_ended_with_the_call() -> None:
    """The command holds a connection, so that its end is seen when it ends."""
    connected, ended = asyncio.Event(), asyncio.Event()

    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connected.set()
        await reader.read()
        ended.set()
        writer.close()

    async with await asyncio.start_server(hold, "127.0.0.1") as server:
        port = server.sockets[0].getsockname()[1]
        hanging = command(f"import socket; socket.create_connection(('127.0.0.1', {port})).recv(1)")
        async with MessagesApi() as api, asking(api, hanging) as it, asyncio.timeout(20):
            task = asyncio.create_task(it.ask())
            await connected.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await ended.wait()


async def test_a_server_that_wants_a_key_where_none_is_set() -> None:
    async with MessagesApi(status(401)) as api, asking(api, Credentials("none", "local")) as it:
        problem = (await it.fault()).problem
    assert problem.message.endswith("wants a key and none is set")


async def test_keys_and_text_are_in_no_repr_and_no_log(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    secret = Credentials("api_key", "x", secret="sk-very-secret")
    with caplog.at_level(logging.DEBUG):
        async with MessagesApi(text("an answer"), status(500)) as api, asking(api, secret) as it:
            await it.reply(system="system words")
            await it.fault()
            assert "sk-very-secret" not in repr(it.client)
            assert "sk-very-secret" not in repr(vars(it.client))
    out, err = capfd.readouterr()
    seen = caplog.text + out + err
    assert out == ""
    for word in ("sk-very-secret", "system words", "an answer"):
        assert word not in seen


async def test_the_clock_is_all_a_client_needs_to_exist() -> None:
    """Making one costs nothing: it connects and loads with its first call."""
    from flux_lsp.models.anthropic import AnthropicClient

    client = AnthropicClient(command("print('k')"), FakeClock())
    await client.close()
