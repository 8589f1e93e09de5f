"""One client over TCP or WebSocket, and nobody beside it."""

import asyncio
import json
import re
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests.fakes.lsp import LspClient, capabilities
from tests.fakes.wire import frame
from tests.server.protocol.conftest import Spawn

INITIALIZE = {"processId": None, "rootUri": None, "capabilities": capabilities(["utf-8"])}


async def listening(spawn: Spawn, option: str) -> tuple[LspClient, int]:
    """A server and the port it says it listens on."""
    server = await spawn(option, "0", env={"DEMO_LOG": "INFO"}, initialize=False)
    async with asyncio.timeout(10):
        while not (found := re.search(rb"listening on 127.0.0.1 port (\d+)", server.stderr)):
            await asyncio.sleep(0.01)
    return server, int(found[1])


def request(request_id: int, method: str, params: Any = None) -> bytes:
    message = {"jsonrpc": "2.0", "id": request_id, "method": method, "params": params}
    return json.dumps(message).encode()


async def reply(reader: asyncio.StreamReader) -> Any:
    header = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
    return json.loads(await reader.readexactly(int(header.split(b":")[1])))


async def test_tcp_serves_its_first_client_and_turns_a_second_away(spawn: Spawn) -> None:
    server, port = await listening(spawn, "--tcp")
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(frame(request(1, "initialize", INITIALIZE)))
    assert (await reply(reader))["result"]["serverInfo"]["name"] == "demo"
    second_reader, second_writer = await asyncio.open_connection("127.0.0.1", port)
    assert await asyncio.wait_for(second_reader.read(), 10) == b""
    second_writer.close()
    flood = {"command": "demo.flood", "arguments": ["demo/data", 50, 100_000]}
    writer.write(frame(request(2, "workspace/executeCommand", flood)))
    numbers = [(await reply(reader))["params"]["number"] for _ in range(50)]
    assert numbers == list(range(50))
    assert (await reply(reader))["id"] == 2
    writer.write(frame(request(3, "shutdown")))
    assert (await reply(reader))["id"] == 3
    writer.close()
    assert await server.wait(5) == 0


async def test_a_tcp_client_that_goes_away_ends_the_server(spawn: Spawn) -> None:
    server, port = await listening(spawn, "--tcp")
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(frame(request(1, "initialize", INITIALIZE)))
    writer.close()
    assert await server.wait(5) == 1


async def test_websocket_carries_one_message_each(spawn: Spawn) -> None:
    server, port = await listening(spawn, "--ws")
    async with connect(f"ws://127.0.0.1:{port}") as client:
        await client.send(request(1, "initialize", INITIALIZE).decode())
        result = json.loads(await client.recv())["result"]
        assert result["capabilities"]["positionEncoding"] == "utf-8"
        await client.send("{")
        assert json.loads(await client.recv())["error"]["code"] == -32700
        params = {"command": "demo.echo", "arguments": ["é"]}
        await client.send(request(2, "workspace/executeCommand", params))
        assert json.loads(await client.recv())["result"] == ["é"]
    assert await server.wait(5) == 1


async def test_a_web_page_may_not_connect(spawn: Spawn) -> None:
    _, port = await listening(spawn, "--ws")
    with pytest.raises(InvalidStatus):
        async with connect(f"ws://127.0.0.1:{port}", origin="https://example.org"):  # type: ignore[arg-type]
            pass
