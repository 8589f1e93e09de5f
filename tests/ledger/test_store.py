"""The ledger on a real database: a row per call, and every failure a plain sentence."""

import sqlite3
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from flux_lsp.core.errors import Code, FluxError, Problem
from flux_lsp.ledger.migrations import COLUMNS, MIGRATIONS
from flux_lsp.ledger.values import Limits, workspace_hash
from tests.ledger.ledgers import NOON, StillClock, held, open_ledger, row

ALL = Limits(0.5, 10, 100)


def test_a_settled_call_is_a_row_with_everything_in_it(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path)
    written = row(error=None, agent="reviewer", escalated=True, fallback=True)
    ledger.settle(held(ledger.reserve("r1", 0.02, ALL)), written)

    (read,) = ledger.rows()

    assert read == row(agent="reviewer", escalated=True, fallback=True, time=NOON)


def test_nothing_is_opened_before_the_first_call(tmp_path: Path) -> None:
    open_ledger(tmp_path / "new")

    assert not (tmp_path / "new").exists()


def test_settling_frees_what_was_held_and_counts_what_it_cost(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path)
    reservation = held(ledger.reserve("r1", 0.02, ALL))
    before = ledger.spent("r1")
    ledger.settle(reservation, row(usd=0.015))
    after = ledger.spent("r1")

    assert (before.run, before.held_run, before.held) == (0, 0.02, 0.02)
    assert (after.run, after.day, after.month, after.held) == (0.015, 0.015, 0.015, 0)


def test_releasing_gives_it_back_without_a_row(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path)
    ledger.release(held(ledger.reserve("r1", 0.02, ALL)))

    assert ledger.spent("r1").held == 0
    assert ledger.rows() == []


def test_judging_adds_what_reading_the_answer_showed(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path)
    first, second = (held(ledger.reserve("r1", 0.01, ALL)) for _ in range(2))
    ledger.settle(first, row(attempt=1))
    ledger.settle(second, row(attempt=2))
    ledger.judge(first, "SYNTAX_ERROR", "SYNTAX_ERROR")
    ledger.judge(second, "ok", None)

    assert [(r.attempt, r.result, r.error) for r in ledger.rows()] == [
        (1, "SYNTAX_ERROR", "SYNTAX_ERROR"),
        (2, "ok", None),
    ]


def test_rows_since_a_moment_come_oldest_first(tmp_path: Path) -> None:
    clock = StillClock()
    ledger = open_ledger(tmp_path, clock)
    for attempt in (1, 2, 3):
        ledger.settle(held(ledger.reserve("r1", 0.01, ALL)), row(attempt=attempt))
        clock.time += timedelta(hours=1)

    assert [r.attempt for r in ledger.rows(NOON + timedelta(hours=1))] == [2, 3]


def test_the_ledger_survives_a_restart(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path)
    ledger.settle(held(ledger.reserve("r1", 0.02, ALL)), row())
    ledger.close()
    ledger.close()

    assert len(ledger.rows()) == 1
    assert len(open_ledger(tmp_path).rows()) == 1


def test_threads_share_one_ledger(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path)

    def call(number: int) -> bool:
        answer = ledger.reserve(f"run{number}", 0.1, Limits(per_day_usd=1.0))
        if isinstance(answer, Problem):
            return False
        ledger.settle(answer, row(run=f"run{number}", usd=0.1))
        return True

    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(call, range(40)))

    assert done.count(True) == 10
    assert len(ledger.rows()) == 10


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
    held(ledger.reserve("new", 0.1, ALL))

    assert [(r.run, r.usd, r.result) for r in ledger.rows()] == [("old", 0.25, "ok")]
    assert ledger.spent().day == 0.25


def test_a_newer_database_is_left_alone(tmp_path: Path) -> None:
    newer = sqlite3.connect(tmp_path / "ledger.sqlite3")
    newer.execute("PRAGMA user_version = 99")
    newer.commit()
    newer.close()

    problem = open_ledger(tmp_path).reserve("r", 0.1, ALL)

    assert isinstance(problem, Problem)
    assert "newer Flux LSP" in problem.message


def test_a_migration_that_fails_leaves_the_database_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = (*MIGRATIONS, ("CREATE TABLE more (x)", "NO SQL AT ALL"))
    monkeypatch.setattr("flux_lsp.ledger.store.MIGRATIONS", broken)
    assert isinstance(open_ledger(tmp_path).reserve("r", 0.1, ALL), Problem)
    monkeypatch.undo()

    held(open_ledger(tmp_path).reserve("r", 0.1, ALL))


def test_no_column_can_hold_source_a_prompt_or_a_key(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path)
    ledger.check()
    database = sqlite3.connect(ledger.path)
    columns = [name for _, name, *_ in database.execute("PRAGMA table_info(calls)")]
    database.close()

    assert columns == list(COLUMNS), "a new column needs its sentence, and a look at what it holds"


def test_a_workspace_is_known_by_a_hash_alone() -> None:
    name = workspace_hash(Path("/home/ada/secret-project"))

    assert name is not None
    assert "secret" not in name
    assert name != workspace_hash(Path("/home/ada/other"))
    assert workspace_hash(None) is None


def damaged(path: Path) -> None:
    path.write_bytes(b"this is no database" * 400)


def locked(path: Path) -> sqlite3.Connection:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    return other


def no_folder(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize(
    ("spoil", "says"),
    [(damaged, "is damaged"), (locked, "is locked"), (no_folder, "cannot be written")],
)
def test_a_ledger_that_cannot_be_written_lets_no_call_through(
    tmp_path: Path, spoil: object, says: str
) -> None:
    ledger = open_ledger(tmp_path, busy_seconds=0.05)
    other = spoil(ledger.path)  # type: ignore[operator]

    problem = ledger.reserve("r", 0.1, Limits())

    assert isinstance(problem, Problem)
    assert problem.code is Code.NOT_CONFIGURED
    assert says in problem.message
    assert str(ledger.path) in problem.message
    assert "Nothing is sent" in problem.hint
    assert ledger.check() == problem
    if other is not None:
        other.close()
        assert ledger.check() is None, "it is tried again once the trouble is over"


@pytest.mark.skipif(sys.platform == "win32", reason="file modes mean something else there")
def test_a_read_only_ledger_is_named(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path)
    reservation = held(ledger.reserve("r", 0.1, ALL))
    ledger.close()
    # Root may write anything, so the database itself says no.
    ledger._open().execute("PRAGMA query_only = ON")

    problem = ledger.reserve("r", 0.1, ALL)
    assert isinstance(problem, Problem)
    assert "cannot be written" in problem.message

    ledger._open().execute("PRAGMA query_only = ON")
    with pytest.raises(FluxError) as caught:
        ledger.settle(reservation, row())
    assert caught.value.problem.code is Code.NOT_CONFIGURED


def test_a_file_in_the_way_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    problem = open_ledger(tmp_path / "file").reserve("r", 0.1, ALL)

    assert isinstance(problem, Problem)
    assert "FLUX_DATA_DIR" in problem.hint
