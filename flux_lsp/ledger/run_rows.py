"""The statements on the table of runs: write a row, whole, and read rows.

Each function works inside of the caller's transaction; none opens or commits one.
"""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from flux_lsp.ledger.columns import format_time, parse_time
from flux_lsp.ledger.run_values import Aftermath, RecordedDecision, RunRow

_OF_RUN = tuple(f.name for f in fields(RunRow) if f.name not in {"decision", "aftermath"})
_OF_DECISION = tuple(f.name for f in fields(RecordedDecision))
_OF_AFTERMATH = tuple(f.name for f in fields(Aftermath))
_FLAGS = frozenset({"applied", "undone", "retried", "rerun", "corrected"})
RUN_ROW_COLUMNS = (*_OF_RUN, *_OF_DECISION, *_OF_AFTERMATH)

_NAMES = ", ".join(RUN_ROW_COLUMNS)
_MARKS = ", ".join("?" * len(RUN_ROW_COLUMNS))
_WRITE = f"INSERT OR REPLACE INTO runs ({_NAMES}) VALUES ({_MARKS})"  # noqa: S608 - constants


@dataclass(frozen=True, slots=True)
class RunFilter:
    """Which runs to read; None is all. `since` and `until` are times of their ends."""

    since: datetime | None = None
    until: datetime | None = None
    action: str | None = None
    language: str | None = None
    experiment: str | None = None


def write_run(database: sqlite3.Connection, row: RunRow) -> None:
    """Write the row, in place of an earlier one of the same run."""
    database.execute(_WRITE, _encode_run(row))


def select_runs(database: sqlite3.Connection, wanted: RunFilter) -> list[RunRow]:
    """Read the runs, oldest first."""
    conditions = {
        "time >= ?": None if wanted.since is None else format_time(wanted.since),
        "time < ?": None if wanted.until is None else format_time(wanted.until),
        "action = ?": wanted.action,
        "language = ?": wanted.language,
        "experiment = ?": wanted.experiment,
    }
    used = {test: value for test, value in conditions.items() if value is not None}
    where = f"WHERE {' AND '.join(used)}" if used else ""
    query = f"SELECT {_NAMES} FROM runs {where} ORDER BY time, rowid"  # noqa: S608 - constants
    return [_decode_run(values) for values in database.execute(query, tuple(used.values()))]


def _encode_run(row: RunRow) -> tuple[object, ...]:
    values: dict[str, object] = dict.fromkeys(_OF_DECISION)
    for part in (row, row.decision, row.aftermath):
        if part is not None:
            values |= {f.name: getattr(part, f.name) for f in fields(part)}
    values["time"] = format_time(row.time)
    if row.decision is not None:
        values["points"] = json.dumps(dict(row.decision.points), separators=(",", ":"))
    return tuple(values[name] for name in RUN_ROW_COLUMNS)


def _decode_run(columns: Sequence[Any]) -> RunRow:
    values = dict(zip(RUN_ROW_COLUMNS, columns, strict=True))
    values["time"] = parse_time(values["time"])
    values |= {name: bool(values[name]) for name in _FLAGS}
    values["points"] = json.loads(values["points"] or "{}")
    decision = {name: values.pop(name) for name in _OF_DECISION}
    aftermath = {name: values.pop(name) for name in _OF_AFTERMATH}
    return RunRow(
        **values,
        decision=RecordedDecision(**decision) if decision["tier"] else None,
        aftermath=Aftermath(**aftermath),
    )
