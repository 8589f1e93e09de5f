"""The proposals of a session that wait for a person's yes, each where its code is now.

Never looks into one: `review.py` and `follow.py` do.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flux_lsp.core.errors import ErrorCode, Problem

if TYPE_CHECKING:
    from flux_lsp.core.text import Snapshot
    from flux_lsp.runs.line_edits import HunkLines, LineEdit
    from flux_lsp.runs.review import Proposal

_KEPT = 20


@dataclass(slots=True)
class _Place:
    """Where the hunks of one proposal are in one document, by number, at a version of it."""

    version: int | None
    blocks: "dict[int, HunkLines]"


@dataclass(slots=True)
class _Entry:
    """One proposal: each hunk on the text that it last fitted, and as of `versions` on the newest."""

    fitting: "Proposal"
    places: dict[str, _Place]  # by uri
    current: "Proposal | None" = None
    versions: dict[str, int | None] = field(default_factory=dict)


class Proposals:
    """The open proposals of this session."""

    def __init__(self, take_open_snapshot: "Callable[[str], Snapshot | None]") -> None:
        """None yet; `take_open_snapshot` knows the documents as they are now."""
        self._take = take_open_snapshot
        self._open: OrderedDict[str, _Entry] = OrderedDict()

    def keep(self, proposal: "Proposal") -> "Proposal":
        """Add a proposal or its newer state, and return it as it is now; forgets one with nothing left."""
        before = self._open.pop(proposal.run, None)
        if not proposal.open:
            return proposal
        fitting = proposal.restore_stale(before.fitting) if before else proposal
        entry = _Entry(fitting, before.places if before else {})
        self._open[proposal.run] = entry
        while len(self._open) > _KEPT:
            self._open.popitem(last=False)
        return self._refresh(entry)

    def drop(self, run: str) -> bool:
        """Forget one; False when there was none."""
        return self._open.pop(run, None) is not None

    def follow(self, uri: str, version: int, edits: "Sequence[LineEdit] | None") -> None:
        """Carry the hunks of a document through what was typed; None when nobody can tell what it was."""
        for entry in self._open.values():
            place = entry.places.get(uri)
            if place is not None and edits is not None:
                place.version = version
                place.blocks = {n: block.carry(edits) for n, block in place.blocks.items()}
            elif place is not None:
                del entry.places[uri]

    def has(self, uri: str) -> bool:
        """Whether a proposal changes the document."""
        return any(uri in entry.fitting.uris for entry in self._open.values())

    def list_newest_first(self) -> "list[Proposal]":
        """Return all proposals, the newest first."""
        return [self._refresh(entry) for entry in reversed(self._open.values())]

    def find(self, run: str | None) -> "Proposal | Problem":
        """Find a proposal by its run; the newest when no run is named."""
        if run is None and self._open:
            return self._refresh(next(reversed(self._open.values())))
        if run is not None and run in self._open:
            return self._refresh(self._open[run])
        return Problem(
            ErrorCode.BAD_REQUEST, "There is no such proposal any more", "Run the action again"
        )

    def find_by_document(self, uri: str) -> "list[Proposal]":
        """Find open proposals that change the document or come from a run on it, newest first.

        A proposal that makes files counts for every document.
        """
        entries = [entry for entry in self._open.values() if entry.fitting.is_about(uri)]
        return [self._refresh(entry) for entry in reversed(entries)]

    def _refresh(self, entry: _Entry) -> "Proposal":
        """Return the proposal with each hunk where it is now."""
        documents = {uri: self._take(uri) for uri in entry.fitting.uris}
        versions = {uri: now.version for uri, now in documents.items() if now is not None}
        if entry.current is not None and entry.versions == versions:
            return entry.current
        from flux_lsp.runs.follow import place_proposal

        blocks: dict[int, HunkLines] = {}
        for uri, place in entry.places.items():
            if uri in versions and place.version == versions[uri]:
                blocks |= place.blocks
        placement = place_proposal(entry.fitting, documents, blocks)
        entry.fitting, entry.current = placement.fitting, placement.current
        entry.versions = versions
        entry.places = {
            uri: _Place(version, placement.blocks.get(uri, {})) for uri, version in versions.items()
        }
        return entry.current
