"""What a front must offer so that runs can be started from it.

Never says how: an editor asks its client, the command line works on its own texts. Progress does not
belong here: a front observes the events of its runs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from flux_lsp.core.errors import Problem
from flux_lsp.runs.values import WorkspaceEdit

Level = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class FrontCapabilities:
    """What a front can do. Flux does the rest in another way, or leaves it out."""

    applies_edits: bool  # else a change is written as a patch file
    creates_files: bool = False  # as a part of an edit; else they are made on disk
    deletes_files: bool = False
    saves_files: bool = False  # itself, so that no change waits for a person to save it
    edits_closed_files: bool = False  # opens a file that an edit names; else Flux writes it on disk
    previews_edits: bool = False  # asks the person about an edit itself, whole or not at all
    shows_outcomes: bool = False  # tells the person how a run ended, and of proposals
    shows_answers: bool = False  # shows an explanation itself
    hovers: bool = False


class OpenDocument(Protocol):
    """A document that a person has open."""

    @property
    def language_id(self) -> str:
        """The front's name for the language, "" when it has none."""
        ...

    @property
    def version(self) -> int:
        """The version, which goes up with each change."""
        ...

    def text(self) -> str:
        """The whole text as it is now."""
        ...


class OpenDocuments(Protocol):
    """Every document that is open, by uri."""

    def list_uris(self) -> Sequence[str]:
        """The uris of all of them; asked from threads too."""
        ...

    def get(self, uri: str) -> OpenDocument | None:
        """The document, None when it is not open."""
        ...


class Front(Protocol):
    """The person's side of a session."""

    @property
    def can(self) -> FrontCapabilities:
        """What it can do; does not change during a session."""
        ...

    async def apply_edit(self, edit: WorkspaceEdit) -> Problem | None:
        """Carry an edit out, or return why it was not; `Declined` when nothing of it is in a document.

        A cancelled call takes the edit back if it is still under way.
        """
        ...

    async def show_document(self, uri: str) -> bool:
        """Open a file beside the code, within seconds; False when the front cannot."""
        ...

    def tell(self, level: Level, text: str) -> None:
        """Show the person a sentence, without waiting."""
        ...
