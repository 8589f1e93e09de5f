"""Writes to the client, and never blocks the caller, whatever the client does.

A client that reads gets its bytes at once from the calling thread. One that has stopped reading
gets them from a thread of the outbox's own; meanwhile messages that nobody misses are dropped, and
when too much is pending the connection counts as lost. Never drops a reply and goes on.
"""

from __future__ import annotations

import os
import select
import stat
import threading
from collections import deque
from collections.abc import Callable

SOFT_LIMIT = 1024 * 1024  # pending bytes above which droppable messages are dropped
HARD_LIMIT = 64 * 1024 * 1024  # pending bytes above which nobody is reading any more


class Outbox:
    """A writer over a file descriptor; every method may be called from any thread.

    `on_lost` is called once, from any thread, when nothing can be written any more.
    """

    def __init__(self, descriptor: int, on_lost: Callable[[], object]) -> None:
        self._descriptor = descriptor
        self._on_lost = on_lost
        self._changed = threading.Condition()
        self._pending: deque[memoryview] = deque()
        self._size = 0
        self._lost = False
        self._closing = False
        self._thread: threading.Thread | None = None
        self._can_try = _make_nonblocking(descriptor)

    def write(self, data: bytes, *, droppable: bool = False) -> None:
        """Send `data` soon; drops `droppable` data when the client is far behind."""
        with self._changed:
            if self._lost or (droppable and self._size > SOFT_LIMIT):
                return
            rest = memoryview(data)
            if self._can_try and not self._pending:
                rest = rest[self._try(rest) :]
            if rest and not self._lost:
                self._hold(rest)

    def close(self, timeout: float = 1.0) -> None:
        """Wait up to `timeout` seconds for pending data, then give up the rest."""
        with self._changed:
            self._changed.wait_for(lambda: self._lost or not self._pending, timeout)
            self._closing = True
            self._changed.notify_all()

    def _hold(self, data: memoryview) -> None:
        if self._size > HARD_LIMIT:  # before this message: one large one may be above it alone
            self._give_up()
            return
        self._pending.append(data)
        self._size += len(data)
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="outbox", daemon=True)
            self._thread.start()
        self._changed.notify_all()

    def _run(self) -> None:
        while (data := self._next()) is not None:
            written = self._wait_and_write(data)
            with self._changed:
                if self._lost:
                    return
                self._size -= written
                if written < len(data):
                    self._pending[0] = data[written:]
                else:
                    self._pending.popleft()
                self._changed.notify_all()

    def _next(self) -> memoryview | None:
        with self._changed:
            self._changed.wait_for(lambda: self._pending or self._closing or self._lost)
            done = self._lost or not self._pending
            return None if done else self._pending[0]

    def _wait_and_write(self, data: memoryview) -> int:
        if self._can_try:  # non-blocking: wait here, outside the lock
            select.select([], [self._descriptor], [])
        return self._try(data)

    def _try(self, data: memoryview) -> int:
        try:
            return os.write(self._descriptor, data)
        except BlockingIOError:
            return 0
        except OSError:  # the reader is gone
            with self._changed:
                self._give_up()
            return 0

    def _give_up(self) -> None:
        if not self._lost:
            self._lost = True
            self._pending.clear()
            self._changed.notify_all()
            self._on_lost()


def _make_nonblocking(descriptor: int) -> bool:
    """Whether writes to `descriptor` now never wait: pipes and sockets, not files nor Windows."""
    if os.name != "posix":
        return False
    mode = os.fstat(descriptor).st_mode
    if not (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)):
        return False
    os.set_blocking(descriptor, False)
    return True
