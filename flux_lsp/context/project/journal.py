"""Notes which file is being read, so that one that kills the process does it twice and no more.

Never costs more than one small write for a file.
"""

import os
from contextlib import suppress
from pathlib import Path

_DEATHS = 2
_LENGTH = 4_096


class Journal:
    """The note beside the database: how often the process died at a file, and its path."""

    def __init__(self, path: Path) -> None:
        """Read what an earlier process left. Raises OSError."""
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
        self._path = path
        self._file = os.open(path, flags, 0o600)
        note = os.read(self._file, _LENGTH).rstrip(b"\0 ").decode("utf-8", "replace")
        count, _, self._suspect = note.partition(" ")
        self._deaths = int(count) if count.isdigit() else 0

    def enter(self, path: str) -> bool:
        """Note that `path` is read now. Returns whether two processes have died of it."""
        is_suspect = path == self._suspect
        deaths = self._deaths if is_suspect else 0
        note = f"{deaths + 1} {path}".encode("utf-8", "surrogateescape")[:_LENGTH]
        os.lseek(self._file, 0, os.SEEK_SET)
        os.write(self._file, note.ljust(_LENGTH if is_suspect else 512))
        return deaths >= _DEATHS

    def close(self) -> None:
        """Take the note away: the process ends by itself."""
        os.close(self._file)
        with suppress(OSError):
            self._path.unlink()
