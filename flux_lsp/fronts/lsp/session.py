"""One client's session: its editor, documents, runs and configuration, in one place.

Holds no logic of a run; it is what the commands and the menu share.
"""

from dataclasses import dataclass, field
from typing import Any

from flux_lsp.core.errors import Code, FluxError
from flux_lsp.fronts.lsp.configuration import Configuration
from flux_lsp.fronts.lsp.documents import Documents
from flux_lsp.fronts.lsp.editor import Editor
from flux_lsp.fronts.lsp.explain import Explanations
from flux_lsp.fronts.lsp.jobs import Job, Jobs
from flux_lsp.fronts.lsp.proposals import Proposals


@dataclass
class Session:
    """Everything the server knows while one client is connected."""

    editor: Editor
    documents: Documents
    configuration: Configuration
    jobs: Jobs = field(default_factory=Jobs)
    proposals: Proposals = field(default_factory=Proposals)
    explanations: Explanations = field(default_factory=Explanations)

    def tell(self, job: Job, extra: dict[str, Any]) -> None:
        """Send the outcome to a client that wants it."""
        if self.editor.can.outcome and job.outcome is not None:
            self.editor.wire.notify("flux/outcome", {**job.outcome.as_json(), **extra})

    def job(self, run: str | None) -> Job:
        """A run by id, or the newest; raises FluxError when there is none."""
        found = self.jobs.last(lambda _: True) if run is None else self.jobs.find(run)
        if found is None:
            raise FluxError(
                Code.BAD_REQUEST, "There is no such run in this session", "Start it again"
            )
        return found
