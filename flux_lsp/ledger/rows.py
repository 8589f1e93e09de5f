"""The statements on the table of calls: begin a row, finish it, find the lost ones, add up.

Each function works inside of the caller's transaction; none opens or commits one.
"""

import sqlite3
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from flux_lsp.ledger.budgets import get_day_end, get_day_start, get_month_end, get_month_start
from flux_lsp.ledger.columns import COLUMNS, encode_row, format_time
from flux_lsp.ledger.values import BEGUN, LOST, CallRow, Reservation, Spender, Spending

_MARKS = ", ".join("?" * len(COLUMNS.split(",")))
_INSERT = f"INSERT INTO calls (held_usd, host, pid, {COLUMNS}) VALUES (?, ?, ?, {_MARKS})"  # noqa: S608 - constants
_FINISH = f"UPDATE calls SET ({COLUMNS}) = ({_MARKS}) WHERE id = ? AND run = ?"  # noqa: S608 - constants
# What lies in the future was written while the clock was wrong: it is not of today or this month.
_SUMS = """
    SELECT coalesce(sum(coalesce(usd, held_usd))
               FILTER (WHERE time >= :day AND time < :day_end), 0.0),
           coalesce(sum(coalesce(usd, held_usd)), 0.0),
           coalesce(sum(coalesce(usd, held_usd))
               FILTER (WHERE agent = :agent AND time >= :day AND time < :day_end), 0.0)
    FROM calls WHERE time >= :month AND time < :month_end AND result <> :begun
"""
_HELD = """
    SELECT coalesce(sum(held_usd) FILTER (WHERE run = :run), 0.0),
           coalesce(sum(held_usd) FILTER (WHERE session = :session), 0.0),
           coalesce(sum(held_usd) FILTER (WHERE agent = :agent), 0.0),
           coalesce(sum(held_usd), 0.0)
    FROM (SELECT run, session, agent, held_usd FROM calls WHERE result = 'begun'
          UNION ALL SELECT run, session, agent, usd FROM holds)
"""
_OWN = """
    SELECT coalesce(sum(coalesce(usd, held_usd)), 0.0) FROM calls WHERE {} = ? AND result <> ?
"""


def begin_row(
    database: sqlite3.Connection,
    row: CallRow,
    usd: float | None,
    now: datetime,
    process: tuple[str, int],
) -> int:
    """Write the row of a call that is about to be sent; returns its number."""
    database.execute(_INSERT, (usd, *process, *encode_row(row, now)))
    (number,) = database.execute("SELECT last_insert_rowid()").fetchone()
    return int(number)


def insert_settled(database: sqlite3.Connection, rows: Iterable[CallRow], now: datetime) -> None:
    """Write calls that are over and had no rows of their own, such as the results of a batch."""
    database.executemany(_INSERT, ((None, None, None, *encode_row(row, now)) for row in rows))


def finish_row(
    database: sqlite3.Connection, reservation: Reservation, row: CallRow, over: datetime
) -> None:
    """Write how the call ended; as a new row if its own was lost with its file."""
    values = encode_row(row, over)
    cursor = database.execute(_FINISH, (*values, reservation.id, reservation.run))
    if cursor.rowcount == 0:
        database.execute(_INSERT, (reservation.usd, None, None, *values))


def mark_lost(
    database: sqlite3.Connection,
    ended: Callable[[str, int], bool],
    now: datetime,
    longest: timedelta,
) -> None:
    """Mark the calls that nobody will finish: their process has ended, or they are older than any call.

    `ended`: whether the process of a host and number is known to be gone.
    """
    holders = database.execute(
        "SELECT DISTINCT host, pid FROM calls WHERE result = ?", (BEGUN,)
    ).fetchall()
    if not holders:
        return
    gone = [(LOST, BEGUN, host, pid) for host, pid in holders if ended(host, pid)]
    database.executemany(
        "UPDATE calls SET result = ? WHERE result = ? AND host = ? AND pid = ?", gone
    )
    database.execute(
        "UPDATE calls SET result = ? WHERE result = ? AND (time < ? OR time > ?)",
        (LOST, BEGUN, format_time(now - longest), format_time(now + longest)),
    )


def take_from_hold(database: sqlite3.Connection, number: int, usd: float | None) -> None:
    """Take up to `usd` out of a hold, for a call that begins in the same transaction."""
    database.execute("UPDATE holds SET usd = max(0.0, usd - ?) WHERE id = ?", (usd or 0.0, number))


def drop_lost_holds(
    database: sqlite3.Connection,
    ended: Callable[[str, int], bool],
    now: datetime,
    longest: timedelta,
) -> None:
    """Drop the holds that nobody will use any more; nothing was sent for them."""
    holders = database.execute("SELECT DISTINCT host, pid FROM holds").fetchall()
    gone = [holder for holder in holders if ended(*holder)]
    database.executemany("DELETE FROM holds WHERE host = ? AND pid = ?", gone)
    if holders:
        database.execute("DELETE FROM holds WHERE time < ?", (format_time(now - longest),))


def sum_spending(database: sqlite3.Connection, who: Spender, now: datetime) -> Spending:
    """Sum what is settled and held for `who`, and on the day and in the month of `now`."""
    limits = {
        "run": who.run,
        "session": who.session,
        "agent": who.agent,
        "day": format_time(get_day_start(now)),
        "day_end": format_time(get_day_end(now)),
        "month": format_time(get_month_start(now)),
        "month_end": format_time(get_month_end(now)),
        "begun": BEGUN,
    }
    day, month, agent = database.execute(_SUMS, limits).fetchone()
    held = database.execute(_HELD, limits).fetchone()
    (run,) = database.execute(_OWN.format("run"), (who.run, BEGUN)).fetchone()
    (session,) = database.execute(_OWN.format("session"), (who.session, BEGUN)).fetchone()
    return Spending(run, session, agent, day, month, *held)
