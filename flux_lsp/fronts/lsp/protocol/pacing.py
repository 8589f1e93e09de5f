"""Keeps replies apart from what follows them, for a client that loses what it reads behind a reply.

lsp-mode leaves its reading by a `throw` when the answer to a request comes that it waits for; every
message behind the answer in the same read is lost, an edit too. Never changes the order of messages.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

GAP = 0.05  # seconds between a reply and the next message: many reads of a client that waits


Later = Callable[[float, Callable[[], object]], object]


class _Outgoing(NamedTuple):
    data: bytes
    droppable: bool
    is_reply: bool


def call_later(seconds: float, callback: Callable[[], object]) -> None:
    """Call `callback` from the running loop."""
    asyncio.get_running_loop().call_later(seconds, callback)


class Pacer:
    """Sends messages by `write`, with a gap after each reply. Belongs to the thread of the loop."""

    def __init__(self, write: Callable[[bytes, bool], object], later: Later = call_later) -> None:
        """`write` takes the bytes of a message and whether it can be dropped; `later` is the clock."""
        self._write = write
        self._later = later
        self._waiting: deque[_Outgoing] = deque()
        self._is_gap = False

    def send(self, data: bytes, *, droppable: bool, is_reply: bool) -> None:
        """Send a message now, or when the gap is over that a reply has opened."""
        self._waiting.append(_Outgoing(data, droppable, is_reply))
        if not self._is_gap:
            self._send_waiting()

    def _send_waiting(self) -> None:
        self._is_gap = False
        while self._waiting:
            message = self._waiting.popleft()
            self._write(message.data, message.droppable)
            if message.is_reply:
                self._is_gap = True
                self._later(GAP, self._send_waiting)
                return
