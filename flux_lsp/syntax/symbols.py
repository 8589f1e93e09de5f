"""Functions, classes and whatever else a language gives a name to: from findings to symbols.

Never reads a tree; `findings.py` does.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flux_lsp.core.text import Span
from flux_lsp.syntax.findings import Findings, SymbolNode
from flux_lsp.syntax.offsets import Offsets
from flux_lsp.syntax.pragmas import is_header_comment, is_legal

# A function that stands right inside one of these is a method.
CONSTANT = "constant"
CONTAINERS = frozenset({"class", "struct", "impl", "trait", "interface", "enum"})

_INNERMOST_SKIPS = frozenset({"key", "element"})  # on one line they are too small to work on
_FUNCTIONS = frozenset({"function", "method"})


@dataclass(frozen=True, slots=True)
class Symbol:
    """One named part of a text.

    `span` is whole lines, with decorators, attributes and the comments directly above.
    `parent` is the dotted name of what it stands in; `signature_line` is the 0-based line of
    the name.
    """

    name: str
    kind: str
    span: Span
    name_span: Span
    parent: str | None
    signature_line: int

    @property
    def qualified(self) -> str:
        """`Class.method`."""
        return f"{self.parent}.{self.name}" if self.parent else self.name


def sort_innermost_first(symbols: Iterable[Symbol]) -> list[Symbol]:
    """The symbol that begins last first; of those that begin together, the shortest.

    Then the one with the later name, so that a comment between two tables of TOML belongs to the
    second one, though the grammar gives it to both.
    """
    return sorted(symbols, key=lambda s: (-s.span.start, len(s.span), -s.name_span.start))


class SymbolLayout:
    """Turns findings into symbols over one text with its line starts."""

    def __init__(self, text: str, starts: Sequence[int], offsets: Offsets, data: bytes) -> None:
        """`starts` are the offsets of the lines of `text`; `data` its UTF-8."""
        self._text = text
        self._starts = starts
        self._offsets = offsets
        self._data = data

    def make_symbols(self, findings: Findings) -> tuple[Symbol, ...]:
        """In document order; one inside another after it."""
        above = self._map_above(findings.above)
        wraps = sorted(findings.wraps)
        around: list[tuple[SymbolNode, Symbol]] = []
        symbols = []
        for node in findings.symbols:
            while around and around[-1][0].end <= node.start:
                around.pop()
            outer, parent = around[-1] if around else (None, None)
            start = _find_wrap_start(node, wraps, outer.start if outer else -1)
            lines = self.cover_whole_lines(start, node.end)
            if parent and node.kind == CONSTANT and self._is_one_line(lines):
                continue  # a line of what it stands in, and no unit of its own
            symbol = self._make_symbol(node, parent, lines, above)
            around.append((node, symbol))
            symbols.append(symbol)
        return tuple(symbols)

    def find_line(self, offset: int) -> int:
        """0-based line of a code-point offset."""
        return bisect_right(self._starts, offset) - 1

    def cover_lines(self, first: int, last: int) -> Span:
        """Span of whole lines, 0-based and inclusive."""
        end = self._starts[last + 1] if last + 1 < len(self._starts) else len(self._text)
        return Span(self._starts[first], end)

    def cover_line(self, offset: int) -> Span:
        """Span of the line that holds a code-point offset."""
        line = self.find_line(offset)
        return self.cover_lines(line, line)

    def cover_whole_lines(self, start: int, end: int) -> Span:
        """The whole lines of the bytes `start..end`, without blank lines at their end."""
        end = start + len(self._data[start:end].rstrip())
        last = self.find_line(self._offsets.convert_to_point(max(start, end - 1)))
        return self.cover_lines(self.find_line(self._offsets.convert_to_point(start)), last)

    def is_small(self, symbol: Symbol, near: Sequence[Symbol]) -> bool:
        """Whether a cursor in it means what is around: a one-line helper inside a function, a one-line key."""
        if not self._is_one_line(symbol.span):
            return False
        if symbol.kind in _INNERMOST_SKIPS:
            return symbol.parent is not None
        if symbol.kind not in _FUNCTIONS:
            return False
        return any(s.qualified == symbol.parent and s.kind in _FUNCTIONS for s in near)

    def _is_one_line(self, lines: Span) -> bool:
        return self.find_line(lines.start) == self.find_line(max(lines.start, lines.end - 1))

    def _make_symbol(
        self, node: SymbolNode, parent: Symbol | None, body: Span, above: dict[int, int]
    ) -> Symbol:
        top = self._find_top(self.find_line(body.start), above)
        name_span = Span(*map(self._offsets.convert_to_point, (node.name_start, node.name_end)))
        kind = node.kind
        if kind == "function" and parent and parent.kind in CONTAINERS:
            kind = "method"
        return Symbol(
            name=node.name,
            kind=kind,
            span=Span(self._starts[top], body.end),
            name_span=name_span,
            parent=node.owner or (parent.qualified if parent else None),
            signature_line=self.find_line(name_span.start),
        )

    def include_above(self, lines: Span, pairs: list[tuple[int, int]]) -> Span:
        """Whole `lines` with the comments and attributes (`pairs`, in bytes) right above them."""
        top = self._find_top(self.find_line(lines.start), self._map_above(pairs))
        return Span(self._starts[top], lines.end)

    def _find_top(self, first: int, above: dict[int, int]) -> int:
        """The first line of what stands right above line `first` and belongs to it."""
        top = first
        tops = []
        while top - 1 in above and self._read_indent(above[top - 1]) == self._read_indent(first):
            top = above[top - 1]
            tops.append(top)
        if not tops or self._text[: self._starts[top]].strip():
            return top
        return self._skip_header(tops, first)

    def _skip_header(self, tops: list[int], first: int) -> int:
        """Where what belongs to line `first` begins in comments that reach the top of the file.

        `tops`: their first lines, the lowest first. A shebang, a licence and a checker's switch
        head the file, not the symbol.
        """
        texts = [self.cover_lines(line, line).extract(self._text).strip() for line in tops]
        heading = [n for n, text in enumerate(texts) if is_header_comment(text)]
        if not heading:
            return tops[-1]
        last = heading[0]
        if is_legal(texts[-1]) and not texts[-1].startswith("/*"):
            marker = texts[-1][:2]  # a licence in line comments ends with them
            while last and texts[last - 1].startswith(marker):
                last -= 1
        return tops[last - 1] if last else first

    def _map_above(self, pairs: list[tuple[int, int]]) -> dict[int, int]:
        """Last line → first line of each comment or attribute that begins its line."""
        lines = {}
        for start, end in pairs:
            begin = self._offsets.convert_to_point(start)
            line = self.find_line(begin)
            if self._text[self._starts[line] : begin].strip() == "":
                lines[self.find_line(self.cover_whole_lines(start, end).end - 1)] = line
        return lines

    def _read_indent(self, line: int) -> str:
        text = self.cover_lines(line, line).extract(self._text)
        return text[: len(text) - len(text.lstrip())]


def _find_wrap_start(node: SymbolNode, wraps: list[tuple[int, int]], outer: int) -> int:
    """Where the decorators, `export` or `template` around a symbol begin; `outer`: its parent."""
    index = bisect_right(wraps, (node.start, node.end))
    start = node.start
    # It may be wrapped twice (export of a decorated class). A wrap ends where the symbol does,
    # but for a semicolon.
    for before, end in reversed(wraps[max(0, index - 2) : index]):
        if outer < before < start and 0 <= end - node.end <= 2:
            start = before
    return start
