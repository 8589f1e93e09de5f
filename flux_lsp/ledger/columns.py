"""Turns a call into the columns of the database and back, and explains the errors of the database.

Never opens anything: `store.py` does.
"""

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flux_lsp.core.errors import ErrorCode
from flux_lsp.core.usage import Usage
from flux_lsp.ledger.values import CallRow, RecordedCall

COLUMNS = (
    "time, run, attempt, action, agent, tier, model_asked, model_answered, provider, "
    "input_tokens, output_tokens, cache_write_tokens, cache_read_tokens, usd, first_token_ms, "
    "total_ms, result, error, escalated, fallback, workspace, estimated, "
    "session"
)
_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"


def format_time(moment: datetime) -> str:
    """Format a time as UTC with fixed width, so that text order is time order."""
    return moment.astimezone(UTC).strftime(_FORMAT)


def parse_time(text: str) -> datetime:
    """Return the time that `format_time` wrote."""
    return datetime.strptime(text, _FORMAT).replace(tzinfo=UTC)


def encode_row(row: CallRow, now: datetime) -> tuple[object, ...]:
    """Return `row` in the order of `COLUMNS`, stamped with `now`."""
    used = row.usage
    return (
        *(format_time(now), row.run, row.attempt, row.action, row.agent, row.tier),
        *(row.model_asked, row.model_answered, row.provider),
        *(used.input, used.output, used.cache_write, used.cache_read),
        *(row.usd, row.first_token_ms, row.total_ms, row.result, row.error),
        *(row.escalated, row.fallback, row.workspace, used.estimated, row.session),
    )


def decode_row(values: Sequence[Any]) -> RecordedCall:
    """Return the call of a row that `encode_row` made; its reservation is the last column."""
    time, run, attempt, action, agent, tier, asked, answered, provider = values[:9]
    usd, first_token_ms, total_ms, result, error, escalated, fallback = values[13:20]
    workspace, estimated, session, held_usd = values[20:]
    return RecordedCall(
        run=run,
        attempt=attempt,
        action=action,
        tier=tier,
        model_asked=asked,
        model_answered=answered,
        provider=provider,
        usage=Usage(values[9], values[10], values[11], values[12], bool(estimated)),
        usd=usd,
        total_ms=total_ms,
        result=result,
        first_token_ms=first_token_ms,
        error=error,
        agent=agent,
        escalated=bool(escalated),
        fallback=bool(fallback),
        workspace=workspace,
        session=session,
        held_usd=held_usd,
        time=parse_time(time),
    )


# SQLite's primary result codes; the extended ones carry them in the low byte.
_BUSY, _LOCKED, _READONLY, _CORRUPT, _FULL, _CANTOPEN, _NOTADB = 5, 6, 8, 11, 13, 14, 26


def explain(error: Exception, path: Path) -> tuple[ErrorCode, str, str]:
    """Return code, sentence and next step for an error of the database at `path`."""
    if isinstance(error, sqlite3.ProgrammingError):  # no state of a disk leads there
        return (
            ErrorCode.INTERNAL,
            f"Flux used its ledger {path} wrongly: {error}",
            ErrorCode.INTERNAL.hint,
        )
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    nothing = "Nothing is sent, because Flux could not write it down. "
    if code in (_BUSY, _LOCKED):
        what, hint = "is locked by another program", "Close that program and try again"
    elif code in (_CORRUPT, _NOTADB):
        what = "is damaged"
        hint = "Move the file away; Flux then makes a new one, and the budgets start from zero"
    elif code == _FULL:
        what, hint = "cannot be written: the disk is full", "Free some space, then try again"
    elif code in (_READONLY, _CANTOPEN) or isinstance(error, OSError):
        what = "cannot be written"
        hint = "Make it and its folder writable, or set `FLUX_DATA_DIR` to a folder that is"
    else:
        what, hint = f"cannot be used: {error}", "`flux-lsp doctor` shows where it is"
    return ErrorCode.NOT_CONFIGURED, f"The ledger {path} {what}", nothing + hint
