"""Counts what became of edits: how many came into a document or were rejected, undone, corrected.

Pure; a run of which nothing is known counts nowhere.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flux_lsp.ledger.labels import label_run
from flux_lsp.ledger.run_values import RunRow

Runs = Mapping[str, RunRow]  # by their ids


@dataclass(frozen=True, slots=True)
class Aftermaths:
    """`delivered` runs had their edit applied, accepted or rejected, at least in part.

    `corrected` are those of them with a strong sign that the edit was wrong: soon undone, retried
    with a remark, all of it rejected, or less than half of it left after five minutes. `checked` are
    all runs, delivered or not, on whose last answer the project's own checks ran.
    """

    delivered: int = 0
    undone: int = 0
    corrected: int = 0
    checked: int = 0
    checks_passed: int = 0

    @property
    def checks_success(self) -> float | None:
        """The share of the runs with checks of the project whose last answer passed; None without any."""
        return self.checks_passed / self.checked if self.checked else None

    @property
    def undo_rate(self) -> float | None:
        """The share of delivered runs that were undone; None without any."""
        return self.undone / self.delivered if self.delivered else None

    @property
    def correction_rate(self) -> float | None:
        """The share of delivered runs that were corrected; None without any."""
        return self.corrected / self.delivered if self.delivered else None


def count_aftermaths(ids: Iterable[str], runs: Runs) -> Aftermaths:
    """Count over the runs with these ids."""
    known = [runs[run] for run in ids if run in runs]
    rows = [row for row in known if _is_delivered(row)]
    checks = [row.checks for row in known if row.checks is not None]
    return Aftermaths(
        delivered=len(rows),
        undone=sum(row.aftermath.undone for row in rows),
        corrected=sum(label_run(row) == "bad" for row in rows),
        checked=len(checks),
        checks_passed=checks.count("passed"),
    )


def _is_delivered(row: RunRow) -> bool:
    after = row.aftermath
    return after.applied or after.accepted > 0 or after.rejected > 0
