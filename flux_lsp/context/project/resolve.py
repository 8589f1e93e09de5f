"""Finds what a name means in a file: its own definitions, its imports, and what it sees without one.

Never takes the first of many: more than a few candidates by name alone are none.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from flux_lsp.context.project.imports.paths import get_folder
from flux_lsp.context.project.imports.to_files import resolve_import
from flux_lsp.context.project.imports.values import EVERYTHING, Destination, RawImport
from flux_lsp.context.project.rows import IndexRows
from flux_lsp.context.project.values import Definition
from flux_lsp.context.project.visible_names import OVERLOADS, find_visible, sees_others
from flux_lsp.syntax.languages import find_language

_DEEPEST = 6  # re-exports and types that lead to one another
_MOST_BASES = 40
_SEPARATORS = re.compile(r"::|\.|\\|->|#")
_PATH_HEADS = frozenset({"crate", "self", "super"})
Seen = frozenset[tuple[str, str]]


class NameResolver:
    """Follows names from file to file. Remembers where imports lead; use it for one request."""

    def __init__(self, rows: IndexRows) -> None:
        """`rows` are asked."""
        self._rows = rows
        self.forget()

    def forget(self) -> None:
        """Forget where imports lead and what types hold, after something was written."""
        self._destinations: dict[tuple[str, RawImport], tuple[Destination, ...]] = {}
        self._members: dict[Definition, tuple[Definition, ...]] = {}

    def list_destinations(self, path: str) -> tuple[Destination, ...]:
        """List where the imports of a file lead."""
        return tuple(d for raw in self._rows.list_imports(path) for d in self.follow(raw, path))

    def follow(self, raw: RawImport, path: str) -> tuple[Destination, ...]:
        """List where an import of file `path` leads."""
        form = self._rows.find_form(path)[0]
        # files of one folder mean the same by the same words, but where a word means the file itself
        place = path if form == "rust" or not raw.spec else get_folder(path)
        if (place, raw) not in self._destinations:
            self._destinations[place, raw] = resolve_import(form, raw, path, self._rows)
        return self._destinations[place, raw]

    def resolve(self, path: str, name: str, seen: Seen = frozenset()) -> tuple[Definition, ...]:
        """Find what `name` means in file `path`; `seen` are the steps that led here."""
        if len(seen) > _DEEPEST or (path, name) in seen:
            return ()
        seen |= {(path, name)}
        parts = _SEPARATORS.split(name)
        if len(parts) > 1:
            return self._resolve_parts(path, [part for part in parts if part], seen)
        return (
            self._find_own(path, name)
            or self._find_imported(path, name, seen)
            or find_visible(self._rows, path, name)
        )

    def can_look_outside(self, path: str, name: str) -> bool:
        """Whether `name` can mean something outside of file `path`: a quick no to most files."""
        return (
            _SEPARATORS.search(name) is not None
            or sees_others(self._rows, path)
            or any(
                raw.source == EVERYTHING or raw.name in {name, ""}
                for raw in self._rows.list_imports(path)
            )
        )

    def list_bases(self, owner: Definition) -> tuple[Definition, ...]:
        """List what a type builds on, so far as the project defines it."""
        form = self._rows.find_form(owner.path)[0]
        written = [(owner.path, base) for base in owner.bases]
        written += [
            (path, base)
            for path, base in self._rows.list_outside_bases(owner.name)
            if self._rows.find_form(path)[0] == form
        ]
        bases: dict[Definition, None] = {}
        for path, base in written[:_MOST_BASES]:
            known = (d for d in self.resolve(path, base) if d.kind == "type" and d != owner)
            bases |= dict.fromkeys(known)
        return tuple(bases)

    def list_members(self, owner: Definition) -> tuple[Definition, ...]:
        """List the members of a type and of what it builds on, the nearest first."""
        if owner in self._members:
            return self._members[owner]
        waiting, members = [owner], dict[Definition, None]()
        for number, holder in enumerate(waiting):  # grows while it is read
            members |= dict.fromkeys(self._list_own_members(holder))
            if number < _MOST_BASES:
                waiting += [base for base in self.list_bases(holder) if base not in waiting]
        self._members[owner] = tuple(members)
        return self._members[owner]

    def _list_own_members(self, owner: Definition) -> Iterable[Definition]:
        """List the members of a type: those of its file, and those that stand outside of it.

        A type of the same name in another file keeps its own.
        """
        if not find_language("", owner.path).project.spread:
            return self._rows.list_owned_in(owner.path, owner.name)
        form = self._rows.find_form(owner.path)[0]
        members = self._rows.list_owned(owner.name, form)
        others = {
            d.path
            for d in self._rows.find_top(owner.name, 50, form)
            if d.kind == "type" and d.path != owner.path
        }
        own_folder = get_folder(owner.path)
        own = [m for m in members if m.path == owner.path]
        near = [m for m in members if m.path not in others and get_folder(m.path) == own_folder]
        outside = [] if others else members
        return dict.fromkeys([*own, *near, *outside])

    def _find_own(self, path: str, name: str) -> tuple[Definition, ...]:
        named = self._rows.find_in([path], name)
        top = [d for d in named if not d.owner]
        inner = [d for d in named if d.kind in {"type", "function", "value"}]
        return tuple(top or inner or self._find_returned(path, named))[:OVERLOADS]

    def _find_returned(self, path: str, named: Sequence[Definition]) -> Iterable[Definition]:
        """Find members of a table that a file builds and returns, as modules of Lua are written."""
        return (
            d for d in named if any(o.kind == "value" for o in self._rows.find_in([path], d.owner))
        )

    def _find_imported(self, path: str, name: str, seen: Seen) -> tuple[Definition, ...]:
        for destination in self._list_named(path, name):
            if meant := self._follow(destination, seen):
                return meant
        for raw in self._rows.list_imports(path):
            for destination in self.follow(raw, path) if raw.source == EVERYTHING else ():
                if meant := self._look_in(destination, name, seen):
                    return meant
        return ()

    def _list_named(self, path: str, name: str) -> Iterator[Destination]:
        """List where the imports lead that a file calls `name`; Go's have the name of their package."""
        for raw in self._rows.list_imports(path):
            if raw.source != EVERYTHING and raw.name in {name, ""}:
                yield from (d for d in self.follow(raw, path) if d.name == name)

    def _follow(self, destination: Destination, seen: Seen) -> tuple[Definition, ...]:
        if destination.source:
            return self._look_in(destination, destination.source, seen)
        path = next(iter(destination.paths), None)
        name = destination.name.rpartition(".")[2]
        return (Definition(path, name, "module", "", 1, 1, ""),) if path else ()

    def _look_in(self, destination: Destination, name: str, seen: Seen) -> tuple[Definition, ...]:
        """Find a name in the files of a destination."""
        for path in destination.paths:
            if meant := self.resolve(path, name, seen):
                return meant
        first, _, rest = name.partition(".")
        for package in destination.packages:
            named = self._rows.find_in_package(package, first)
            top = tuple(d for d in named if not d.owner)[:OVERLOADS] or tuple(
                d for d in named if d.kind == "type"
            )
            return self._go_on(top, rest.split(".")) if rest else top[:OVERLOADS]
        return ()

    def _resolve_parts(self, path: str, parts: Sequence[str], seen: Seen) -> tuple[Definition, ...]:
        """Follow `a.b.c`: the longest beginning that an import names, then from name to name."""
        for count in range(len(parts), 0, -1):
            head = ".".join(parts[:count])
            for destination in self._list_named(path, head):
                rest = ".".join(parts[count:])
                inner = ".".join(filter(None, (destination.source, rest)))
                meant = self._look_in(destination, inner, seen) if rest else ()
                if meant or (not rest and (meant := self._follow(destination, seen))):
                    return meant
        first = self.resolve(path, parts[0], seen)
        if first:
            return self._go_on(first, parts[1:])
        return self._resolve_written_path(path, parts, seen)

    def _resolve_written_path(
        self, path: str, parts: Sequence[str], seen: Seen
    ) -> tuple[Definition, ...]:
        """Find what a whole path means that stands in the code, as an import of it would."""
        form, _ = self._rows.find_form(path)
        separator = "::" if form == "rust" else "."
        raw = RawImport(separator.join(parts[:-1]), parts[-1], parts[-1])
        if form not in {"rust", "jvm", "php", "csharp"} and parts[0] not in _PATH_HEADS:
            return ()
        for destination in resolve_import(form, raw, path, self._rows):
            if meant := self._look_in(destination, destination.source, seen):
                return meant
        return ()

    def _go_on(self, first: Sequence[Definition], parts: Sequence[str]) -> tuple[Definition, ...]:
        """Follow names from a module or type to its members."""
        here = tuple(first)
        for part in parts:
            inner: list[Definition] = []
            for definition in here[:OVERLOADS]:
                if (
                    definition.kind == "module"
                    and not definition.owner
                    and not definition.signature
                ):
                    inner += self.resolve(definition.path, part)
                else:
                    inner += [m for m in self.list_members(definition) if m.name == part]
            here = tuple(dict.fromkeys(inner))
        return here[:OVERLOADS]
