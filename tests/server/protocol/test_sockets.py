"""One client over TCP or WebSocket, and nobody beside it."""

import asyncio
import json
import re
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.fakes.lsp import LspClient, capabilities
from tests.fakes.wire import frame
from tests.server.protocol.conftest import Spawn

INITIALIZE = {"processId": None, "rootUri": None, "capabilities": capabilities(["utf-8"])}


async def listening(spawn: Spawn, option: str, **env: str) -> tuple[LspClient, int]:
    """A server and the port it says it listens on."""
    server = await spawn(option, "0", env={"DEMO_LOG": "INFO", **env}, initialize=False)
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


HTTP = (
    b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://page.example\r\n"
    b"Referer: http://page.example/?content-length:0\r\nContent-Length: 9999\r\n\r\n"
)
TOKEN = "a-token-of-this-test"


def greeting(token: object) -> bytes:
    options = {} if token is None else {"token": token}
    return request(1, "initialize", {**INITIALIZE, "initializationOptions": options})


async def test_an_http_request_is_closed_unread_and_does_not_take_the_clients_place(
    spawn: Spawn,
) -> None:
    _, port = await listening(spawn, "--tcp")
    for start in (HTTP, b"\x16\x03\x01\x02\x00\x01\n", b"hello\r\n"):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(start + frame(request(1, "initialize", INITIALIZE)))
        try:
            assert await asyncio.wait_for(reader.read(), 10) == b""
        except ConnectionResetError:
            pass  # closed with something unread
        writer.close()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(frame(request(1, "initialize", INITIALIZE)))
    assert (await reply(reader))["result"]["serverInfo"]["name"] == "demo"
    writer.write(frame(request(2, "workspace/executeCommand", ECHO)) + HTTP)
    assert (await reply(reader))["result"] == ["é"]
    assert (await reply(reader))["error"]["message"] == "a line that is no header"
    assert await asyncio.wait_for(reader.read(), 10) == b""
    writer.close()


ECHO = {"command": "demo.echo", "arguments": ["é"]}


@pytest.mark.parametrize("token", [None, "", "wrong", TOKEN + " ", 7, [TOKEN], {"a": TOKEN}])
async def test_without_the_token_a_tcp_client_is_told_and_nothing_is_done_for_it(
    spawn: Spawn, token: object
) -> None:
    _, port = await listening(spawn, "--tcp", DEMO_TOKEN=TOKEN)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(frame(greeting(token)) + frame(request(2, "workspace/executeCommand", ECHO)))
    told = await reply(reader)
    assert told["id"] == 1
    assert "initializationOptions.token" in told["error"]["message"]
    assert TOKEN not in str(told)
    try:
        assert await asyncio.wait_for(reader.read(), 10) == b""
    except ConnectionResetError:
        pass
    writer.close()


async def test_a_tcp_client_with_the_token_is_served_after_one_without(spawn: Spawn) -> None:
    server, port = await listening(spawn, "--tcp", DEMO_TOKEN=TOKEN)
    for body in (request(1, "workspace/executeCommand", ECHO), b"{", b"[]", greeting("wrong")):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(frame(body))
        assert "error" in await reply(reader)
        writer.close()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    first = frame(greeting(TOKEN))
    for piece in (first[:30], first[30:]):
        writer.write(piece)
        await writer.drain()
    assert (await reply(reader))["result"]["serverInfo"]["name"] == "demo"
    writer.close()
    assert await server.wait(5) == 1


async def test_a_websocket_client_has_to_send_the_token_too(spawn: Spawn) -> None:
    _, port = await listening(spawn, "--ws", DEMO_TOKEN=TOKEN)
    for token in (None, "wrong"):
        async with connect(f"ws://127.0.0.1:{port}") as client:
            await client.send(greeting(token).decode())
            assert (
                "initializationOptions.token" in json.loads(await client.recv())["error"]["message"]
            )
            with pytest.raises(ConnectionClosed):
                await client.recv()
    async with connect(f"ws://127.0.0.1:{port}") as client:
        await client.send(greeting(TOKEN).decode())
        assert json.loads(await client.recv())["result"]["serverInfo"]["name"] == "demo"
