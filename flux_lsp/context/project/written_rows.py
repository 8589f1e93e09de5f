"""Writes what is known of a file into the tables of an index.

Never begins or ends a transaction: who writes several files decides that.
"""

import json
import sqlite3
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flux_lsp.context.project.database import READ
from flux_lsp.context.project.imports.paths import get_folder
from flux_lsp.context.project.imports.values import RawImport
from flux_lsp.context.project.tags import FileTags
from flux_lsp.context.project.values import Definition
from flux_lsp.context.project.written_text import hide_texts

_OWNED = ("definition", "base", "import", "fact")  # tables with rows of one file; words are swept


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file as it was when it was looked at: `mtime` in nanoseconds, `form` that of its imports."""

    path: str
    form: str
    size: int
    mtime: int


def write_entry(
    connection: sqlite3.Connection,
    entry: FileEntry,
    state: int,
    *,
    schema: str = "main",
    package: str = "",
) -> int:
    """Write that there is a file, in place of what was known of it; returns its new number."""
    remove_file(connection, entry.path, schema=schema)
    name = entry.path.rpartition("/")[2]
    cursor = connection.execute(
        f"INSERT INTO {schema}.file (path, base, folder, form, package, size, mtime, state) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            entry.path,
            name,
            get_folder(entry.path),
            entry.form,
            package,
            entry.size,
            entry.mtime,
            state,
        ),
    )
    return int(cursor.lastrowid or 0)


def write_tags(
    connection: sqlite3.Connection, entry: FileEntry, tags: FileTags, *, schema: str = "main"
) -> None:
    """Write a file with its tags."""
    file = write_entry(connection, entry, READ, schema=schema, package=tags.package)
    connection.executemany(
        f"INSERT INTO {schema}.definition VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (file, n, d.name, d.kind, d.owner, d.first_line, d.last_line, hide_texts(d.signature),
             "\n".join(d.bases), "\n".join(d.type_names))
            for n, d in enumerate(tags.definitions)
        ),
    )  # fmt: skip
    connection.executemany(
        f"INSERT INTO {schema}.base VALUES (?, ?, ?)",
        ((file, *pair) for pair in tags.outside_bases),
    )
    connection.executemany(
        f"INSERT INTO {schema}.import VALUES (?, ?, ?, ?)",
        ((file, i.spec, i.source, i.name) for i in tags.imports),
    )
    connection.executemany(
        f"INSERT INTO {schema}.word VALUES (?, ?, ?)",
        ((word, file, array("H", lines).tobytes()) for word, lines in sorted(tags.words.items())),
    )


def write_facts(
    connection: sqlite3.Connection,
    entry: FileEntry,
    kind: str,
    facts: dict[str, Any],
    *,
    schema: str = "main",
) -> None:
    """Write a file that describes packages, with what it says."""
    file = write_entry(connection, entry, READ, schema=schema)
    connection.execute(
        f"INSERT INTO {schema}.fact VALUES (?, ?, ?)", (file, kind, json.dumps(facts))
    )


def remove_file(connection: sqlite3.Connection, path: str, *, schema: str = "main") -> None:
    """Remove a file; its words stay until `sweep_words`, since nobody finds their file any more."""
    row = connection.execute(f"SELECT id FROM {schema}.file WHERE path = ?", (path,)).fetchone()
    if row is None:
        return
    for table in _OWNED:
        connection.execute(f"DELETE FROM {schema}.{table} WHERE file = ?", row)
    connection.execute(f"DELETE FROM {schema}.file WHERE id = ?", row)


def sweep_words(connection: sqlite3.Connection) -> None:
    """Delete the words of files that are gone. Takes a second for a large project."""
    connection.execute("DELETE FROM word WHERE file NOT IN (SELECT id FROM file)")


def rank_names(connection: sqlite3.Connection, most: int) -> None:
    """Count in how many files each name of the top level stands, and keep the most used ones.

    Names with more than four definitions mean too many things. Takes a second for a large project.
    """
    connection.execute("DELETE FROM rank")
    connection.execute(
        "INSERT INTO rank SELECT w.word, count(*) AS files FROM word w JOIN "
        "(SELECT name FROM definition WHERE owner = '' AND length(name) > 2 AND kind != 'module' "
        "GROUP BY name HAVING count(*) <= 4) d ON w.word = d.name "
        "GROUP BY w.word ORDER BY files DESC, w.word LIMIT ?",
        (most,),
    )


def make_definition(row: Iterable[Any]) -> Definition:
    """Make a definition of the columns path, name, kind, owner, first, last, signature, bases, types."""
    path, name, kind, owner, first, last, signature, bases, types = row
    return Definition(
        path, name, kind, owner, first, last, signature,
        tuple(bases.split("\n")) if bases else (), tuple(types.split("\n")) if types else (),
    )  # fmt: skip


def make_import(row: Iterable[str]) -> RawImport:
    """Make an import of the columns spec, source, name."""
    return RawImport(*row)
