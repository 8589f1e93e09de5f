"""An import as it is written, where it leads, and what is asked of the project to find that out.

Never holds a rule of one language.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

EVERYTHING = "*"


@dataclass(frozen=True, slots=True)
class RawImport:
    """One name of an import statement: `from spec import source as name`.

    `source` is "" for the module itself and `*` for everything, `name` then "". `spec` is "" where
    a file gives a name of its own another one (`export { a as b }`).
    """

    spec: str
    source: str
    name: str


@dataclass(frozen=True, slots=True)
class Destination:
    """Where an import leads: some files, or every file of some packages. Fields as in `RawImport`."""

    name: str
    source: str
    paths: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()

    @property
    def is_everything(self) -> bool:
        """Whether all names can be used without a prefix."""
        return self.source == EVERYTHING


class ProjectPaths(Protocol):
    """What is known of the files of a project, for the rules that lead imports to them."""

    def has(self, path: str) -> bool:
        """Whether there is such a file."""
        ...

    def list_folder(self, folder: str) -> Sequence[str]:
        """List the paths of the files right in a folder."""
        ...

    def find_ending(self, ending: str) -> Sequence[str]:
        """Find the paths that are `ending` or end with a slash and it."""
        ...

    def has_package(self, package: str) -> bool:
        """Whether some file says that it is of this package."""
        ...

    def find_package_name(self, path: str) -> str:
        """Find the package that a file says it is of."""
        ...

    def list_facts(self, kind: str) -> Sequence[tuple[str, dict[str, Any]]]:
        """List what files of one kind (`go.mod`, `package.json`, …) say: their path and the facts."""
        ...
