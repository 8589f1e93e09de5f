"""A text with its syntax tree: symbols, faults, header; parsed afresh or from an earlier tree.

Never changes: an edited text is a new `Parsed`. Positions in and out are code points.
"""

import re
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from flux_lsp.core.text import Span, find_line_starts
from flux_lsp.syntax.faults import SyntaxFault, list_faults
from flux_lsp.syntax.findings import find
from flux_lsp.syntax.grammars import load_grammar, load_query
from flux_lsp.syntax.header import HEADER_WITHIN, find_header_end
from flux_lsp.syntax.languages import Language
from flux_lsp.syntax.offsets import Offsets, encode
from flux_lsp.syntax.outline import Outline, make_outline
from flux_lsp.syntax.places import (
    find_docstring_rows,
    find_text_around,
    find_top_level,
    include_head,
    is_torn,
    list_torn_rows,
)
from flux_lsp.syntax.reparse import edit_tree, run_parser
from flux_lsp.syntax.strays import find_strays
from flux_lsp.syntax.symbols import Symbol, SymbolLayout, sort_innermost_first

if TYPE_CHECKING:
    from tree_sitter import Node, Tree

# Above this size a text is worked on by lines: parsing it would take seconds.
LARGEST_TEXT = 8_000_000
# How far around a place symbols and what stands above them are looked for, in bytes.
_NEAR = 8_000


def parse(text: str, language: Language, base: "Parsed | None" = None) -> "Parsed | None":
    """The text's tree; None when the language has no grammar, or the text is too much for it.

    `base` is an earlier text of the same language: what both share is not parsed again.
    """
    loaded = load_grammar(language)
    if loaded is None or len(text) > LARGEST_TEXT:
        return None
    data = encode(text)
    if language.crashes and re.search(language.crashes.encode(), data, re.MULTILINE):
        return None
    if base is None or base.language != language:
        tree = run_parser(loaded, data, None)
    elif base.data == data:
        return base
    else:
        tree = run_parser(loaded, data, edit_tree(base.tree, base.data, data))
    return None if tree is None else Parsed(language, text, data, tree)


