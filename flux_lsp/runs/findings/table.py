"""The findings of a session by document, each where its lines are now.

Never reads a document and never tells anybody: fronts ask, and listen.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flux_lsp.core.text import Snapshot
    from flux_lsp.runs.findings.values import PlacedFinding
    from flux_lsp.runs.line_edits import HunkLines, LineEdit

_MOST_PENDING = 2_000  # changes; after more, the texts are compared
_MOST_DOCUMENTS = 500


@dataclass(slots=True)
class _FiledFindings:
    """The findings of one document on the text of `snapshot`.

    `typed`: what changed since, up to `version`; None when nobody can tell.
    """

    snapshot: "Snapshot"
    findings: "tuple[PlacedFinding, ...]"
    version: int | None
    typed: "list[LineEdit] | None" = field(default_factory=list)


class FindingTable:
    """Every finding that is not gone; `listeners` get the uri of a document whose findings changed."""

    def __init__(self) -> None:
        """None yet."""
        self._entries: dict[str, _FiledFindings] = {}
        self.listeners: list[Callable[[str], None]] = []

    def add(self, snapshot: "Snapshot", findings: "Iterable[PlacedFinding]") -> None:
        """Add findings on the text of `snapshot`; those that are there already have to be on it too."""
        entry = self._entries.get(snapshot.uri)
        before = entry.findings if entry else ()
        ids = {placed.id for placed in before}
        new = tuple(placed for placed in findings if placed.id not in ids)
        self._put(snapshot, (*before, *new))

    def replace_earlier(self, code: str, home: str, about: "HunkLines") -> None:
        """Forget what an earlier run of `code` said of the lines `about` of `home`, and from there of others.

        `about` is on the text on which the findings of `home` are.
        """
        for uri, entry in list(self._entries.items()):
            kept = tuple(
                placed
                for placed in entry.findings
                if placed.code != code
                or not (_is_in(placed.block, about) if uri == home else placed.home == home)
            )
            if len(kept) != len(entry.findings):
                self._put(entry.snapshot, kept)

    def follow(self, uri: str, version: int, edits: "Sequence[LineEdit] | None") -> None:
        """Note what was typed in a document; None when nobody can tell what it was."""
        entry = self._entries.get(uri)
        if entry is None:
            return
        entry.version = version
        if edits is None or entry.typed is None or len(entry.typed) > _MOST_PENDING:
            entry.typed = None
        else:
            entry.typed += edits

    def forget_version(self, uri: str) -> None:
        """Note that the document was opened or closed, so that its text may be another one."""
        entry = self._entries.get(uri)
        if entry is not None:
            entry.typed, entry.version = None, None

    def place(self, uri: str, now: "Snapshot | None") -> "tuple[PlacedFinding, ...]":
        """Return the findings of a document as it is `now`, None for one that is no more.

        Compares texts where nobody can tell what was typed, which may take milliseconds.
        """
        from flux_lsp.runs.findings.follow import carry_block, compare, keep_unchanged

        entry = self._entries.get(uri)
        if entry is None:
            return ()
        if now is None:
            del self._entries[uri]
            return ()
        typed = entry.typed
        if typed is None or entry.version != now.version:
            typed = compare(entry.snapshot, now)
        carried = [
            replace(placed, block=block)
            for placed in entry.findings
            if (block := carry_block(placed.block, typed)) is not None
        ]
        findings = keep_unchanged(carried, now)
        self._entries[uri] = _FiledFindings(now, findings, now.version)
        if not findings:
            del self._entries[uri]
        return findings

    def list_near(self, uri: str, first: int, last: int) -> "list[PlacedFinding]":
        """List the findings on the 0-based lines `first..last` by what was typed; quick, reads nothing."""
        entry = self._entries.get(uri)
        if entry is None or entry.typed is None:
            return []
        from flux_lsp.runs.findings.follow import carry_block

        carried = ((placed, carry_block(placed.block, entry.typed)) for placed in entry.findings)
        return [
            replace(placed, block=block)
            for placed, block in carried
            if block is not None and block.first <= last and first < block.first + block.count
        ]

    def take(self, uri: str, finding_id: str) -> "PlacedFinding | None":
        """Remove one finding and return it; None when it is not there."""
        entry = self._entries.get(uri)
        placed = next((p for p in entry.findings if p.id == finding_id), None) if entry else None
        if entry is None or placed is None:
            return None
        entry.findings = tuple(other for other in entry.findings if other is not placed)
        self._tell(uri)
        return placed

    def rename(self, old: str, new: str) -> None:
        """Take the findings of a file, or of a folder's files, to its new name."""
        for uri in list(self._entries):
            if uri == old or uri.startswith(f"{old.rstrip('/')}/"):
                entry = self._entries.pop(uri)
                entry.snapshot = replace(
                    entry.snapshot, uri=f"{new.rstrip('/')}{uri[len(old.rstrip('/')) :]}"
                )
                entry.typed, entry.version = None, None
                self._entries[entry.snapshot.uri] = entry
                self._tell(uri)
                self._tell(entry.snapshot.uri)

    def has(self, uri: str) -> bool:
        """Whether the document has findings."""
        return uri in self._entries

    def _put(self, snapshot: "Snapshot", findings: "tuple[PlacedFinding, ...]") -> None:
        self._entries.pop(snapshot.uri, None)
        if findings:
            self._entries[snapshot.uri] = _FiledFindings(snapshot, findings, snapshot.version)
        while len(self._entries) > _MOST_DOCUMENTS:
            oldest = next(iter(self._entries))
            del self._entries[oldest]
            self._tell(oldest)
        self._tell(snapshot.uri)

    def _tell(self, uri: str) -> None:
        for listener in self.listeners:
            listener(uri)


def _is_in(block: "HunkLines", about: "HunkLines") -> bool:
    return about.first <= block.first and block.first + block.count <= about.first + about.count
