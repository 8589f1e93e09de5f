"""What is easy to get wrong about a function, as far as its code proves it.

Never reports taste; each sentence is a fact about how the code behaves.
"""

import ast
from collections.abc import Iterator

from flux_lsp.models.offline.python.callable import (
    dotted,
    is_generator,
    own_nodes,
    parameters_of,
    returned,
    returns_nothing_somewhere,
)
from flux_lsp.models.offline.python.source import Function, Source

_IN_PLACE = {
    *("append", "extend", "insert", "remove", "pop", "clear", "sort", "reverse"),
    *("update", "setdefault", "popitem", "add", "discard"),
}


def pitfalls(source: Source, function: Function) -> list[str]:
    """Sentences, in a fixed order."""
    return [
        *_mutable_defaults(source, function),
        *_changed_arguments(source, function),
        *_none_or_value(function),
        *_swallowed(function),
        *_laziness(function),
        *_recursion(function),
    ]


def _mutable_defaults(source: Source, function: Function) -> Iterator[str]:
    displays = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
    given = [*function.args.defaults, *function.args.kw_defaults]
    shared = {source.of(node) for node in given if isinstance(node, displays)}
    for parameter in parameters_of(source, function):
        if parameter.default in shared:
            yield (
                f"The default of `{parameter.name}` is made once and shared by all calls: "
                "what one call puts in, the next one finds."
            )


def _changed_arguments(source: Source, function: Function) -> Iterator[str]:
    names = [p.name for p in parameters_of(source, function) if p.kind in {"positional", "either"}]
    rebound = {
        node.id
        for node in own_nodes(function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    changed = {name for node in own_nodes(function) for name in _changed_by(node)}
    for name in names:
        if name in changed and name not in rebound and name not in {"self", "cls"}:
            yield f"It changes `{name}` in place, so the caller's object changes too."


def _changed_by(node: ast.AST) -> Iterator[str]:
    changed: ast.expr | None = None
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        changed = node.func.value if node.func.attr in _IN_PLACE else None
    elif isinstance(node, ast.Subscript | ast.Attribute) and not isinstance(node.ctx, ast.Load):
        changed = node.value
    if isinstance(changed, ast.Name):
        yield changed.id


def _none_or_value(function: Function) -> Iterator[str]:
    if returned(function) and not is_generator(function) and returns_nothing_somewhere(function):
        yield "On some paths it returns `None` instead of a value."


def _swallowed(function: Function) -> Iterator[str]:
    for node in own_nodes(function):
        if isinstance(node, ast.ExceptHandler) and all(isinstance(n, ast.Pass) for n in node.body):
            kind = dotted(node.type) if node.type else None
            yield f"It passes over {f'`{kind}`' if kind else 'exceptions'} in silence."


def _laziness(function: Function) -> Iterator[str]:
    if is_generator(function):
        yield "It is a generator: nothing runs before the first value is asked for."
    elif isinstance(function, ast.AsyncFunctionDef):
        yield "It is a coroutine: calling it does nothing until it is awaited."


def _recursion(function: Function) -> Iterator[str]:
    for node in own_nodes(function):
        if isinstance(node, ast.Call) and dotted(node.func) in {
            function.name,
            f"self.{function.name}",
        }:
            yield "It calls itself."
            return
