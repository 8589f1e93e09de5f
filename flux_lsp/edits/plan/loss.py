"""What becomes of the lines that a rewrite covers: which stay, which go, what comes in their place.

Only looks; `losses` weighs what it sees.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from flux_lsp.edits.locate.rows import Likeness, TextRow, is_closer, read_rows
from flux_lsp.edits.plan.rewrite_context import Coverage, RewriteContext
from flux_lsp.syntax.comment_lines import find_attribute_lines, find_comment_lines

_LIKE = 0.5  # of a line that was changed
_COMPARED = 40_000  # pairs of lines that are compared; beyond it a person looks


@dataclass(frozen=True)
class Loss:
    """The covered lines and the answer's.

    Rows and line numbers are those of the file (`old_rows`, `code`, `lost`) or the answer's.
    """

    context: RewriteContext
    coverage: Coverage

    @cached_property
    def old(self) -> Sequence[str]:
        """The lines of the file that are covered."""
        return self.context.file[self.coverage.first : self.coverage.last]

    @cached_property
    def new(self) -> Sequence[str]:
        """The lines of the answer that take their place."""
        return self.context.answer[self.coverage.start : self.coverage.stop]

    @cached_property
    def old_rows(self) -> list[TextRow]:
        """The covered lines that hold text."""
        return read_rows(self.context.file, self.coverage.first, self.coverage.last)

    @cached_property
    def new_rows(self) -> list[TextRow]:
        """The new lines that hold text."""
        return read_rows(self.context.answer, self.coverage.start, self.coverage.stop)

    @cached_property
    def comments(self) -> frozenset[int]:
        """Indices of `old`."""
        return find_comment_lines(self.old, self.context.language)

    @cached_property
    def notes(self) -> frozenset[int]:
        """Indices of `new` that are comments."""
        return find_comment_lines(self.new, self.context.language)

    @cached_property
    def attributes(self) -> frozenset[int]:
        """Indices of `old`."""
        return find_attribute_lines(self.old, self.comments, self.context.language)

    @cached_property
    def new_attributes(self) -> frozenset[int]:
        """Indices of `new`."""
        return find_attribute_lines(self.new, self.notes, self.context.language)

    @cached_property
    def code(self) -> list[TextRow]:
        """The covered rows that hold more than a comment or an attribute."""
        above = {self.coverage.first + n for n in self.comments | self.attributes}
        return [row for row in self.old_rows if row.number not in above]

    @cached_property
    def stays(self) -> frozenset[int]:
        """Lines of the file that the answer has as they are."""
        return frozenset(line for _, line in self.coverage.pairs)

    @cached_property
    def lost(self) -> list[TextRow]:
        """Statements that do not stay."""
        return [row for row in self.code if row.number not in self.stays and not is_closer(row.key)]

    @cached_property
    def added(self) -> list[TextRow]:
        """Lines of the answer that are new and tell something."""
        kept = {number for number, _ in self.coverage.pairs}
        return [row for row in self.new_rows if row.telling and row.number not in kept]

    @property
    def is_comparable(self) -> bool:
        """Whether there are few enough lines to compare each lost with each added one."""
        return len(self.added) * len(self.lost) <= _COMPARED

    @cached_property
    def alike(self) -> set[tuple[int, int]]:
        """Pairs of an added and a lost line, by number, of which one became the other."""
        likeness = Likeness()
        return {
            (row.number, old.number)
            for row in self.added
            for old in self.lost
            if likeness.compare(row.key, old.key) >= _LIKE
        }
