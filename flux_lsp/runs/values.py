"""What a run asks of a front and what the front did, as frozen values.

Never holds an editor's position: places are spans of a snapshot.
"""

from dataclasses import dataclass, replace

from flux_lsp.core.errors import Problem
from flux_lsp.core.text import Change, Snapshot, apply_changes


@dataclass(frozen=True)
class FileEdit:
    """The changes to one document as it was in `base`."""

    base: Snapshot
    changes: tuple[Change, ...]

    @property
    def after(self) -> str:
        """The whole text once the changes are in it."""
        return apply_changes(self.base.text, self.changes)

    def anchor_to_text(self) -> "FileEdit":
        """Return the same changes for the file as it may be by now: open or closed, by its text."""
        return replace(self, base=replace(self.base, version=None))


@dataclass(frozen=True)
class WorkspaceEdit:
    """Everything that one edit does; a front does all of it or nothing.

    `created` are new files as (uri, content); `deleted` are uris. `confirm` asks for the front's own
    preview; set it only for a front with `previews_edits`.
    """

    label: str
    files: tuple[FileEdit, ...] = ()
    created: tuple[tuple[str, str], ...] = ()
    deleted: tuple[str, ...] = ()
    confirm: bool = False


@dataclass(frozen=True)
class AppliedEdit:
    """What an edit did, so that Flux can undo it.

    `unsaved` are the paths of files that nobody had open and that are not written to disk yet.
    """

    files: tuple[tuple[Snapshot, str], ...]  # (as it was, text afterwards)
    created: tuple[tuple[str, str], ...] = ()  # (uri, content)
    unsaved: tuple[str, ...] = ()


class Declined(Problem):
    """The front refused or threw away the edit: nothing of it is in a document."""
