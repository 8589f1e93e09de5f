"""Runs the event loop of a command: it ends in order at a signal and never waits for a stuck thread.

`asyncio.run` would wait for threads without limit, and one may be in a folder that never answers.
"""

import asyncio
import os
import signal
import sys
import threading
import time
from collections.abc import Coroutine
from typing import Any, TypeVar

_GRACE = 1.0  # seconds that tasks and threads have to end in
_T = TypeVar("_T")
_threads: list[threading.Thread] = []  # those that a command began


def run_to_end(work: Coroutine[Any, Any, _T]) -> _T:
    """Return the result of `work`; a signal cancels it and gives it time to end.

    Raises KeyboardInterrupt after SIGINT; after SIGTERM the process ends by it. A second signal ends
    the process at once.
    """
    before = set(threading.enumerate())
    loop = asyncio.new_event_loop()
    task = loop.create_task(work)
    signals = _cancel_on_signal(loop, task)
    try:
        return loop.run_until_complete(task)
    except asyncio.CancelledError:
        if signal.SIGTERM in signals:
            signal.raise_signal(signal.SIGTERM)
        raise KeyboardInterrupt from None
    finally:
        loop.run_until_complete(_cancel_rest())
        loop.run_until_complete(loop.shutdown_asyncgens())
        _restore_signals(loop)
        loop.close()
        _threads.extend(set(threading.enumerate()) - before)


def leave_if_stuck(code: int) -> None:
    """End the process with `code` if a thread of a command does not end by itself."""
    deadline = time.monotonic() + _GRACE
    for thread in _threads:
        if not thread.daemon:
            thread.join(max(deadline - time.monotonic(), 0))
        if not thread.daemon and thread.is_alive():
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    _threads.clear()


async def _cancel_rest() -> None:
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks, timeout=_GRACE)


def _cancel_on_signal(loop: asyncio.AbstractEventLoop, task: "asyncio.Task[Any]") -> list[int]:
    """Let the first SIGINT or SIGTERM cancel `task`; the list receives its number."""
    received: list[int] = []

    def cancel(number: int) -> None:
        received.append(number)
        signal.signal(number, signal.SIG_DFL)
        task.cancel()

    if threading.current_thread() is threading.main_thread() and os.name == "posix":
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, cancel, number)
    return received


def _restore_signals(loop: asyncio.AbstractEventLoop) -> None:
    if threading.current_thread() is threading.main_thread() and os.name == "posix":
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
