"""Standard output and error as they really are: closed, full, or of an encoding that lacks signs.

Never lets what cannot be shown become a traceback. Standard library only: every start loads it.
"""

import errno
import os
import sys

_OUTPUT = frozenset({errno.EPIPE, errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF})
_NAMES = ("stdin", "stdout", "stderr")


def prepare_streams() -> None:
    """Make printing safe: a closed stream leads nowhere, a sign that is lacking becomes a `?`."""
    for descriptor, name in enumerate(_NAMES):
        if getattr(sys, name) is None:
            _open_nowhere(descriptor, name)
    for stream in (sys.stdout, sys.stderr):
        if (reconfigure := getattr(stream, "reconfigure", None)) is not None:
            reconfigure(errors="replace")


def print_exactly(text: str) -> None:
    """Print text whose bytes count, a patch, as UTF-8; on a terminal like any other."""
    buffer = getattr(sys.stdout, "buffer", None)
    if buffer is None or sys.stdout.isatty():
        print(text, end="")
        return
    sys.stdout.flush()
    buffer.write(text.encode("utf-8", "surrogateescape"))
    buffer.flush()


def can_show_unicode() -> bool:
    """Whether every sign can be printed."""
    return (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf")


def is_of_output(error: OSError) -> bool:
    """Whether what failed was printing: the reader went away, or there is no room for more."""
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
    """What is still in a stream's buffer would fail again when the interpreter ends."""
    descriptor = getattr(stream, "fileno", lambda: None)()
    if isinstance(descriptor, int):
        with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - a device, and pathlib is not loaded
            os.dup2(nowhere.fileno(), descriptor)


def _open_nowhere(descriptor: int, name: str) -> None:
    """Take the free number, so that no file that is opened later is written to by accident."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    if nowhere != descriptor:
        os.dup2(nowhere, descriptor)
        os.close(nowhere)
    mode = "r" if name == "stdin" else "w"
    setattr(sys, name, open(descriptor, mode, encoding="utf-8", closefd=False))  # noqa: SIM115
