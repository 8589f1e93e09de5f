"""Finds the files that import a file: by words that may mean it, then by where these lead.

Never follows an import whose words cannot fit.
"""

from flux_lsp.context.project.imports.paths import get_folder
from flux_lsp.context.project.imports.to_files import may_lead_to
from flux_lsp.context.project.imports.values import Destination
from flux_lsp.context.project.resolve import NameResolver
from flux_lsp.context.project.rows import IndexRows

_MOST_WRITERS = 300  # files with an import in the same words
_NAMES_OF_PACKAGES = (("go.mod", "module"), ("package.json", "name"), ("Cargo.toml", "name"))


def find_importers(rows: IndexRows, names: NameResolver, path: str) -> tuple[str, ...]:
    """List the files that import file `path`, by path."""
    package = rows.find_package_name(path)
    own_names = {definition.name for definition in rows.list_definitions(path)}

    def is_meant(destination: Destination) -> bool:
        if path in destination.paths:
            return True
        first = destination.source.partition(".")[0]
        return package in destination.packages and (destination.is_everything or first in own_names)

    mentions = (raw for stem in _list_stems(rows, path) for raw in rows.list_mentions(stem))
    importers = {
        writer
        for raw in dict.fromkeys(mentions)
        if may_lead_to(raw, path)
        for writer in rows.list_writers(raw, _MOST_WRITERS)
        if writer != path and any(map(is_meant, names.follow(raw, writer)))
    }
    return tuple(sorted(importers))


def _list_stems(rows: IndexRows, path: str) -> list[str]:
    """List what the last part of an import of the file may be: it, its folder, its package."""
    name = path.rpartition("/")[2].partition(".")[0]
    folder = get_folder(path).rpartition("/")[2]
    stems = {name, folder, rows.find_package_name(path).rpartition(".")[2]}
    for kind, key in _NAMES_OF_PACKAGES:
        for file, facts in rows.list_facts(kind):
            if path.startswith(get_folder(file)):
                last = str(facts.get(key, "")).rpartition("/")[2]
                stems |= {last, last.replace("-", "_")}
    return sorted(stems - {""})
