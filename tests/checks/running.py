"""Checks run for real in a project of a test; which walls there are is looked at once."""

import asyncio
from functools import cache
from pathlib import Path

import pytest

from flux_lsp.checks.probe import find_sandbox
from flux_lsp.checks.run import CommandOrder, run_command
from flux_lsp.checks.sandbox import Sandbox, list_candidates
from flux_lsp.checks.values import CommandLimits, CommandRun, Layover


@cache
def probe() -> Sandbox:
    return asyncio.run(find_sandbox(Path.home()))


def list_walls() -> list[Sandbox]:
    """Every kind of walls that works here."""
    return [candidate for candidate in list_candidates() if _works(candidate)]


@cache
def _works(sandbox: Sandbox) -> bool:
    run = asyncio.run(run_in(sandbox, Path(__file__).parent, "true"))
    return run.exit_code == 0


def need_sandbox() -> Sandbox:
    """The sandbox of this machine; the test is skipped with the cause where there is none."""
    sandbox = probe()
    if sandbox.walls is None:
        pytest.skip(f"no sandbox on this machine: {sandbox.why}")
    return sandbox


async def run_in(
    sandbox: Sandbox,
    root: Path,
    line: str,
    *,
    texts: dict[str, str] | None = None,
    secret: tuple[str, ...] = (),
    limits: CommandLimits = CommandLimits(seconds=30),  # noqa: B008 - frozen
    home: Path | None = None,
) -> CommandRun:
    words = ("/bin/sh", "-c", line)
    layover = Layover(texts or {})
    return await run_command(
        CommandOrder(words, root, home or Path.home(), layover, secret, limits), sandbox
    )
