"""Answers the questions of `values.ProjectIndex` from a database, open documents and changed files.

Reads only files that may be sent, and writes nothing but its own tables in memory.
"""

import logging
import os
import sqlite3
import weakref
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from flux_lsp.context.exclude import explain_exclusion
from flux_lsp.context.project.database import READ, SKIPPED, open_database, open_overlay
from flux_lsp.context.project.importers import ImportedFile, describe_imported, has_import
from flux_lsp.context.project.parsing import parse_source
from flux_lsp.context.project.reading import LONGEST_FILE, read_source
from flux_lsp.context.project.resolve import NameResolver
from flux_lsp.context.project.rows import IndexRows
from flux_lsp.context.project.tags import FileTags, read_tags
from flux_lsp.context.project.values import Definition, Import, IndexState, Reference
from flux_lsp.context.project.written_rows import FileEntry, write_entry, write_tags
from flux_lsp.syntax.languages import find_language

log = logging.getLogger(__name__)

_CACHE_KB = 1_000
_MOST_OF_PACKAGE = 100  # files that one import of a package names


@dataclass(frozen=True, slots=True)
class EditedFile:
    """A document that is open in the editor: its text, and its tags unless its language has no tree."""

    text: str
    form: str
    tags: FileTags | None


class StoredIndex:
    """One project's index for one run. See `values.ProjectIndex` for what each method answers."""

    def __init__(
        self,
        database: Path,
        root: Path,
        open_files: Mapping[str, EditedFile],
        exclude: tuple[str, ...] = (),
    ) -> None:
        """`open_files` by their path from `root`. Raises sqlite3.Error and OSError.

        `exclude`: the person's own patterns of files that are never sent.
        """
        self._database, self._root, self._exclude = database, root, exclude
        self._open = open_files
        self._connection = open_database(database, cache_kb=_CACHE_KB)
        weakref.finalize(self, self._connection.close)
        open_overlay(self._connection)
        self._rows = IndexRows(self._connection)
        self._names = NameResolver(self._rows)
        self._imported: dict[str, ImportedFile] = {}
        self._may_send: dict[str, bool] = {}
        self._checked: set[str] = set()
        for path, file in open_files.items():
            if self._rows.find_stamp(path) is None and not self._is_allowed(path):
                continue
            self._put(FileEntry(path, file.form, len(file.text), 0), file.tags)

    def describe(self) -> IndexState:
        """Say what it holds."""
        return self._rows.describe(self._database.stat().st_size)

    def list_definitions(self, path: str) -> tuple[Definition, ...]:
        """List what a file defines."""
        return self._rows.list_definitions(path)

    def find_definitions(self, name: str, *, most: int = 4) -> tuple[Definition, ...]:
        """Find what has this name; nothing if that is more than `most`."""
        named = self._rows.find_named(name, most)
        return tuple(sorted(named, key=_get_place)) if len(named) <= most else ()

    def resolve_name(self, path: str, name: str) -> tuple[Definition, ...]:
        """Find what a name means at the top level of a file."""
        return self._names.resolve(path, name)

    def list_imports(self, path: str) -> tuple[Import, ...]:
        """List what a file imports from files of the project."""
        imports: dict[Import, None] = {}
        for destination in self._names.list_destinations(path):
            source = "" if destination.is_everything else destination.source
            paths = list(destination.paths)
            for package in destination.packages:
                named = self._rows.find_in_package(package, source.partition(".")[0])
                listed = self._rows.list_package(package, _MOST_OF_PACKAGE)
                paths += [d.path for d in named] if source else listed
            imports |= dict.fromkeys(
                Import(destination.name, p, source) for p in paths if p != path
            )
        return tuple(imports)

    def has_import(self, path: str, imported: str) -> bool:
        """Whether a file imports another one."""
        if imported not in self._imported:
            self._imported[imported] = describe_imported(self._rows, imported)
        return has_import(self._rows, self._names, path, self._imported[imported])

    def can_mean(self, path: str, name: str, defined_in: str) -> bool:
        """Whether a name in a file means something that another file defines."""
        return self._names.can_look_outside(path, name) and any(
            d.path == defined_in for d in self._names.resolve(path, name)
        )

    def list_members(self, owner: Definition) -> tuple[Definition, ...]:
        """List the members of a type, inherited ones after its own."""
        return self._names.list_members(owner)

    def list_bases(self, owner: Definition) -> tuple[Definition, ...]:
        """List what a type extends and implements."""
        return self._names.list_bases(owner)

    def list_types(self, definition: Definition) -> tuple[Definition, ...]:
        """List the types that a definition's signature names."""
        types = (self._names.resolve(definition.path, name) for name in definition.type_names)
        known = (d for named in types for d in named if d.kind == "type" and d != definition)
        return tuple(dict.fromkeys(known))

    def find_references(self, name: str, *, most: int = 200) -> tuple[Reference, ...]:
        """Find places that name `name`."""
        return tuple(islice(self._rows.find_references(name, most), most))

    def rank_definitions(self, *, most: int = 50) -> tuple[Definition, ...]:
        """List the definitions that most other files name."""
        ranked = (self.find_definitions(name) for name in self._rows.list_ranked())
        return tuple(islice((d for named in ranked for d in named if not d.owner), most))

    def confirm(self, definitions: Iterable[Definition]) -> tuple[Definition, ...]:
        """Return these definitions as they are now; those that are gone left out."""
        wanted = tuple(definitions)
        for path in dict.fromkeys(d.path for d in wanted):
            self._check(path)
        now = (self._find_again(definition) for definition in wanted)
        return tuple(definition for definition in now if definition is not None)

    def read_text(self, path: str) -> str | None:
        """Return the text of a file as it is now; None where it may not be shown."""
        if not self._is_allowed(path):
            return None
        if path in self._open:
            return self._open[path].text
        return read_source(self._root / path)

    def _find_again(self, definition: Definition) -> Definition | None:
        if not self._may_send.get(definition.path):
            return None
        if definition.kind == "module" and not definition.signature:
            return definition if self._rows.has(definition.path) else None
        same = [
            other
            for other in self._rows.find_in([definition.path], definition.name)
            if (other.owner, other.kind) == (definition.owner, definition.kind)
        ]
        return min(same, key=lambda d: abs(d.first_line - definition.first_line), default=None)

    def _check(self, path: str) -> None:
        """Read a file again if it is not as it was when the index was built."""
        if path in self._checked:
            return
        self._checked.add(path)
        if not self._is_allowed(path):
            return
        if path in self._open:
            return
        try:
            stat = os.lstat(self._root / path)
        except OSError:
            stat = None
        stamp = (stat.st_size, stat.st_mtime_ns) if stat else None
        if stamp is not None and stamp == self._rows.find_stamp(path):
            return
        text = read_source(self._root / path) if stat else None
        parsed = parse_source(text, path) if text is not None else None
        form = find_language("", path).project.imports
        entry = FileEntry(path, form, *(stamp or (0, 0)))
        self._put(entry, read_tags(parsed, path) if parsed else None, is_there=text is not None)

    def _put(self, entry: FileEntry, tags: FileTags | None, *, is_there: bool = True) -> None:
        """Put a file over what the database knows of it; without tags it defines nothing."""
        if tags is not None:
            write_tags(self._connection, entry, tags, schema="open")
        else:
            write_entry(self._connection, entry, READ if is_there else SKIPPED, schema="open")
        self._rows.forget()
        self._names.forget()
        self._imported.clear()

    def _is_allowed(self, path: str) -> bool:
        if path not in self._may_send:
            reason = explain_exclusion(self._root / path, self._root, self._exclude)
            self._may_send[path] = reason is None
        return self._may_send[path]


def open_index(
    database: Path, root: Path, edited: Mapping[str, EditedFile], exclude: tuple[str, ...]
) -> StoredIndex | None:
    """Open an index; None where it cannot be read, or not now. Blocks."""
    try:
        return StoredIndex(database, root, edited, exclude)
    except (sqlite3.Error, OSError) as error:
        log.info("the index of the project cannot be opened: %s", error)
        return None


def read_edited_file(path: str, language_id: str, text: str) -> EditedFile:
    """Read a document that is open in the editor; its tags take some ms."""
    language = find_language(language_id, path)
    parsed = parse_source(text, path, language_id) if len(text) <= LONGEST_FILE else None
    return EditedFile(text, language.project.imports, read_tags(parsed, path) if parsed else None)


def _get_place(definition: Definition) -> tuple[str, int]:
    return definition.path, definition.first_line
