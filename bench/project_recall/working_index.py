"""The index of a repository as the product has it, built in this process until it is complete."""

from pathlib import Path
from typing import Any

from flux_lsp.context.project.build import Builder
from flux_lsp.context.project.index import StoredIndex
from flux_lsp.context.project.values import Definition, ProjectIndex


def build_index(root: Path, folder: Path) -> ProjectIndex:
    database = folder / "index.sqlite3"
    builder = Builder(database, root, ())
    builder.list_files()
    builder.build(lambda: None, lambda _: None, lambda: False)
    builder.close()
    return StoredIndex(database, root, {})


class WithoutUniqueNames:
    """An index that finds nothing by a unique name alone.

    The truth of Rust is made of unique names, so finding them by that would prove nothing.
    """

    def __init__(self, index: ProjectIndex) -> None:
        self._index = index

    def find_definitions(self, *_: object, **__: object) -> tuple[Definition, ...]:
        return ()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._index, name)
