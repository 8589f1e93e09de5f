"""The table of runs on a real database: whole rows, and no trouble that holds up a call."""

import multiprocessing
import os
import signal
import sqlite3
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import fields, replace
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_lsp.core.errors import FluxError
from flux_lsp.ledger.column_docs import RUN_COLUMNS
from flux_lsp.ledger.labels import label_run
from flux_lsp.ledger.migrations import MIGRATIONS
from flux_lsp.ledger.run_log import RunLog
from flux_lsp.ledger.run_rows import RUN_ROW_COLUMNS, RunFilter
from flux_lsp.ledger.run_values import Aftermath, RecordedDecision, RunRow
from flux_lsp.ledger.values import Limits
from tests.ledger.ledgers import NOON, StillClock, held, open_ledger, reserve, row

DECISION = RecordedDecision(
    "haiku",
    "claude-haiku-5-5",
    "score",
    "haiku",
    2,
    {"well_defined_spec": 2, "novel_problem": -2, "code_generation": 2},
    "0",
    0.0006,
    0.0147,
    "cheaper",
    "treatment",
)
RUN = RunRow(
    run="r1",
    time=NOON,
    action="edit",
    language="python",
    status="applied",
    attempts=2,
    usd=0.015,
    total_ms=2100,
    agent="reviewer",
    workspace="abc",
    session="s1",
    parent="p1",
    step=2,
    error=None,
    checks="passed",
    confidence=0.9,
    first_tier="haiku",
    first_result="SYNTAX_ERROR",
    last_tier="sonnet",
    last_model="claude-sonnet-5-5",
    decision=DECISION,
    aftermath=Aftermath(
        True, 0.5, 0.25, True, 300, True, True, True, 1.0, 0.75, 0.5, watched="whole"
    ),
)


def run_row(**changes: Any) -> RunRow:
    return replace(RUN, **changes)


def test_a_row_comes_back_whole(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path)
    log = RunLog(ledger)
    bare = RunRow("r2", NOON, "explain", "", "failed", 0, None, 0)

    log.record(RUN, bare)

    assert log.list_runs() == [RUN, replace(bare, session=ledger.session)]


def test_a_later_row_of_the_same_run_replaces_it(tmp_path: Path) -> None:
    log = RunLog(open_ledger(tmp_path))
    log.record(RUN)
    log.record(run_row(aftermath=Aftermath(undone=True)))

    assert [r.aftermath.undone for r in log.list_runs()] == [True]


def test_rows_are_chosen_by_time_action_language_and_experiment(tmp_path: Path) -> None:
    log = RunLog(open_ledger(tmp_path))
    hour = timedelta(hours=1)
    log.record(
        run_row(run="late", time=NOON + hour),
        RUN,
        run_row(run="fix", action="fix"),
        run_row(run="lua", language="lua"),
        run_row(run="plain", decision=replace(DECISION, experiment=None)),
    )

    def names(**wanted: Any) -> set[str]:
        return {r.run for r in log.list_runs(RunFilter(**wanted))}

    assert names(since=NOON + hour) == {"late"}
    assert names(until=NOON + hour, action="edit") == {"r1", "lua", "plain"}
    assert names(language="lua", action="edit") == {"lua"}
    assert names(experiment="cheaper") == {"late", "r1", "fix", "lua"}
    assert [r.run for r in log.list_runs()][-1] == "late"


def test_no_column_can_hold_text_or_a_name(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path)
    ledger.check()
    with closing(sqlite3.connect(ledger.path)) as database:
        columns = [name for _, name, *_ in database.execute("PRAGMA table_info(runs)")]

    assert columns == list(RUN_COLUMNS), (
        "a new column needs its sentence, and a look at its content"
    )
    assert set(columns) == set(RUN_ROW_COLUMNS)
    assert {f.name for f in fields(Aftermath)} <= set(columns)


