"""A project in memory: files by path, with an index that sees every top-level name of every file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from flux_lsp.context.project.values import Definition, Import, IndexState, Reference
from flux_lsp.core.text import Snapshot
from flux_lsp.syntax.languages import find_language
from flux_lsp.syntax.tree import parse

_KINDS = {"class": "type", "struct": "type", "interface": "type", "method": "method"}


@dataclass(frozen=True)
class MemoryProject:
    """`texts` by path; `excluded` may not be read."""

    texts: Mapping[str, str]
    excluded: frozenset[str] = frozenset()

    def read(self, path: str) -> Snapshot | None:
        if path in self.excluded or path not in self.texts:
            return None
        return Snapshot(f"file:///{path}", path, "", None, self.texts[path])

    @cached_property
    def definitions(self) -> tuple[Definition, ...]:
        return tuple(
            d for path in sorted(self.texts) for d in _read_definitions(path, self.texts[path])
        )

    def describe(self) -> IndexState:
        return IndexState(files=len(self.texts), is_complete=True)

    def list_definitions(self, path: str) -> tuple[Definition, ...]:
        return tuple(d for d in self.definitions if d.path == path)

    def find_definitions(self, name: str, *, most: int = 4) -> tuple[Definition, ...]:
        named = tuple(d for d in self.definitions if d.name == name)
        return named if len(named) <= most else ()

    def resolve_name(self, path: str, name: str) -> tuple[Definition, ...]:
        named = [d for d in self.definitions if d.name == name and not d.owner]
        return tuple([d for d in named if d.path == path] or named[:1])

    def list_imports(self, path: str) -> tuple[Import, ...]:
        return ()

    def has_import(self, path: str, imported: str) -> bool:
        return path != imported

    def can_mean(self, path: str, name: str, defined_in: str) -> bool:
        return any(d.path == defined_in for d in self.resolve_name(path, name))

    def list_members(self, owner: Definition) -> tuple[Definition, ...]:
        return tuple(d for d in self.definitions if d.owner == owner.name)

    def list_bases(self, owner: Definition) -> tuple[Definition, ...]:
        return ()

    def list_types(self, definition: Definition) -> tuple[Definition, ...]:
        types = (self.resolve_name(definition.path, name) for name in definition.type_names)
        return tuple(d for named in types for d in named if d.kind == "type")

    def find_references(self, name: str, *, most: int = 200) -> tuple[Reference, ...]:
        return tuple(
            Reference(path, number)
            for path in sorted(self.texts)
            for number, line in enumerate(self.texts[path].split("\n"), 1)
            if name in line and f"def {name}" not in line
        )[:most]

    def rank_definitions(self, *, most: int = 50) -> tuple[Definition, ...]:
        return tuple(d for d in self.definitions if not d.owner)[:most]

    def confirm(self, definitions: Iterable[Definition]) -> tuple[Definition, ...]:
        return tuple(definitions)

    def read_text(self, path: str) -> str | None:
        snapshot = self.read(path)
        return None if snapshot is None else snapshot.text


def _read_definitions(path: str, text: str) -> Iterable[Definition]:
    parsed = parse(text, find_language("", path))
    assert parsed is not None
    lines = text.split("\n")
    for symbol in parsed.list_symbols():
        head = lines[symbol.signature_line]
        last = text.count("\n", 0, symbol.span.end - 1) + 1
        words = "".join(c if c.isalnum() or c == "_" else " " for c in head).split()
        yield Definition(
            path,
            symbol.name,
            _KINDS.get(symbol.kind, "function"),  # type: ignore[arg-type]
            symbol.parent or "",
            symbol.signature_line + 1,
            last,
            head.strip(),
            type_names=tuple(w for w in words if w[0].isupper() and w != symbol.name),
        )
