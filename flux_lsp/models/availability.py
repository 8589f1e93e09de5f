"""Remembers for a while which models this key was refused, so that no run pays to learn it again.

Never asks a server and never decides what to do instead.
"""

from dataclasses import dataclass

from flux_lsp.core.clock import Clock

# Long enough not to fail each run twice, short enough that access granted meanwhile is noticed.
REMEMBER_SECONDS = 900.0
COOL_DOWN_SECONDS = 60.0  # of a model that was busy or silent
TIMED_OUT = 408
_LASTING = frozenset({None, 403, 404})


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a model is not asked. `until`: a time of the monotonic clock.

    `status`: 404 or 403, None if not known; 429, 408 or from 500 on for one that could not answer.
    """

    status: int | None
    until: float

    @property
    def is_lasting(self) -> bool:
        """Whether this key cannot use the model, rather than nobody just now."""
        return self.status in _LASTING

    @property
    def words(self) -> str:
        """What is to be said of the model."""
        shown = f" ({self.status})" if self.status else ""
        if self.is_lasting:
            return f"is not available to this key{shown}"
        if self.status == TIMED_OUT:
            return "did not answer in time"
        return f"takes no requests now{shown}"


class RefusalMemory:
    """The models that each credential was refused; a new key starts with none."""

    def __init__(self, clock: Clock, seconds: float = REMEMBER_SECONDS) -> None:
        self._clock = clock
        self._seconds = seconds
        self._refused: dict[tuple[str, str], Refusal] = {}

    def refuse(self, credential: str, model: str, status: int | None) -> bool:
        """Remember a refusal; True when it is news, so that the person hears of it once."""
        news = self.find_refusal(credential, model) is None
        lasting = Refusal(status, 0).is_lasting
        until = self._clock.monotonic() + (self._seconds if lasting else COOL_DOWN_SECONDS)
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
