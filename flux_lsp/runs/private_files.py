"""Files in the data folder that hold a person's code: only the owner reads them, and not for long.

Patches hold secrets as they stand in the code, or they would not apply. Never touches another folder.
"""

import os
from contextlib import suppress
from pathlib import Path

FOLDERS = ("proposals", "patches", "explanations", "log", "projects", "pipelines")
KEPT_DAYS = 7  # a patch or explanation that is older is deleted when a server starts
_DAY = 86_400


def write_private(file: Path, content: bytes) -> None:
    """Write a file that only its owner can read, in a folder that only the owner can enter. Blocks."""
    make_private(file.parent)
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0)
    with open(os.open(file, flags, 0o600), "wb") as opened:  # noqa: PTH123 - for its mode
        _restrict(file, 0o600)
        opened.write(content)


def make_private(folder: Path) -> None:
    """Make `folder` and those above it that are missing, for its owner only."""
    missing = [
        missing_folder
        for missing_folder in (folder, *folder.parents)
        if not missing_folder.exists()
    ]
    for missing_folder in reversed(missing):
        missing_folder.mkdir(mode=0o700, exist_ok=True)
    _restrict(folder, 0o700)


def forget_run(data: Path, run: str) -> None:
    """Delete what a run wrote for a person to look at before the decision. Blocks."""
    with suppress(OSError):
        (data / "proposals" / f"{run}.patch").unlink(missing_ok=True)


def forget_old(data: Path, now: float) -> None:
    """Delete what is older than `KEPT_DAYS`; `now` in seconds since 1970. Blocks."""
    for name in FOLDERS:
        with suppress(OSError):
            for file in (data / name).iterdir():
                if file.lstat().st_mtime < now - KEPT_DAYS * _DAY:
                    file.unlink()


def _restrict(path: Path, mode: int) -> None:
    """Close a folder that others can read; does nothing where modes mean nothing."""
    with suppress(OSError):
        path.chmod(mode)
