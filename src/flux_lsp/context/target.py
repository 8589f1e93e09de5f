"""Which lines an action is about: the selection's, the symbol's around a cursor, or the block's.

Never empty on a text that holds anything; never looks beyond the one document.
"""

import re

from flux_lsp.core.text import Snapshot, Span
from flux_lsp.syntax.selected import selected
from flux_lsp.syntax.tree import Parsed

# What begins a line that belongs to the block above it without being indented.
_CLOSER = re.compile(r"[})\]]|</|(?:end|fi|done|esac|else|elif|except|finally)\b")
_LONGEST_BLOCK = 400  # lines; beyond it a block is no unit of thought
_NEAR = 25


def target_span(snapshot: Snapshot, selection: Span, parsed: Parsed | None) -> Span:
    """The whole lines meant by `selection`; empty, blank or one code point long it is a cursor."""
    if selected(selection.of(snapshot.text)) != "cursor":
        return snapshot.whole_lines(selection)
    cursor = Span(selection.start, selection.start)
    return (_by_tree(snapshot, cursor, parsed) if parsed else None) or _block(snapshot, cursor)


def _by_tree(snapshot: Snapshot, cursor: Span, parsed: Parsed) -> Span | None:
    symbol = parsed.enclosing(cursor)
    if symbol is not None:
        return symbol.span
    header = parsed.header()
    if header is not None and cursor.start < header.end:
        return header
    line = snapshot.whole_lines(cursor)
    if not line.of(snapshot.text).strip():
        return None
    return parsed.statement(line)


def _block(snapshot: Snapshot, cursor: Span) -> Span:
    """The paragraph around a line, with the lines that are indented below its first one."""
    lines = _Lines(snapshot)
    here = lines.nearest_filled(snapshot.line_of(cursor.start))
    first = last = here
    while first > 0 and lines.indented(first):
        first -= 1
    while first > 0 and lines.filled(first - 1):
        first -= 1
    while last < lines.last and lines.goes_on(last):
        last += 1
    if last - first >= _LONGEST_BLOCK:
        first, last = max(first, here - _NEAR), min(last, here + _NEAR)
    while last > here and not lines.filled(last):
        last -= 1
    return snapshot.span_of_lines(first, last)


class _Lines:
    """The lines of a snapshot, 0-based, as the eye sees them."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self.last = snapshot.line_count - 1

    def text(self, line: int) -> str:
        return self._snapshot.span_of_lines(line, line).of(self._snapshot.text)

    def filled(self, line: int) -> bool:
        return bool(self.text(line).strip())

    def indented(self, line: int) -> bool:
        """Blank lines count: they never begin a block."""
        text = self.text(line)
        return not text.strip() or text[0] in " \t"

    def goes_on(self, line: int) -> bool:
        """Whether the block still runs on the line after `line`."""
        following = line + 1
        if self.filled(following):
            return self.filled(line) or self._belongs(following)
        while following < self.last and not self.filled(following):
            following += 1
        return self.filled(following) and self._belongs(following)

    def nearest_filled(self, line: int) -> int:
        """`line`, or the next one with text, or the one before; 0 when there is none."""
        below = (n for n in range(line, self.last + 1) if self.filled(n))
        above = (n for n in range(line - 1, -1, -1) if self.filled(n))
        return next(below, next(above, 0))

    def _belongs(self, line: int) -> bool:
        return self.indented(line) or _CLOSER.match(self.text(line)) is not None
