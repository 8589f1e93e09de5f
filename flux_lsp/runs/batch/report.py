"""What a job comes to so far, for scripts and people: its status, items, patches, price and batches.

Never asks a server.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flux_lsp.core.errors import FluxError
from flux_lsp.ledger.batches import list_intents
from flux_lsp.ledger.store import Ledger
from flux_lsp.ledger.values import format_dollars
from flux_lsp.runs.batch.job_store import JobStore
from flux_lsp.runs.batch.job_values import GOOD
from flux_lsp.runs.batch.open import iterate_jobs, read_order
from flux_lsp.runs.clock import SystemClock
from flux_lsp.settings import paths


@dataclass(frozen=True)
class JobSummary:
    """One job in a list. `counts` are its items by status; `batches` the server's names.

    `status`: `done`, every item came to a good end; `incomplete`, the job ended and some did not;
    `open`, something is still to be asked or fetched.
    """

    id: str
    action: str
    time: datetime
    root: Path
    counts: Mapping[str, int]
    usd: float
    batches: tuple[str, ...]
    is_open: bool

    @property
    def status(self) -> str:
        """How the job stands."""
        if self.is_open or self.counts.get("waiting") or self.counts.get("weak"):
            return "open"
        return "done" if all(status in GOOD for status in self.counts) else "incomplete"

    def to_json(self) -> dict[str, object]:
        """Return the entry of `batch list`."""
        return {
            "id": self.id,
            "status": self.status,
            "action": self.action,
            "time": self.time.isoformat(),
            "workspace": str(self.root),
            "items": dict(self.counts),
            "usd": self.usd,
            "batches": list(self.batches),
        }

    def describe(self) -> str:
        """Describe the job in a line."""
        items = ", ".join(f"{count:,} {status}" for status, count in sorted(self.counts.items()))
        when = f"{self.time.astimezone():%Y-%m-%d %H:%M}"
        batches = f" · {' '.join(self.batches)}" if self.batches else ""
        money = format_dollars(self.usd)
        return f"{self.id}  {when}  {self.action}: {self.status} ({items}) · {money}{batches}"


def summarize_job(store: JobStore, ledger: Ledger) -> JobSummary:
    """Summarize a job. Raises FluxError when its order or the ledger cannot be read. Blocks."""
    order, facts = read_order(store), store.read_facts()
    intents = list_intents(ledger, store.folder.name)
    return JobSummary(
        id=store.folder.name,
        action=order.action,
        time=datetime.fromisoformat(facts["time"]),
        root=order.root,
        counts=store.count_statuses(),
        usd=store.sum_usd(),
        batches=tuple(intent.batch for intent in intents if intent.batch),
        is_open=any(not round_.is_closed for round_ in store.list_rounds()),
    )


def list_jobs(data: Path) -> list[JobSummary]:
    """List the jobs of a data folder, the oldest first; what cannot be read is left out. Blocks."""
    ledger = Ledger(paths.get_ledger_path(data), SystemClock())
    summaries = []
    try:
        for store in iterate_jobs(data):
            try:
                summaries.append(summarize_job(store, ledger))
            except FluxError:
                continue
    finally:
        ledger.close()
    return sorted(summaries, key=lambda job: job.time)


def describe_job(store: JobStore, summary: JobSummary) -> dict[str, object]:
    """Return the JSON of `flux-lsp batch`. Blocks."""
    patches = store.read_facts().get("patches", [])
    return {
        "id": summary.id,
        "status": summary.status,
        "items": [state.to_json() for state in store.iterate_items()],
        "patches": patches,
        "usd": summary.usd,
        "batches": list(summary.batches),
    }
