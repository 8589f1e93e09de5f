"""What starting costs: no SDK before it is needed, and none of its logging ever."""

import os
import subprocess
import sys

import pytest

LIGHT = [
    "flux_lsp.models.client",
    "flux_lsp.models.router",
    "flux_lsp.models.catalogue",
    "flux_lsp.models.prices",
    "flux_lsp.models.tiers",
    "flux_lsp.models.selection",
    "flux_lsp.models.connect",
    "flux_lsp.models.anthropic",
]


@pytest.mark.parametrize("module", LIGHT)
def test_importing_it_loads_neither_the_sdk_nor_pydantic(module: str) -> None:
    code = (
        f"import sys, {module}; heavy = {{'anthropic', 'httpx2', 'pydantic'}} & set(sys.modules); "
        "sys.exit(', '.join(heavy) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_sdks_own_debug_log_stays_off() -> None:
    """It would write prompts to stderr, and set up logging for the whole process."""
    code = """
import asyncio, logging, os
from tests.fakes.messages_api import MessagesApi, text
from tests.models.given import asking
async def main():
    async with MessagesApi(text("an answer")) as api, asking(api) as it:
        await it.client.warm()
        logging.basicConfig(level=logging.DEBUG)
        await it.reply(system="system words")
asyncio.run(main())
"""
    env = {**os.environ, "ANTHROPIC_LOG": "debug"}
    done = subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, text=True, env=env
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    for word in ("system words", "an answer", "sk-test", "Request options"):
        assert word not in done.stderr


def test_a_retired_model_is_asked_without_a_python_warning() -> None:
    """The SDK warns of its own list of models; Flux says it by the catalogue, and better."""
    code = """
import asyncio, dataclasses
from tests.fakes.messages_api import MessagesApi, text
from tests.models.given import HAIKU, asking
async def main():
    route = dataclasses.replace(HAIKU, model="claude-sonnet-4-5", thinking=None)
    async with MessagesApi(text("a")) as api, asking(api) as it:
        await it.reply(route)
asyncio.run(main())
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
