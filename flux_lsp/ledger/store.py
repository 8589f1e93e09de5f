"""The ledger, shared by every server on this machine: reservations, calls, and what they cost.

Never lets a call through that it could not write down, and never holds source text.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import RLock
from time import monotonic, sleep
from typing import TypeVar
from uuid import uuid4

from flux_lsp.core.clock import Clock
from flux_lsp.core.errors import FluxError, Problem
from flux_lsp.ledger.budgets import check_budgets
from flux_lsp.ledger.columns import COLUMNS, decode_row, explain, format_time
from flux_lsp.ledger.database import open_copy, open_database
from flux_lsp.ledger.processes import get_host_name, is_alive
from flux_lsp.ledger.rows import (
    begin_row,
    drop_lost_holds,
    finish_row,
    mark_lost,
    sum_spending,
    take_from_hold,
)
from flux_lsp.ledger.values import (
    BEGUN,
    CallRow,
    Limits,
    RecordedCall,
    Reservation,
    Spender,
    Spending,
)

_T = TypeVar("_T")
_BUSY_SECONDS = 5.0
_TRIES, _PAUSE = 3, 0.2  # to finish a row; a lock has been waited for before the first one ends
# No call lasts so long. Beyond it, a process of another host is taken for dead, and one of this
# host for another process that was given the same number.
_LONGEST_CALL = timedelta(hours=24)


class Ledger:
    """Calls and what is reserved for them at `path`; methods block, may be called from any thread.

    The first use opens it. A call has its row before it is sent: `reserve` writes the row, `settle`
    finishes it, and until then the call counts at its reservation. Each method raises FluxError
    when the database is damaged, locked or read-only; `reserve` returns the Problem instead, because
    a run begins there. Reading needs no right to write.
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
        self.session = uuid4().hex[:12]  # a random name: each session opens a ledger of its own
        self._clock, self._alive = clock, alive
        self._pid = os.getpid() if pid is None else pid
        self._busy_seconds = busy_seconds
        self._lock = RLock()
        self._connection: sqlite3.Connection | None = None
        # Calls that are over and could not be written yet; each transaction tries again.
        self._unwritten: dict[Reservation, tuple[CallRow, datetime]] = {}

    def reserve(
        self, row: CallRow, usd: float | None, limits: Limits, hold: int = 0
    ) -> Reservation | Problem:
        """Write `row` as a call that has begun and may cost `usd`, or return the budget that refuses it.

        `usd` None is an unknown price and fits no budget. One transaction counts what is settled
        and held, so that no two can pass a limit together. `hold`: what was set aside for this call.
        """
        try:
            with self.open_current() as (database, now, process):
                take_from_hold(database, hold, usd)
                refused = check_budgets(
                    usd,
                    limits,
                    sum_spending(database, Spender(row.run, row.session, row.agent), now),
                    row.model_asked,
                )
                if refused is not None:
                    return refused
                begun = replace(row, result=BEGUN, model_answered=None)
                id_ = begin_row(database, begun, usd, now, process)
                return Reservation(id_, row.run, usd)
        except FluxError as error:
            return error.problem

    def settle(self, reservation: Reservation, row: CallRow) -> None:
        """Finish the call's row; committed before it returns.

        Raises FluxError when that fails for good: the row still counts at its reservation then, and
        it is tried again with each later use of the ledger.
        """
        if not reservation.id:
            return
        with self._lock:
            self._unwritten[reservation] = row, self._clock.now()
        self._write_the_unwritten()

    def record_verdict(self, reservation: Reservation, result: str, error: str | None) -> None:
        """Add to a settled call what reading its answer showed: "ok" or an error code."""
        if not reservation.id:
            return
        with self._lock:
            if reservation in self._unwritten:
                row, over = self._unwritten[reservation]
                self._unwritten[reservation] = replace(row, result=result, error=error), over
        with self.open_transaction() as database:
            database.execute(
                "UPDATE calls SET result = ?, error = ? WHERE id = ? AND run = ?",
                (result, error, reservation.id, reservation.run),
            )

    def release(self, reservation: Reservation) -> None:
        """Take back the row of a call that was never made."""
        with self.open_transaction() as database:
            database.execute(
                "DELETE FROM calls WHERE id = ? AND run = ?", (reservation.id, reservation.run)
            )

    def read_spending(self, run: str = "", agent: str | None = None) -> Spending:
        """Read what is settled and held for `run`, its session and its agent, today and this month."""

        def add_up(database: sqlite3.Connection) -> Spending:
            self._mark_lost(database)
            return sum_spending(database, Spender(run, self.session, agent), self._clock.now())

        return self.read(add_up)

    def list_calls(self, since: datetime | None = None) -> list[RecordedCall]:
        """List the calls that are over, from `since` on, oldest first."""
        after = "" if since is None else format_time(since)
        query = (
            f"SELECT {COLUMNS}, held_usd FROM calls "  # noqa: S608 - constants
            "WHERE time >= ? AND result <> ? ORDER BY time, id"
        )

        def select(database: sqlite3.Connection) -> list[RecordedCall]:
            self._mark_lost(database)
            return [decode_row(values) for values in database.execute(query, (after, BEGUN))]

        return self.read(select)

    def check(self) -> Problem | None:
        """Check whether Flux can write the ledger; returns why not, or None."""
        try:
            with self.open_transaction() as database:
                database.execute("DELETE FROM calls WHERE id < 0")
        except FluxError as error:
            return error.problem
        return None

    def close(self) -> None:
        """Close the database; the next call opens it again."""
        with self._lock:
            if self._unwritten:
                with suppress(FluxError), self.open_transaction():
                    pass
            self._close_connection()

    def _close_connection(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    @contextmanager
    def open_transaction(self) -> Iterator[sqlite3.Connection]:
        """Open a transaction, which first writes what could not be written before."""
        with self._lock:
            try:
                database = self._connection or self._open()
                database.execute("BEGIN IMMEDIATE")
                try:
                    waiting = dict(self._unwritten)
                    for reservation, (row, over) in waiting.items():
                        finish_row(database, reservation, row, over)
                    yield database
                except BaseException:
                    database.rollback()
                    raise
                database.commit()
            except (sqlite3.Error, OSError) as error:
                self._close_connection()
                raise FluxError(*explain(error, self.path)) from error
            for reservation in waiting:
                self._unwritten.pop(reservation, None)

    @contextmanager
    def open_current(self) -> Iterator[tuple[sqlite3.Connection, datetime, tuple[str, int]]]:
        """Open a transaction in which nothing counts any more that belonged to a dead process.

        With it come the time and this process: its host and number.
        """
        with self.open_transaction() as database:
            self._mark_lost(database)
            yield database, self._clock.now(), (get_host_name(), self._pid)

    def _write_the_unwritten(self) -> None:
        end = monotonic() + _TRIES * _PAUSE
        while True:
            try:
                with self.open_transaction():
                    return
            except FluxError:
                if monotonic() >= end:
                    raise
            sleep(_PAUSE)

    def read(self, query: Callable[[sqlite3.Connection], _T]) -> _T:
        """Run `query` on the database, or on a copy if it can only be read."""
        try:
            with self.open_transaction() as database:
                return query(database)
        except FluxError:
            copy = open_copy(self.path)
            if copy is None:
                raise
        try:
            return query(copy)
        finally:
            copy.close()

    def _open(self) -> sqlite3.Connection:
        self._connection = open_database(self.path, self._busy_seconds)
        return self._connection

    def _mark_lost(self, database: sqlite3.Connection) -> None:
        """Mark the calls whose process has died; they count at what was reserved for them."""

        def has_ended(host: str, pid: int) -> bool:
            return host == get_host_name() and pid != self._pid and not self._alive(pid)

        now = self._clock.now()
        mark_lost(database, has_ended, now, _LONGEST_CALL)
        drop_lost_holds(database, has_ended, now, _LONGEST_CALL)
