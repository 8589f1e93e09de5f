"""The lines of an answer and of its file, and how they cover each other, as frozen values.

Never decides anything.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from flux_lsp.core.text import Span
from flux_lsp.syntax.comment_lines import find_attribute_lines, find_comment_lines
from flux_lsp.syntax.languages import Language
from flux_lsp.syntax.tree import Parsed

_REACH = 40  # lines around the target that an answer may hold beside as many as it has itself


@dataclass(frozen=True, slots=True)
class Coverage:
    """Lines `first..last` of the file (0-based, half-open) become lines `start..stop` of the answer.

    `pairs` are equal lines, `(answer, file)`. `doubt`: why a person should look first, else "".
    """

    first: int
    last: int
    start: int
    stop: int
    pairs: tuple[tuple[int, int], ...]
    doubt: str = ""


@dataclass(frozen=True)
class RewriteContext:
    """The lines of a rewrite and of the file it is for.

    `span` is the target, `home` are its lines; `tree` is the file's tree where its language has one;
    `problems` are the lines with a diagnostic that the answer is to mend.
    """

    answer: Sequence[str]
    file: Sequence[str]
    home: range
    language: Language
    span: Span
    tree: Parsed | None
    problems: frozenset[int] = frozenset()

    @cached_property
    def name(self) -> str | None:
        """The name of the symbol that the target is, None when it is not one symbol."""
        if self.tree is None:
            return None
        text = self.tree.text
        whole = self.span.extract(text).strip()
        symbols = self.tree.list_holders(self.span)
        return next((s.name for s in symbols if s.span.extract(text).strip() == whole), None)

    @cached_property
    def comments(self) -> frozenset[int]:
        """The target's lines that hold comments alone, as numbers of the file's lines."""
        return frozenset(self.home.start + n for n in self._home_comments)

    @cached_property
    def attributes(self) -> frozenset[int]:
        """The target's lines that hold attributes or decorators alone, numbered alike."""
        lines = self.file[self.home.start : self.home.stop]
        numbers = find_attribute_lines(lines, self._home_comments, self.language)
        return frozenset(self.home.start + n for n in numbers)

    @cached_property
    def notes(self) -> frozenset[int]:
        """The answer's lines that hold comments alone."""
        return find_comment_lines(self.answer, self.language)

    @cached_property
    def window(self) -> range:
        """The lines of the file that the answer may be about."""
        solid = sum(1 for line in self.answer if line.strip())
        reach = _REACH + 2 * solid
        return range(max(0, self.home.start - reach), min(len(self.file), self.home.stop + reach))

    @cached_property
    def _home_comments(self) -> frozenset[int]:
        return find_comment_lines(self.file[self.home.start : self.home.stop], self.language)
