"""Runs the session over standard input and output.

Never blocks the loop on either, and never leaves them to others: what a library prints, or a
child process reads, cannot get between the messages.
"""

from __future__ import annotations

import asyncio
import os
import stat
import sys
import threading
from collections.abc import Callable

_CHUNK = 64 * 1024


def claim() -> tuple[int, int]:
    """Claim the descriptors of standard input and output for us alone.

    From now on 0 is empty and 1 is standard error, also for child processes.
    """
    sys.stdout.flush()
    stdin, stdout = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    try:
        os.dup2(2, 1)
    except OSError:  # standard error is closed
        os.dup2(nothing, 1)
    os.close(nothing)
    return stdin, stdout


async def read(
    descriptor: int, received: Callable[[bytes], None], ended: Callable[[], None]
) -> None:
    """Call `received` with what comes in, and `ended` once at the end; returns at once."""
    loop = asyncio.get_running_loop()
    if _is_pollable(descriptor):
        pipe = os.fdopen(descriptor, "rb", buffering=0)
        await loop.connect_read_pipe(lambda: _Pipe(received, ended), pipe)
    else:
        arguments = (descriptor, loop, received, ended)
        threading.Thread(target=_read_in_thread, args=arguments, daemon=True).start()


class _Pipe(asyncio.Protocol):
    def __init__(self, received: Callable[[bytes], None], ended: Callable[[], None]) -> None:
        self._received = received
        self._ended = ended

    def data_received(self, data: bytes) -> None:
        self._received(data)

    def connection_lost(self, _error: Exception | None) -> None:
        self._ended()


def _is_pollable(descriptor: int) -> bool:
    """Whether the loop can wait for it: pipes and sockets, not files, consoles nor Windows."""
    if os.name != "posix":
        return False
    mode = os.fstat(descriptor).st_mode
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


def _read_in_thread(
    descriptor: int,
    loop: asyncio.AbstractEventLoop,
    received: Callable[[bytes], None],
    ended: Callable[[], None],
) -> None:
    taken = threading.Event()

    def hand_over(data: bytes) -> None:
        received(data)
        taken.set()

    try:
        while data := os.read(descriptor, _CHUNK):
            taken.clear()
            loop.call_soon_threadsafe(hand_over, data)
            taken.wait()  # not to read far ahead of a busy loop
        loop.call_soon_threadsafe(ended)
    except (OSError, RuntimeError):  # the descriptor, or the loop, was closed meanwhile
        return
