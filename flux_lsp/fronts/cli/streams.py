"""Makes printing safe when standard output or error is closed, full or lacks characters.

Never lets text that cannot be shown cause a traceback. Standard library only: every start loads it.
"""

import errno
import os
import sys

_OUTPUT = frozenset({errno.EPIPE, errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF})
_NAMES = ("stdin", "stdout", "stderr")


def prepare_streams() -> None:
    """Make printing safe: a closed stream discards its text, an unknown character becomes a `?`."""
    for descriptor, name in enumerate(_NAMES):
        if getattr(sys, name) is None:
            _open_nowhere(descriptor, name)
    for stream in (sys.stdout, sys.stderr):
        if (reconfigure := getattr(stream, "reconfigure", None)) is not None:
            reconfigure(errors="replace")


def print_exactly(text: str) -> None:
    """Print a patch, whose bytes count, as UTF-8; on a terminal print it like any other text."""
    buffer = getattr(sys.stdout, "buffer", None)
    if buffer is None or sys.stdout.isatty():
        print(text, end="")
        return
    sys.stdout.flush()
    buffer.write(text.encode("utf-8", "surrogateescape"))
    buffer.flush()


def can_show_unicode() -> bool:
    """Whether the stream can print every character."""
    return (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf")


def is_of_output(error: OSError) -> bool:
    """Whether printing failed: the reader went away, or the disk is full."""
    return error.filename is None and error.errno in _OUTPUT


def explain_lost_output(error: OSError, what: str) -> None:
    """Say on stderr that output was lost, unless its reader just went away, as `| head` does."""
    _lead_nowhere(sys.stdout)
    if isinstance(error, BrokenPipeError):
        return
    try:
        print(f"flux-lsp: {what}: {error.strerror or error}.", file=sys.stderr, flush=True)
    except OSError:
        _lead_nowhere(sys.stderr)


def _lead_nowhere(stream: object) -> None:
    """Discard what the stream's buffer still holds; it would fail again when the interpreter ends."""
    descriptor = getattr(stream, "fileno", lambda: None)()
    if isinstance(descriptor, int):
        with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - a device, and pathlib is not loaded
            os.dup2(nowhere.fileno(), descriptor)


def _open_nowhere(descriptor: int, name: str) -> None:
    """Take the free descriptor, so that nobody writes by accident to a file that is opened later."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    if nowhere != descriptor:
        os.dup2(nowhere, descriptor)
        os.close(nowhere)
    mode = "r" if name == "stdin" else "w"
    setattr(sys, name, open(descriptor, mode, encoding="utf-8", closefd=False))  # noqa: SIM115
