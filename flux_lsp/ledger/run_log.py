"""The table of runs, written as runs end and as Flux learns what became of them.

Never holds up a call: no money hangs on a row of a run, so rows wait here while the ledger is in trouble.
"""

import sqlite3
from dataclasses import replace
from datetime import datetime
from threading import Lock

from flux_lsp.ledger.columns import format_time, parse_time
from flux_lsp.ledger.run_rows import RunFilter, select_runs, write_run
from flux_lsp.ledger.run_values import RunRow
from flux_lsp.ledger.store import Ledger

_WAITING = 100  # rows that wait in memory
_ALL = RunFilter()


class RunLog:
    """The runs in the database of `ledger`; methods block, may be called from any thread.

    Each method raises FluxError when the database is damaged, locked, full or read-only. Reading needs
    no right to write.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._lock = Lock()
        self._waiting: dict[str, RunRow] = {}

    def record(self, *rows: RunRow) -> None:
        """Write each row in place of an earlier one of the same run; committed before it returns.

        A row without a session gets that of the ledger. When writing fails, the newest rows wait for
        the next time.
        """
        with self._lock:
            self._waiting |= {row.run: self._name_session(row) for row in rows}
            for run in [*self._waiting][:-_WAITING]:
                del self._waiting[run]
            with self._ledger.open_transaction() as database:
                for row in self._waiting.values():
                    write_run(database, row)
            self._waiting.clear()

    def _name_session(self, row: RunRow) -> RunRow:
        return row if row.session else replace(row, session=self._ledger.session)

    def list_runs(self, wanted: RunFilter = _ALL) -> list[RunRow]:
        """List the runs that have ended, oldest first."""
        return self._ledger.read(lambda database: select_runs(database, wanted))

    def reset_learning(self, now: datetime) -> None:
        """Let learning count only runs that end after `now`."""
        with self._ledger.open_transaction() as database:
            database.execute("INSERT INTO resets (time) VALUES (?)", (format_time(now),))

    def find_last_reset(self) -> datetime | None:
        """Find when learning was last reset; None when it never was."""

        def select(database: sqlite3.Connection) -> str | None:
            (time,) = database.execute("SELECT max(time) FROM resets").fetchone()
            return None if time is None else str(time)

        time = self._ledger.read(select)
        return None if time is None else parse_time(time)
