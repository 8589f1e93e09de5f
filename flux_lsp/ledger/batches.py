"""The batches of a job in the ledger: the intent before a batch is made, and what it cost when it ended.

Never holds the name of a file or a symbol, and never counts a result twice.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flux_lsp.core.errors import FluxError, Problem
from flux_lsp.ledger.budgets import check_budgets
from flux_lsp.ledger.columns import format_time, parse_time
from flux_lsp.ledger.rows import begin_row, insert_settled, sum_spending, take_from_hold
from flux_lsp.ledger.store import Ledger
from flux_lsp.ledger.values import BEGUN, CallRow, Limits, Spender

# Where a batch is at work: no process of a host, so that it goes on when this one ends.
_AT_THE_SERVER = ("batch", 0)
_COLUMNS = "job, round, time, token, anchor, requests, batch, settled"
_INSERT = f"INSERT INTO batches ({_COLUMNS}, call) VALUES (?, ?, ?, ?, ?, ?, '', 0, ?)"  # noqa: S608 - constants


@dataclass(frozen=True, slots=True)
class BatchIntent:
    """One batch of a job, written down before it is made.

    `token` begins the `custom_id` of each of its `requests`. `anchor` is the newest batch there was
    before, "" for none. `batch` is the server's name for it, "" until that is known. `is_settled`:
    its results are counted.
    """

    job: str
    round: int
    time: datetime
    token: str
    anchor: str
    requests: int
    batch: str = ""
    is_settled: bool = False


def intend_batch(
    ledger: Ledger,
    intent: BatchIntent,
    row: CallRow,
    usd: float | None,
    limits: Limits,
    hold: int,
) -> Problem | None:
    """Write the intent, with a row that counts what the batch may cost; takes it out of `hold`.

    An intent that is there already stays as it is. Returns the budget that it does not fit, or why it
    could not be written. Blocks.
    """
    try:
        with ledger.open_current() as (database, now, _):
            if _select(database, intent.job, intent.round) is not None:
                return None
            take_from_hold(database, hold, usd)
            spent = sum_spending(database, Spender(row.run, row.session, row.agent), now)
            refused = check_budgets(usd, limits, spent, row.model_asked, "this batch")
            if refused is not None:
                return refused  # the hold is less by what did not fit: the job ends here
            begun = replace(row, result=BEGUN, model_answered=None)
            number = begin_row(database, begun, usd, now, _AT_THE_SERVER)
            database.execute(
                _INSERT,
                (
                    *(intent.job, intent.round, format_time(intent.time)),
                    *(intent.token, intent.anchor, intent.requests, number),
                ),
            )
    except FluxError as error:
        return error.problem
    return None


def name_batch(ledger: Ledger, job: str, round_: int, batch: str) -> None:
    """Write down the server's name of a batch. Raises FluxError. Blocks."""
    with ledger.open_transaction() as database:
        database.execute(
            "UPDATE batches SET batch = ? WHERE job = ? AND round = ?", (batch, job, round_)
        )


def withdraw_intent(ledger: Ledger, job: str, round_: int) -> None:
    """Take back an intent that certainly led to no batch. Raises FluxError. Blocks."""
    with ledger.open_transaction() as database:
        _drop_call(database, job, round_)
        database.execute("DELETE FROM batches WHERE job = ? AND round = ?", (job, round_))


def settle_batch(ledger: Ledger, job: str, round_: int, rows: Iterable[CallRow]) -> None:
    """Write a row for each result and drop what was held for all of them: one transaction, once.

    Raises FluxError. Blocks.
    """
    with ledger.open_current() as (database, now, _):
        intent = _select(database, job, round_)
        if intent is None or intent.is_settled:
            return
        insert_settled(database, rows, now)
        _drop_call(database, job, round_)
        database.execute(
            "UPDATE batches SET settled = 1 WHERE job = ? AND round = ?", (job, round_)
        )


def record_verdicts(
    ledger: Ledger, round_: int, verdicts: Iterable[tuple[str, str, str | None]]
) -> None:
    """Add to settled calls what reading their answers showed: (run, "ok" or a code, the code or None).

    Raises FluxError. Blocks.
    """
    with ledger.open_transaction() as database:
        database.executemany(
            "UPDATE calls SET result = ?, error = ? WHERE run = ? AND attempt = ?",
            ((result, error, run, round_) for run, result, error in verdicts),
        )


def list_intents(ledger: Ledger, job: str) -> Sequence[BatchIntent]:
    """List the batches of a job, the oldest first. Raises FluxError. Blocks."""
    query = f"SELECT {_COLUMNS} FROM batches WHERE job = ? ORDER BY round"  # noqa: S608 - constants
    return ledger.read(
        lambda database: [_decode(values) for values in database.execute(query, (job,))]
    )


def list_known_batches(ledger: Ledger) -> frozenset[str]:
    """List the server's names of all batches of this ledger. Raises FluxError. Blocks."""
    query = "SELECT batch FROM batches WHERE batch <> ''"
    return ledger.read(lambda database: frozenset(name for (name,) in database.execute(query)))


def _select(database: sqlite3.Connection, job: str, round_: int) -> BatchIntent | None:
    query = f"SELECT {_COLUMNS} FROM batches WHERE job = ? AND round = ?"  # noqa: S608 - constants
    values = database.execute(query, (job, round_)).fetchone()
    return None if values is None else _decode(values)


def _decode(values: Sequence[object]) -> BatchIntent:
    job, round_, time, token, anchor, requests, batch, settled = values
    return BatchIntent(
        str(job),
        int(str(round_)),
        parse_time(str(time)),
        str(token),
        str(anchor),
        int(str(requests)),
        str(batch),
        bool(settled),
    )


def _drop_call(database: sqlite3.Connection, job: str, round_: int) -> None:
    database.execute(
        "DELETE FROM calls WHERE id = (SELECT call FROM batches WHERE job = ? AND round = ?)",
        (job, round_),
    )
