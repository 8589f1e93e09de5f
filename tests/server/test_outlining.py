"""Outlines of open documents are made off the loop and follow what is typed; through the real server."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.server.flux import Flux, flux

pytestmark = pytest.mark.asyncio(loop_scope="module")

# Only a tree knows this one: the guess takes the text for code.
TEXT = 'NAME = """\ndef not_one():\n    pass\n"""\n'


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Flux]:
    """One server for all of them."""
    async with flux(tmp_path_factory.mktemp("shared")) as f:
        yield f


async def until_named(f: Flux, uri: str, line: int, name: str) -> None:
    """Ask for the menu until it calls the line so."""
    async with asyncio.timeout(60):
        while True:
            offered = await f.client.code_actions(uri, f.client.range(uri, (line, 0)))
            if f"Flux: explain `{name}`" in [action["title"] for action in offered]:
                return
            await asyncio.sleep(0.05)


async def test_the_menu_soon_names_what_the_tree_says(shared: Flux) -> None:
    uri = shared.open("tree.py", TEXT)
    await until_named(shared, uri, 2, "NAME")


async def test_what_is_typed_is_outlined_too(shared: Flux) -> None:
    uri = shared.open("typed.py", TEXT)
    await until_named(shared, uri, 2, "NAME")
    shared.client.change(uri, (0, 0), (0, 4), "OTHER")
    await until_named(shared, uri, 2, "OTHER")