def test_a_database_from_before_the_table_gets_it_and_keeps_its_calls(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite3")) as old:
        for step in MIGRATIONS[:3]:
            for statement in step:
                old.execute(statement)
        old.execute(
            "INSERT INTO calls (time, run, attempt, action, tier, model_asked, provider, input_tokens,"
            " output_tokens, cache_write_tokens, cache_read_tokens, usd, total_ms, result, escalated,"
            " fallback) VALUES ('2026-11-21T10:00:00.000000Z', 'old', 1, 'fix', 'haiku', 'm', 'p',"
            " 1, 2, 3, 4, 0.25, 5, 'ok', 0, 0)"
        )
        old.execute("PRAGMA user_version = 3")
        old.commit()
    ledger = open_ledger(tmp_path)

    RunLog(ledger).record(RUN)

    assert [(c.run, c.usd, c.session) for c in ledger.list_calls()] == [("old", 0.25, None)]
    assert RunLog(ledger).list_runs() == [RUN]


def test_a_session_is_a_column_of_a_call(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path)
    ledger.settle(held(reserve(ledger, "r1", 0.02, Limits())), row(session="s1"))

    assert [call.session for call in ledger.list_calls()] == ["s1"]


def test_rows_wait_while_the_ledger_is_locked_and_calls_go_on_afterwards(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path, busy_seconds=0.01)
    log = RunLog(ledger)
    assert ledger.check() is None
    with closing(sqlite3.connect(ledger.path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        for number in range(130):
            with pytest.raises(FluxError, match="is locked"):
                log.record(run_row(run=f"r{number}"))

    held(reserve(ledger, "r", 0.1, Limits()))
    assert log.list_runs() == [], "a call does not write them"
    log.record(run_row(run="last"))
    assert [r.run for r in log.list_runs()] == [*(f"r{n}" for n in range(31, 130)), "last"]


def test_a_full_disk_is_named_and_the_row_is_written_later(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path)
    log = RunLog(ledger)
    log.record(RUN)
    with ledger.open_transaction() as database:
        (pages,) = database.execute("PRAGMA page_count").fetchone()
        database.execute(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(FluxError, match="disk is full"):
        log.record(run_row(run="r2", language="l" * 300_000))
    log.record(run_row(run="r3"))

    assert [r.run for r in log.list_runs()] == ["r1", "r2", "r3"]


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write anything")
def test_a_ledger_that_may_only_be_read_still_shows_its_runs(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path)
    RunLog(ledger).record(RUN)
    ledger.close()
    ledger.path.chmod(0o444)
    tmp_path.chmod(0o555)
    try:
        assert RunLog(ledger).list_runs() == [RUN]
        with pytest.raises(FluxError, match="cannot be written"):
            RunLog(ledger).record(RUN)
    finally:
        tmp_path.chmod(0o755)


def write_many(folder: Path, name: str, done: Connection) -> None:
    log = RunLog(open_ledger(folder))
    for number in range(100):
        log.record(run_row(run=f"{name}{number}"))
    done.send(True)


def test_several_processes_and_threads_write_side_by_side(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    pipes = [spawn.Pipe() for _ in range(2)]
    workers = [
        spawn.Process(target=write_many, args=(tmp_path, f"p{n}-", theirs), daemon=True)
        for n, (_, theirs) in enumerate(pipes)
    ]
    for worker in workers:
        worker.start()
    log = RunLog(open_ledger(tmp_path))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: log.record(run_row(run=f"t{n}")), range(40)))
    assert all(ours.recv() for ours, _ in pipes)
    for worker in workers:
        worker.join()

    assert len({r.run for r in log.list_runs()}) == 240


def write_until_killed(folder: Path, told: Connection) -> None:
    log = RunLog(open_ledger(folder))
    for number in range(100_000):
        log.record(run_row(run=f"r{number}"))
        told.send(number)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_kill_loses_no_row_that_was_written_and_leaves_none_by_halves(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    worker = spawn.Process(target=write_until_killed, args=(tmp_path, theirs), daemon=True)
    worker.start()
    while ours.recv() < 20:
        pass
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGKILL)
    worker.join()

    rows = RunLog(open_ledger(tmp_path)).list_runs()

    assert len(rows) >= 21
    assert all(replace(r, run="r1") == RUN for r in rows)


def test_learning_is_reset_at_the_last_of_several_times(tmp_path: Path) -> None:
    log = RunLog(open_ledger(tmp_path, StillClock()))
    assert log.find_last_reset() is None
    for hours in (2, 5, 1):
        log.reset_learning(NOON + timedelta(hours=hours))

    assert log.find_last_reset() == NOON + timedelta(hours=5)


@pytest.mark.parametrize(
    ("after", "label"),
    [
        (Aftermath(), "unknown"),
        (Aftermath(undone=True, undone_within=30), "bad"),
        (Aftermath(undone=True, undone_within=600), "bad"),
        (Aftermath(undone=True), "unknown"),
        (Aftermath(retried=True), "bad"),
        (Aftermath(rejected=1.0), "bad"),
        (Aftermath(rejected=0.5, accepted=0.5), "weak"),
        (Aftermath(kept_half=0.0), "unknown"),
        (Aftermath(kept_5=0.49), "bad"),
        (Aftermath(kept_5=0.5), "unknown"),
        (Aftermath(corrected=True, kept_5=0.8, kept_10=0.8), "weak"),
        (Aftermath(corrected=True, kept_5=0.95, kept_10=0.95), "good"),
        (Aftermath(rerun=True, kept_10=1.0), "weak"),
        (Aftermath(kept_5=1.0, kept_10=0.9), "good"),
        (Aftermath(kept_half=1.0, kept_5=1.0), "unknown"),
    ],
)
def test_labels_say_what_a_person_showed(after: Aftermath, label: str) -> None:
    assert label_run(run_row(aftermath=after)) == label


@given(
    st.builds(
        Aftermath,
        applied=st.booleans(),
        rejected=st.floats(0, 1),
        undone=st.booleans(),
        kept_10=st.none() | st.floats(0, 1),
        watched=st.sampled_from(["none", "open", "whole", "closed", "replaced", "silent"]),
    )
)
def test_any_aftermath_survives_the_database(after: Aftermath) -> None:
    with closing(sqlite3.connect(":memory:")) as database:
        for step in MIGRATIONS:
            for statement in step:
                database.execute(statement)
        from flux_lsp.ledger.run_rows import select_runs, write_run

        write_run(database, run_row(aftermath=after))
        assert [r.aftermath for r in select_runs(database, RunFilter())] == [after]
