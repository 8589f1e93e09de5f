"""What a Python function takes, gives back, raises and calls, read off its signature and body.

Never follows a call: what a callee raises is not known here.
"""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from flux_lsp.models.offline.python.source import Definition, Function, Source

# Longer pieces of code are not quoted in a sentence.
LONGEST_QUOTE = 60

INNER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter; annotation and default as they are written, None without."""

    name: str
    kind: Literal["positional", "either", "rest", "keyword", "keywords"]
    annotation: str | None
    default: str | None
    node: ast.arg


def parameters_of(source: Source, function: Function | ast.Lambda) -> list[Parameter]:
    """All parameters in the order of the signature, `self` and `cls` included."""
    given = function.args
    front = [*given.posonlyargs, *given.args]
    defaults: list[ast.expr | None] = [None] * (len(front) - len(given.defaults))
    defaults += given.defaults
    found = [
        _parameter(source, arg, "positional" if arg in given.posonlyargs else "either", default)
        for arg, default in zip(front, defaults, strict=True)
    ]
    if given.vararg:
        found.append(_parameter(source, given.vararg, "rest", None))
    found += [
        _parameter(source, arg, "keyword", default)
        for arg, default in zip(given.kwonlyargs, given.kw_defaults, strict=True)
    ]
    if given.kwarg:
        found.append(_parameter(source, given.kwarg, "keywords", None))
    return found


def own_parameters(source: Source, function: Function, owner: Definition | None) -> list[Parameter]:
    """The parameters a caller passes: without `self` or `cls` in a class."""
    found = parameters_of(source, function)
    if found and _bound_first(function, owner, found[0].name):
        return found[1:]
    return found


def own_nodes(function: ast.AST) -> Iterator[ast.AST]:
    """All nodes of a function's body, without those of functions and classes inside it."""
    for child in _children(function):
        yield child
        if not isinstance(child, INNER):
            yield from own_nodes(child)


def returned(function: Function) -> list[ast.expr]:
    """The values of its `return` statements; a bare one and `return None` are left out."""
    return [
        node.value
        for node in own_nodes(function)
        if isinstance(node, ast.Return) and node.value is not None and not _is_none(node.value)
    ]


def returns_nothing_somewhere(function: Function) -> bool:
    """Whether a bare `return` or `return None` is in it, or its end can be reached."""
    bare = any(
        isinstance(node, ast.Return) and (node.value is None or _is_none(node.value))
        for node in own_nodes(function)
    )
    return bare or falls_through(function.body)


def falls_through(body: Sequence[ast.stmt]) -> bool:
    """Whether the end of `body` may be reached; True when in doubt."""
    last = body[-1] if body else None
    if isinstance(last, ast.Return | ast.Raise | ast.Continue | ast.Break):
        return False
    if isinstance(last, ast.If):
        return not last.orelse or falls_through(last.body) or falls_through(last.orelse)
    if isinstance(last, ast.With | ast.AsyncWith):
        return True  # it may swallow an exception
    if isinstance(last, ast.Try):
        ends = [last.orelse or last.body, *(handler.body for handler in last.handlers)]
        return any(map(falls_through, ends)) and (
            not last.finalbody or falls_through(last.finalbody)
        )
    if isinstance(last, ast.While):
        endless = isinstance(last.test, ast.Constant) and bool(last.test.value)
        return not endless or any(isinstance(node, ast.Break) for node in own_nodes(last))
    return True


def is_generator(function: Function) -> bool:
    """Whether calling it gives a generator."""
    return any(isinstance(node, ast.Yield | ast.YieldFrom) for node in own_nodes(function))


def yielded(function: Function) -> list[ast.expr]:
    """What its `yield` expressions give, without bare ones."""
    return [
        node.value
        for node in own_nodes(function)
        if isinstance(node, ast.Yield | ast.YieldFrom) and node.value is not None
    ]


def calls(function: ast.AST) -> list[str]:
    """The names it calls, as written, in order, each once; long expressions left out."""
    found: dict[str, None] = {}
    nodes = [node for node in own_nodes(function) if isinstance(node, ast.Call)]
    for node in sorted(nodes, key=lambda node: (node.lineno, node.col_offset)):
        text = dotted(node.func)
        if text:
            found.setdefault(text)
    return list(found)


def dotted(node: ast.expr) -> str | None:
    """`a.b.c` for a chain of names, None for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else None
    return None


def quoted(source: Source, node: ast.AST) -> str:
    """The code of `node` on one line, or "" when it is too long or has lines to quote."""
    text = source.of(node)
    bad = len(text) > LONGEST_QUOTE or any(mark in text for mark in ("\n", "\r", "`", '"""'))
    return "" if bad else text


def decorators(function: Definition) -> list[str]:
    """Names of its decorators, without arguments."""
    plain = (node.func if isinstance(node, ast.Call) else node for node in function.decorator_list)
    return [dotted(node) or "" for node in plain]


def docstring_node(node: Definition | ast.Module) -> ast.Constant | None:
    """The docstring as it stands, None without one."""
    first = node.body[0] if node.body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        return first.value if isinstance(first.value.value, str) else None
    return None


def _parameter(
    source: Source,
    arg: ast.arg,
    kind: Literal["positional", "either", "rest", "keyword", "keywords"],
    default: ast.expr | None,
) -> Parameter:
    annotation = source.of(arg.annotation) if arg.annotation else None
    shown = None if default is None else source.of(default)
    return Parameter(arg.arg, kind, annotation, shown, arg)


def _bound_first(function: Function, owner: Definition | None, name: str) -> bool:
    if "staticmethod" in decorators(function):
        return False
    return isinstance(owner, ast.ClassDef) or (owner is None and name in {"self", "cls"})


def _children(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield from node.body
    else:
        yield from ast.iter_child_nodes(node)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
