"""Opens the database of a job, makes its tables, and explains its errors.

Never lets anybody but the owner read it.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flux_lsp.core.errors import ErrorCode, FluxError
from flux_lsp.runs.private_files import make_private

_VERSION = 1
_SCHEMA = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE files (path TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE items (
    number INTEGER PRIMARY KEY, path TEXT NOT NULL, symbol TEXT NOT NULL,
    first INTEGER NOT NULL, last INTEGER NOT NULL,
    status TEXT NOT NULL DEFAULT 'waiting', ending TEXT NOT NULL DEFAULT '{}'
);
CREATE INDEX items_by_status ON items (status, number);
CREATE INDEX items_by_path ON items (path, number);
CREATE TABLE rounds (
    number INTEGER PRIMARY KEY, kind TEXT NOT NULL, tier TEXT NOT NULL, closed INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE members (
    round INTEGER NOT NULL, item INTEGER NOT NULL, secrets TEXT NOT NULL DEFAULT '{}',
    PRIMARY KEY (round, item)
) WITHOUT ROWID;
CREATE TABLE replies (
    item INTEGER NOT NULL, round INTEGER NOT NULL, reply TEXT NOT NULL, PRIMARY KEY (item, round)
) WITHOUT ROWID;
"""


def open_job_database(folder: Path) -> sqlite3.Connection:
    """Open the database of the job in `folder`, or make an empty one. Raises FluxError. Blocks."""
    make_private(folder)
    path = folder / "job.sqlite3"
    with explain_errors(folder):
        database = sqlite3.connect(path, timeout=5, isolation_level=None, check_same_thread=False)
        path.chmod(0o600)
        database.execute("PRAGMA journal_mode = WAL")
        (version,) = database.execute("PRAGMA user_version").fetchone()
        if version == 0:
            database.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version = {_VERSION}; COMMIT;")
    if version > _VERSION:
        database.close()
        raise FluxError(
            ErrorCode.NOT_CONFIGURED,
            f"The job {folder.name} was written by a newer Flux LSP",
            "Update this one",
        )
    return database


@contextmanager
def explain_errors(folder: Path) -> Iterator[None]:
    """Turn an error of the database into one that a person understands."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise FluxError(
            ErrorCode.NOT_CONFIGURED,
            f"The job in {folder} cannot be used: {error}",
            "Make room on the disk or the folder writable, then resume the job",
        ) from error
