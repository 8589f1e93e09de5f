"""Runs and ends the server process: its loop, signals, the process that started it.

Never leaves a process behind: work under way has a moment to finish, then ends with it.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Callable, Coroutine
from typing import Any

logger = logging.getLogger(__name__)

GRACE = 1.0  # seconds for tasks to finish in


def run(main: Coroutine[Any, Any, int], grace: float = GRACE) -> int:
    """Run `main` in its own event loop; what it left running has `grace` seconds to end.

    Unlike `asyncio.run`, which waits for threads and stubborn tasks as long as they take.
    """
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(main)
    finally:
        loop.run_until_complete(cancel_all(grace))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


async def cancel_all(grace: float) -> None:
    """Cancel every other task and wait for them, not longer than `grace` seconds."""
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    if tasks:
        _, stubborn = await asyncio.wait(tasks, timeout=grace)
        for task in stubborn:
            logger.warning("did not end when cancelled: %r", task.get_name())


def handle_signals(stop: Callable[[int], None]) -> None:
    """Call `stop(128 + number)` at the first SIGINT or SIGTERM; a second one ends at once."""
    if threading.current_thread() is not threading.main_thread():
        return
    loop = asyncio.get_running_loop()

    def stop_on_signal(number: int) -> None:
        signal.signal(number, signal.SIG_DFL)
        stop(128 + number)

    for number in (signal.SIGINT, signal.SIGTERM):
        if os.name == "posix":
            loop.add_signal_handler(number, stop_on_signal, number)
        else:
            signal.signal(number, lambda n, _: loop.call_soon_threadsafe(stop_on_signal, n))


async def watch(process_id: int, gone: Callable[[], None], seconds: float) -> None:
    """Call `gone` once this process has ended; looks every so many seconds.

    One that is not there to begin with is a client outside of this container, whose number means
    nothing here. Does nothing on Windows, where signal 0 is no question but Ctrl-C.
    """
    if os.name != "posix" or process_id <= 0 or not _is_alive(process_id):
        return
    is_parent = os.getppid() == process_id
    while _is_alive(process_id) and not (is_parent and os.getppid() != process_id):  # noqa: ASYNC110
        await asyncio.sleep(seconds)  # nothing tells that a process ended
    logger.warning("the client's process %d is gone", process_id)
    gone()


def _is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:  # somebody else's, but there
        return True
    return True
