"""The file of an index: its tables, and how it is opened, checked and deleted.

Never keeps a file of another version or a damaged one: it is deleted and built again.
"""

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

VERSION = 2  # of the tables and of what is written into them
_PATIENCE = 2.0  # seconds to wait for another process's write
# `state` of a file: listed and not read yet, read, or not to be read (too large, minified, no text).
LISTED, READ, SKIPPED = 0, 1, 2
_TABLES = """
CREATE TABLE {0}.file (id INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT NOT NULL UNIQUE,
  base TEXT NOT NULL, folder TEXT NOT NULL, form TEXT NOT NULL, package TEXT NOT NULL,
  size INTEGER NOT NULL, mtime INTEGER NOT NULL, state INTEGER NOT NULL);
CREATE INDEX {0}.file_base ON file (base);
CREATE INDEX {0}.file_folder ON file (folder);
CREATE INDEX {0}.file_package ON file (package) WHERE package != '';
CREATE TABLE {0}.definition (file INTEGER NOT NULL, place INTEGER NOT NULL, name TEXT NOT NULL,
  kind TEXT NOT NULL, owner TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
  signature TEXT NOT NULL, bases TEXT NOT NULL, types TEXT NOT NULL);
CREATE INDEX {0}.definition_file ON definition (file);
CREATE INDEX {0}.definition_name ON definition (name);
CREATE INDEX {0}.definition_owner ON definition (owner) WHERE owner != '';
CREATE TABLE {0}.base (file INTEGER NOT NULL, owner TEXT NOT NULL, base TEXT NOT NULL);
CREATE INDEX {0}.base_file ON base (file);
CREATE INDEX {0}.base_owner ON base (owner);
CREATE TABLE {0}.import (file INTEGER NOT NULL, spec TEXT NOT NULL, source TEXT NOT NULL,
  name TEXT NOT NULL);
CREATE INDEX {0}.import_file ON import (file);
CREATE TABLE {0}.word (word TEXT NOT NULL, file INTEGER NOT NULL, lines BLOB NOT NULL,
  PRIMARY KEY (word, file)) WITHOUT ROWID;
CREATE TABLE {0}.fact (file INTEGER NOT NULL, kind TEXT NOT NULL, facts TEXT NOT NULL);
CREATE TABLE {0}.rank (name TEXT PRIMARY KEY, files INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE {0}.state (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""


def open_database(path: Path, *, cache_kb: int) -> sqlite3.Connection:
    """Open the index at `path` for reading and writing, or make it. Raises sqlite3.Error, OSError.

    One that is damaged or of another version is deleted and made again.
    """
    try:
        return _open(path, cache_kb)
    except sqlite3.OperationalError:  # busy, no right to write, a full disk
        raise
    except sqlite3.DatabaseError:
        delete_database(path)
        return _open(path, cache_kb)


def open_overlay(connection: sqlite3.Connection) -> None:
    """Give the connection a second set of tables, `open`, in memory: for what is newer than the file."""
    connection.execute("ATTACH ':memory:' AS open")
    connection.executescript(_TABLES.format("open"))


def delete_database(path: Path) -> None:
    """Delete an index with the files that SQLite keeps beside it. Raises OSError."""
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def check_database(path: Path) -> None:
    """Delete the index at `path` if SQLite finds it damaged. Blocks for its whole size."""
    with suppress(sqlite3.OperationalError):
        try:
            connection = sqlite3.connect(path, timeout=_PATIENCE)
            try:
                if connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",):
                    return
            finally:
                connection.close()
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            pass
        delete_database(path)


def read_state(connection: sqlite3.Connection, key: str) -> str:
    """Read one remark about the index; "" for none."""
    row = connection.execute("SELECT value FROM main.state WHERE key = ?", (key,)).fetchone()
    return str(row[0]) if row else ""


def write_state(connection: sqlite3.Connection, key: str, value: str) -> None:
    """Write one remark about the index."""
    connection.execute("INSERT OR REPLACE INTO main.state VALUES (?, ?)", (key, value))


def is_complete(path: Path) -> bool:
    """Whether the index at `path` holds every file of its workspace. Blocks."""
    try:
        with closing(
            sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=0.1)
        ) as connection:
            return read_state(connection, "complete") == "yes"
    except sqlite3.Error:
        return False


def _open(path: Path, cache_kb: int) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(f"PRAGMA cache_size = -{cache_kb}")
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version != VERSION:
            _make_tables(connection, version)
    except BaseException:
        connection.close()
        raise
    return connection


def _make_tables(connection: sqlite3.Connection, version: int) -> None:
    if version:
        raise sqlite3.DatabaseError(f"the index is of version {version}")
    connection.execute("BEGIN IMMEDIATE")
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version == 0:  # else another process was quicker
        for statement in _TABLES.format("main").split(";"):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {VERSION}")
    connection.execute("COMMIT")
