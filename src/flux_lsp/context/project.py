"""A workspace's files as the search for a test's place needs them: bounded, read-only looks.

Never leaves the root, follows no link out of it, never walks a whole workspace.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import islice
from os import scandir
from os.path import realpath
from pathlib import Path, PurePosixPath

from flux_lsp.context.file_names import leads_out
from flux_lsp.files import read_text

_LONGEST = 400_000  # bytes read of one file
_MOST_NAMES = 20_000  # of one folder
_MOST_FOLDERS = 400  # folders looked into for one search
_SKIPPED = frozenset({"node_modules", "__pycache__", "target", "build", "dist", "venv", "vendor"})


class Project:
    """Looks by posix paths relative to the root, "" for the root itself. Blocks; errors are absence."""

    def __init__(self, root: Path) -> None:
        """`root`: the workspace folder."""
        self._root = root
        self._names: dict[str, frozenset[str]] = {}

    def read(self, path: str) -> str:
        """The file's text, or "" ."""
        file = self._root / path
        try:
            if not Path(realpath(file)).is_relative_to(self._real_root):
                return ""
            return read_text(file, _LONGEST, cut=True, errors="replace")
        except OSError:
            return ""

    def names(self, folder: str) -> frozenset[str]:
        """What lies in a folder."""
        if folder not in self._names:
            self._names[folder] = self._list(folder)
        return self._names[folder]

    def _list(self, folder: str) -> frozenset[str]:
        if leads_out(self._root / folder, self._root):
            return frozenset()
        try:
            with scandir(self._root / folder) as inside:
                return frozenset(entry.name for entry in islice(inside, _MOST_NAMES))
        except OSError:
            return frozenset()

    def has(self, path: str) -> bool:
        """Whether a file or folder of this path exists."""
        parent, name = str(PurePosixPath(path).parent), PurePosixPath(path).name
        return name in self.names("" if parent == "." else parent)

    def first(self, paths: Iterable[str]) -> str | None:
        """The first of `paths` that exists."""
        return next((path for path in paths if self.has(path)), None)

    def find(self, folder: str, wanted: Iterable[str]) -> str | None:
        """A file of one of the names somewhere below `folder`, when there is exactly one."""
        names = frozenset(wanted)
        found = [join(where, n) for where in self._below(folder) for n in self.names(where) & names]
        return found[0] if len(found) == 1 else None

    def _below(self, folder: str) -> Iterator[str]:
        waiting, seen = [folder], 0
        while waiting and seen < _MOST_FOLDERS:
            here = waiting.pop()
            seen += 1
            yield here
            inner = (n for n in self.names(here) if "." not in n and n not in _SKIPPED)
            waiting += [join(here, name) for name in inner]

    @cached_property
    def _real_root(self) -> Path:
        return Path(realpath(self._root))


def join(*parts: str) -> str:
    """A posix path of the parts that are not empty."""
    return "/".join(part for part in parts if part)


def folder_of(path: str) -> str:
    """The folder of a path, "" for the root."""
    return path.rpartition("/")[0]


def folders_above(path: str) -> list[str]:
    """The folder of `path` and each one above it, up to the root ("")."""
    folders = []
    folder = folder_of(path)
    while folder:
        folders.append(folder)
        folder = folder_of(folder)
    return [*folders, ""]
