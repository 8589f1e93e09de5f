"""Remembers for a while which models this key was refused, so that no run pays to learn it again.

Never asks a server and never decides what to do instead.
"""

from dataclasses import dataclass

from flux_lsp.core.clock import Clock

# Long enough not to fail each run twice, short enough that access granted meanwhile is noticed.
REMEMBER_SECONDS = 900.0


@dataclass(frozen=True, slots=True)
class Refusal:
    """`status`: 404 or 403, None if not known. `until`: a time of the monotonic clock."""

    status: int | None
    until: float


class RefusalMemory:
    """The models that each credential was refused; a new key starts with none."""

    def __init__(self, clock: Clock, seconds: float = REMEMBER_SECONDS) -> None:
        self._clock = clock
        self._seconds = seconds
        self._refused: dict[tuple[str, str], Refusal] = {}

    def refuse(self, credential: str, model: str, status: int | None) -> bool:
        """Remember a refusal; True when it is news, so that the person hears of it once."""
        news = self.find_refusal(credential, model) is None
        until = self._clock.monotonic() + self._seconds
        self._refused[credential, model] = Refusal(status, until)
        return news

    def accept(self, credential: str, model: str) -> None:
        """Forget a refusal: the model answered after all."""
        self._refused.pop((credential, model), None)

    def find_refusal(self, credential: str, model: str) -> Refusal | None:
        """Find the refusal that still holds, if any."""
        known = self._refused.get((credential, model))
        if known is not None and self._clock.monotonic() >= known.until:
            del self._refused[credential, model]
            return None
        return known
