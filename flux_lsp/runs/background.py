"""Runs work that nobody waits for, on the loop of one session.

Never hides a failure, and never lets Python collect a task while it runs.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

log = logging.getLogger(__name__)

QUIET = 0.5  # seconds; what nobody waits for is done after the first requests, not among them

Work = Coroutine[Any, Any, object]


class BackgroundTasks:
    """The tasks of one session, or of one part of it."""

    def __init__(self) -> None:
        """None yet."""
        self._tasks: set[asyncio.Task[object]] = set()

    def start(self, work: Work) -> None:
        """Start the work at once."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._finish)

    def start_later(self, work: Callable[[], Work]) -> None:
        """Start the work once the editor has what it asks for at its start."""
        asyncio.get_running_loop().call_later(QUIET, lambda: self.start(work()))

    @property
    def is_idle(self) -> bool:
        """Whether nothing goes on."""
        return not self._tasks

    async def wait(self) -> None:
        """Wait until nothing goes on any more."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def _finish(self, task: "asyncio.Task[object]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("background work failed", exc_info=task.exception())