class Parsed:
    """One text of one language with its tree; make it with `parse`."""

    def __init__(self, language: Language, text: str, data: bytes, tree: "Tree") -> None:
        """`data` is the UTF-8 of `text`, `tree` the tree over `data`."""
        self.language = language
        self.text = text
        self.data = data
        self.tree = tree
        self.offsets = Offsets(text, data)

    @property
    def root(self) -> "Node":
        """The tree's root; its positions are bytes of UTF-8 and rows that end at line feeds."""
        return self.tree.root_node

    @cached_property
    def line_starts(self) -> Sequence[int]:
        """Offset of the first code point of each line."""
        return find_line_starts(self.text)

    def list_faults(self) -> tuple[SyntaxFault, ...]:
        """What does not parse, in document order, bounded."""
        faults = list_faults(self.root, self.text, self.offsets)
        more = find_strays(self.root, self.language, self.text, self.data, self.offsets)
        return tuple(sorted((*faults, *more), key=lambda f: (f.line, f.column))) if more else faults

    def list_symbols(self) -> tuple[Symbol, ...]:
        """Functions, methods, classes, … in document order, nested ones after what holds them."""
        return self._symbols

    def find_enclosing(self, span: Span) -> Symbol | None:
        """The innermost symbol that contains `span` (empty: a cursor), or None.

        Blanks at the ends of a selection don't count. A cursor on a symbol's decorator or on a
        comment directly above it belongs to it; so does one on the blank line above a symbol
        when nothing else holds it.
        """
        span = self._trim(span)
        near = self._find_symbols_near(span.start, span.end)
        held = sort_innermost_first(s for s in near if self._holds(s, span))
        meant = (s for s in held if not self._layout.is_small(s, near))
        inner = next(meant, None) or (self._find_right_below(near, span) if not len(span) else None)
        return self._complete(inner) if inner else None

    def _list_meant(self) -> list[tuple[Symbol, int, int]]:
        """The symbols that a cursor can mean, with first and last line: inner ones after outer."""
        names: dict[str, list[Symbol]] = {}
        for symbol in self._symbols:
            names.setdefault(symbol.qualified, []).append(symbol)
        line_of = self._layout.find_line
        return [
            (symbol, line_of(symbol.span.start), line_of(symbol.span.end - 1))
            for symbol in reversed(sort_innermost_first(self._symbols))
            if not self._layout.is_small(symbol, names.get(symbol.parent or "", ()))
        ]

    def find_symbols_around(self, span: Span) -> tuple[Symbol, ...]:
        """Symbols that touch `span` or stand near it, those around them included."""
        first, last = self._convert(span)
        return self._find_between(max(0, first - _NEAR), last + _NEAR)

    def list_holders(self, span: Span) -> tuple[Symbol, ...]:
        """Every symbol that contains `span`, the innermost first."""
        near = self._find_symbols_near(span.start, span.end)
        held = sort_innermost_first(s for s in near if s.span.contains(span))
        return tuple(self._complete(symbol) for symbol in held)

    def find_next_symbol(self, offset: int) -> Symbol | None:
        """The symbol whose first line follows the line of `offset`, blank lines between allowed.

        Also the one whose comment or decorators `offset` stands in.
        """
        line = self._layout.find_line(offset)
        for symbol in self._find_symbols_near(offset, offset):
            if symbol.signature_line <= line:
                continue
            here = self._layout.cover_lines(line, line).end
            between = self.text[here : max(here, symbol.span.start)]
            return self._complete(symbol) if not between.strip() else None
        return None

    def find_header(self) -> Span | None:
        """Imports and what stands before them: whole lines from the start, or None."""
        return self._header

    @cached_property
    def _header(self) -> Span | None:
        end = find_header_end(
            find(self.root, load_query(self.language), self.data, 0, HEADER_WITHIN), self.data
        )
        return Span(0, self._layout.cover_whole_lines(0, end).end) if end else None

    def find_statement(self, span: Span) -> Span | None:
        """The whole lines of the top-level statements that `span` touches, or None.

        With the comments and attributes right above; a body whose head the grammar took for a
        statement of its own (a macro call) comes with that head.
        """
        first, last = self._convert(span)
        touched = find_top_level(self.root, first, last)
        if touched is None:
            return None
        first, last = include_head(self.root, *touched)
        near = find(self.root, load_query(self.language), self.data, max(0, first - _NEAR), last)
        return self._layout.include_above(self._layout.cover_whole_lines(first, last), near.above)

    def is_torn(self, span: Span) -> bool:
        """Whether a fault lies in the top-level statements that `span` touches: they may be too much."""
        if not self.root.has_error:
            return False
        first, last = self._convert(span)
        return is_torn(self.root, first, last)

    def outline(self) -> Outline:
        """The symbol that each line means, for a caller that asks often and must not wait."""
        return make_outline(
            self.text, self.line_starts, list_torn_rows(self.root), self._list_meant()
        )

    def find_string_around(self, offset: int) -> Span | None:
        """The multi-line string or comment that a cut at `offset` would break, or None."""
        node = find_text_around(self.root, self.offsets.convert_to_byte(offset))
        return Span(*map(self.offsets.convert_to_point, node.byte_range)) if node else None

    def find_docstring_lines(self, span: Span) -> tuple[int, int] | None:
        """Lines (0-based, half-open) of the docstring of the definition at `span`.

        An empty range where it belongs when there is none; None where there is no line for it.
        """
        rows = find_docstring_rows(self.root, *self._convert(self._trim(span)))
        if rows is None or "\r" not in self.text:
            return rows
        feeds = [0, *(match.end() for match in re.finditer("\n", self.text))]
        first, last = (self._layout.find_line(feeds[row]) for row in rows)
        return first, last

    def cover_whole_lines(self, first: int, last: int) -> Span:
        """The whole lines of a node's bytes `first..last`, without blank lines at their end."""
        return self._layout.cover_whole_lines(first, last)

    @cached_property
    def _layout(self) -> SymbolLayout:
        return SymbolLayout(self.text, self.line_starts, self.offsets, self.data)

    @cached_property
    def _symbols(self) -> tuple[Symbol, ...]:
        return self._find_between(0, len(self.data))

    def _find_between(self, first: int, last: int) -> tuple[Symbol, ...]:
        """Symbols that touch bytes `first..last`."""
        return self._layout.make_symbols(
            find(self.root, load_query(self.language), self.data, first, last)
        )

    def _find_symbols_near(self, start: int, end: int) -> tuple[Symbol, ...]:
        """Symbols that touch the lines of `start..end`, and those a little below them."""
        first = self._layout.cover_line(start).start
        return self._find_between(
            self.offsets.convert_to_byte(first), self.offsets.convert_to_byte(end) + _NEAR
        )

    def _complete(self, symbol: Symbol) -> Symbol:
        """The same symbol with what stands above it, which a search from further down misses."""
        name = self.offsets.convert_to_byte(symbol.name_span.start)
        first = max(0, self.offsets.convert_to_byte(symbol.span.start) - _NEAR)
        again = self._find_between(first, name + 1)
        same = (s for s in again if s.name_span == symbol.name_span and s.kind == symbol.kind)
        return next(same, symbol)

    def _convert(self, span: Span) -> tuple[int, int]:
        """First and last byte."""
        return self.offsets.convert_to_byte(span.start), self.offsets.convert_to_byte(span.end)

    def _trim(self, span: Span) -> Span:
        text = span.extract(self.text)
        bare = text.strip()
        start = span.start + (len(text) - len(text.lstrip()) if bare else 0)
        return Span(start, start + len(bare))

    def _holds(self, symbol: Symbol, span: Span) -> bool:
        """Whether `span` is inside; a cursor at the start of the line after is not."""
        at_end = span.start == symbol.span.end
        ends_file = span.start == len(self.text) and not self.text.endswith("\n")
        return symbol.span.contains(span) and (not at_end or ends_file)

    def _find_right_below(self, near: Sequence[Symbol], span: Span) -> Symbol | None:
        """The symbol that starts on the next line, for a cursor on a blank line."""
        line = self._layout.cover_line(span.start)
        below = (s for s in near if s.span.start == line.end)
        return next(below, None) if not line.extract(self.text).strip() else None
