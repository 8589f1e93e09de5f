"""Walks the files of a workspace that may be sent, as quickly as one look at each folder allows.

Never follows a link, never runs git, and never goes on without end. It leaves out what
`context.exclude` leaves out by a file's own name; what is shown is judged by all names once more.
"""

import os
import stat
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from flux_lsp.context.exclude import (
    IgnoreRule,
    explain_exclusion,
    is_denied,
    list_rules,
    read_rules,
    write_posix,
)
from flux_lsp.context.git_rules import find_exclude_file
from flux_lsp.context.project_files import join

_MOST_ENTRIES = 400_000
_LONGEST_SECONDS = 120.0
_DEEPEST = 60  # folders inside of folders
# Folders of other people's code and of examples that are data. Hidden folders are left out, too.
_SKIPPED = frozenset(
    {
        "node_modules", "bower_components", "__pycache__", "site-packages", "venv", "virtualenv",
        "Pods", "vendor", "third_party", "testdata", "fixtures", "__fixtures__", "__snapshots__",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A regular file: its posix path from the root, its bytes and its time in nanoseconds."""

    path: str
    size: int
    mtime: int


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder to look into, with the rules that hold in it; `depth` from the root."""

    path: str
    rules: tuple[IgnoreRule, ...]
    depth: int


def walk_files(root: Path, exclude: tuple[str, ...]) -> Iterator[ListedFile]:
    """List the files below `root` that may be sent, folder by folder in a fixed order. Blocks.

    `exclude`: the person's own patterns. Ends after 400,000 entries or two minutes.
    """
    root = Path(os.path.realpath(root))
    rules = tuple(list_rules(root / "x", root, exclude))
    if _is_ignored(f"{write_posix(root)}/", rules) or is_denied(write_posix(root / "x")):
        return
    end = time.monotonic() + _LONGEST_SECONDS
    count = 0
    waiting = [_Folder("", rules, 0)]
    while waiting:
        folder = waiting.pop()
        files, folders = _read_folder(root, folder, exclude)
        yield from files
        waiting += reversed(folders)
        count += len(files) + len(folders) + 1
        if count > _MOST_ENTRIES or time.monotonic() > end:
            return


def _read_folder(
    root: Path, folder: _Folder, exclude: tuple[str, ...]
) -> tuple[list[ListedFile], list[_Folder]]:
    try:
        with os.scandir(root / folder.path) as inside:
            entries = sorted(inside, key=lambda entry: entry.name)
    except OSError:
        return [], []
    if any(entry.name == "pyvenv.cfg" for entry in entries):
        return [], []
    above = write_posix(root / folder.path)
    rules = folder.rules
    if folder.depth:
        rules = (*rules, *_read_own_rules(root / folder.path, {entry.name for entry in entries}))
    files, folders = [], []
    for entry in entries:
        path = join(folder.path, entry.name)
        try:
            information = entry.stat(follow_symlinks=False)
        except OSError:
            continue
        if stat.S_ISDIR(information.st_mode):
            is_left_out = entry.name in _SKIPPED or entry.name.startswith(".")
            if is_left_out or folder.depth >= _DEEPEST:
                continue
            if not _is_ignored(f"{join(above, entry.name)}/", rules):
                folders.append(_Folder(path, rules, folder.depth + 1))
        elif stat.S_ISREG(information.st_mode) and not _is_left_out(
            root / path, join(above, entry.name), rules, root, exclude
        ):
            files.append(ListedFile(path, information.st_size, information.st_mtime_ns))
    return files, folders


def _read_own_rules(folder: Path, names: set[str]) -> Iterator[IgnoreRule]:
    if ".git" in names:
        yield from read_rules(find_exclude_file(folder), folder, "git", Path(".git/info/exclude"))
    for name, kind in ((".gitignore", "git"), (".fluxignore", "flux")):
        if name in names:
            yield from read_rules(folder / name, folder, kind, Path(name))


def _is_left_out(
    file: Path, path: str, rules: Sequence[IgnoreRule], root: Path, exclude: tuple[str, ...]
) -> bool:
    if "%" in file.name:  # it counts in its decoded form, too
        return explain_exclusion(file, root, exclude) is not None
    return _is_ignored(path, rules) or is_denied(path)


def _is_ignored(path: str, rules: Sequence[IgnoreRule]) -> bool:
    """Whether rules of some kind have `path` left out; the folders above it are not."""
    last: dict[str, bool] = {}
    for rule in rules:
        is_named = rule.decide(path)
        if is_named is not None:
            last[rule.kind] = is_named
    return any(last.values())
