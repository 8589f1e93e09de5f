"""Writes a run's change to disk, with one atomic rename for each file: all files or none.

Never overwrites text that the run has not seen.
"""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from flux_lsp.core.errors import ErrorCode, Problem
from flux_lsp.files import read_bytes

Change = tuple[str | None, str]  # text before (None: there is no such file) and after


def write_all(changed: Mapping[Path, Change]) -> Problem | None:
    """Write all files; if one is no longer as it was, write none and return a Problem."""
    for path, (before, _) in changed.items():
        if not _is_still(path, before):
            message = f"{path} changed on disk while the model worked; nothing was written"
            return Problem(ErrorCode.STALE_DOCUMENT, message, "Run it again")
    done: list[Path] = []
    for path, (before, after) in changed.items():
        try:
            _write(path, after, new=before is None)
        except OSError as error:
            for written in done:
                _take_back(written, changed[written][0])
            message = f"{path} could not be written: {error.strerror}; nothing was written"
            return Problem(ErrorCode.BAD_REQUEST, message, "Make it writable, then run it again")
        done.append(path)
    return None


def _is_still(path: Path, before: str | None) -> bool:
    if before is None:
        return not os.path.lexists(path)
    try:
        content = before.encode("utf-8")
        return read_bytes(path, len(content)) == content
    except OSError:
        return False


def _write(path: Path, text: str, *, new: bool) -> None:
    if new:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(text.encode("utf-8"))
        return
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(text.encode("utf-8"))
        Path(temporary).chmod(path.stat().st_mode & 0o7777)
        Path(temporary).replace(path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise


def _take_back(path: Path, before: str | None) -> None:
    if before is None:
        path.unlink(missing_ok=True)
    else:
        _write(path, before, new=False)
