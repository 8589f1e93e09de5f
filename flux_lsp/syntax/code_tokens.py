"""Reads a region of a tree as code and comments, down to the leaves.

Never relies on the shape of the tree: the leaves are the same even where the parser met a fault.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import TYPE_CHECKING

from flux_lsp.core.text import Span
from flux_lsp.syntax.code import CodeParts, Comment, Token, list_remarks
from flux_lsp.syntax.doc_forms import find_doc_forms
from flux_lsp.syntax.python_docstrings import is_docstring
from flux_lsp.syntax.symbols import Symbol
from flux_lsp.syntax.tree import Parsed

if TYPE_CHECKING:
    from tree_sitter import Node

_COMMENT = re.compile(r"(?:^|_)comment$|^marginalia$")
# Nodes whose blanks are content: taken as they are, whatever is inside.
_TEXT = re.compile(
    r"string|heredoc|nowdoc|(?:char|character|rune|regex)_(?:literal|content)|^regex$|^text$"
    r"|template_literal|quoted_template|raw_text|jsx_text|scalar$|text_block|^char$"
)
_BODIES = frozenset({"function", "method", "test"})
_OPENERS = frozenset("([{,;")
_CLOSERS = frozenset(")]}")


def read_code_tokens(parsed: Parsed, first: int, last: int) -> CodeParts:
    """Read whole pieces that the bytes `first..last` touch, to compare two texts that differ there."""
    return _RegionReader(parsed, first, last).read()


class _RegionReader:
    """One reading of one region."""

    def __init__(self, parsed: Parsed, first: int, last: int) -> None:
        self.parsed = parsed
        self.data = parsed.data
        self.bounds = (first, last)
        self.forms = find_doc_forms(parsed.language)
        self.rule = parsed.language.line_rule
        self.parts = CodeParts()
        self.depth = 0  # of brackets, from the region's start
        points = (parsed.offsets.convert_to_point(first), parsed.offsets.convert_to_point(last))
        self.symbols: tuple[Symbol, ...] = parsed.find_symbols_around(Span(*points))

    def read(self) -> CodeParts:
        comments: list[Comment] = []
        end = self.bounds[0]  # of the last piece of code
        done = end
        for node, kind in _walk_pieces(self.parsed.root, *self.bounds):
            start = node.start_byte
            end = self._take_gap(done, start, end)
            done = max(done, node.end_byte)
            if kind == "comment":
                comments.append(self._make_comment(node))
            elif kind == "text" and self._is_docstring(node):
                self._take_docstring(node)
            else:
                end = self._take(start, node.end_byte, end)
        self._take_gap(done, self.bounds[1], end)
        self.parts.remarks = list_remarks(comments)
        return self.parts

    def _take_gap(self, start: int, stop: int, end: int) -> int:
        """Take what no leaf covers, usually blanks."""
        if stop <= start or not self.data[start:stop].strip():
            return end
        for match in re.finditer(rb"\S+", self.data[start:stop]):
            end = self._take(start + match.start(), start + match.end(), end)
        return end

    def _take(self, start: int, stop: int, end: int) -> int:
        """Take one token; `end` is where the last one ended."""
        text = self.data[start:stop].decode("utf-8", "replace")
        if not text.strip():
            return end
        self.parts.tokens.append(
            Token(text, self._find_layout(text, start, end), self._find_row(start))
        )
        self.depth += (text in "([{") - (text in ")]}") if len(text) == 1 else 0
        return stop

    def _find_layout(self, text: str, start: int, end: int) -> str:
        if self.rule == "free" or b"\n" not in self.data[end:start]:
            return ""
        before = self.parts.tokens[-1].text if self.parts.tokens else ""
        if before[-1:] in _OPENERS or text[:1] in _CLOSERS:
            return ""
        if self.rule == "lines":
            return "\n"
        line = self.data.rfind(b"\n", 0, start) + 1
        inside = self.depth > 0 or (before == ":" and self.parsed.language.id == "python")
        return "" if inside else "\n" + " " * (start - line)

    def _find_row(self, byte: int) -> int:
        return bisect_right(self.parsed.line_starts, self.parsed.offsets.convert_to_point(byte)) - 1

    def _is_docstring(self, node: "Node") -> bool:
        return self.parsed.language.id == "python" and is_docstring(node, self.data)

    def _take_docstring(self, node: "Node") -> None:
        self.parts.docs.append(
            self.data[node.start_byte : node.end_byte].decode("utf-8", "replace")
        )
        statement = node.parent
        if statement is not None and (block := statement.parent) and block.type == "module":
            self.parts.module_doc = self._find_row(node.end_byte - 1)

    def _make_comment(self, node: "Node") -> Comment:
        start, end = node.start_byte, node.end_byte
        text = self.data[start:end].decode("utf-8", "replace").replace("\r", "").rstrip("\n")
        point, row = self.parsed.offsets.convert_to_point(start), self._find_row(start)
        trailing = bool(self.parsed.text[self.parsed.line_starts[row] : point].strip())
        above = not trailing and any(
            s.span.start <= point < s.name_span.start and row < s.signature_line
            for s in self.symbols
        )
        at = len(self.parts.tokens)
        last = row + text.count("\n")
        doc = not trailing and self._is_documentation(text, point, above=above)
        return Comment(text, at, row, last, trailing, doc, above)

    def _is_documentation(self, text: str, point: int, *, above: bool) -> bool:
        has_form = self.forms.has_form(text)
        if above:
            return has_form or self.forms.plain
        inside = any(
            s.kind in _BODIES and s.name_span.end <= point < s.span.end for s in self.symbols
        )
        return has_form and not inside


def _walk_pieces(root: "Node", first: int, last: int) -> "Iterator[tuple[Node, str]]":
    """Walk the leaves, texts and comments that touch the bytes `first..last`, in document order."""
    cursor = root.walk()
    while (node := cursor.node) is not None:
        kind = _find_kind(node)
        inside = node.end_byte > first and node.start_byte < last
        if inside and kind is None and cursor.goto_first_child():
            continue
        if inside and node.start_byte < node.end_byte:
            yield node, kind or "code"
        if node.start_byte >= last and node.end_byte > node.start_byte:
            return
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return


def _find_kind(node: "Node") -> str | None:
    """Find the kind of a node that is taken whole, a comment or a text; None for other nodes."""
    name = node.type
    if _COMMENT.search(name):
        return "comment"
    # Keywords such as `string` are leaves without a name
    return "text" if node.is_named and _TEXT.search(name) else None
