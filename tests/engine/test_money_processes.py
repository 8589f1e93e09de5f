"""Eight processes spend at once, and some are killed in mid-call: nothing is free, no limit passed."""

import asyncio
import multiprocessing
import os
import signal
import sys
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from flux_lsp.core.errors import ErrorCode
from flux_lsp.ledger.store import Ledger
from flux_lsp.ledger.values import Limits
from flux_lsp.models.anthropic import AnthropicClient
from tests.engine.billing import Asker, Biller, MovingClock, Telling, check_the_books
from tests.fakes.flags import Gate
from tests.models.given import KEY

SPAWN = multiprocessing.get_context("spawn")
PROCESSES, KILLED = 8, 4
CALL = 0.0646  # what one call reserves, about; the bill of one is a sixth of it


def ask(folder: Path, url: str, limit: float, to_parent: Connection) -> None:
    """Run until the budget is used up; tell how the last run ended."""
    to_parent.send(asyncio.run(_ask(folder, url, limit)))


async def _ask(folder: Path, url: str, limit: float) -> str:
    clock = MovingClock()
    client = AnthropicClient(KEY, clock, base_url=url)
    ledger = Ledger(folder / "ledger.sqlite3", clock)
    asker = Asker(Biller([]), ledger, client, clock, Limits(per_day_usd=limit))
    try:
        while True:
            outcome = await asker.ask()
            if outcome.error is not None:
                return str(outcome.error.code)
    finally:
        await client.close()
        ledger.close()


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
async def test_eight_processes_of_which_four_are_killed(tmp_path: Path) -> None:
    limit = CALL * (PROCESSES + 3)
    gate, plain = Gate(), Telling()
    api = Biller([*[Telling(gate=gate)] * PROCESSES, plain])
    await api.start()
    pipes = [SPAWN.Pipe(duplex=False) for _ in range(PROCESSES)]
    workers = [
        SPAWN.Process(target=ask, args=(tmp_path, api.url, limit, theirs)) for _, theirs in pipes
    ]
    try:
        for worker in workers:
            worker.start()
        async with asyncio.timeout(100):
            while api.calls < PROCESSES:  # each of them is in the middle of its first call
                await asyncio.sleep(0.01)
        for worker in workers[:KILLED]:
            assert worker.pid is not None
            os.kill(worker.pid, signal.SIGKILL)
            await asyncio.to_thread(worker.join)
        gate.open()
        ends = [await asyncio.to_thread(ours.recv) for ours, _ in pipes[KILLED:]]
    finally:
        gate.open()
        for worker in workers:
            worker.kill()
            await asyncio.to_thread(worker.join)
        await api.stop()

    assert set(ends) == {str(ErrorCode.OVER_BUDGET)}
    ledger = Ledger(tmp_path / "ledger.sqlite3", MovingClock())
    spent, results = ledger.read_spending(), [row.result for row in ledger.list_calls()]
    ledger.close()
    assert results.count("LOST") == KILLED
    assert spent.held == 0
    assert api.usd <= spent.day <= limit
    check_the_books(tmp_path, api.usd, estimates=True)
