"""The ledger on a real database: a row per call, and every failure a plain sentence."""

import os
import sqlite3
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from flux_lsp.core.errors import ErrorCode, FluxError, Problem
from flux_lsp.ledger.column_docs import COLUMNS
from flux_lsp.ledger.migrations import MIGRATIONS
from flux_lsp.ledger.store import Ledger
from flux_lsp.ledger.values import Limits, hash_workspace
from tests.ledger.ledgers import NOON, StillClock, held, open_ledger, reserve, row

ALL = Limits(0.5, 10, 100)


def test_a_settled_call_is_a_row_with_everything_in_it(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path)
    written = row(error=None, agent="reviewer", escalated=True, fallback=True)
    ledger.settle(held(reserve(ledger, "r1", 0.02, ALL)), written)

    (read,) = ledger.list_calls()

    assert read == row(agent="reviewer", escalated=True, fallback=True, time=NOON, held_usd=0.02)


def test_nothing_is_opened_before_the_first_call(tmp_path: Path) -> None:
    open_ledger(tmp_path / "new")

    assert not (tmp_path / "new").exists()


def test_settling_frees_what_was_held_and_counts_what_it_cost(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path)
    reservation = held(reserve(ledger, "r1", 0.02, ALL))
    before = ledger.read_spending("r1")
    ledger.settle(reservation, row(usd=0.015))
    after = ledger.read_spending("r1")

    assert (before.run, before.held_run, before.held) == (0, 0.02, 0.02)
    assert (after.run, after.day, after.month, after.held) == (0.015, 0.015, 0.015, 0)


def test_releasing_gives_it_back_without_a_row(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path)
    ledger.release(held(reserve(ledger, "r1", 0.02, ALL)))

    assert ledger.read_spending("r1").held == 0
    assert ledger.list_calls() == []


def test_judging_adds_what_reading_the_answer_showed(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path)
    first, second = (held(reserve(ledger, "r1", 0.01, ALL)) for _ in range(2))
    ledger.settle(first, row(attempt=1))
    ledger.settle(second, row(attempt=2))
    ledger.record_verdict(first, "SYNTAX_ERROR", "SYNTAX_ERROR")
    ledger.record_verdict(second, "ok", None)

    assert [(r.attempt, r.result, r.error) for r in ledger.list_calls()] == [
        (1, "SYNTAX_ERROR", "SYNTAX_ERROR"),
        (2, "ok", None),
    ]


def test_rows_since_a_moment_come_oldest_first(tmp_path: Path) -> None:
    clock = StillClock()
    ledger = open_ledger(tmp_path, clock)
    for attempt in (1, 2, 3):
        ledger.settle(held(reserve(ledger, "r1", 0.01, ALL)), row(attempt=attempt))
        clock.time += timedelta(hours=1)

    assert [r.attempt for r in ledger.list_calls(NOON + timedelta(hours=1))] == [2, 3]


def test_the_ledger_survives_a_restart(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path)
    ledger.settle(held(reserve(ledger, "r1", 0.02, ALL)), row())
    ledger.close()
    ledger.close()

    assert len(ledger.list_calls()) == 1
    assert len(open_ledger(tmp_path).list_calls()) == 1


def test_threads_share_one_ledger(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path)

    def call(number: int) -> bool:
        answer = reserve(ledger, f"run{number}", 0.1, Limits(per_day_usd=1.0))
        if isinstance(answer, Problem):
            return False
        ledger.settle(answer, row(run=f"run{number}", usd=0.1))
        return True

    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(call, range(40)))

    assert done.count(True) == 10
    assert len(ledger.list_calls()) == 10


