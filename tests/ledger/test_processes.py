"""Several servers share one ledger: they cannot overspend together, and no death makes a call free."""

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
from tests.ledger.ledgers import StillClock, held, open_ledger, reserve, row

SPAWN = multiprocessing.get_context("spawn")


def spend(folder: Path, start: Barrier, results: Connection) -> None:
    """Reserve until the budget says no, settling nothing."""
    ledger = open_ledger(folder)
    start.wait(timeout=30)
    granted, refused = 0, ""
    for number in range(60):
        answer = reserve(ledger, f"{os.getpid()}-{number}", 0.01, Limits(per_day_usd=0.5))
        if isinstance(answer, Problem):
            refused = answer.message
        else:
            granted += 1
    results.send((granted, refused))
    results.recv()  # stays alive until all are counted


def test_two_processes_racing_on_a_new_ledger_never_pass_the_budget_together(
    tmp_path: Path,
) -> None:
    start = SPAWN.Barrier(2)
    pipes = [SPAWN.Pipe() for _ in range(2)]
    workers = [
        SPAWN.Process(target=spend, args=(tmp_path, start, theirs), daemon=True)
        for _, theirs in pipes
    ]
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
    held(reserve(open_ledger(folder), "run", 1.0, Limits(per_day_usd=1)))
    ready.send(os.getpid())
    ready.recv()


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_killed_processs_call_stays_in_the_ledger_at_its_reservation(tmp_path: Path) -> None:
    ours, theirs = SPAWN.Pipe()
    worker = SPAWN.Process(target=hold, args=(tmp_path, theirs), daemon=True)
    worker.start()
    pid = ours.recv()
    ledger = open_ledger(tmp_path)
    refused = reserve(ledger, "mine", 0.5, Limits(per_day_usd=1))
    assert isinstance(refused, Problem)
    assert "$1.00 held for calls under way" in refused.message

    os.kill(pid, signal.SIGKILL)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)  # dead, and nobody has reaped it

    refused = reserve(ledger, "mine", 0.5, Limits(per_day_usd=1))
    assert isinstance(refused, Problem)
    assert "$1.00 is spent" in refused.message
    (call,) = ledger.list_calls()
    assert (call.run, call.result, call.usd, call.held_usd) == ("run", "LOST", None, 1.0)
    worker.join()
    assert not is_alive(pid)


@pytest.mark.parametrize("hours", [1.1, 5, 23, 100])
def test_what_is_held_does_not_expire_while_its_process_lives(tmp_path: Path, hours: float) -> None:
    clock = StillClock()
    stuck = open_ledger(tmp_path, clock, pid=1)
    limits = Limits(per_month_usd=1)
    reservation = held(reserve(stuck, "run", 1.0, limits))
    ledger = open_ledger(tmp_path, clock, alive=lambda _: True)
    clock.time += timedelta(hours=hours)

    assert isinstance(reserve(ledger, "mine", 0.5, limits), Problem)

    stuck.settle(reservation, row(run="run", usd=0.25))
    held(reserve(ledger, "mine", 0.5, limits))
    assert [(r.run, r.usd) for r in ledger.list_calls()] == [("run", 0.25)]


def test_a_number_that_another_process_was_given_holds_up_only_its_own_day(tmp_path: Path) -> None:
    clock = StillClock()
    held(reserve(open_ledger(tmp_path, clock, pid=1), "run", 1.0, Limits(per_day_usd=1)))
    ledger = open_ledger(tmp_path, clock, alive=lambda _: True)
    clock.time += timedelta(days=2)

    held(reserve(ledger, "mine", 0.5, Limits(per_day_usd=1)))
    assert [r.result for r in ledger.list_calls()] == ["LOST"]


def test_another_hosts_process_is_not_taken_for_dead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two containers may share a data folder; their process ids mean nothing to each other."""
    monkeypatch.setattr("flux_lsp.ledger.store.get_host_name", lambda: "elsewhere")
    held(reserve(open_ledger(tmp_path, pid=2**22 + 1), "run", 1.0, Limits(per_day_usd=1)))
    monkeypatch.undo()

    answer = reserve(open_ledger(tmp_path), "mine", 0.5, Limits(per_day_usd=1))
    assert isinstance(answer, Problem)


def test_this_process_is_alive() -> None:
    assert is_alive(os.getpid())
