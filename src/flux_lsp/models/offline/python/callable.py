"""What a Python function takes, gives back, raises and calls, read off its signature and body.

Never follows a call: what a callee raises is not known here.
"""

import ast
import builtins
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from flux_lsp.models.offline.python.source import Definition, Function, Source

# Longer pieces of code are not quoted in a sentence.
LONGEST_QUOTE = 60

_INNER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter; annotation and default as they are written, None without."""

    name: str
    kind: Literal["positional", "either", "rest", "keyword", "keywords"]
    annotation: str | None
    default: str | None
    node: ast.arg


@dataclass(frozen=True, slots=True)
class Raised:
    """One exception the body raises itself: its name, and when ("" when that is not plain)."""

    name: str
    when: str


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
        if not isinstance(child, _INNER):
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


def raised(source: Source, function: Function) -> list[Raised]:
    """What its own `raise` statements let out, in order, each name and reason once."""
    found: dict[Raised, None] = {}
    for raising in _raises(source, function.body, ""):
        found.setdefault(raising)
    return list(found)


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


def _raises(source: Source, body: Sequence[ast.stmt], when: str) -> Iterator[Raised]:
    for node in body:
        if isinstance(node, ast.Raise):
            yield from _raise(node, when)
        elif isinstance(node, ast.If):
            test = quoted(source, node.test)
            yield from _raises(source, node.body, f"if `{test}`" if test else "")
            yield from _raises(source, node.orelse, f"unless `{test}`" if test else "")
        elif isinstance(node, ast.Try):
            yield from _raises_of_try(source, node, when)
        elif not isinstance(node, _INNER):
            for name in ("body", "orelse"):
                yield from _raises(source, getattr(node, name, []), "")
            for case in getattr(node, "cases", []):
                yield from _raises(source, case.body, "")


def _raises_of_try(source: Source, node: ast.Try, when: str) -> Iterator[Raised]:
    caught = {name for handler in node.handlers for name in _caught(handler)}
    for one in _raises(source, node.body, when):
        if not any(_may_catch(name, one.name) for name in caught):
            yield one
    for handler in node.handlers:
        names = [name for name in _caught(handler) if name]
        reason = f"on {' or '.join(f'`{name}`' for name in names)}" if names else "on any error"
        for one in _raises(source, handler.body, reason):
            if one.name:
                yield one
            else:  # a bare raise lets through what was caught
                yield from (Raised(name, "") for name in names)
    for body in (node.orelse, node.finalbody):
        yield from _raises(source, body, when)


def _may_catch(handled: str, name: str) -> bool:
    """Whether `except handled` may catch `name`; certain of a no only among builtins."""
    if handled in {"", name}:
        return True
    one, other = (getattr(builtins, text, None) for text in (handled, name))
    if isinstance(one, type) and isinstance(other, type):
        return issubclass(other, one)
    return True


def _caught(handler: ast.ExceptHandler) -> list[str]:
    if handler.type is None:
        return [""]
    types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return [dotted(one) or "?" for one in types]


def _raise(node: ast.Raise, when: str) -> Iterator[Raised]:
    if node.exc is None:
        yield Raised("", when)
        return
    kind = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    name = dotted(kind)
    # `raise error` with a small letter raises a value, whose class is not known here.
    if name and name.split(".")[-1][:1].isupper():
        yield Raised(name, when)
