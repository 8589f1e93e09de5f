"""Looks at the files of a project before a check: a digest of what is there, and which hold secrets.

Never reads a file, never follows a link, and never goes on without end.
"""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from flux_lsp.context.exclude import is_denied, write_posix
from flux_lsp.core.errors import ErrorCode, FluxError

_MOST_ENTRIES = 200_000
# What is installed or made: it changes seldom or all the time, and holds no file of the person.
_SKIPPED = frozenset(
    {
        ".git", "node_modules", "__pycache__", "site-packages", ".venv", "venv", ".tox", ".nox",
        ".mypy_cache", ".pytest_cache", ".ruff_cache", "target", ".gradle", ".hypothesis",
    }
)  # fmt: skip
_GIT_SETTINGS = ".git/config"  # may hold a token


@dataclass(frozen=True, slots=True)
class TreeState:
    """`digest` changes when a file does. `secret`: paths from the root that no check gets to see."""

    digest: str
    secret: tuple[str, ...]


def look_at_tree(root: Path) -> TreeState:
    """Look at every file below `root` but what is installed. Blocks.

    Raises FluxError when there are too many: nobody could say what a check would see.
    """
    digest = hashlib.sha256()
    secret = [_GIT_SETTINGS] if (root / _GIT_SETTINGS).is_file() else []
    prefix = write_posix(root)
    waiting, count = [""], 0
    while waiting:
        folder = waiting.pop()
        for entry in _list_folder(root / folder):
            count += 1
            path = f"{folder}/{entry.name}".lstrip("/")
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in _SKIPPED:
                    waiting.append(path)
                continue
            status = entry.stat(follow_symlinks=False)
            digest.update(
                f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode(errors="replace")
            )
            if is_denied(f"{prefix}/{path}"):
                secret.append(path)
        if count > _MOST_ENTRIES:
            raise FluxError(
                ErrorCode.TOO_LARGE,
                f"The workspace holds more than {_MOST_ENTRIES:,} files, too many for a check",
                "Open a smaller folder",
            )
    return TreeState(digest.hexdigest(), tuple(secret))


def _list_folder(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError:  # it may not be read, by a check neither
        return []
