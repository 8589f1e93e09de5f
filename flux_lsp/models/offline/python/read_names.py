"""Reads every name of a source once, and works out which scope binds it.

Never loses a way to bind a name: each kind of binding has its visit.
"""

import ast
from collections.abc import Iterable
from dataclasses import dataclass

from flux_lsp.core.text import Span
from flux_lsp.models.offline.python import binders
from flux_lsp.models.offline.python.scopes import Kind, Names, Occurrence, Scope, Use, parameters
from flux_lsp.models.offline.python.source import Source


def read_names(source: Source) -> Names:
    """Resolve all names of `source`."""
    reader = _Reader(source)
    reader.visit_all(source.body)
    found = tuple(_resolved(found) for found in reader.found)
    return Names(reader.module, found, frozenset(reader.of_objects))


@dataclass(frozen=True)
class _Found:
    name: str
    use: Use
    node: ast.AST
    span: Span | None
    scope: Scope


def _resolved(found: _Found) -> Occurrence:
    home = _home(found.name, found.scope)
    return Occurrence(found.name, found.use, found.node, found.span, found.scope, home)


def _home(name: str, scope: Scope) -> Scope | None:
    if name in scope.to_module:
        return _module_of(scope)
    if name in scope.bound and name not in scope.to_outer:
        return scope
    outer = scope.parent
    while outer is not None:
        if outer.kind != "class" and name in outer.bound and name not in outer.to_outer:
            return outer
        if name in outer.to_module:
            return _module_of(outer)
        outer = outer.parent
    return None


def _module_of(scope: Scope) -> Scope:
    while scope.parent is not None:
        scope = scope.parent
    return scope


class _Reader(ast.NodeVisitor):
    """Walks the tree once, with the scope it is in."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.module = Scope("module", source.tree, None)
        self.scope = self.module
        self.found: list[_Found] = []
        self.of_objects: set[int] = set()

    def visit_all(self, nodes: Iterable[ast.AST | None]) -> None:
        for node in nodes:
            if node is not None:
                self.visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        use: Use = "read"
        if isinstance(node.ctx, ast.Store):
            use = "write"
        elif isinstance(node.ctx, ast.Del):
            use = "delete"
        self._note(node.id, use, node, self.source.span(node))

    def visit_Call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Name) and node.func.id == "vars" and node.args:
            self.of_objects.add(id(node.func))
        self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self.visit_all(node.decorator_list)
        self._note(node.name, "definition", node, binders.defined(self.source, node))
        self._visit_callable(node, [node.returns], node.body)

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815 - the visitor's protocol

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._visit_callable(node, [], [node.body])

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.visit_all(node.decorator_list)
        self._note(node.name, "definition", node, binders.defined(self.source, node))
        outer = self.scope
        self._visit_type_parameters(node)
        self.visit_all([*node.bases, *node.keywords])
        self._inside("class", node, node.body)
        self.scope = outer

    def visit_ListComp(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> None:
        self._visit_comprehension(node, node.generators, [node.elt])

    visit_SetComp = visit_ListComp  # noqa: N815 - the visitor's protocol
    visit_GeneratorExp = visit_ListComp  # noqa: N815 - the visitor's protocol

    def visit_DictComp(self, node: ast.DictComp) -> None:
        self._visit_comprehension(node, node.generators, [node.key, node.value])

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.visit(node.value)
        inner = self.scope
        while self.scope.kind == "comprehension" and self.scope.parent is not None:
            self.scope = self.scope.parent
        self.visit(node.target)
        self.scope = inner

    def visit_Global(self, node: ast.Global) -> None:
        for name in node.names:
            self.scope.to_module.add(name)
            self.module.bound.add(name)
            self._declare(name, node)

    def visit_Nonlocal(self, node: ast.Nonlocal) -> None:
        for name in node.names:
            self.scope.to_outer.add(name)
            self._declare(name, node)

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            if alias.name != "*":
                name = alias.asname or alias.name.split(".")[0]
                self._note(name, "import", alias, binders.imported(self.source, alias))

    visit_ImportFrom = visit_Import  # noqa: N815 - the visitor's protocol

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name:
            self._note(node.name, "write", node, binders.caught(self.source, node))
        self.generic_visit(node)

    def visit_MatchAs(self, node: ast.MatchAs | ast.MatchStar) -> None:
        if node.name:
            self._note(node.name, "write", node, binders.last_word(self.source, node, node.name))
        self.generic_visit(node)

    visit_MatchStar = visit_MatchAs  # noqa: N815 - the visitor's protocol

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        if node.rest:
            self._note(node.rest, "write", node, binders.last_word(self.source, node, node.rest))
        self.generic_visit(node)

    def _visit_callable(
        self, node: ast.AST, annotations: list[ast.expr | None], body: Iterable[ast.AST]
    ) -> None:
        arguments: ast.arguments = node.args  # type: ignore[attr-defined]
        self.visit_all([*arguments.defaults, *arguments.kw_defaults])
        outer = self.scope
        self._visit_type_parameters(node)
        self.visit_all(annotations)
        self.visit_all(arg.annotation for arg in parameters(arguments))
        self.scope = Scope("function", node, self.scope)
        for arg in parameters(arguments):
            self._note(arg.arg, "parameter", arg, binders.parameter(self.source, arg))
        self.visit_all(body)
        self.scope = outer

    def _visit_comprehension(
        self, node: ast.expr, generators: list[ast.comprehension], parts: list[ast.expr]
    ) -> None:
        self.visit(generators[0].iter)  # the first one is evaluated outside
        outer = self.scope
        self.scope = Scope("comprehension", node, outer)
        for index, generator in enumerate(generators):
            self.visit_all([generator.target, generator.iter if index else None, *generator.ifs])
        self.visit_all(parts)
        self.scope = outer

    def _visit_type_parameters(self, node: ast.AST) -> None:
        """`def f[T]` (Python 3.12) has a scope of its own around the function."""
        given = getattr(node, "type_params", [])
        if not given:
            return
        self.scope = Scope("function", node, self.scope)
        for parameter in given:
            span = binders.last_word(self.source, parameter, parameter.name)
            self._note(parameter.name, "write", parameter, span)
            self.generic_visit(parameter)

    def _inside(self, kind: Kind, node: ast.AST, body: Iterable[ast.AST]) -> None:
        outer = self.scope
        self.scope = Scope(kind, node, outer)
        self.visit_all(body)
        self.scope = outer

    def _declare(self, name: str, node: ast.Global | ast.Nonlocal) -> None:
        span = binders.last_word(self.source, node, name)
        self.found.append(_Found(name, "declaration", node, span, self.scope))

    def _note(self, name: str, use: Use, node: ast.AST, span: Span | None) -> None:
        if use != "read":
            self.scope.bound.add(name)
        self.found.append(_Found(name, use, node, span, self.scope))
