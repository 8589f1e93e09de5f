"""Text as values: spans, changes, line rules and snapshots; offsets are code points.

Never knows LSP: positions in an editor's encoding are converted by `fronts/lsp/convert.py`.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

# LSP and editors end a line at these three and nowhere else; str.splitlines also
# splits at form feeds and line separators, which would shift every later line.
LINE_END = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open range `[start, end)` of code-point offsets into one text."""

    start: int
    end: int

    def __post_init__(self) -> None:
        """Refuse a reversed or negative span, which is always the mistake of a caller."""
        if not 0 <= self.start <= self.end:
            raise ValueError(f"bad span {self.start}..{self.end}")

    def __len__(self) -> int:
        """Length in code points."""
        return self.end - self.start

    def contains(self, other: "Span") -> bool:
        """Whether `other` lies inside, ends included."""
        return self.start <= other.start and other.end <= self.end

    def extract(self, text: str) -> str:
        """Return the part of `text` that this span covers."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class LineRange:
    """Lines `first..last`, 1-based and inclusive: as shown to people and to the model."""

    first: int
    last: int

    def __str__(self) -> str:
        """`12` or `12-30`."""
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


@dataclass(frozen=True, slots=True)
class Change:
    """Replace `span` of a text by `text`."""

    span: Span
    text: str


@dataclass(frozen=True)
class Snapshot:
    """One document as it was at one moment; never changes afterwards.

    `path` names the document to the model and in reports: relative to the workspace root with
    forward slashes, or the bare name outside of it.
    `text` keeps the document's own line ends. `version` is the editor's, None when not open.
    """

    uri: str
    path: str
    language_id: str
    version: int | None
    text: str

    @cached_property
    def line_starts(self) -> Sequence[int]:
        """Offset of the first code point of each line; one more line than line ends."""
        return find_line_starts(self.text)

    @property
    def line_count(self) -> int:
        """Number of lines; a text that ends in a line end has an empty last line."""
        return len(self.line_starts)

    def get_line(self, offset: int) -> int:
        """Return the 0-based line that holds `offset`."""
        return bisect_right(self.line_starts, offset) - 1

    def get_lines(self, span: Span) -> LineRange:
        """Return the 1-based lines that `span` touches; a span that ends at a line start stops before it."""
        last = span.end - 1 if span.end > span.start else span.end
        return LineRange(self.get_line(span.start) + 1, self.get_line(last) + 1)

    def get_line_span(self, first: int, last: int) -> Span:
        """Return the span of the 0-based lines `first..last` with the last line end, clamped to the text."""
        starts = self.line_starts
        first = max(0, min(first, len(starts) - 1))
        last = max(first, min(last, len(starts) - 1))
        end = starts[last + 1] if last + 1 < len(starts) else len(self.text)
        return Span(starts[first], end)

    def expand_to_lines(self, span: Span) -> Span:
        """Expand `span` to whole lines; one that ends at a line start does not take that line."""
        lines = self.get_lines(span)
        return self.get_line_span(lines.first - 1, lines.last - 1)


def find_line_starts(text: str) -> list[int]:
    """Find the offsets at which the lines of `text` begin, by LSP's line rules."""
    if "\r" not in text:  # the common case, several times faster
        starts = [0]
        position = text.find("\n")
        while position >= 0:
            starts.append(position + 1)
            position = text.find("\n", position + 1)
        return starts
    return [0, *(match.end() for match in LINE_END.finditer(text))]


def split_lines(text: str) -> list[str]:
    """Split `text` into lines that keep their ends; `"".join` restores it; no empty last line."""
    if "\r" not in text:  # the common case, several times faster
        *lines, last = text.split("\n")
        return [f"{line}\n" for line in lines] + ([last] if last else [])
    starts = find_line_starts(text)
    lines = [text[a:b] for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]
    return lines[:-1] if lines and lines[-1] == "" else lines


def apply_changes(text: str, changes: Iterable[Change]) -> str:
    """Apply all `changes` to `text` at once; spans refer to the old text and must not overlap.

    Raises ValueError for overlapping changes. Two insertions at one place keep their order.
    """
    pieces: list[str] = []
    done = 0
    for change in sorted(changes, key=lambda c: (c.span.start, c.span.end)):
        if change.span.start < done:
            raise ValueError("changes overlap")
        pieces += [text[done : change.span.start], change.text]
        done = change.span.end
    return "".join([*pieces, text[done:]])
