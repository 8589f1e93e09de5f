"""Says of a run's row whether the person was content with what came of it.

Pure; never guesses: what nobody saw is unknown.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Literal

from flux_lsp.ledger.run_values import RunRow

Label = Literal["bad", "weak", "good", "unknown"]

_SOON = 600  # seconds in which going back to the old text says that the edit was wrong
_HALF, _NEARLY_ALL = 0.5, 0.9
_LONGEST_WATCH = timedelta(minutes=15)  # beyond it, the process that looked has ended

# Decisions that a person, a price or security did not make: only these say what a score is worth.
RULES_OF_THE_SCORE = frozenset({"score", "default", "sticky"})


def label_run(row: RunRow) -> Label:
    """Return bad for a strong sign that the result was wrong, and good if nearly all of it stayed.

    Weak signs are shown to people, but no test counts them.
    """
    after = row.aftermath
    if _is_bad(row):
        return "bad"
    touched = after.corrected and not (after.kept_10 or 0.0) >= _NEARLY_ALL
    if touched or after.rerun or 0 < after.rejected < 1:
        return "weak"
    if after.kept_10 is not None and after.kept_10 >= _NEARLY_ALL:
        return "good"
    return "unknown"


def list_settled(rows: Iterable[RunRow], now: datetime) -> Iterator[RunRow]:
    """Yield rows, oldest first, up to the first whose label may still change.

    What is computed from them stays as it is when more is known.
    """
    for row in rows:
        if row.aftermath.watched == "open" and now - row.time < _LONGEST_WATCH:
            return
        yield row


def _is_bad(row: RunRow) -> bool:
    after = row.aftermath
    undone_soon = after.undone and after.undone_within is not None and after.undone_within <= _SOON
    gone = after.kept_5 is not None and after.kept_5 < _HALF
    return undone_soon or after.retried or after.rejected >= 1 or gone
