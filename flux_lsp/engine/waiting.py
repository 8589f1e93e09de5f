"""Waits before a call, and tells how long it still takes.

Never decides to wait.
"""

from flux_lsp.core.clock import Clock
from flux_lsp.engine.events import Observer, WaitContinued, WaitStarted


async def wait_visibly(
    run: str, seconds: float, reason: str, clock: Clock, observe: Observer
) -> None:
    """Wait, and tell each second how long it still takes."""
    observe(WaitStarted(run, seconds, reason))
    whole = int(seconds)
    if seconds > whole:
        await clock.sleep(seconds - whole)
    for left in range(whole, 0, -1):
        if left < seconds:
            observe(WaitContinued(run, left, reason))
        await clock.sleep(1)
