"""What a batch job is asked and what it is about, as frozen values.

Never holds an answer or money: `job_store.py` and the ledger do.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from flux_lsp.core.text import Snapshot, Span
from flux_lsp.core.tiers import Tier

WantedSymbols = Literal["all", "undocumented", "untested"]


@dataclass(frozen=True)
class BatchOrder:
    """What a person asked for: one action on the symbols or files of `paths` below `root`.

    `paths` are files, folders and globs, relative to `folder`. `since` is a revision of git: only what
    changed since the branch left it counts. `max_usd` bounds the whole job.
    """

    action: str
    root: Path
    folder: Path
    paths: tuple[str, ...]
    instruction: str = ""
    whole_files: bool = False
    symbols: WantedSymbols = "all"
    since: str = ""
    tier: Tier | None = None
    model: str = ""
    max_usd: float | None = None
    now: bool = False


@dataclass(frozen=True, slots=True)
class BatchItem:
    """One part of one file that the action is done on; `span` is of the file's text.

    `symbol` is its dotted name, "" for a whole file. `number` counts from 1 within the job.
    """

    number: int
    path: str
    symbol: str
    span: Span


@dataclass(frozen=True, slots=True)
class SkippedFile:
    """A file that was named and is left out, and why."""

    path: str
    why: str


@dataclass(frozen=True)
class ItemSelection:
    """The items of a job with the files that they are in, by path, and the files left out."""

    items: tuple[BatchItem, ...] = ()
    files: dict[str, Snapshot] = field(default_factory=dict)
    skipped: tuple[SkippedFile, ...] = ()
