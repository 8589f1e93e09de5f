"""What the names of the computed module mean: its functions, classes, constants and imports.

Never answers for a name that is bound twice, conditionally, or changed somewhere.
"""

import ast
from typing import Any

from flux_lsp.models.offline.python.callable import dotted
from flux_lsp.models.offline.python.sandbox.attributes import ModuleValue
from flux_lsp.models.offline.python.sandbox.classes import class_value
from flux_lsp.models.offline.python.sandbox.frames import Frame, Machine
from flux_lsp.models.offline.python.sandbox.functions import function_value
from flux_lsp.models.offline.python.sandbox.library import Library
from flux_lsp.models.offline.python.sandbox.signals import UnknownError
from flux_lsp.models.offline.python.unit import Unit

_SCALARS = (type(None), bool, int, float, str, bytes)
_READING = frozenset(["get", "items", "keys", "values", "index", "count", "join", "copy", "union"])
_READERS = frozenset(
    [
        "len",
        "sorted",
        "sum",
        "min",
        "max",
        "any",
        "all",
        "set",
        "frozenset",
        "list",
        "tuple",
        "dict",
        "enumerate",
        "zip",
        "reversed",
    ]
)


class Module:
    """The module's names, each worked out when it is first asked for."""

    def __init__(self, unit: Unit, machine: Machine, library: Library) -> None:
        self._unit = unit
        self._machine = machine
        self._library = library
        self._known: dict[str, Any] = {}
        self._working: set[str] = set()
        self._parents = _parents(unit.source.tree)
        self._bindings = _bindings(unit)
        self.frame = Frame(machine, frozenset())

    def value(self, name: str) -> Any:
        """What `name` means at the module's level, a builtin included."""
        if name in self._known:
            return self._known[name]
        if name in self._working:
            raise UnknownError("a circle")
        self._working.add(name)
        try:
            self._known[name] = self._worked_out(name)
        finally:
            self._working.discard(name)
        return self._known[name]

    def origin(self, node: ast.expr) -> str:
        """Where a name was imported from, dotted; the name itself for a builtin; else ""."""
        text = dotted(node) or ""
        first, _, rest = text.partition(".")
        bound = self._bindings.get(first, [])
        if not bound:
            return text
        statement = bound[0]
        if len(bound) > 1 or not isinstance(statement, ast.Import | ast.ImportFrom):
            return ""
        alias = next(a for a in statement.names if (a.asname or a.name.split(".")[0]) == first)
        if isinstance(statement, ast.Import):
            return f"{alias.name}.{rest}" if rest and "." not in alias.name else ""
        if statement.level:
            return ""
        return ".".join(filter(None, (statement.module, alias.name, rest)))

    def _worked_out(self, name: str) -> Any:
        bound = self._bindings.get(name, [])
        if not bound:
            if self._unit.last_star or name not in self._library.builtins:
                raise UnknownError(f"name {name}")
            return self._library.builtins[name]
        if len(bound) > 1 or bound[0] is None or bound[0].lineno < self._unit.last_star:
            raise UnknownError(f"{name} is bound more than once")
        return self._of_statement(name, bound[0])

    def _of_statement(self, name: str, node: ast.stmt) -> Any:
        if isinstance(node, ast.FunctionDef):
            if node.decorator_list:
                raise UnknownError("a decorator")
            return function_value(node, self.frame, None)
        if isinstance(node, ast.ClassDef):
            return class_value(self._machine, self, node, self.frame)
        if isinstance(node, ast.Import | ast.ImportFrom):
            return self._imported(name, node)
        value = getattr(node, "value", None)
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(value, ast.expr):
            return self._constant(name, self._machine.evaluate(value, self.frame))
        raise UnknownError(f"name {name}")

    def _imported(self, name: str, node: ast.Import | ast.ImportFrom) -> Any:
        origin = self.origin(ast.Name(name, ast.Load()))
        if isinstance(node, ast.Import):
            alias = next(a for a in node.names if (a.asname or a.name) == name)
            return ModuleValue(self._library.modules.get(alias.name, {}))
        home, _, last = origin.rpartition(".")
        names = self._library.modules.get(home, {})
        if last not in names:
            raise UnknownError(f"import {origin}")
        return names[last]

    def _constant(self, name: str, value: Any) -> Any:
        """A value that nothing changes; Unknown for one that something may change."""
        if isinstance(value, _SCALARS):
            return value
        if isinstance(value, tuple | frozenset) and _flat(value):
            return value
        if isinstance(value, list | dict | set) and _flat(value) and self._only_read(name):
            return value
        raise UnknownError(f"{name} may change")

    def _only_read(self, name: str) -> bool:
        for one in self._unit.names.of(name):
            if one.home is None or one.home.kind != "module" or one.use == "write":
                continue
            if one.use != "read" or not _reads(one.node, self._parents):
                return False
        return True


def _bindings(unit: Unit) -> dict[str, list[Any]]:
    """The top-level statement that binds each name; None for a binding anywhere else."""
    found: dict[str, list[Any]] = {}
    top = {}
    for statement in unit.source.body:
        top[id(statement)] = statement
        for part in _own_binders(statement):
            top[id(part)] = statement
    for one in unit.names.all:
        if one.use != "read" and one.home is unit.names.module:
            found.setdefault(one.name, []).append(top.get(id(one.node)))
    return found


def _own_binders(node: ast.stmt) -> list[ast.AST]:
    """The nodes of a statement that bind a single name to what the statement says."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        return list(node.names)
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        return [node.targets[0]] if isinstance(node.targets[0], ast.Name) else []
    return [node.target] if isinstance(node, ast.AnnAssign) else []


def _parents(tree: ast.AST) -> dict[int, ast.AST]:
    return {id(child): node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}


def _reads(node: ast.AST, parents: dict[int, ast.AST]) -> bool:
    """Whether this use of a name only looks at what it holds."""
    parent = parents.get(id(node))
    if isinstance(parent, ast.Subscript):
        return parent.value is node and isinstance(parent.ctx, ast.Load)
    if isinstance(parent, ast.Compare):
        return True
    if isinstance(parent, ast.For | ast.comprehension):
        return parent.iter is node
    if isinstance(parent, ast.Attribute):
        return isinstance(parents.get(id(parent)), ast.Call) and parent.attr in _READING
    if isinstance(parent, ast.Call) and isinstance(parent.func, ast.Name):
        return parent.func.id in _READERS and node in parent.args
    return False


def _flat(value: Any) -> bool:
    parts = [*value.keys(), *value.values()] if isinstance(value, dict) else list(value)
    return all(
        isinstance(part, _SCALARS) or (isinstance(part, tuple) and _flat(part)) for part in parts
    )
