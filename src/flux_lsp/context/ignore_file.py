"""The lines of an ignore file or of a git configuration; one that cannot be read is no empty one.

Never reads more than a bounded part, and never a device or a pipe.
"""

from pathlib import Path
from stat import S_ISREG

_LARGEST = 1_000_000  # bytes


class UnreadableError(Exception):
    """There is such a file and its text cannot be had; the message says why."""


def lines_of_file(file: Path) -> tuple[str, ...]:
    """The file's lines, none when there is no such file. Raises UnreadableError. Blocks."""
    try:
        status = file.stat()
        if not S_ISREG(status.st_mode):
            raise UnreadableError("is no regular file")
        with file.open("rb") as opened:
            content = opened.read(_LARGEST + 1)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return ()
    except OSError as error:
        raise UnreadableError(f"cannot be read: {error.strerror}") from error
    if len(content) > _LARGEST:
        raise UnreadableError(f"is larger than {_LARGEST:,} bytes")
    if b"\0" in content:
        raise UnreadableError("is not UTF-8 text; save it as UTF-8")
    return tuple(content.decode("utf-8-sig", "replace").splitlines())
