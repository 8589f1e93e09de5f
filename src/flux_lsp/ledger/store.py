"""The ledger's database, shared by every server on this machine: the one door to sqlite3.

Never lets a call through that it could not write down, and never holds source text.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from threading import RLock
from time import monotonic, sleep

from flux_lsp.core.clock import Clock
from flux_lsp.core.errors import Code, FluxError, Problem
from flux_lsp.ledger.budgets import admit, day_start, month_start
from flux_lsp.ledger.columns import COLUMNS, explain, from_values, to_text, to_values
from flux_lsp.ledger.migrations import MIGRATIONS
from flux_lsp.ledger.processes import is_alive, this_host
from flux_lsp.ledger.values import CallRow, Limits, Reservation, Spent

# Longer than any run may last, so that only a process that is stuck or on another host loses it.
_HOLD = timedelta(seconds=3900)
_BUSY_SECONDS = 5.0
_SUMS = """
    SELECT coalesce(sum(coalesce(usd, held_usd)) FILTER (WHERE time >= :day), 0.0),
           coalesce(sum(coalesce(usd, held_usd)), 0.0)
    FROM calls WHERE time >= :month
"""
_HELD = """
    SELECT coalesce(sum(usd) FILTER (WHERE run = :run), 0.0), coalesce(sum(usd), 0.0)
    FROM reservations