def test_an_older_database_takes_the_missing_steps_and_keeps_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    old = sqlite3.connect(path)
    for statement in MIGRATIONS[0]:
        old.execute(statement)
    old.execute(
        "INSERT INTO calls (time, run, attempt, action, tier, model_asked, provider, input_tokens,"
        " output_tokens, cache_write_tokens, cache_read_tokens, usd, total_ms, result, escalated,"
        " fallback) VALUES ('2026-11-21T10:00:00.000000Z', 'old', 1, 'fix', 'haiku', 'm', 'p',"
        " 1, 2, 3, 4, 0.25, 5, 'ok', 0, 0)"
    )
    old.execute("PRAGMA user_version = 1")
    old.commit()
    old.close()

    ledger = open_ledger(tmp_path)
    held(reserve(ledger, "new", 0.1, ALL))

    assert [(r.run, r.usd, r.result) for r in ledger.list_calls()] == [("old", 0.25, "ok")]
    assert ledger.read_spending().day == 0.25


def test_a_newer_database_is_left_alone(tmp_path: Path) -> None:
    newer = sqlite3.connect(tmp_path / "ledger.sqlite3")
    newer.execute("PRAGMA user_version = 99")
    newer.commit()
    newer.close()

    problem = reserve(open_ledger(tmp_path), "r", 0.1, ALL)

    assert isinstance(problem, Problem)
    assert "newer Flux LSP" in problem.message


def test_a_migration_that_fails_leaves_the_database_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = (*MIGRATIONS, ("CREATE TABLE more (x)", "NO SQL AT ALL"))
    monkeypatch.setattr("flux_lsp.ledger.database.MIGRATIONS", broken)
    assert isinstance(reserve(open_ledger(tmp_path), "r", 0.1, ALL), Problem)
    monkeypatch.undo()

    held(reserve(open_ledger(tmp_path), "r", 0.1, ALL))


def test_no_column_can_hold_source_a_prompt_or_a_key(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path)
    ledger.check()
    database = sqlite3.connect(ledger.path)
    columns = [name for _, name, *_ in database.execute("PRAGMA table_info(calls)")]
    database.close()

    assert columns == list(COLUMNS), "a new column needs its sentence, and a look at what it holds"


def test_a_workspace_is_known_by_a_hash_alone() -> None:
    name = hash_workspace(Path("/home/ada/secret-project"))

    assert name is not None
    assert "secret" not in name
    assert name != hash_workspace(Path("/home/ada/other"))
    assert hash_workspace(None) is None


def damaged(path: Path) -> None:
    path.write_bytes(b"this is no database" * 400)


def locked(path: Path) -> sqlite3.Connection:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    return other


