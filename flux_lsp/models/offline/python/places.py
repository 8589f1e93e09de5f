"""The way between offsets of a Python text and the lines and UTF-8 columns `ast` speaks in."""

import ast
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from flux_lsp.core.text import Span, line_starts


@dataclass(frozen=True)
class Places:
    """Places in `text`; `roof` lines stood above it when it was parsed and count nowhere here."""

    text: str
    roof: int = 0

    @cached_property
    def starts(self) -> Sequence[int]:
        """Offset of each line's first character."""
        return line_starts(self.text)

    def row(self, line: int) -> Span:
        """Span of a 1-based line, with its end."""
        end = self.starts[line] if line < len(self.starts) else len(self.text)
        return Span(self.starts[line - 1], end)

    def line(self, offset: int) -> int:
        """1-based line of an offset."""
        return bisect_right(self.starts, offset)

    def offset(self, lineno: int, column: int) -> int:
        """Offset of a place as `ast` gives it."""
        span = self.row(lineno - self.roof)
        row = span.of(self.text)
        return span.start + (column if row.isascii() else len(row.encode()[:column].decode()))

    def position(self, offset: int) -> tuple[int, int]:
        """A place as `ast` gives it, the way back from `offset`."""
        line = self.line(offset)
        before = self.text[self.starts[line - 1] : offset]
        return line + self.roof, len(before.encode())

    def span(self, node: ast.AST) -> Span:
        """Where `node` stands; without the decorators of a definition."""
        start = self.offset(node.lineno, node.col_offset)  # type: ignore[attr-defined]
        end = self.offset(node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]
        return Span(start, end)
