"""Asks the tables of an index: what is in the database, and over it what is newer (`open`).

Never reads a file of the project; a file that the newer tables know hides the older row.
"""

import json
import sqlite3
from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from flux_lsp.context.project.database import READ
from flux_lsp.context.project.imports.values import RawImport
from flux_lsp.context.project.values import Definition, IndexState, Reference
from flux_lsp.context.project.written_rows import make_definition, make_import

_COLUMNS = "f.path, d.name, d.kind, d.owner, d.first, d.last, d.signature, d.bases, d.types"
_DEFINED = "FROM {0}.definition d JOIN {0}.file f ON f.id = d.file"
_HIDDEN = " AND f.path NOT IN (SELECT path FROM open.file)"
# SQLite takes the index, which has no rows without an owner, only where the query says so, too.
_OF_OWNER = "d.owner = ? AND d.owner != ''"


class IndexRows:
    """Reads one connection that has the tables twice, `main` and `open`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """`connection` comes from `open_database` and `open_overlay`."""
        self._connection = connection
        self.forget()

    def forget(self) -> None:
        """Forget what was remembered of earlier answers, after something was written."""
        self._facts: dict[str, list[tuple[str, dict[str, Any]]]] = {}
        self._paths: set[str] | None = None
        self._newer: dict[str, int] | None = None  # path -> state of the files in `open`
        self._forms: dict[str, tuple[str, str]] = {}
        self._imports: dict[str, list[RawImport]] = {}

    def has(self, path: str) -> bool:
        """Whether there is such a file."""
        if self._paths is None:  # an import asks for dozens of paths: one query for all is quicker
            newer = self._list_newer()
            rows = self._connection.execute("SELECT path FROM main.file")
            self._paths = {path for (path,) in rows}
            self._paths.difference_update(newer)
            self._paths.update(known for known, state in newer.items() if state == READ)
        return path in self._paths

    def list_folder(self, folder: str) -> Sequence[str]:
        """List the paths of the files right in a folder."""
        return self._list_paths("f.folder = ?", folder)

    def find_ending(self, ending: str) -> Sequence[str]:
        """Find the paths that are `ending` or end with a slash and it."""
        paths = self._list_paths("f.base = ?", ending.rpartition("/")[2])
        return [path for path in paths if path == ending or path.endswith(f"/{ending}")]

    def has_package(self, package: str) -> bool:
        """Whether some file says that it is of this package."""
        return bool(
            self._select(
                "SELECT 1 FROM {0}.file f WHERE f.package = ? AND f.package != '' LIMIT 1", package
            )
        )

    def find_package_name(self, path: str) -> str:
        """Find the package that a file says it is of."""
        return self.find_form(path)[1]

    def list_facts(self, kind: str) -> Sequence[tuple[str, dict[str, Any]]]:
        """List what files of one kind say, by path."""
        if kind not in self._facts:
            rows = self._select(
                "SELECT f.path, x.facts FROM {0}.fact x JOIN {0}.file f ON f.id = x.file WHERE x.kind = ?",
                kind,
            )
            self._facts[kind] = [(path, json.loads(facts)) for path, facts in rows]
        return self._facts[kind]

    def find_form(self, path: str) -> tuple[str, str]:
        """Find the form of a file's imports and its package, both "" for a file that is not known."""
        if path not in self._forms:
            rows = self._select_of(
                path, "SELECT f.form, f.package FROM {0}.file f WHERE f.path = ?"
            )
            self._forms[path] = rows[0] if rows else ("", "")
        return self._forms[path]

    def find_stamp(self, path: str) -> tuple[int, int] | None:
        """Find the size and the time of a file as it was read into the database; None if it was not."""
        row = self._connection.execute(
            "SELECT size, mtime FROM main.file WHERE path = ? AND state != 0", (path,)
        ).fetchone()
        return (row[0], row[1]) if row else None

    def list_definitions(self, path: str) -> tuple[Definition, ...]:
        """List what a file defines, in its order."""
        return self._define_in(path, "1 ORDER BY d.place")

    def find_in(self, paths: Iterable[str], name: str) -> tuple[Definition, ...]:
        """Find what some files define under a name, members included."""
        return tuple(d for p in paths for d in self._define_in(p, "d.name = ?", name))

    def find_in_folder(self, folder: str, form: str, name: str) -> tuple[Definition, ...]:
        """Find what the files of a folder define under a name."""
        where = "d.name = ? AND f.folder = ? AND f.form = ? {1} ORDER BY f.path, d.place"
        return self._define(where, name, folder, form)

    def find_in_package(self, package: str, name: str) -> tuple[Definition, ...]:
        """Find what the files of a package define under a name."""
        return self._define(
            "d.name = ? AND f.package = ? AND f.package != '' {1} ORDER BY f.path, d.place",
            name,
            package,
        )

    def find_named(self, name: str, most: int) -> tuple[Definition, ...]:
        """Find definitions of a name anywhere, by path and place; any of them if there are more than `most`."""
        return self._define_some("1", most, name)

    def find_top(self, name: str, most: int, form: str = "") -> tuple[Definition, ...]:
        """Find types and what is no member, as `find_named` does, or only in files of one form."""
        where = "(d.owner = '' OR d.kind = 'type')"
        if form:
            return self._define_some(f"{where} AND f.form = ?", most, name, form)
        return self._define_some(where, most, name)

    def list_owned_in(self, path: str, owner: str) -> tuple[Definition, ...]:
        """List the members of types of this name in one file."""
        return self._define_in(path, f"{_OF_OWNER} ORDER BY d.place", owner)

    def list_owned(self, owner: str, form: str) -> tuple[Definition, ...]:
        """List the members of every type of this name."""
        return self._define(
            f"{_OF_OWNER} AND f.form = ? {{1}} ORDER BY f.path, d.place", owner, form
        )

    def list_outside_bases(self, owner: str) -> list[tuple[str, str]]:
        """List path and base for what stands outside of the head of types of this name."""
        return self._select(
            "SELECT f.path, b.base FROM {0}.base b JOIN {0}.file f ON f.id = b.file "
            "WHERE b.owner = ? {1} ORDER BY f.path",
            owner,
        )

    def list_imports(self, path: str) -> list[RawImport]:
        """List the imports of a file as they are written."""
        if path not in self._imports:
            rows = self._select_of(
                path,
                "SELECT i.spec, i.source, i.name FROM {0}.import i JOIN {0}.file f ON f.id = i.file "
                "WHERE f.path = ? ORDER BY i.rowid",
            )
            self._imports[path] = [make_import(row) for row in rows]
        return self._imports[path]

    def list_package(self, package: str, most: int) -> list[str]:
        """List the files of a package."""
        return self._list_paths("f.package = ? AND f.package != ''", package)[:most]

    def find_references(self, name: str, most: int) -> Iterator[Reference]:
        """Find the places of a word, by path and line."""
        rows = self._select(
            "SELECT f.path, w.lines FROM {0}.word w JOIN {0}.file f ON f.id = w.file "
            "WHERE w.word = ? {1} ORDER BY f.path LIMIT ?",
            name,
            most,
        )
        for path, blob in sorted(rows):
            yield from (Reference(path, line) for line in array("H", blob))

    def list_ranked(self) -> list[str]:
        """List the names that most files use, of those that were counted."""
        rows = self._connection.execute("SELECT name FROM main.rank ORDER BY files DESC, name")
        return [name for (name,) in rows]

    def describe(self, size: int) -> IndexState:
        """Count what the database holds."""
        tables = ("file WHERE state = 1", "definition", "word")
        files, definitions, words = (
            self._connection.execute(f"SELECT count(*) FROM main.{table}").fetchone()[0]
            for table in tables
        )
        row = self._connection.execute(
            "SELECT value FROM main.state WHERE key = 'complete'"
        ).fetchone()
        return IndexState(files, definitions, words, size, is_complete=row == ("yes",))

    def _list_paths(self, where: str, *values: object) -> list[str]:
        rows = self._select(
            f"SELECT f.path FROM {{0}}.file f WHERE {where} AND f.state != 2 {{1}} ORDER BY f.path",
            *values,
        )
        return [path for (path,) in rows]

    def _define(self, where: str, *values: object) -> tuple[Definition, ...]:
        rows = self._select(f"SELECT {_COLUMNS} {_DEFINED} WHERE {where}", *values)
        return tuple(make_definition(row) for row in rows)

    def _define_some(
        self, where: str, most: int, name: str, *values: str
    ) -> tuple[Definition, ...]:
        # sorted here: some names have thousands of definitions, and then nobody wants any
        some = self._define(f"d.name = ? AND {where} {{1}} LIMIT ?", name, *values, most + 1)
        return tuple(sorted(some, key=lambda d: (d.path, d.first_line)))

    def _define_in(self, path: str, where: str, *values: object) -> tuple[Definition, ...]:
        rows = self._select_of(
            path, f"SELECT {_COLUMNS} {_DEFINED} WHERE f.path = ? AND {where}", *values
        )
        return tuple(make_definition(row) for row in rows)

    def _select(self, query: str, *values: object) -> list[Any]:
        """Run a query on both sets of tables; `{0}` is the set, `{1}` leaves out hidden files."""
        if not self._list_newer():
            return self._connection.execute(_fill(query, "main", ""), values).fetchall()
        newer = self._connection.execute(_fill(query, "open", f" AND f.state = {READ}"), values)
        return [*newer, *self._connection.execute(_fill(query, "main", _HIDDEN), values)]

    def _select_of(self, path: str, query: str, *values: object) -> list[Any]:
        """Run a query that asks for one path on the set of tables that knows the file."""
        state = self._list_newer().get(path)
        if state not in {None, READ}:
            return []
        text = _fill(query, "main" if state is None else "open", "")
        return self._connection.execute(text, (path, *values)).fetchall()

    def _list_newer(self) -> dict[str, int]:
        if self._newer is None:
            self._newer = dict(self._connection.execute("SELECT path, state FROM open.file"))
        return self._newer


@lru_cache(maxsize=128)
def _fill(query: str, schema: str, hidden: str) -> str:
    """Write a query for one set of tables."""
    if "{1}" in query:
        return query.format(schema, hidden)
    before, limit, after = query.partition("LIMIT")
    return f"{before}{{1}} {limit}{after}".format(schema, hidden)
