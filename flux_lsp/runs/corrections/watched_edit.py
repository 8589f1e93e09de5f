"""One applied edit under watch: where its ranges are now, and what was seen of it so far.

Never holds more than the texts that the edit itself wrote and took away.
"""

from dataclasses import dataclass, field
from pathlib import Path

from flux_lsp.ledger.run_values import Watched
from flux_lsp.runs.corrections.follow import Ranges
from flux_lsp.runs.corrections.ranges import measure_share, track_changes
from flux_lsp.runs.values import AppliedEdit

# Seconds after the edit at which somebody looks, and the share that is noted then.
LOOKS = ((30, "kept_half"), (300, "kept_5"), (600, "kept_10"))


@dataclass(frozen=True, slots=True)
class Sighting:
    """What was seen of an edit so far; the fields are those of `Aftermath`."""

    undone: bool = False
    undone_within: int | None = None
    corrected: bool = False
    rerun: bool = False
    kept_half: float | None = None
    kept_5: float | None = None
    kept_10: float | None = None
    watched: Watched = "open"


@dataclass
class WatchedEdit:
    """The edit of one run: its ranges by document, which of them are undone, the looks so far."""

    run: str
    began: float
    repository: Path | None
    branch: bytes | None
    ranges: dict[str, Ranges]
    undone: set[str] = field(default_factory=set)
    looks: int = 0
    seen: Sighting = Sighting()

    @property
    def size(self) -> int:
        """How many characters it keeps."""
        parts = [part for ranges in self.ranges.values() for part in ranges]
        return sum(len(p.before) + len(p.after) + len(p.alive) for p in parts)


def find_bucket(elapsed: float) -> int | None:
    """Return within how many seconds something happened, by the looks; None for later."""
    return next((seconds for seconds, _ in LOOKS if elapsed <= seconds), None)


def track_edit(edit: AppliedEdit) -> dict[str, Ranges]:
    """Return the ranges that an edit wrote, by document."""
    ranges = {before.uri: track_changes(before.text, after) for before, after in edit.files}
    return {uri: parts for uri, parts in ranges.items() if parts}


def compute_share(ranges: dict[str, Ranges], texts: dict[str, str]) -> float:
    """Return the share of the whole edit that is kept, by how much it wrote in each document."""
    weights = {uri: sum(part.total for part in parts) for uri, parts in ranges.items()}
    shares = {uri: measure_share(parts, texts[uri]) for uri, parts in ranges.items()}
    whole = sum(weights.values())
    if not whole:
        return min(shares.values())
    return sum(weights[uri] * share for uri, share in shares.items()) / whole
