"""Values that a function's body has to do with: what it compares a parameter with or looks for.

Never runs anything but the module's own constants in the sandbox.
"""

import ast
from collections.abc import Iterator

from flux_lsp.models.offline.python.callable import own_nodes
from flux_lsp.models.offline.python.sandbox.machine import Machine
from flux_lsp.models.offline.python.source import Function
from flux_lsp.models.offline.python.testing.literals import literal, quoted


class Mine:
    """The values in one function's body."""

    def __init__(self, machine: Machine, function: Function) -> None:
        self._machine = machine
        self._function = function
        self._body = list(own_nodes(function))

    def of(self, name: str) -> Iterator[str]:
        """Values that the body compares a parameter with, or looks for in it."""
        for node in self._body:
            if isinstance(node, ast.Compare) and _mentions(node, name):
                yield from self._around(node)
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                held = node.func.value
                if isinstance(held, ast.Name) and held.id == name and node.args:
                    yield from _found_by(node.func.attr, node.args[0])
                elif node.func.attr == "get" and node.args and _is_name(node.args[0], name):
                    yield from self._keys(held)
            elif isinstance(node, ast.Subscript) and _is_name(node.slice, name):
                yield from self._keys(node.value)

    def _around(self, node: ast.Compare) -> Iterator[str]:
        for part in (node.left, *node.comparators):
            elements = part.elts if isinstance(part, ast.Tuple | ast.List | ast.Set) else [part]
            for one in elements[:4]:
                yield from _near(one)
            if isinstance(part, ast.Name) and not _is_parameter(self._function, part.id):
                yield from self._near_constant(part)

    def _near_constant(self, node: ast.Name) -> Iterator[str]:
        ended = self._machine.run(node)
        if ended is not None and isinstance(ended.value, int | str | float):
            yield from _near(ast.Constant(ended.value))
        elif ended is not None and isinstance(ended.value, dict | tuple | list):
            yield from (text for one in list(ended.value)[:4] if (text := literal(one)))

    def _keys(self, node: ast.expr) -> Iterator[str]:
        ended = self._machine.run(node) if isinstance(node, ast.Name) else None
        if ended is not None and isinstance(ended.value, dict):
            yield from (text for key in list(ended.value)[:3] if (text := literal(key)))


def _near(node: ast.expr) -> Iterator[str]:
    """A constant and what lies next to it."""
    try:
        value = ast.literal_eval(node)
    except ValueError:
        return
    if isinstance(value, bool) or value is None:
        return
    if isinstance(value, int) and abs(value) < 10**6:
        yield from (str(one) for one in (value, value - 1, value + 1))
    elif isinstance(value, float):
        yield repr(value)
    elif isinstance(value, str) and len(value) < 40:
        yield quoted(value)


def _found_by(method: str, node: ast.expr) -> Iterator[str]:
    """Texts in which a search for a constant succeeds."""
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        return
    if method in {"startswith", "removeprefix"}:
        yield quoted(f"{node.value}abc")
    elif method in {"endswith", "removesuffix"}:
        yield quoted(f"abc{node.value}")
    elif method in {"split", "rsplit", "partition", "rpartition", "replace", "count", "find"}:
        yield quoted(f"a{node.value}b")


def _mentions(node: ast.AST, name: str) -> bool:
    return any(_is_name(inner, name) for inner in ast.walk(node))


def _is_name(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _is_parameter(function: Function, name: str) -> bool:
    given = function.args
    return any(arg.arg == name for arg in (*given.posonlyargs, *given.args, *given.kwonlyargs))
