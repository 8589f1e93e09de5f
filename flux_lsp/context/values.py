"""What the model gets to see, as frozen values.

Never holds behaviour beyond reading itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from flux_lsp.core.text import LineRange, Snapshot, Span
from flux_lsp.core.usage import estimate_tokens


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """What a checker reports; `span` is of the snapshot's text."""

    span: Span
    severity: str
    message: str
    source: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class SentText:
    """One piece of text that goes to the model: for people, in the outcome and the preview."""

    path: str
    lines: str
    why: str


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Whole lines of one file as they are now; `total_lines` is the file's length."""

    path: str
    lines: LineRange
    text: str
    why: str
    total_lines: int

    @property
    def sent(self) -> SentText:
        """What the outcome says of it."""
        return SentText(self.path, str(self.lines), self.why)


@dataclass(frozen=True, slots=True)
class ShownFile:
    """Another file of the project as it is now, and the parts of it that are shown, in its order."""

    snapshot: Snapshot
    excerpts: tuple[Excerpt, ...]

    @property
    def path(self) -> str:
        """The file's."""
        return self.snapshot.path


@dataclass(frozen=True, slots=True)
class OtherFile:
    """Another file as an answer may change it: the open document, or the file on disk (version None).

    `locked`: why no answer may change it, "" where one may.
    """

    snapshot: Snapshot
    locked: str = ""


@dataclass(frozen=True, slots=True)
class ShownChange:
    """What changed in a file since the last commit: a unified diff, and the lines of the file in it."""

    snapshot: Snapshot
    diff: str
    lines: tuple[LineRange, ...]

    @property
    def sent(self) -> SentText:
        """What the outcome says of it."""
        lines = ", ".join(map(str, self.lines))
        return SentText(self.snapshot.path, lines, "changed since the last commit")


@dataclass(frozen=True, slots=True)
class RelatedPlace:
    """Lines of a file of the project, by its path from the root, that concern the target, and why."""

    path: str
    lines: LineRange
    why: str


@dataclass(frozen=True, slots=True)
class TargetLines:
    """The target: whole lines of a document, shown exactly as they are in the buffer."""

    snapshot: Snapshot
    span: Span

    @property
    def path(self) -> str:
        """The document's."""
        return self.snapshot.path

    @property
    def lines(self) -> LineRange:
        """1-based."""
        return self.snapshot.get_lines(self.span)

    @property
    def text(self) -> str:
        """With its own line ends."""
        return self.span.extract(self.snapshot.text)


@dataclass(frozen=True, slots=True)
class Context:
    """Target, what is shown around it (in file order) and guidance; `tokens` is an upper estimate.

    `selection` is what is selected of the target where that is less than its whole lines. `project`
    are other files of the project in the order in which they are shown; one may stand there twice.
    `changes` are there for an action that is about them.
    """

    target: TargetLines
    excerpts: tuple[Excerpt, ...]
    guidance: tuple[Excerpt, ...] = ()
    tokens: int = 0
    selection: Span | None = None
    project: tuple[ShownFile, ...] = ()
    changes: tuple[ShownChange, ...] = ()

    @property
    def tokens_of_target(self) -> int:
        """Upper estimate of the target alone."""
        return estimate_tokens(self.target.text)

    @property
    def sent(self) -> tuple[SentText, ...]:
        """Everything that leaves, the target first."""
        target = SentText(self.target.path, str(self.target.lines), "target")
        shown = (excerpt.sent for excerpt in self.list_excerpts())
        changes = (change.sent for change in self.changes)
        return (target, *shown, *changes, *(g.sent for g in self.guidance))

    def list_excerpts(self) -> Iterator[Excerpt]:
        """List what is shown of the target's file and of others, without guidance."""
        yield from self.excerpts
        yield from (excerpt for file in self.project for excerpt in file.excerpts)

    def add_excerpts(self, more: tuple[Excerpt, ...]) -> "Context":
        """The same with further excerpts."""
        tokens = self.tokens + sum(estimate_tokens(e.text) for e in more)
        return replace(self, excerpts=(*self.excerpts, *more), tokens=tokens)

    def add_changes(self, changes: tuple[ShownChange, ...]) -> "Context":
        """The same with what changed since the last commit."""
        tokens = sum(estimate_tokens(change.diff) for change in changes)
        return replace(self, changes=changes, tokens=self.tokens + tokens)

    def add_project(self, files: tuple[ShownFile, ...]) -> "Context":
        """The same with parts of other files of the project."""
        tokens = sum(estimate_tokens(e.text) for file in files for e in file.excerpts)
        return replace(self, project=files, tokens=self.tokens + tokens)
