"""Which name belongs to which scope: every place a name is bound, read or declared.

Never runs code; what depends on running (`exec`, `locals`) is for callers to ask `dynamic` about.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from flux_lsp.core.text import Span

Kind = Literal["module", "class", "function", "comprehension"]
Use = Literal["read", "write", "delete", "import", "parameter", "definition", "declaration"]

# Calls that reach names by their text.
_BY_TEXT = frozenset({"locals", "vars", "eval", "exec", "globals"})


@dataclass(eq=False)
class Scope:
    """One scope; `bound` are the names it binds itself."""

    kind: Kind
    node: ast.AST
    parent: "Scope | None"
    bound: set[str] = field(default_factory=set)
    to_module: set[str] = field(default_factory=set)
    to_outer: set[str] = field(default_factory=set)

    def within(self, other: "Scope") -> bool:
        """Whether this is `other` or stands inside of it."""
        scope: Scope | None = self
        while scope is not None and scope is not other:
            scope = scope.parent
        return scope is not None


@dataclass(frozen=True, eq=False)
class Occurrence:
    """One place a name stands. `span` is the name alone, None where it could not be found.

    `scope` is where it is used, `home` the scope that binds it, None for a builtin or an unknown.
    """

    name: str
    use: Use
    node: ast.AST
    span: Span | None
    scope: Scope
    home: Scope | None


@dataclass(frozen=True)
class Names:
    """Every name of one source."""

    module: Scope
    all: tuple[Occurrence, ...]
    of_objects: frozenset[int]  # the `vars` of `vars(thing)`, by id: it sees no names

    def of(self, name: str) -> list[Occurrence]:
        """All occurrences of `name`, whichever scope they belong to."""
        return self._by_name.get(name, [])

    @cached_property
    def _by_name(self) -> dict[str, list[Occurrence]]:
        found: dict[str, list[Occurrence]] = {}
        for one in self.all:
            found.setdefault(one.name, []).append(one)
        return found

    def dynamic(self, home: Scope) -> bool:
        """Whether code that sees the names of `home` may reach them by their text."""
        return any(
            one.name in _BY_TEXT and one.home is None and one.scope.within(home)
            for one in self.all
            if id(one.node) not in self.of_objects
        )


def parameters(arguments: ast.arguments) -> Iterator[ast.arg]:
    """All parameters in the order of the signature."""
    yield from arguments.posonlyargs
    yield from arguments.args
    if arguments.vararg:
        yield arguments.vararg
    yield from arguments.kwonlyargs
    if arguments.kwarg:
        yield arguments.kwarg
