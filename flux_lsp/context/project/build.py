"""Brings an index up to date with the files of its workspace; the work of the child process.

Never runs anything of the project, never reads a file that may not be sent, and never loses what it
has written: it goes on where an earlier process was killed.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from flux_lsp.context.project.database import (
    LISTED,
    SKIPPED,
    open_database,
    open_overlay,
    read_state,
    write_state,
)
from flux_lsp.context.project.journal import Journal
from flux_lsp.context.project.manifests import find_manifest_kind, read_manifest
from flux_lsp.context.project.parsing import parse_source
from flux_lsp.context.project.reading import LONGEST_FILE, read_source
from flux_lsp.context.project.resolve import NameResolver
from flux_lsp.context.project.rows import IndexRows
from flux_lsp.context.project.tags import read_tags
from flux_lsp.context.project.walk import ListedFile, walk_files
from flux_lsp.context.project.written_rows import (
    FileEntry,
    rank_names,
    remove_file,
    sweep_words,
    write_entry,
    write_facts,
    write_tags,
)
from flux_lsp.syntax.languages import find_language

_CACHE_KB = 8_000
_MOST_FILES = 20_000
_MOST_BYTES = 300_000_000
_LONGEST_SECONDS = 600.0
_COMMIT_SECONDS = 0.25  # what a kill may cost
_MOST_IMPORTED = 200  # files that are read first for one target
_SWEPT_SHARE = 0.1  # of all files; when so many were replaced, the words of their old rows go
_RANKED = 300  # names that are kept as the most used ones

Want = Callable[[], str | None]  # the next path that somebody waits for
Tell = Callable[[str], None]  # that a path and what it imports are there


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What came of it: files read, and whether every file of the workspace is in the index now."""

    read: int
    is_complete: bool


class Builder:
    """One pass over a workspace. Call `list_files`, then `build`."""

    def __init__(self, database: Path, root: Path, exclude: tuple[str, ...]) -> None:
        """Open the database. Raises sqlite3.Error and OSError."""
        self._root, self._exclude = root, exclude
        self._connection = open_database(database, cache_kb=_CACHE_KB)
        open_overlay(self._connection)
        self._journal = Journal(database.with_suffix(".at"))
        self._rows = IndexRows(self._connection)
        self._pending: dict[str, FileEntry] = {}
        self._is_whole = True  # every file was listed
        self._orphans = 0  # rows of files whose words stay behind
        self._read = 0
        self._committed = time.monotonic()

    def close(self) -> None:
        """Close the database and the journal; nothing was killed."""
        self._connection.close()
        self._journal.close()

    def list_files(self) -> None:
        """Compare the workspace with the index: what is new or changed waits to be read."""
        listed = {entry.path: entry for entry in self._list_entries()}
        self._begin()  # from here on no other process changes what is known
        known = {
            path: (size, mtime, state)
            for path, size, mtime, state in self._connection.execute(
                "SELECT path, size, mtime, state FROM main.file"
            )
        }
        for path in known.keys() - listed.keys():
            remove_file(self._connection, path)
            self._orphans += 1
        for path, entry in listed.items():
            size, mtime, state = known.get(path, (None, None, LISTED))
            if (size, mtime) == (entry.size, entry.mtime) and state != LISTED:
                continue
            self._pending[path] = entry
            self._orphans += state != LISTED
            if path not in known:
                write_entry(self._connection, entry, LISTED)
        self._commit()

    def build(self, want: Want, tell: Tell, stop: Callable[[], bool]) -> BuildResult:
        """Read what waits, what somebody wants first. `stop` is asked between files."""
        end = time.monotonic() + _LONGEST_SECONDS
        for path in list(self._pending):
            self._read_wanted(want, tell)
            if stop() or time.monotonic() > end:
                break
            self._read_file(path)
        self._read_wanted(want, tell)
        self._commit()
        is_complete = self._is_whole and not self._pending
        if is_complete:
            self._finish()
        return BuildResult(self._read, is_complete)

    def _read_wanted(self, want: Want, tell: Tell) -> None:
        """Read the files that somebody waits for, and what they import; then say so."""
        while (path := want()) is not None:
            self._read_file(path)
            for imported in self._list_imported(path):
                self._read_file(imported)
            self._commit()
            tell(path)

    def _list_imported(self, path: str) -> Sequence[str]:
        """List the files that are needed for a target: its imports, and their re-exports."""
        self._rows.forget()
        names = NameResolver(self._rows)
        first = [p for d in names.list_destinations(path) for p in d.paths]
        for manifest in [p for p in self._pending if find_manifest_kind(p.rpartition("/")[2])]:
            self._read_file(manifest)
        self._rows.forget()
        names.forget()
        first += [p for d in names.list_destinations(path) for p in d.paths]
        for inner in first[:_MOST_IMPORTED]:
            self._read_file(inner)
        second = [p for inner in first for d in names.list_destinations(inner) for p in d.paths]
        return list(dict.fromkeys(second))[:_MOST_IMPORTED]

    def _list_entries(self) -> Iterator[FileEntry]:
        """List the files that can be read into the index, within its bounds."""
        count = size = 0
        for file in walk_files(self._root, self._exclude):
            language = find_language("", file.path)
            is_manifest = find_manifest_kind(file.path.rpartition("/")[2]) is not None
            if not language.is_indexed and not is_manifest:
                continue
            count, size = count + 1, size + min(file.size, LONGEST_FILE)
            if count > _MOST_FILES or size > _MOST_BYTES:
                self._is_whole = False
                return
            yield _make_entry(file)

    def _read_file(self, path: str) -> None:
        """Read one file into the index, if it waits."""
        entry = self._pending.pop(path, None)
        if entry is None:
            return
        self._begin()
        if self._journal.enter(path):
            write_entry(self._connection, entry, SKIPPED)
        else:
            self._write(entry)
        self._read += 1
        if time.monotonic() - self._committed > _COMMIT_SECONDS:
            self._commit()

    def _write(self, entry: FileEntry) -> None:
        text = read_source(self._root / entry.path)
        kind = find_manifest_kind(entry.path.rpartition("/")[2])
        if text is None:
            write_entry(self._connection, entry, SKIPPED)
        elif kind is not None:
            write_facts(self._connection, entry, kind, read_manifest(kind, text))
        else:
            parsed = parse_source(text, entry.path)
            if parsed is None:
                write_entry(self._connection, entry, SKIPPED)
            else:
                write_tags(self._connection, entry, read_tags(parsed, entry.path))

    def _finish(self) -> None:
        """Note that every file is there, rank the names, and tidy up."""
        (files,) = self._connection.execute("SELECT count(*) FROM main.file").fetchone()
        orphans = int(read_state(self._connection, "orphans") or 0) + self._orphans
        self._begin()
        if orphans > files * _SWEPT_SHARE:
            sweep_words(self._connection)
            orphans = 0
        write_state(self._connection, "orphans", str(orphans))
        write_state(self._connection, "complete", "yes")
        if self._read or self._orphans:
            rank_names(self._connection, _RANKED)
        self._commit()
        with suppress(sqlite3.OperationalError):  # somebody reads
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _begin(self) -> None:
        if not self._connection.in_transaction:
            self._connection.execute("BEGIN IMMEDIATE")

    def _commit(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("COMMIT")
        self._committed = time.monotonic()


def _make_entry(file: ListedFile) -> FileEntry:
    return FileEntry(file.path, find_language("", file.path).project.imports, file.size, file.mtime)
