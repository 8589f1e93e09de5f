"""Tells whether one file imports another: by words that may mean it, then by where these lead.

Never follows an import whose words cannot fit.
"""

from dataclasses import dataclass

from flux_lsp.context.project.imports.paths import get_folder
from flux_lsp.context.project.imports.to_files import may_lead_to
from flux_lsp.context.project.imports.values import Destination, RawImport
from flux_lsp.context.project.resolve import NameResolver
from flux_lsp.context.project.rows import IndexRows

_NAMES_OF_PACKAGES = (("go.mod", "module"), ("package.json", "name"), ("Cargo.toml", "name"))
_ENDINGS = (".js", ".ts", ".tsx", ".jsx", ".mjs", ".cjs", ".h", ".hpp", ".rb", ".sh")


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """A file as imports mean it: its package, what it defines, and the last words that may name it."""

    path: str
    package: str
    names: frozenset[str]
    stems: frozenset[str]

    def may_be_meant(self, raw: RawImport) -> bool:
        """Whether the words of an import fit."""
        has_word = get_stem(raw.spec) in self.stems or raw.source in self.stems
        return has_word and may_lead_to(raw, self.path)

    def is_meant(self, destination: Destination) -> bool:
        """Whether an import leads there."""
        if self.path in destination.paths:
            return True
        first = destination.source.partition(".")[0]
        return self.package in destination.packages and (
            destination.is_everything or first in self.names
        )


def describe_imported(rows: IndexRows, path: str) -> ImportedFile:
    """Describe file `path` as imports mean it."""
    names = frozenset(definition.name for definition in rows.list_definitions(path))
    return ImportedFile(path, rows.find_package_name(path), names, _list_stems(rows, path))


def has_import(rows: IndexRows, names: NameResolver, path: str, imported: ImportedFile) -> bool:
    """Whether another file, `path`, imports this one."""
    return path != imported.path and any(
        imported.is_meant(destination)
        for raw in rows.list_imports(path)
        if imported.may_be_meant(raw)
        for destination in names.follow(raw, path)
    )


def get_stem(spec: str) -> str:
    """Return the last part of a module's name, without an ending."""
    last = spec.replace("::", "/").rstrip("/").rpartition("/")[2]
    return last.partition(".")[0] if last.endswith(_ENDINGS) else last.rpartition(".")[2]


def _list_stems(rows: IndexRows, path: str) -> frozenset[str]:
    """List what the last part of an import of the file may be: it, its folder, its package."""
    name = path.rpartition("/")[2].partition(".")[0]
    folder = get_folder(path).rpartition("/")[2]
    stems = {name, folder, rows.find_package_name(path).rpartition(".")[2]}
    for kind, key in _NAMES_OF_PACKAGES:
        for file, facts in rows.list_facts(kind):
            if path.startswith(get_folder(file)):
                last = str(facts.get(key, "")).rpartition("/")[2]
                stems |= {last, last.replace("-", "_")}
    return frozenset(stems - {""})
