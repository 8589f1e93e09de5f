"""Blocks of lines, carried through changes of the document around them.

Never looks at a text.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from flux_lsp.core.text import LineRange


@dataclass(frozen=True, slots=True)
class LineEdit:
    """A change of whole lines: `removed` lines from line `first` (0-based) became `added` lines.

    `opens_line`: it only broke a line behind its first column.
    """

    first: int
    removed: int
    added: int
    opens_line: bool = False


@dataclass(frozen=True, slots=True)
class HunkLines:
    """Some lines of a document: the 0-based number of the first, and how many there are.

    A block of no lines is the place above line `first`. In a `torn` one
    nobody can tell the lines from those that were typed.
    """

    first: int
    count: int
    is_torn: bool = False

    @property
    def lines(self) -> LineRange:
        """The same as a person counts."""
        return LineRange(self.first + 1, self.first + max(1, self.count))

    def carry(self, edits: Iterable[LineEdit]) -> "HunkLines":
        """Return where the lines are after `edits`, each of the text that the one before it made."""
        block = self
        for edit in edits:
            block = block._carry_through(edit)
        return block

    def _carry_through(self, edit: LineEdit) -> "HunkLines":
        end = edit.first + edit.removed
        if end <= self.first:
            return replace(self, first=self.first + edit.added - edit.removed)
        if edit.first >= self.first + self.count:
            return self
        if edit.first < self.first:  # it begins above and reaches in
            return replace(self, first=edit.first, is_torn=True)
        is_below = (
            edit.opens_line and end == self.first + self.count
        )  # if the last line is still whole
        return replace(self, is_torn=self.is_torn or (edit.added != edit.removed and not is_below))
