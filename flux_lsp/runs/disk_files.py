"""Writes files on disk, each by one atomic rename: all of them, or none.

Never overwrites text that the run has not seen, and never takes back what somebody wrote since.
"""

import os
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path

from flux_lsp.core.errors import ErrorCode, Problem
from flux_lsp.files import read_bytes

Change = tuple[str | None, str]  # text before (None: there is no such file) and after


def write_all(changed: Mapping[Path, Change]) -> Problem | None:
    """Write all files as UTF-8; if one is no longer as it was, write none and return a Problem.

    A link stays a link: the file behind it is written, and keeps its mode. Blocks.
    """
    staged: dict[Path, Path] = {}
    done: dict[Path, Change] = {}
    try:
        for path, (before, after) in changed.items():
            problem = _find_obstacle(path, before)
            if problem is not None:
                return problem
            if before is not None:
                staged[path] = _stage(path, after)
        for path, (before, after) in changed.items():
            if not _is_still(path, before):  # once more, right before it is too late
                restore_all(done)
                return _refuse_moved(path)
            if before is None:
                _make(path, after)
            else:
                staged[path].replace(os.path.realpath(path))
            done[path] = (before, after)
    except OSError as error:
        restore_all(done)
        message = f"{path} could not be written: {error.strerror}; nothing was written"
        return Problem(ErrorCode.BAD_REQUEST, message, "Make it writable, then run it again")
    finally:
        for temporary in staged.values():
            temporary.unlink(missing_ok=True)
    return None


def restore_all(written: Mapping[Path, Change]) -> list[Path]:
    """Give every file its text from before; returns those that somebody changed since. Blocks."""
    kept = []
    for path, (before, after) in written.items():
        try:
            if not _is_still(path, after):
                kept.append(path)
            elif before is None:
                path.unlink()
            else:
                _stage(path, before).replace(os.path.realpath(path))
        except OSError:
            kept.append(path)
    return kept


def is_read_only(file: Path) -> bool:
    """Whether this process may not write to a file as it is, or there is none. Blocks."""
    try:
        mode = file.stat().st_mode
    except OSError:
        return True
    return not mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) or not os.access(file, os.W_OK)


def _find_obstacle(path: Path, before: str | None) -> Problem | None:
    """Say why the file cannot be written, as far as that can be known before."""
    if not _is_still(path, before):
        return _refuse_moved(path)
    if before is not None and is_read_only(path):
        message = f"{path} is read-only; nothing was written"
        return Problem(ErrorCode.BAD_REQUEST, message, "Make it writable, then run it again")
    return None


def _refuse_moved(path: Path) -> Problem:
    message = f"{path} changed on disk while the model worked; nothing was written"
    return Problem(ErrorCode.STALE_DOCUMENT, message, "Run it again")


def _is_still(path: Path, before: str | None) -> bool:
    if before is None:
        return not os.path.lexists(path)
    try:
        content = before.encode("utf-8")
        return read_bytes(path, len(content)) == content
    except OSError:
        return False


def _stage(path: Path, text: str) -> Path:
    """Write the text beside an existing file, ready to take its place."""
    real = Path(os.path.realpath(path))
    descriptor, name = tempfile.mkstemp(dir=real.parent, prefix=f".{real.name[:100]}.")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(text.encode("utf-8"))
        temporary.chmod(real.stat().st_mode & 0o7777)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _make(path: Path, text: str) -> None:
    """Make a file where nothing is; leaves nothing behind when that fails."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        try:
            file.write(text.encode("utf-8"))
        except OSError:
            path.unlink(missing_ok=True)
            raise
