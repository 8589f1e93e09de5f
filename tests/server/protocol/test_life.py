"""How a server process begins and ends: in every case promptly, with the right code, alone."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.lsp import LspClient, LspError, Pending, capabilities
from tests.fakes.wire import clean_environment, frame
from tests.server.protocol.conftest import DEMO, ROOT, Spawn

PROMPT = 3.0  # seconds; what an editor waits at least before it kills


async def code_of(pending: Pending) -> int:
    with pytest.raises(LspError) as caught:
        async with asyncio.timeout(10):
            await pending
    return caught.value.code


async def under_way(client: LspClient, command: str, *arguments: Any) -> Pending:
    pending = client.start_command(command, *arguments)
    await client.wait_notification("demo/waiting")
    return pending


async def ended(client: LspClient) -> int:
    """The exit code of a process whose output is not read: `wait` would wait for its end."""
    async with asyncio.timeout(PROMPT):
        while (code := client.process.returncode) is None:
            await asyncio.sleep(0.01)
    return code


def message(method: str, request_id: int | None = None, params: Any = None) -> bytes:
    data: dict[str, Any] = {"jsonrpc": "2.0", "method": method}
    if request_id is not None:
        data["id"] = request_id
    if params is not None:
        data["params"] = params
    return frame(json.dumps(data).encode())


INITIALIZE = {"processId": None, "rootUri": None, "capabilities": capabilities(["utf-32"])}


# -- the beginning


@pytest.mark.parametrize("options", [(), ("--late",)])
async def test_before_initialize_requests_are_refused_and_notifications_dropped(
    spawn: Spawn, options: tuple[str, ...]
) -> None:
    client = await spawn(*options, initialize=False)
    client.notify("$/setTrace", {"value": "off"})
    client.notify("textDocument/didOpen", {"textDocument": {"uri": "file:///a", "text": ""}})
    assert await code_of(client.start("textDocument/hover", {})) == -32002
    assert await code_of(client.start("shutdown")) == -32002
    await client.initialize()
    assert await client.execute("demo.text", "file:///a") is None
    assert await client.shutdown() == 0
    assert client.violations == []


async def test_a_greeting_is_the_same_early_and_late(spawn: Spawn) -> None:
    for encodings in (["utf-32", "utf-8"], None):
        client_capabilities = capabilities(encodings)
        answers = []
        for options in ((), ("--late",)):
            client = await spawn(*options, capabilities=client_capabilities)
            answers.append(client.server)
            uri = client.open("file:///a.txt", "é😀x")
            client.replace(uri, "x", "y")
            assert (await client.execute("demo.text", uri))["text"] == "é😀y"
            assert await client.shutdown() == 0
        assert answers[0] == answers[1]
        expected = encodings[0] if encodings else "utf-16"
        assert answers[0]["capabilities"]["positionEncoding"] == expected


@pytest.mark.parametrize("pieces", ["at once", "byte by byte"])
async def test_a_client_that_does_not_wait_for_the_greeting_is_served_in_order(
    spawn: Spawn, pieces: str
) -> None:
    document = {"uri": "file:///a", "languageId": "x", "version": 1, "text": "abc"}
    data = (
        message("$/setTrace", params={"value": "off"})
        + message("initialize", 1, INITIALIZE)
        + message("initialized", params={})
        + message("textDocument/didOpen", params={"textDocument": document})
        + message("workspace/executeCommand", 2,
                  {"command": "demo.text", "arguments": ["file:///a"]})
    )  # fmt: skip
    client = await spawn(initialize=False)
    step = len(data) if pieces == "at once" else 1
    for start in range(0, len(data), step):
        client.send_raw(data[start : start + step])
    await client.wait_for(lambda: len(client.received) == 2)
    assert [m["id"] for m in client.received] == [1, 2]
    assert client.received[1]["result"]["text"] == "abc"


async def test_garbage_before_the_greeting_is_answered_and_survived(spawn: Spawn) -> None:
    client = await spawn(initialize=False)
    client.send_raw(b"garbage\r\n\r\n" + frame(b"{") + message("initialize", 1, [1]))
    client.send_raw(message("initialize", 2, INITIALIZE))
    await client.wait_for(lambda: len(client.received) == 4)
    codes = [m["error"]["code"] if "error" in m else m["id"] for m in client.received]
    assert codes == [-32600, -32700, -32602, 2]


async def test_capabilities_of_the_wrong_type_count_as_none(spawn: Spawn) -> None:
    for options in ((), ("--late",)):
        client = await spawn(*options, initialize=False)
        result = await client.request("initialize", {"capabilities": 5, "processId": "x"})
        assert result["capabilities"]["positionEncoding"] == "utf-16"


def test_the_greeting_needs_neither_asyncio_nor_pygls(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from tests.server.protocol.demo_server import DESCRIPTION, greet\n"
        "greeting = greet(DESCRIPTION)\n"
        "heavy = {'asyncio', 'pygls', 'lsprotocol', 'attrs', 'logging'} & set(sys.modules)\n"
        "print(heavy or 'light', greeting.initialize.id, file=sys.stderr)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        input=message("$/setTrace", params={"value": "off"}) + message("initialize", 7, INITIALIZE),
        capture_output=True,
        cwd=ROOT,
        env=clean_environment(tmp_path),
        check=True,
    )
    assert run.stderr.decode().split() == ["light", "7"]
    assert b'"positionEncoding":"utf-32"' in run.stdout


# -- progress and what the client can


async def test_a_client_without_progress_hears_nothing_of_it(spawn: Spawn) -> None:
    client = await spawn(capabilities=capabilities(window={"workDoneProgress": None}))
    assert await client.execute("demo.work", False, None) == "done"
    assert client.seen("$/progress") == client.seen("window/workDoneProgress/create") == []
    assert client.violations == []


# -- the end


@pytest.mark.parametrize("options", [(), ("--late",)])
async def test_shutdown_and_exit_end_with_0(spawn: Spawn, options: tuple[str, ...]) -> None:
    client = await spawn(*options)
    await client.request("shutdown")
    assert await code_of(client.start_command("demo.echo")) == -32600
    assert await code_of(client.start("initialize", INITIALIZE)) == -32600
    client.notify("textDocument/didOpen", {})
    client.notify("exit")
    assert await client.wait(PROMPT) == 0
    assert client.violations == []


async def test_shutdown_gives_up_what_is_running(spawn: Spawn) -> None:
    client = await spawn()
    pending = await under_way(client, "demo.wait")
    assert await client.request("shutdown") is None
    assert await code_of(pending) == -32802
    client.notify("exit")
    assert await client.wait(PROMPT) == 0


async def test_exit_without_shutdown_ends_with_1(spawn: Spawn) -> None:
    client = await spawn()
    client.notify("exit")
    assert await client.wait(PROMPT) == 1


@pytest.mark.parametrize("first", [b"", message("exit"), b"Content-Length: 99\r\n\r\n{"])
async def test_a_client_that_never_greets_leaves_nothing_behind(spawn: Spawn, first: bytes) -> None:
    client = await spawn(initialize=False)
    client.send_raw(first)
    client.close_stdin()
    assert await client.wait(10) == 1
    assert client.received == []


@pytest.mark.parametrize(("after_shutdown", "code"), [(False, 1), (True, 0)])
async def test_the_end_of_input_ends_the_server(
    spawn: Spawn, tmp_path: Path, after_shutdown: bool, code: int
) -> None:
    client = await spawn(env={"DEMO_STOP_FILE": str(tmp_path / "stop")})
    if after_shutdown:
        await client.request("shutdown")
    else:
        await under_way(client, "demo.wait")
    client.close_stdin()
    assert await client.wait(PROMPT) == code
    assert (tmp_path / "stop").read_text() == "stopped []\n"


async def test_a_busy_thread_does_not_keep_the_process(spawn: Spawn) -> None:
    client = await spawn()
    await under_way(client, "demo.block", 30)
    client.close_stdin()
    assert await client.wait(PROMPT) == 1


async def test_a_task_that_ignores_its_cancellation_does_not_keep_the_process(
    spawn: Spawn,
) -> None:
    client = await spawn()
    await under_way(client, "demo.stubborn")
    client.close_stdin()
    assert await client.wait(PROMPT) == 1


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_the_server_in_order(
    spawn: Spawn, tmp_path: Path, number: signal.Signals
) -> None:
    client = await spawn(env={"DEMO_STOP_FILE": str(tmp_path / "stop")})
    await under_way(client, "demo.wait")
    client.process.send_signal(number)
    assert await client.wait(PROMPT) == 128 + number
    assert (tmp_path / "stop").read_text() == "stopped []\n"


@pytest.mark.skipif(os.name != "posix", reason="Windows has no question for a process")
async def test_the_server_ends_when_the_clients_process_does(spawn: Spawn) -> None:
    editor = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "input()", stdin=subprocess.PIPE
    )
    client = await spawn(env={"DEMO_WATCH": "0.02"}, processId=editor.pid)
    assert await client.execute("demo.echo", "alive") == ["alive"]
    editor.kill()
    await editor.wait()
    assert await client.wait(PROMPT) == 1


@pytest.mark.parametrize("process_id", [0, -1, 2**40, "x"])
async def test_a_process_that_is_not_here_is_not_watched(spawn: Spawn, process_id: Any) -> None:
    client = await spawn(env={"DEMO_WATCH": "0.001"}, processId=process_id)
    for _ in range(5):
        assert await client.execute("demo.echo", "alive") == ["alive"]


# -- a client that does not read


async def test_a_client_that_stops_reading_does_not_stop_the_server(
    spawn: Spawn, tmp_path: Path
) -> None:
    client = await spawn()
    uri = client.open("file:///a", "0")
    client.stop_reading()
    flood = client.start_command("demo.flood", "demo/data", 3000, 10_000)
    mark = tmp_path / "mark"
    for n in range(50):
        client.change(uri, (0, 0), (0, 1), str(n % 10))
    client.notify("demo/touch", {"path": str(mark)})
    while not mark.exists():  # the only sign of life it can give
        await asyncio.sleep(0.01)
    client.resume_reading()
    assert float(await flood) < PROMPT
    numbers = [params["number"] for params in client.seen("demo/data")]
    assert numbers == list(range(3000))  # nothing that matters was lost
    assert (await client.execute("demo.text", uri))["text"] == "9"


async def test_what_nobody_misses_is_dropped_for_a_client_that_is_far_behind(
    spawn: Spawn,
) -> None:
    client = await spawn()
    client.stop_reading()
    flood = client.start_command("demo.flood", "window/logMessage", 3000, 10_000)
    more = client.start_command("demo.echo", "kept")
    client.resume_reading()
    await flood
    assert await more == ["kept"]
    assert len(client.seen("window/logMessage")) < 3000


async def test_a_client_that_never_reads_again_loses_its_server(spawn: Spawn) -> None:
    client = await spawn()
    client.stop_reading()
    client.start_command("demo.flood", "demo/data", 100, 1_000_000)
    assert await ended(client) == 1


async def test_a_client_that_stops_reading_and_leaves_leaves_nothing_behind(
    spawn: Spawn,
) -> None:
    client = await spawn()
    client.stop_reading()
    client.start_command("demo.flood", "demo/data", 30, 1_000_000)
    client.close_stdin()
    assert await ended(client) == 1


# -- other inputs and outputs


def test_standard_input_and_output_may_be_files(tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(
        message("initialize", 1, INITIALIZE)
        + message("workspace/executeCommand", 2, {"command": "demo.echo", "arguments": [5]})
        + message("shutdown", 3)
        + message("exit")
    )
    with (tmp_path / "in").open("rb") as stdin, (tmp_path / "out").open("wb") as stdout:
        run = subprocess.run(
            DEMO,
            stdin=stdin,
            stdout=stdout,
            stderr=subprocess.PIPE,
            cwd=ROOT,
            env=clean_environment(tmp_path),
            timeout=20,
            check=False,
        )
    assert run.returncode == 0, run.stderr
    out = (tmp_path / "out").read_bytes()
    assert b'{"jsonrpc":"2.0","id":2,"result":[5]}' in out
    assert out.endswith(b'{"jsonrpc":"2.0","id":3,"result":null}')
