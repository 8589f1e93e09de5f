"""The protocol of a server that takes batches, and the values it answers with, without an SDK.

Never imports anthropic: `models/anthropic/batches.py` does the work.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from flux_lsp.core.conversation import CallError, Prompt, Reply
from flux_lsp.models.client import Route

BatchStatus = Literal["in_progress", "canceling", "ended"]
# How one request of a batch ended without an answer.
NoAnswer = Literal["errored", "canceled", "expired"]


@dataclass(frozen=True, slots=True)
class BatchRequest:
    """One request of a batch; `custom_id` names it in the results."""

    custom_id: str
    params: dict[str, object]


@dataclass(frozen=True, slots=True)
class BatchState:
    """A batch as the server describes it. `done` of `requests` are over, as far as the server says."""

    id: str
    status: BatchStatus
    requests: int
    done: int


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What became of one request: an answer, or why there is none; `message` is the server's own."""

    custom_id: str
    answer: Reply | NoAnswer
    message: str = ""


class BatchClient(Protocol):
    """A door to batches. A failed request is a `CallError`, never an exception; nothing is repeated."""

    def build_params(self, prompt: Prompt, route: Route) -> dict[str, object]:
        """Return the JSON of one request of a batch."""
        ...

    async def create(self, requests: Sequence[BatchRequest]) -> BatchState | CallError:
        """Create a batch. After an error with `may_cost` nobody knows whether there is one."""
        ...

    async def retrieve(self, batch: str) -> BatchState | CallError:
        """Ask how a batch is."""
        ...

    async def list_newest(self, until: str) -> list[BatchState] | CallError:
        """List the batches newer than the batch `until`, the newest first; "" lists those of two days."""
        ...

    async def cancel(self, batch: str) -> BatchState | CallError:
        """Ask the server to end a batch; what it has begun is still paid for."""
        ...

    def read_results(self, batch: str) -> AsyncIterator[BatchResult | CallError]:
        """Read the results of a batch that has ended, in any order; a CallError is the last of them."""
        ...
