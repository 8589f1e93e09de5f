"""Several servers share one ledger: they cannot overspend together, and the dead hold nothing."""

import multiprocessing
import os
import signal
import sys
from datetime import timedelta
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from flux_lsp.core.errors import Problem
from flux_lsp.ledger.processes import is_alive
from flux_lsp.ledger.values import Limits
from tests.ledger.ledgers import StillClock, held, open_ledger

SPAWN = multiprocessing.get_context("spawn")


def spend(folder: Path, start: Barrier, results: Connection) -> None:
    """Reserve until the budget says no, settling nothing."""
    ledger = open_ledger(folder)
    start.wait(timeout=30)
    granted, refused = 0, ""
    for number in range(60):
        answer = ledger.reserve(f"{os.getpid()}-{number}", 0.01, Limits(per_day_usd=0.5))
        if isinstance(answer, Problem):
            refused = answer.message
        else:
            granted += 1
    results.send((granted, refused))
    results.recv()  # stays alive until all are counted: the dead hold nothing


def test_two_processes_racing_on_a_new_ledger_never_pass_the_budget_together(
    tmp_path: Path,
) -> None:
    start = SPAWN.Barrier(2)
    pipes = [SPAWN.Pipe() for _ in range(2)]
    workers = [SPAWN.Process(target=spend, args=(tmp_path, start, theirs)) for _, theirs in pipes]
    for worker in workers:
        worker.start()
    answers = [ours.recv() for ours, _ in pipes]
    for ours, _ in pipes:
        ours.send("done")
    for worker in workers:
        worker.join()

    assert sum(granted for granted, _ in answers) == 50
    assert all("The budget for today is $0.50" in refused for _, refused in answers)


def hold(folder: Path, ready: Connection) -> None:
    """Hold everything and wait to be killed."""
    held(open_ledger(folder).reserve("run", 1.0, Limits(per_day_usd=1)))
    ready.send(os.getpid())
    ready.recv()


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_killed_process_holds_nothing(tmp_path: Path) -> None:
    ours, theirs = SPAWN.Pipe()
    worker = SPAWN.Process(target=hold, args=(tmp_path, theirs))
    worker.start()
    pid = ours.recv()
    ledger = open_ledger(tmp_path)
    refused = ledger.reserve("mine", 0.5, Limits(per_day_usd=1))
    assert isinstance(refused, Problem)
    assert "$1.00 held for calls under way" in refused.message

    os.kill(pid, signal.SIGKILL)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)  # dead, and nobody has reaped it

    held(ledger.reserve("mine", 0.5, Limits(per_day_usd=1)))
    worker.join()
    assert not is_alive(pid)


def test_a_process_that_is_stuck_loses_what_it_holds_in_the_end(tmp_path: Path) -> None:
    clock = StillClock()
    stuck = open_ledger(tmp_path, clock, pid=1)
    limits = Limits(per_month_usd=1)
    held(stuck.reserve("run", 1.0, limits))
    ledger = open_ledger(tmp_path, clock, alive=lambda _: True)
    assert isinstance(ledger.reserve("mine", 0.5, limits), Problem)

    clock.time += timedelta(hours=2)

    held(ledger.reserve("mine", 0.5, limits))


def test_another_hosts_process_is_not_taken_for_dead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two containers may share a data folder; their process ids mean nothing to each other."""
    monkeypatch.setattr("flux_lsp.ledger.store.this_host", lambda: "elsewhere")
    held(open_ledger(tmp_path, pid=2**22 + 1).reserve("run", 1.0, Limits(per_day_usd=1)))
    monkeypatch.undo()

    answer = open_ledger(tmp_path).reserve("mine", 0.5, Limits(per_day_usd=1))
    assert isinstance(answer, Problem)


def test_this_process_is_alive() -> None:
    assert is_alive(os.getpid())
