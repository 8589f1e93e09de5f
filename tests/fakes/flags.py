"""Signals between a test and a fake that may run in another thread; never polls, never sleeps."""

import asyncio
import threading


class Flag:
    """Set once, from any thread; waited for in any event loop, or by a thread."""

    def __init__(self) -> None:
        self._set = threading.Event()
        self._lock = threading.Lock()
        self._waiting: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    def set(self) -> None:
        """Wake everybody who waits, now and later."""
        with self._lock:
            self._set.set()
            waiting, self._waiting = self._waiting, []
        for loop, event in waiting:
            if not loop.is_closed():
                loop.call_soon_threadsafe(event.set)

    def is_set(self) -> bool:
        """Whether it happened."""
        return self._set.is_set()

    async def wait(self, timeout: float | None = 20.0) -> None:
        """Until it is set; TimeoutError after `timeout` seconds (None: never)."""
        event = asyncio.Event()
        with self._lock:
            if self._set.is_set():
                return
            self._waiting.append((asyncio.get_running_loop(), event))
        async with asyncio.timeout(timeout):
            await event.wait()

    def wait_blocking(self, timeout: float = 20.0) -> None:
        """The same for a thread without a loop."""
        if not self._set.wait(timeout):
            raise TimeoutError


class Gate:
    """A place where the fake stops until the test opens it.

    `reached` is set when somebody stands before it, so a test knows that the answer is held.
    """

    def __init__(self) -> None:
        self.reached = Flag()
        self.opened = Flag()

    def open(self) -> None:
        """Let everybody through, now and later."""
        self.opened.set()
