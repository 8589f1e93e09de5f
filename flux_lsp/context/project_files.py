"""A workspace's files as the search for a test's place needs them: bounded, read-only looks.

Never leaves the root, follows no link out of it, never walks a whole workspace.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from itertools import islice
from os.path import realpath
from pathlib import Path, PurePosixPath

from flux_lsp.context.file_names import is_outside
from flux_lsp.files import read_text

_LONGEST = 400_000  # bytes read of one file
_MOST_NAMES = 20_000  # of one folder
_MOST_FOLDERS = 1_000  # folders looked into for one search
_MOST_FILES = 30_000  # files that one search takes
_SKIPPED = frozenset(
    {
        "node_modules", "__pycache__", "target", "build", "dist", "venv", "vendor", "third_party",
        "site-packages", "Pods", "obj", "bin", "deps", "_build", "coverage",
        "fixtures", "__fixtures__", "testdata", "__snapshots__",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Listing:
    """The files below a folder, as paths from the root; `complete` unless there were too many."""

    paths: tuple[str, ...]
    complete: bool


class Project:
    """Looks by posix paths relative to the root, "" for the root itself. Blocks; errors are absence."""

    def __init__(self, root: Path) -> None:
        """`root`: the workspace folder."""
        self._root = root
        self._names: dict[str, frozenset[str]] = {}
        self._folders: dict[str, tuple[str, ...]] = {}

    def read(self, path: str) -> str:
        """The file's text, or "" ."""
        file = self._root / path
        try:
            if not Path(realpath(file)).is_relative_to(self._real_root):
                return ""
            return read_text(file, _LONGEST, cut=True, errors="replace")
        except OSError:
            return ""

    def list_names(self, folder: str) -> frozenset[str]:
        """What lies in a folder; nothing where a link leads out of the root."""
        if folder not in self._names and is_outside(self._root / folder, self._root):
            self._names[folder], self._folders[folder] = frozenset(), ()
        if folder not in self._names:
            try:
                with os.scandir(self._root / folder) as inside:
                    entries = islice(inside, _MOST_NAMES)
                    kinds = {entry.name: entry.is_dir(follow_symlinks=False) for entry in entries}
            except OSError:
                kinds = {}
            self._names[folder] = frozenset(kinds)
            self._folders[folder] = tuple(sorted(name for name, is_dir in kinds.items() if is_dir))
        return self._names[folder]

    def list_folders(self, folder: str) -> tuple[str, ...]:
        """The names of the folders in a folder, links left out."""
        self.list_names(folder)
        return self._folders[folder]

    def match_names(self, folder: str, patterns: Iterable[str]) -> str | None:
        """The first file of a folder whose name is like one of `patterns` (`*.csproj`)."""
        names = sorted(self.list_names(folder))
        return next((n for p in patterns for n in names if fnmatchcase(n, p)), None)

    def list_files(self, folder: str, endings: tuple[str, ...]) -> Listing:
        """Every file below `folder` that ends so; folders of tools and of data are left out."""
        waiting, paths = [folder], list[str]()
        for number, here in enumerate(waiting):  # grows while it is read: the near ones first
            if number >= _MOST_FOLDERS or len(paths) >= _MOST_FILES:
                return Listing(tuple(paths), complete=False)
            inner = self.list_folders(here)
            names = sorted(self.list_names(here).difference(inner))
            paths += [join(here, name) for name in names if name.endswith(endings)]
            waiting += [join(here, n) for n in inner if n not in _SKIPPED and n[0] != "."]
        return Listing(tuple(paths), complete=True)

    def has(self, path: str) -> bool:
        """Whether a file or folder of this path exists."""
        parent, name = str(PurePosixPath(path).parent), PurePosixPath(path).name
        return name in self.list_names("" if parent == "." else parent)

    def find_first(self, paths: Iterable[str]) -> str | None:
        """The first of `paths` that exists."""
        return next((path for path in paths if self.has(path)), None)

    @cached_property
    def _real_root(self) -> Path:
        return Path(realpath(self._root))


def join(*parts: str) -> str:
    """A posix path of the parts that are not empty."""
    return "/".join(part for part in parts if part)


def get_folder(path: str) -> str:
    """The folder of a path, "" for the root."""
    return path.rpartition("/")[0]


def list_folders_above(path: str) -> list[str]:
    """The folder of `path` and each one above it, up to the root ("")."""
    folders = []
    folder = get_folder(path)
    while folder:
        folders.append(folder)
        folder = get_folder(folder)
    return [*folders, ""]
