"""The proposals of a session that wait for a person's yes.

Never looks into one: `review.py` does.
"""

from collections import OrderedDict
from typing import TYPE_CHECKING

from flux_lsp.core.errors import ErrorCode, Problem

if TYPE_CHECKING:
    from flux_lsp.runs.review import Proposal

_KEPT = 20


class Proposals:
    """The open proposals of this session."""

    def __init__(self) -> None:
        """None yet."""
        self._open: OrderedDict[str, Proposal] = OrderedDict()

    def keep(self, proposal: "Proposal") -> None:
        """Add a proposal or its newer state; forgets one that has nothing left."""
        self._open.pop(proposal.run, None)
        if proposal.open:
            self._open[proposal.run] = proposal
        while len(self._open) > _KEPT:
            self._open.popitem(last=False)

    def drop(self, run: str) -> bool:
        """Forget one; False when there was none."""
        return self._open.pop(run, None) is not None

    def list_newest_first(self) -> "list[Proposal]":
        """Return all proposals, the newest first."""
        return list(reversed(self._open.values()))

    def find(self, run: str | None) -> "Proposal | Problem":
        """Find a proposal by its run; the newest when no run is named."""
        if run is None and self._open:
            return next(reversed(self._open.values()))
        if run is not None and run in self._open:
            return self._open[run]
        return Problem(
            ErrorCode.BAD_REQUEST, "There is no such proposal any more", "Run the action again"
        )

    def find_by_document(self, uri: str) -> "list[Proposal]":
        """Find open proposals that change the document or come from a run on it, newest first.

        A proposal that makes files counts for every document.
        """
        return [proposal for proposal in self.list_newest_first() if proposal.is_about(uri)]
