"""The Python text a rule works on, and which of its lines are the target.

Never decides what may change; it only tells what is seen.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from flux_lsp.core.text import Span, split_lines
from flux_lsp.models.offline.python.read_names import read_names
from flux_lsp.models.offline.python.scopes import Names
from flux_lsp.models.offline.python.source import Definition, Source, read_source


@dataclass(frozen=True)
class Unit:
    """`source` is the whole file where that is shown and parses, else the target alone.

    `first..last` are the target's lines in it, 1-based; `path` is the file's.
    """

    path: str
    source: Source
    first: int
    last: int
    whole: bool

    @cached_property
    def names(self) -> Names:
        """Every name of the source, resolved."""
        return read_names(self.source)

    def means(self, node: Definition) -> bool:
        """Whether the module's name of an outermost definition certainly means it."""
        bound = [
            one
            for one in self.names.of(node.name)
            if one.use != "read" and one.home is self.names.module
        ]
        return len(bound) == 1 and node in self.source.body and node.lineno > self.last_star

    @cached_property
    def last_star(self) -> int:
        """The line, as `ast` counts, of the last `import *`, which may bind any name; else 0."""
        stars = (
            node.lineno
            for node in ast.walk(self.source.tree)
            if isinstance(node, ast.ImportFrom) and node.names[0].name == "*"
        )
        return max(stars, default=0)

    @cached_property
    def target(self) -> Span:
        """The target's lines as a span of the source's text."""
        places = self.source.places
        return Span(places.row(self.first).start, places.row(self.last).end)

    def holds(self, node: ast.stmt) -> bool:
        """Whether a statement lies in the target with all its lines."""
        source = self.source
        return self.first <= source.first_line(node) and source.last_line(node) <= self.last

    @cached_property
    def statements(self) -> tuple[tuple[ast.stmt, tuple[Definition, ...]], ...]:
        """The outermost statements of the target, each with the definitions around it."""
        return tuple(self._outermost(self.source.body, ()))

    def _outermost(
        self, body: list[ast.stmt] | tuple[ast.stmt, ...] | object, around: tuple[Definition, ...]
    ) -> Iterator[tuple[ast.stmt, tuple[Definition, ...]]]:
        for node in body if isinstance(body, list | tuple) else ():
            if self.holds(node):
                yield node, around
            elif self._touches(node):
                inner = (*around, node) if isinstance(node, Definition) else around
                for block in blocks(node):
                    yield from self._outermost(block, inner)

    def _touches(self, node: ast.stmt) -> bool:
        source = self.source
        return source.first_line(node) <= self.last and self.first <= source.last_line(node)


def read_unit(path: str, target: str, first: int, file: str | None) -> Unit | None:
    """The unit for a target whose 1-based first line is `first`; None when it does not parse."""
    count = len(split_lines(target)) or 1
    whole = read_source(file) if file is not None else None
    if whole is not None:
        last = min(first + count - 1, len(whole.places.starts))
        return Unit(path, whole, first, last, whole=True)
    alone = read_source(target)
    if alone is None:
        return None
    return Unit(path, alone, 1, len(alone.places.starts), whole=False)


def blocks(node: ast.stmt) -> Iterator[list[ast.stmt]]:
    """The blocks of statements directly inside a statement."""
    for name in ("body", "orelse", "finalbody"):
        block = getattr(node, name, None)
        if isinstance(block, list) and block:
            yield block
    for holder in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
        yield holder.body
