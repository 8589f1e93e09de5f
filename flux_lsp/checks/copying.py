"""Copies a project for a check where nothing can lie over it.

Never makes a hard link: a write to one would change the project's own file.
"""

import errno
import os
import shutil
from pathlib import Path

_MOST_FILES = 50_000
_MOST_BYTES = 1 << 30
# Installed packages are linked: they are large, and a check only reads them.
_LINKED = frozenset({"node_modules", ".venv", "venv", ".tox", ".nox"})
_LEFT_OUT = frozenset({".mypy_cache", ".pytest_cache", ".ruff_cache", "__pycache__"})


def copy_project(root: Path, target: Path) -> None:
    """Copy `root` to `target`, which is made. Blocks. Raises OSError, also for a project too large."""
    count = size = 0
    for folder, folders, names in os.walk(root):
        here = target / Path(folder).relative_to(root)
        here.mkdir(parents=True, exist_ok=True)
        for name in [name for name in folders if name in _LINKED]:
            (here / name).symlink_to(Path(folder, name))
        folders[:] = [
            n for n in folders if n not in _LINKED | _LEFT_OUT and _copy_link(folder, n, here)
        ]
        for name in names:
            source = Path(folder, name)
            status = source.lstat()
            count, size = count + 1, size + status.st_size
            if count > _MOST_FILES or size > _MOST_BYTES:
                raise OSError(errno.EFBIG, "it is too large")
            if source.is_symlink():
                _copy_link(folder, name, here)
            elif source.is_file():
                shutil.copy2(source, here / name)


def _copy_link(folder: str, name: str, here: Path) -> bool:
    """Copy a link as a link; returns whether the entry is something else."""
    source = Path(folder, name)
    if not source.is_symlink():
        return True
    (here / name).symlink_to(source.readlink())
    return False
