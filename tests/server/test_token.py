"""The server on a socket serves only who knows the token that it prints."""

import asyncio
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.lsp import capabilities
from tests.fakes.wire import clean_environment, frame

TOKEN = "a-token-of-this-test"


async def serving(
    tmp_path: Path, *options: str, **env: str
) -> tuple[asyncio.subprocess.Process, int, str]:
    """A server on a free port, the port, and what it printed."""
    log = tmp_path / "flux.log"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "flux_lsp", "serve", "--tcp", "0", "--log-file", str(log), *options,
        env=clean_environment(tmp_path) | env, cwd=tmp_path, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    async with asyncio.timeout(30):
        while not (
            log.exists() and (told := re.search(r"on 127\.0\.0\.1 port (\d+)", log.read_text()))
        ):
            await asyncio.sleep(0.02)
    assert process.stderr is not None
    printed = "" if "--no-token" in options else (await process.stderr.readline()).decode()
    return process, int(told[1]), printed


async def initialize(port: int, **options: Any) -> dict[str, Any]:
    """What the server answers to `initialize` with these options."""
    params = {"processId": None, "rootUri": None, "capabilities": capabilities()}
    params["initializationOptions"] = options
    message = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(frame(json.dumps(message).encode()))
    header = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 20)
    reply: dict[str, Any] = json.loads(await reader.readexactly(int(header.split(b":")[1])))
    writer.close()
    return reply


@pytest.mark.parametrize("chosen", ["", TOKEN])
async def test_the_token_is_printed_or_chosen_and_asked_for(tmp_path: Path, chosen: str) -> None:
    process, port, printed = await serving(tmp_path, **({"FLUX_TOKEN": chosen} if chosen else {}))
    try:
        token = chosen or printed.split()[-1]
        assert "initializationOptions.token" in printed
        assert (TOKEN in printed) is False
        assert len(token) >= 20
        assert "error" in await initialize(port)
        assert "error" in await initialize(port, token="x")
        assert (await initialize(port, token=token))["result"]["serverInfo"]["name"] == "flux"
        assert token not in (tmp_path / "flux.log").read_text()
    finally:
        assert await asyncio.wait_for(process.wait(), 20) == 1


async def test_who_wants_no_token_is_asked_for_none(tmp_path: Path) -> None:
    process, port, _ = await serving(tmp_path, "--no-token")
    try:
        assert (await initialize(port))["result"]["serverInfo"]["name"] == "flux"
    finally:
        assert await asyncio.wait_for(process.wait(), 20) == 1
