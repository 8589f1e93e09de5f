"""The command line as the front of a session: it changes the files of a disk in memory.

Never writes a file: `run --apply` does, once the outcome is known.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flux_lsp.core.errors import ErrorCode, Problem
from flux_lsp.core.text import apply_changes
from flux_lsp.runs.ports import FrontCapabilities, Level
from flux_lsp.runs.uris import parse_file_uri
from flux_lsp.runs.values import Declined, FileEdit, WorkspaceEdit

# For each file its text before, None where there was none, and after.
Changes = dict[Path, tuple[str | None, str]]


@dataclass(frozen=True)
class OpenFile:
    """The text of a file as the session sees it."""

    content: str
    version: int = 1
    language_id: str = ""

    def text(self) -> str:
        """All of it."""
        return self.content


class DiskFront:
    """`runs.ports.Front` and `runs.ports.OpenDocuments` for a command."""

    can = FrontCapabilities(
        applies_edits=True,
        creates_files=True,
        deletes_files=True,
        edits_closed_files=True,
        saves_files=True,
        shows_outcomes=True,
        shows_answers=True,
    )

    def __init__(self) -> None:
        """Nothing is open."""
        self.on_change: Callable[[str], None] = lambda _: None
        self.messages: list[str] = []
        self._open: dict[str, OpenFile] = {}
        self._originals: dict[str, str | None] = {}  # of what was changed

    def open(self, file: Path, text: str) -> str:
        """Open a file with this text; returns its uri."""
        uri = file.resolve().as_uri()
        self._open[uri] = OpenFile(text)
        return uri

    def get(self, uri: str) -> OpenFile | None:
        """The open file."""
        return self._open.get(uri)

    def list_uris(self) -> list[str]:
        """The uris of all open files."""
        return list(self._open)

    async def apply_edit(self, edit: WorkspaceEdit) -> Problem | None:
        """Change the texts in memory: all of them or none."""
        if not all(self._is_current(file) for file in edit.files):
            return Declined(ErrorCode.STALE_DOCUMENT, "The text changed meanwhile", "Run it again")
        for file in edit.files:
            text = apply_changes(file.base.text, file.changes)
            self._set(file.base.uri, file.base.text, text)
        for uri, content in edit.created:
            self._set(uri, None, content)
        for uri in edit.deleted:
            self._open.pop(uri, None)
            self._originals.pop(uri, None)
        return None

    async def show_document(self, uri: str) -> bool:  # noqa: ARG002 - there is no window
        """Show nothing: the command prints the outcome."""
        return False

    def tell(self, level: Level, text: str) -> None:  # noqa: ARG002 - all of it is printed
        """Keep a sentence until the command prints it."""
        self.messages.append(text)

    def list_changes(self) -> Changes:
        """List every file whose text has changed."""
        changed: Changes = {}
        for uri, before in self._originals.items():
            path, after = parse_file_uri(uri), self._open[uri].content
            if path is not None and after != before:
                changed[path] = (before, after)
        return changed

    def _is_current(self, file: FileEdit) -> bool:
        opened = self._open.get(file.base.uri)
        return opened is None or file.base.version in {None, opened.version}

    def _set(self, uri: str, before: str | None, after: str) -> None:
        self._originals.setdefault(uri, before)
        opened = self._open.get(uri)
        self._open[uri] = OpenFile(after, opened.version + 1 if opened else 1)
        self.on_change(uri)
