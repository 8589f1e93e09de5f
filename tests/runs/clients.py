"""Editors as they treat an edit of several files, each kind as one that was measured does it.

They work on real files below a folder, so that what is on disk can be compared too.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from flux_lsp.core.errors import Problem
from flux_lsp.core.text import Change, Snapshot, Span, apply_changes
from flux_lsp.runs.ports import FrontCapabilities, Level
from flux_lsp.runs.uris import parse_file_uri
from flux_lsp.runs.values import FileEdit, WorkspaceEdit
from tests.runs.fakes import OpenText, declined

Kind = Literal["all", "first", "abort", "skip", "none", "half", "silent", "disk"]
# all: checks every version, makes all or nothing (VS Code). first: checks the version of the first
# entry only (Neovim). abort: stops at the first stale one, and says no (Helix). skip: leaves a stale
# one out, and says yes (Sublime). none: says yes, does nothing. half: says yes, does the first half.
# silent: does all, tells nothing of the files it opened. disk: has no `documentChanges` (old ones).
KINDS: tuple[Kind, ...] = ("all", "first", "abort", "skip", "none", "half", "silent", "disk")


@dataclass
class SimulatedClient:
    """A front with open documents and the files of a disk. `on_arrival`: before an edit is made."""

    kind: Kind
    texts: dict[str, OpenText] = field(default_factory=dict)
    hidden: dict[str, str] = field(default_factory=dict)  # opened without a word
    told: list[tuple[Level, str]] = field(default_factory=list)
    edits: list[WorkspaceEdit] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    on_arrival: Callable[[], object] = lambda: None
    on_done: Callable[[], object] = lambda: None
    on_change: Callable[[str], None] = lambda _: None
    outcomes: bool = True

    @property
    def can(self) -> FrontCapabilities:
        return FrontCapabilities(
            applies_edits=True,
            creates_files=self.kind != "disk",
            deletes_files=self.kind != "disk",
            edits_closed_files=self.kind != "disk",
            shows_outcomes=self.outcomes,
        )

    def get(self, uri: str) -> OpenText | None:
        return self.texts.get(uri)

    def list_uris(self) -> list[str]:
        return list(self.texts)

    def open(self, path: Path) -> str:
        """The person opens a file; as editors do, without its mark."""
        uri = path.as_uri()
        text = path.read_bytes().decode().removeprefix("\ufeff")
        self.texts[uri] = OpenText(text, language_id="")
        self.on_change(uri)
        return uri

    def close(self, uri: str) -> None:
        """The person closes a document without saving it."""
        del self.texts[uri]

    def save(self, uri: str) -> None:
        """The person saves a document."""
        _file(uri).write_bytes(self.texts[uri].content.encode())

    def write(self, uri: str, text: str) -> None:
        """A document comes to hold `text`."""
        document = self.texts[uri]
        self.texts[uri] = OpenText(text, document.version + 1, "")
        self.on_change(uri)

    def read(self, uri: str) -> str | None:
        """What a person would find: the open text, else the file, None where there is none."""
        if uri in self.texts:
            return self.texts[uri].content
        if uri in self.hidden:
            return self.hidden[uri]
        file = _file(uri)
        return file.read_bytes().decode() if file.exists() else None

    async def apply_edit(self, edit: WorkspaceEdit) -> Problem | None:
        self.edits.append(edit)
        self.on_arrival()
        if self.kind == "none":
            return None
        answer = self._make(edit)
        self.on_done()
        return answer

    def _make(self, edit: WorkspaceEdit) -> Problem | None:
        stale = [file for file in edit.files if self._is_stale(file)]
        checked = edit.files[:1] if self.kind == "first" else edit.files
        if self.kind in {"all", "half", "silent"} and stale:
            return declined()
        for number, file in enumerate(edit.files):
            if self.kind == "half" and number * 2 >= max(2, len(edit.files)):
                return None
            if file in stale and file in checked and self.kind != "disk":
                if self.kind == "skip":
                    continue
                return None if self.kind == "first" else declined()
            if not self._change(file):
                return declined()
        for uri, content in edit.created:
            if _file(uri).exists():
                return declined()
            self.texts[uri] = OpenText(content, language_id="")
            self.on_change(uri)
        for uri in edit.deleted:
            self.texts.pop(uri, None)
            _file(uri).unlink(missing_ok=True)
        return None

    def _is_stale(self, file: FileEdit) -> bool:
        document = self.texts.get(file.base.uri)
        return (
            document is not None
            and file.base.version is not None
            and document.version != file.base.version
        )

    def _change(self, file: FileEdit) -> bool:
        uri = file.base.uri
        if uri not in self.texts and not _file(uri).exists():
            return False
        if uri not in self.texts and self.kind == "silent":
            text = self.hidden.get(uri, _file(uri).read_bytes().decode())
            self.hidden[uri] = apply_by_position(file, text)
            return True
        if uri not in self.texts:
            self.open(_file(uri))
        self.write(uri, apply_by_position(file, self.texts[uri].content))
        return True

    async def show_document(self, uri: str) -> bool:
        self.shown.append(uri)
        if uri in self.hidden:
            self.texts[uri] = OpenText(self.hidden.pop(uri), language_id="")
            self.on_change(uri)
        elif uri not in self.texts and _file(uri).exists():
            self.open(_file(uri))
        return True

    def tell(self, level: Level, text: str) -> None:
        self.told.append((level, text))


def apply_by_position(file: FileEdit, text: str) -> str:
    """What an editor makes of `text`: it gets lines and columns, whatever they were meant for."""
    base = file.base
    if base.text.startswith("\ufeff") and base.version is None:  # a mark is no column
        moved = tuple(Change(Span(c.span.start - 1, c.span.end - 1), c.text) for c in file.changes)
        base = Snapshot(base.uri, base.path, "", None, base.text[1:])
        file = FileEdit(base, moved)
    now = Snapshot(base.uri, base.path, "", None, text)

    def move(offset: int) -> int:
        line = base.get_line(offset)
        if line >= now.line_count:
            return len(text)
        span = now.get_line_span(line, line)
        width = len(span.extract(text).rstrip("\r\n"))
        return span.start + min(offset - base.line_starts[line], width)

    for change in sorted(file.changes, key=lambda c: c.span, reverse=True):
        start, end = move(change.span.start), move(change.span.end)
        now = Snapshot(base.uri, base.path, "", None, text)
        text = apply_changes(text, [Change(Span(start, max(start, end)), change.text)])
    return text


def _file(uri: str) -> Path:
    path = parse_file_uri(uri)
    assert path is not None
    return path
