"""Python text with its syntax tree, and the way from a node to its place in the text.

Never writes code from a tree: what changes is cut out of the text by position.
"""

import ast
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from flux_lsp.core.text import Span
from flux_lsp.models.offline.python.fstrings import place_fields
from flux_lsp.models.offline.python.places import Places

# An indented fragment is parsed below this line; it counts in no position that leaves here.
_ROOF = "if 1:\n"

Function = ast.FunctionDef | ast.AsyncFunctionDef
Definition = Function | ast.ClassDef


@dataclass(frozen=True)
class Source:
    """A text that parses: a whole file, or whole statements cut out of one at any indentation.

    `body` are its outermost statements.
    """

    places: Places
    body: Sequence[ast.stmt]

    @property
    def text(self) -> str:
        """The whole text."""
        return self.places.text

    @cached_property
    def tree(self) -> ast.Module:
        """The statements as a module."""
        return ast.Module(body=list(self.body), type_ignores=[])

    def span(self, node: ast.AST) -> Span:
        """Where `node` stands; without the decorators of a definition."""
        return self.places.span(node)

    def of(self, node: ast.AST) -> str:
        """The text of `node`."""
        return self.span(node).of(self.text)

    def first_line(self, node: ast.stmt) -> int:
        """The 1-based line a statement begins on, decorators included."""
        above = getattr(node, "decorator_list", [])
        first: int = min(n.lineno for n in (*above, node))
        return first - self.places.roof

    def last_line(self, node: ast.stmt) -> int:
        """The 1-based line a statement ends on."""
        return (node.end_lineno or node.lineno) - self.places.roof

    def indent(self, node: ast.stmt) -> str:
        """The blanks that the line of `node` begins with."""
        row = self.places.row(node.lineno - self.places.roof).of(self.text).lstrip("\f")
        return row[: len(row) - len(row.lstrip(" \t\f"))]

    @cached_property
    def line_end(self) -> str:
        """The line end this text uses."""
        first = self.text.find("\n")
        if first < 0:
            return "\r" if "\r" in self.text else "\n"
        return "\r\n" if first and self.text[first - 1] == "\r" else "\n"

    @cached_property
    def unit(self) -> str:
        """One level of indentation as this text has it."""
        for node in ast.walk(self.tree):
            body = getattr(node, "body", None)
            if not isinstance(node, ast.stmt) or not isinstance(body, list):
                continue
            outer, inner = self.indent(node), self.indent(body[0])
            if inner != outer and inner.startswith(outer):
                return inner[len(outer) :]
        return "\t" if "\t" in self.indent(self.body[0]) else "    "


def read_source(text: str) -> Source | None:
    """`text` parsed, None when it does not parse as it stands or holds no statement."""
    roof = 1 if _indented(text) else 0
    tree = parsed(_ROOF + text if roof else text)
    if tree is None or not tree.body:
        return None
    body = tree.body
    if roof:
        first = tree.body[0]
        if len(body) != 1 or not isinstance(first, ast.If) or first.orelse:
            return None  # some of it is no longer below the roof
        body = first.body
    places = Places(text, roof)
    place_fields(body, places)
    return Source(places, body)


def parsed(text: str) -> ast.Module | None:
    """The tree of `text`, None when it has none; warnings about its style are not ours."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _indented(text: str) -> bool:
    for row in text.splitlines():
        bare = row.strip()
        if bare and not bare.startswith("#"):
            return row[0] in " \t"
    return False
