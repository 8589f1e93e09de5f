"""The machine's clock.

Never used when a test passes its own clock.
"""

import asyncio
import time
from datetime import UTC, datetime


class SystemClock:
    """The time of this machine."""

    def now(self) -> datetime:
        """Current time, UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds, never going back."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait some seconds; can be cancelled."""
        await asyncio.sleep(seconds)
