"""What a job works with while a command is at it: its store, the services of a run, the doors.

Holds no logic beyond making the parts fit.
"""

from dataclasses import dataclass
from typing import Protocol

from flux_lsp.actions.action import Action
from flux_lsp.core.text import Snapshot
from flux_lsp.core.tiers import Tier
from flux_lsp.engine.services import Services
from flux_lsp.engine.values import Request
from flux_lsp.models.batches import BatchClient
from flux_lsp.runs.batch.job_store import JobStore
from flux_lsp.runs.batch.job_values import ItemState
from flux_lsp.runs.batch.values import BatchOrder
from flux_lsp.runs.environment import Environment


class JobWatch(Protocol):
    """Who is told how a job goes on."""

    def tell(self, text: str) -> None:
        """Take a sentence for the person."""
        ...

    def count(self, ended: int, items: int) -> None:
        """Take how many of the items have ended."""
        ...


@dataclass(frozen=True)
class Job:
    """One job, opened. `door` is None where the server takes no batches.

    `poll_seconds`: the first and the longest wait between two looks at a batch. `watch` is told what
    goes on. `is_canceled`: nothing new is asked, only what is under way is brought to its end.
    """

    id: str
    order: BatchOrder
    action: Action
    store: JobStore
    services: Services
    environment: Environment
    door: BatchClient | None
    poll_seconds: tuple[float, float]
    watch: JobWatch
    is_canceled: bool = False

    @property
    def first_tier(self) -> Tier:
        """Whom every item is asked of first."""
        return self.order.tier or "haiku"

    @property
    def is_priced_as_batch(self) -> bool:
        """Whether most of the job is sent at the price of batches."""
        return self.door is not None and not self.order.now

    def name_run(self, item: int) -> str:
        """Return the name of an item's run in the ledger."""
        return f"{self.id}.{item}"

    def make_request(self, state: ItemState) -> Request:
        """Return the request of an item, on its file as it was when the job began."""
        item, text = state.item, self.store.read_text(state.item.path)
        file = self.order.root / item.path
        return Request(
            run=self.name_run(item.number),
            action=self.action.id,
            snapshot=Snapshot(file.as_uri(), item.path, "", None, text or ""),
            selection=item.span,
            instruction=self.order.instruction,
            tier=self.first_tier,
            model=self.order.model,
            name=item.symbol,
        )
