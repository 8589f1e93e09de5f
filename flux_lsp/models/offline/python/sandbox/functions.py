"""Calling functions of the computed code: defaults, arguments, frames.

Never calls a coroutine, a decorated function, or a generator whose laziness could matter.
"""

import ast
from collections.abc import Mapping, Sequence
from typing import Any

from flux_lsp.models.offline.python.callable import is_generator, own_nodes
from flux_lsp.models.offline.python.sandbox.frames import Frame, Machine
from flux_lsp.models.offline.python.sandbox.objects import ClassValue, FunctionValue
from flux_lsp.models.offline.python.sandbox.signals import ExceptionValue, Thrown, UnknownError
from flux_lsp.models.offline.python.scopes import parameters

_MUTABLE = (list, dict, set)


def function_value(
    node: ast.FunctionDef | ast.Lambda, frame: Frame, owner: ClassValue | None
) -> FunctionValue:
    """The value of a `def` or `lambda`, with its defaults evaluated."""
    given = node.args
    front = [*given.posonlyargs, *given.args]
    last = front[len(front) - len(given.defaults) :]
    pairs = [*zip(last, given.defaults, strict=True)]
    pairs += [
        (arg, default)
        for arg, default in zip(given.kwonlyargs, given.kw_defaults, strict=True)
        if default is not None
    ]
    defaults = {arg.arg: frame.machine.evaluate(default, frame) for arg, default in pairs}
    return FunctionValue(frame.machine, node, frame, owner, defaults)


def call_function(
    machine: Machine,
    function: FunctionValue,
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    *,
    collect: bool,
) -> Any:
    """Run a function; `collect`: of a generator, all it yields, as a list."""
    node = function.node
    if isinstance(node, ast.FunctionDef) and is_generator(node) and not collect:
        raise UnknownError("a generator")
    frame = Frame(machine, _bound(node), function.frame, owner=function.owner)
    _bind(function, frame, list(args), dict(kwargs))
    if isinstance(node, ast.Lambda):
        return machine.evaluate(node.body, frame)
    if collect:
        frame.yields = []
    left = machine.execute(node.body, frame)
    if collect:
        return frame.yields
    return None if left is None else left.value


def _bound(node: ast.FunctionDef | ast.Lambda) -> frozenset[str]:
    """The names that belong to a call."""
    names = {arg.arg for arg in parameters(node.args)}
    if isinstance(node, ast.Lambda):
        return frozenset(names)
    for inner in own_nodes(node):
        if isinstance(inner, ast.Global | ast.Nonlocal):
            raise UnknownError("names of another scope")
        if isinstance(inner, ast.Name) and not isinstance(inner.ctx, ast.Load):
            names.add(inner.id)
        elif isinstance(inner, ast.FunctionDef | ast.ClassDef | ast.ExceptHandler):
            names.add(inner.name or "")
        elif isinstance(inner, ast.alias):
            names.add(inner.asname or inner.name.split(".")[0])
    return frozenset(names)


def _bind(function: FunctionValue, frame: Frame, args: list[Any], kwargs: dict[str, Any]) -> None:
    """Put arguments under the names of the parameters, as Python does."""
    given = function.node.args
    front = [arg.arg for arg in (*given.posonlyargs, *given.args)]
    frame.first = front[0] if front else None
    values = frame.values
    values.update(zip(front, args, strict=False))
    if len(args) > len(front) and given.vararg is None:
        raise _wrong_arguments()
    if given.vararg is not None:
        values[given.vararg.arg] = tuple(args[len(front) :])
    by_name = {arg.arg for arg in (*given.args, *given.kwonlyargs)}
    others = {name: value for name, value in kwargs.items() if name not in by_name}
    if any(name in values for name in kwargs if name in by_name):
        raise _wrong_arguments()
    if others and given.kwarg is None:
        raise _wrong_arguments()
    values.update({name: value for name, value in kwargs.items() if name in by_name})
    if given.kwarg is not None:
        values[given.kwarg.arg] = others
    for name in (*front, *(arg.arg for arg in given.kwonlyargs)):
        if name not in values:
            values[name] = _default(function, name)


def _default(function: FunctionValue, name: str) -> Any:
    if name not in function.defaults:
        raise _wrong_arguments()
    value = function.defaults[name]
    if isinstance(value, _MUTABLE):
        raise UnknownError("a default that calls share")
    return value


def _wrong_arguments() -> Thrown:
    return Thrown(ExceptionValue(TypeError, (), explicit=False))
