"""The attributes of a class: those in its body, and those its `__init__` sets on `self`."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from flux_lsp.models.offline.python.callable import own_nodes, quoted
from flux_lsp.models.offline.python.source import Source


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute; annotation and value as written, "" without or when too long to quote."""

    name: str
    annotation: str
    value: str
    of_class: bool


def attributes_of(source: Source, node: ast.ClassDef) -> list[Attribute]:
    """In the order in which they are set, each name once; names with two underscores left out."""
    found: dict[str, Attribute] = {}
    for one in (*_in_body(source, node), *_in_init(source, node)):
        if not one.name.startswith("__"):
            found.setdefault(one.name, one)
    return list(found.values())


def _in_body(source: Source, node: ast.ClassDef) -> Iterator[Attribute]:
    for statement in node.body:
        yield from _assigned(source, statement, of_class=True)


def _in_init(source: Source, node: ast.ClassDef) -> Iterator[Attribute]:
    for function in node.body:
        if isinstance(function, ast.FunctionDef) and function.name == "__init__":
            annotations = {
                arg.arg: source.of(arg.annotation)
                for arg in (*function.args.args, *function.args.kwonlyargs)
                if arg.annotation
            }
            for statement in own_nodes(function):
                for one in _assigned(source, statement, of_class=False):
                    known = one.annotation or annotations.get(one.value, "")
                    yield Attribute(one.name, known, one.value, of_class=False)


def _assigned(source: Source, node: ast.AST, *, of_class: bool) -> Iterator[Attribute]:
    targets: list[ast.expr]
    if isinstance(node, ast.AnnAssign):
        targets, annotation = [node.target], quoted(source, node.annotation)
    elif isinstance(node, ast.Assign):
        targets, annotation = node.targets, ""
    else:
        return
    value = quoted(source, node.value) if node.value else ""
    for target in targets:
        for one in target.elts if isinstance(target, ast.Tuple) else [target]:
            shown = value if one is target else ""
            if of_class and isinstance(one, ast.Name):
                yield Attribute(one.id, annotation, shown, of_class=True)
            elif not of_class and isinstance(one, ast.Attribute) and _is_self(one.value):
                yield Attribute(one.attr, annotation, shown, of_class=False)


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "self"
