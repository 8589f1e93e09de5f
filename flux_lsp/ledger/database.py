"""Opens the ledger's file, makes its tables, and copies one that may only be read.

Never leaves a database half migrated.
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from time import monotonic, sleep

from flux_lsp.core.errors import ErrorCode, FluxError
from flux_lsp.ledger.migrations import MIGRATIONS


def open_database(path: Path, patience: float) -> sqlite3.Connection:
    """Open the database at `path`, make it or migrate it. `patience`: seconds to wait for a lock.

    Raises sqlite3.Error, OSError, and FluxError for one of a newer version.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    database = sqlite3.connect(
        path, timeout=patience, isolation_level=None, check_same_thread=False
    )
    try:
        _switch_to_wal(database, patience)
        # WAL with NORMAL survives a crash of any process; only a power cut can lose the last rows.
        database.execute("PRAGMA synchronous = NORMAL")
        # 256 kB of pages; the default grows to 2 MB, which looks like a leak and saves no time here.
        database.execute("PRAGMA cache_size = -256")
        _migrate(database, path)
    except BaseException:
        database.close()
        raise
    return database


def open_copy(path: Path) -> sqlite3.Connection | None:
    """Copy a read-only database into memory; None if that fails."""
    copy = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    uri = path.absolute().as_uri()
    # A folder that may not be written takes no lock files: read it as a file that nobody changes.
    for query in ("mode=ro", "mode=ro&immutable=1"):
        try:
            with closing(sqlite3.connect(f"{uri}?{query}", uri=True)) as source:
                source.backup(copy)
            _migrate(copy, path)
        except (sqlite3.Error, FluxError):
            continue
        return copy
    copy.close()
    return None


def read_schema() -> dict[str, list[tuple[str, str, bool]]]:
    """Read the tables and views that the migrations make: (column, type, may be null) of each."""
    with closing(sqlite3.connect(":memory:")) as database:
        for step in MIGRATIONS:
            for statement in step:
                database.execute(statement)
        names = database.execute(
            "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') "
            "AND name NOT LIKE 'sqlite_%'"
        ).fetchall()
        return {name: _read_columns(database, name) for (name,) in names}


def _read_columns(database: sqlite3.Connection, table: str) -> list[tuple[str, str, bool]]:
    rows = database.execute('SELECT name, type, "notnull", pk FROM pragma_table_info(?)', (table,))
    return [(name, kind, not (not_null or key)) for name, kind, not_null, key in rows]


def _migrate(database: sqlite3.Connection, path: Path) -> None:
    database.execute("BEGIN IMMEDIATE")
    (taken,) = database.execute("PRAGMA user_version").fetchone()
    if taken > len(MIGRATIONS):
        raise FluxError(
            ErrorCode.NOT_CONFIGURED,
            f"The ledger {path} was written by a newer Flux LSP",
            "Update this one, or set `FLUX_DATA_DIR` to another folder",
        )
    for step in MIGRATIONS[taken:]:
        for statement in step:
            database.execute(statement)
    database.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
    database.commit()


def _switch_to_wal(database: sqlite3.Connection, patience: float) -> None:
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
