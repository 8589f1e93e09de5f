"""The demo server as a real process: one shared by the tests of a module, or one of a test's own."""

import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.fakes.lsp import LspClient, capabilities

ROOT = Path(__file__).parents[3]
DEMO = (sys.executable, "-m", "tests.server.protocol.demo_server")

Spawn = Callable[..., Awaitable[LspClient]]


@pytest.fixture(scope="module")
def options() -> list[str]:
    """Command line options of the module's server."""
    return []


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def demo(
    tmp_path_factory: pytest.TempPathFactory, options: list[str]
) -> AsyncIterator[LspClient]:
    """A server for all tests of a module; kept to the protocol until its end."""
    home = tmp_path_factory.mktemp("home")
    client = await LspClient.spawn(home, (*DEMO, *options), cwd=ROOT)
    try:
        await client.initialize(capabilities=capabilities(["utf-8"]))
        yield client
        assert await client.shutdown() == 0
        assert client.violations == []
    finally:
        await client.kill()


@pytest_asyncio.fixture
async def spawn(tmp_path: Path) -> AsyncIterator[Spawn]:
    """Starts servers that are gone when the test is over."""
    clients: list[LspClient] = []

    async def start(
        *options: str, env: dict[str, str] | None = None, initialize: bool = True, **params: Any
    ) -> LspClient:
        client = await LspClient.spawn(tmp_path, (*DEMO, *options), env, cwd=ROOT)
        clients.append(client)
        if initialize:
            await client.initialize(**params)
        return client

    yield start
    for client in clients:
        await client.kill()