"""


class Ledger:
    """Calls and reservations at `path`; methods block, and may be called from any thread.

    Opened by the first call. Each method raises FluxError with a plain sentence when the database
    is damaged, locked or read-only; `reserve` returns it, since that is where a run begins.
    """

    def __init__(
        self,
        path: Path,
        clock: Clock,
        *,
        pid: int | None = None,
        alive: Callable[[int], bool] = is_alive,
        busy_seconds: float = _BUSY_SECONDS,
    ) -> None:
        self.path = path
        self._clock, self._alive = clock, alive
        self._pid = os.getpid() if pid is None else pid
        self._busy_seconds = busy_seconds
        self._lock = RLock()
        self._connection: sqlite3.Connection | None = None

    def reserve(
        self, run: str, usd: float | None, limits: Limits, *, model: str = ""
    ) -> Reservation | Problem:
        """Hold `usd`, the most a call can cost, or say which budget it does not fit.

        `usd` None is an unknown price and fits no budget. One transaction counts what is settled
        and what every process holds, so that no two can pass a limit together.
        """
        try:
            with self._transaction() as database:
                self._drop_dead(database)
                refused = admit(usd, limits, self._spent(database, run), model)
                if refused is not None:
                    return refused
                return Reservation(self._hold(database, run, usd), run, usd)
        except FluxError as error:
            return error.problem

    def settle(self, reservation: Reservation, row: CallRow) -> None:
        """Write the call's row in place of its reservation; committed before it returns."""
        values = (reservation.id, reservation.usd, *to_values(row, self._clock.now()))
        marks = ", ".join("?" * len(values))
        insert = f"INSERT INTO calls (id, held_usd, {COLUMNS}) VALUES ({marks})"  # noqa: S608 - constants
        with self._transaction() as database:
            _free(database, reservation)
            database.execute(insert, values)

    def judge(self, reservation: Reservation, result: str, error: str | None) -> None:
        """Add to a settled call what reading its answer showed: "ok" or an error code."""
        with self._transaction() as database:
            database.execute(
                "UPDATE calls SET result = ?, error = ? WHERE id = ?",
                (result, error, reservation.id),
            )

    def release(self, reservation: Reservation) -> None:
        """Give back what was held for a call that was never made."""
        with self._transaction() as database:
            _free(database, reservation)

    def spent(self, run: str = "") -> Spent:
        """What is settled and held for `run`, today and this month."""
        with self._transaction() as database:
            self._drop_dead(database)
            return self._spent(database, run)

    def rows(self, since: datetime | None = None) -> list[CallRow]:
        """Calls since `since`, oldest first."""
        after = "" if since is None else to_text(since)
        query = f"SELECT {COLUMNS} FROM calls WHERE time >= ? ORDER BY time, id"  # noqa: S608 - constants
        with self._transaction() as database:
            found = database.execute(query, (after,)).fetchall()
        return [from_values(values) for values in found]

    def check(self) -> Problem | None:
        """Why the ledger cannot be written, None when it can."""
        try:
            with self._transaction() as database:
                database.execute("DELETE FROM reservations WHERE id < 0")
        except FluxError as error:
            return error.problem
        return None

    def close(self) -> None:
        """Close the database; the next call opens it again."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                database = self._connection or self._open()
                database.execute("BEGIN IMMEDIATE")
                try:
                    yield database
                except BaseException:
                    database.rollback()
                    raise
                database.commit()
            except (sqlite3.Error, OSError) as error:
                self.close()
                raise FluxError(*explain(error, self.path)) from error

    def _open(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(
            self.path, timeout=self._busy_seconds, isolation_level=None, check_same_thread=False
        )
        try:
            _migrate(database, self.path, self._busy_seconds)
        except BaseException:
            database.close()
            raise
        self._connection = database
        return database

    def _drop_dead(self, database: sqlite3.Connection) -> None:
        now = to_text(self._clock.now())
        database.execute("DELETE FROM reservations WHERE expires <= ?", (now,))
        holders = database.execute(
            "SELECT DISTINCT pid FROM reservations WHERE host = ? AND pid <> ?",
            (this_host(), self._pid),
        ).fetchall()
        dead = [(this_host(), pid) for (pid,) in holders if not self._alive(pid)]
        database.executemany("DELETE FROM reservations WHERE host = ? AND pid = ?", dead)

    def _spent(self, database: sqlite3.Connection, run: str) -> Spent:
        now = self._clock.now()
        limits = {"day": to_text(day_start(now)), "month": to_text(month_start(now))}
        day, month = database.execute(_SUMS, limits).fetchone()
        held_run, held = database.execute(_HELD, {"run": run}).fetchone()
        (own,) = database.execute(
            "SELECT coalesce(sum(coalesce(usd, held_usd)), 0.0) FROM calls WHERE run = ?", (run,)
        ).fetchone()
        return Spent(own, day, month, held_run, held)

    def _hold(self, database: sqlite3.Connection, run: str, usd: float | None) -> int:
        expires = to_text(self._clock.now() + _HOLD)
        cursor = database.execute(
            "INSERT INTO reservations (run, usd, host, pid, expires) VALUES (?, ?, ?, ?, ?)",
            (run, usd, this_host(), self._pid, expires),
        )
        assert cursor.lastrowid is not None
        return cursor.lastrowid


def schema() -> dict[str, list[tuple[str, str, bool]]]:
    """Tables as the migrations make them: (column, type, may be null) of each, for the manual."""
    database = sqlite3.connect(":memory:")
    try:
        for step in MIGRATIONS:
            for statement in step:
                database.execute(statement)
        names = database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        ).fetchall()
        return {name: _columns(database, name) for (name,) in names}
    finally:
        database.close()


def _columns(database: sqlite3.Connection, table: str) -> list[tuple[str, str, bool]]:
    found = database.execute('SELECT name, type, "notnull", pk FROM pragma_table_info(?)', (table,))
    return [(name, kind, not (not_null or key)) for name, kind, not_null, key in found]


def _free(database: sqlite3.Connection, reservation: Reservation) -> None:
    database.execute("DELETE FROM reservations WHERE id = ?", (reservation.id,))


def _migrate(database: sqlite3.Connection, path: Path, patience: float) -> None:
    _into_wal(database, patience)
    # WAL with NORMAL survives a crash of any process; only a power cut can lose the last rows.
    database.execute("PRAGMA synchronous = NORMAL")
    database.execute("BEGIN IMMEDIATE")
    (taken,) = database.execute("PRAGMA user_version").fetchone()
    if taken > len(MIGRATIONS):
        raise FluxError(
            Code.NOT_CONFIGURED,
            f"The ledger {path} was written by a newer Flux LSP",
            "Update this one, or set `FLUX_DATA_DIR` to another folder",
        )
    for step in MIGRATIONS[taken:]:
        for statement in step:
            database.execute(statement)
    database.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
    database.commit()


def _into_wal(database: sqlite3.Connection, patience: float) -> None:
    """Switch to WAL; while another process does it, SQLite gives up at once, timeout or not."""
    end = monotonic() + patience
    while True:
        try:
            database.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or monotonic() > end:
                raise
            sleep(0.01)
        else:
            return