def no_folder(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize(
    ("damage", "says"),
    [(damaged, "is damaged"), (locked, "is locked"), (no_folder, "cannot be written")],
)
def test_a_ledger_that_cannot_be_written_lets_no_call_through(
    tmp_path: Path, damage: object, says: str
) -> None:
    ledger = open_ledger(tmp_path, busy_seconds=0.05)
    other = damage(ledger.path)  # type: ignore[operator]

    problem = reserve(ledger, "r", 0.1, Limits())

    assert isinstance(problem, Problem)
    assert problem.code is ErrorCode.NOT_CONFIGURED
    assert says in problem.message
    assert str(ledger.path) in problem.message
    assert "Nothing is sent" in problem.hint
    assert ledger.check() == problem
    if other is not None:
        other.close()
        assert ledger.check() is None, "it is tried again once the trouble is over"


def spoil(ledger: Ledger, pragma: str = "query_only = ON") -> None:
    """From now on the database lets nothing be written, however often it is opened."""
    opened = ledger._open

    def open_spoilt() -> sqlite3.Connection:
        database = opened()
        database.execute(f"PRAGMA {pragma}")
        return database

    ledger.close()
    ledger._open = open_spoilt  # type: ignore[method-assign]


def test_a_read_only_ledger_is_named_and_still_read(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path)
    ledger.settle(held(reserve(ledger, "r", 0.1, ALL)), row(usd=0.25))
    spoil(ledger)

    problem = reserve(ledger, "r", 0.1, ALL)

    assert isinstance(problem, Problem)
    assert "cannot be written" in problem.message
    assert len(ledger.list_calls()) == 1
    assert ledger.read_spending().day == 0.25


def test_what_could_not_be_finished_counts_as_reserved_and_is_written_later(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path)
    reservation = held(reserve(ledger, "r1", 0.5, ALL))
    spoil(ledger)
    with pytest.raises(FluxError) as caught:
        ledger.settle(reservation, row(usd=0.125))
    assert "cannot be written" in caught.value.problem.message
    with pytest.raises(FluxError):
        ledger.record_verdict(reservation, "ok", None)
    others = open_ledger(tmp_path)
    before = others.read_spending("r1")

    ledger.close()
    del ledger._open
    after = ledger.read_spending("r1")

    assert (before.held, before.day) == (0.5, 0)
    assert (after.held, after.day) == (0, 0.125)
    assert [(r.usd, r.result) for r in others.list_calls()] == [(0.125, "ok")]


def test_closing_writes_what_is_waiting(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path, busy_seconds=0.01)
    reservation = held(reserve(ledger, "r1", 0.5, ALL))
    other = locked(ledger.path)
    with pytest.raises(FluxError):
        ledger.settle(reservation, row(usd=0.125))
    other.close()
    ledger.close()

    assert [r.usd for r in open_ledger(tmp_path).list_calls()] == [0.125]


def test_a_full_disk_leaves_the_call_at_its_reservation(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path)
    calls = [held(reserve(ledger, f"r{n}", 0.25, ALL)) for n in range(3)]
    with ledger.open_transaction() as database:
        (pages,) = database.execute("PRAGMA page_count").fetchone()
    spoil(ledger, f"max_page_count = {pages}")
    long = "m" * 300_000  # more than fits into the pages there are

    with pytest.raises(FluxError) as caught:
        ledger.settle(calls[0], row(run="r0", model_answered=long, usd=0.01))

    assert "disk is full" in caught.value.problem.message
    assert open_ledger(tmp_path).read_spending().held == 0.75


def test_a_row_whose_file_was_taken_away_is_written_anew(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path)
    reservation = held(reserve(ledger, "r1", 0.5, ALL))
    ledger.close()
    for file in tmp_path.iterdir():
        file.unlink()
    other = held(reserve(ledger, "r2", 0.5, ALL))
    assert other.id == reservation.id

    ledger.settle(reservation, row(usd=0.125))

    assert [(r.run, r.usd) for r in ledger.list_calls()] == [("r1", 0.125)]
    assert ledger.read_spending().held == 0.5


def test_a_call_is_in_the_database_before_it_is_made(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path)
    held(reserve(ledger, "r1", 0.5, ALL))

    with closing(sqlite3.connect(ledger.path)) as database:
        calls = database.execute("SELECT run, result, usd, held_usd, pid FROM calls").fetchall()
        views = database.execute("SELECT run, usd FROM reservations").fetchall()

    assert calls == [("r1", "begun", None, 0.5, os.getpid())]
    assert views == [("r1", 0.5)]
    assert ledger.list_calls() == [], "it is not over"


def test_what_an_older_version_held_is_not_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    with closing(sqlite3.connect(path)) as old:
        for statement in (*MIGRATIONS[0], *MIGRATIONS[1]):
            old.execute(statement)
        old.execute(
            "INSERT INTO reservations (run, usd, host, pid, expires) VALUES"
            " ('r', 0.25, 'h', 1, '2026-11-21T12:05:00.000000Z')"
        )
        old.execute("PRAGMA user_version = 2")
        old.commit()

    (call,) = open_ledger(tmp_path).list_calls()

    assert (call.result, call.usd, call.held_usd) == ("LOST", None, 0.25)
    assert call.time == NOON - timedelta(hours=1)
    assert open_ledger(tmp_path).read_spending().day == 0.25


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write anything")
def test_a_ledger_in_a_folder_that_may_only_be_read_is_read(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path)
    ledger.settle(held(reserve(ledger, "r1", 0.5, ALL)), row(usd=0.125))
    ledger.close()
    ledger.path.chmod(0o444)
    tmp_path.chmod(0o555)
    try:
        assert ledger.read_spending().day == 0.125
    finally:
        tmp_path.chmod(0o755)


def test_a_file_in_the_way_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    problem = reserve(open_ledger(tmp_path / "file"), "r", 0.1, ALL)

    assert isinstance(problem, Problem)
    assert "FLUX_DATA_DIR" in problem.hint
