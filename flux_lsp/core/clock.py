"""The clock's protocol, so that back-off, deadlines and days can be tested without waiting."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The time that Flux uses."""

    def now(self) -> datetime:
        """Current time, timezone-aware, UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds from an arbitrary start, never going back."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait some seconds; can be cancelled."""
        ...
