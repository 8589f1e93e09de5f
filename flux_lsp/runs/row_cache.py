"""The rows of runs, read from the ledger once and then only what is new.

Never writes. Blocks, and may be called from several threads.
"""

from datetime import timedelta
from threading import Lock

from flux_lsp.ledger.run_log import RunLog
from flux_lsp.ledger.run_rows import RunFilter
from flux_lsp.ledger.run_values import RunRow

# A row may change for so long after its time, and another process may write one late.
_OVERLAP = timedelta(minutes=20)


class RowCache:
    """The rows that one filter finds, of one ledger."""

    def __init__(self, run_log: RunLog, wanted: RunFilter) -> None:
        """Nothing is read yet."""
        self._run_log, self.wanted = run_log, wanted
        self._rows: dict[str, RunRow] = {}
        self._lock = Lock()

    def read(self) -> tuple[list[RunRow], frozenset[tuple[str, str]]]:
        """Read all rows, oldest first, and the (action, language) of those that are new or changed.

        Raises FluxError when the ledger cannot be read.
        """
        with self._lock:
            newest = max((row.time for row in self._rows.values()), default=None)
            since = self.wanted.since if newest is None else newest - _OVERLAP
            wanted = RunFilter(since=since, experiment=self.wanted.experiment)
            changed = [
                row for row in self._run_log.list_runs(wanted) if self._rows.get(row.run) != row
            ]
            if self.wanted.since is not None:
                changed = [row for row in changed if row.time >= self.wanted.since]
            self._rows |= {row.run: row for row in changed}
            rows = sorted(self._rows.values(), key=lambda row: row.time)
        return rows, frozenset((row.action, row.language) for row in changed)
