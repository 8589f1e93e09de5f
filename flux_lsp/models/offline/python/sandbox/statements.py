"""What every kind of statement does that can be computed.

Never touches a file, a module or anything outside of the computation.
"""

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flux_lsp.models.offline.python.sandbox.frames import Frame, truth
from flux_lsp.models.offline.python.sandbox.functions import function_value
from flux_lsp.models.offline.python.sandbox.guards import binary, bounded, iterate
from flux_lsp.models.offline.python.sandbox.objects import ClassValue
from flux_lsp.models.offline.python.sandbox.signals import ExceptionValue, Thrown, UnknownError
from flux_lsp.models.offline.python.sandbox.targets import assign, delete


@dataclass(frozen=True)
class Return:
    """A `return` on its way out."""

    value: Any


BREAK, CONTINUE = object(), object()


def execute(body: Sequence[ast.stmt], frame: Frame) -> Any:
    """Run a block; `Return`, BREAK or CONTINUE where it is left early, else None."""
    for node in body:
        frame.machine.step()
        frame.machine.trace.add((id(node), None))
        rule = _RULES.get(type(node))
        if rule is None:
            raise UnknownError(type(node).__name__)
        left = rule(node, frame)
        if left is not None:
            return left
    return None


def _expression(node: ast.Expr, frame: Frame) -> None:
    if isinstance(node.value, ast.Yield | ast.YieldFrom):
        _yield(node.value, frame)
    elif not isinstance(node.value, ast.Constant):
        frame.machine.evaluate(node.value, frame)


def _yield(node: ast.Yield | ast.YieldFrom, frame: Frame) -> None:
    if frame.yields is None:
        raise UnknownError("yield")
    value = frame.machine.evaluate(node.value, frame) if node.value else None
    frame.yields += iterate(value) if isinstance(node, ast.YieldFrom) else [value]
    bounded(frame.yields)


def _assign(node: ast.Assign, frame: Frame) -> None:
    value = frame.machine.evaluate(node.value, frame)
    for target in node.targets:
        assign(target, value, frame)


def _annotated(node: ast.AnnAssign, frame: Frame) -> None:
    if node.value is not None:
        assign(node.target, frame.machine.evaluate(node.value, frame), frame)


def _augmented(node: ast.AugAssign, frame: Frame) -> None:
    if not isinstance(node.target, ast.Name) and _has_effects(node.target):
        raise UnknownError("a target that is evaluated twice")
    old = frame.machine.evaluate(_as_read(node.target), frame)
    value = frame.machine.evaluate(node.value, frame)
    new = binary(type(node.op).__name__, old, value, in_place=True)
    assign(node.target, new, frame)


def _has_effects(target: ast.expr) -> bool:
    return any(isinstance(node, ast.Call | ast.NamedExpr) for node in ast.walk(target))


def _as_read(target: ast.Name | ast.Attribute | ast.Subscript) -> ast.expr:
    if isinstance(target, ast.Name):
        return ast.Name(target.id, ast.Load())
    if isinstance(target, ast.Attribute):
        return ast.Attribute(target.value, target.attr, ast.Load())
    return ast.Subscript(target.value, target.slice, ast.Load())


def _return(node: ast.Return, frame: Frame) -> Return:
    return Return(None if node.value is None else frame.machine.evaluate(node.value, frame))


def _if(node: ast.If, frame: Frame) -> Any:
    return execute(node.body if truth(node.test, frame) else node.orelse, frame)


def _for(node: ast.For, frame: Frame) -> Any:
    for value in iterate(frame.machine.evaluate(node.iter, frame)):
        frame.machine.step()
        assign(node.target, value, frame)
        left = execute(node.body, frame)
        if left is BREAK:
            return None
        if isinstance(left, Return):
            return left
    return execute(node.orelse, frame)


def _while(node: ast.While, frame: Frame) -> Any:
    while truth(node.test, frame):
        left = execute(node.body, frame)
        if left is BREAK:
            return None
        if isinstance(left, Return):
            return left
    return execute(node.orelse, frame)


def _raise(node: ast.Raise, frame: Frame) -> None:
    if node.exc is None:
        if frame.handling is None:
            raise UnknownError("raise")
        raise Thrown(frame.handling)
    value = frame.machine.evaluate(node.exc, frame)
    if isinstance(value, type | ClassValue):
        value = frame.machine.call(value, (), {})
    if not isinstance(value, ExceptionValue):
        raise UnknownError("raise")
    if node.cause is not None:
        frame.machine.evaluate(node.cause, frame)
    raise Thrown(value)


def _assert(node: ast.Assert, frame: Frame) -> None:
    if not truth(node.test, frame):
        raise UnknownError("an assertion, which -O leaves out")


def _try(node: ast.Try, frame: Frame) -> Any:
    thrown: Thrown | None = None
    left: Any = None
    try:
        left = execute(node.body, frame)
        if left is None:
            left = execute(node.orelse, frame) if not node.handlers else _else(node, frame)
    except Thrown as signal:
        thrown = signal
    if thrown is not None and not isinstance(thrown, _FromElse):
        thrown, left = _handled(node, thrown, frame)
    last = execute(node.finalbody, frame)
    if last is not None:
        return last
    if thrown is not None:
        raise Thrown(thrown.value)
    return left


class _FromElse(Thrown):
    """An exception of an `else` block, which the handlers beside it don't see."""


def _else(node: ast.Try, frame: Frame) -> Any:
    try:
        return execute(node.orelse, frame)
    except Thrown as signal:
        raise _FromElse(signal.value) from None


def _handled(node: ast.Try, thrown: Thrown, frame: Frame) -> tuple[Thrown | None, Any]:
    """What is left of an exception after the handlers, and how they were left."""
    handler = next((h for h in node.handlers if _catches(h, thrown.value, frame)), None)
    if handler is None:
        return thrown, None
    before, frame.handling = frame.handling, thrown.value
    if handler.name:
        frame.write(handler.name, thrown.value)
    try:
        return None, execute(handler.body, frame)
    except Thrown as signal:
        return signal, None
    finally:
        frame.handling = before
        if handler.name:
            frame.values.pop(handler.name, None)


def _catches(handler: ast.ExceptHandler, value: ExceptionValue, frame: Frame) -> bool:
    if handler.type is None:
        return True
    kinds = frame.machine.evaluate(handler.type, frame)
    return any(is_kind(value, kind) for kind in (kinds if isinstance(kinds, tuple) else (kinds,)))


def is_kind(value: ExceptionValue, kind: Any) -> bool:
    """Whether an exception is of a class, builtin or the module's."""
    if isinstance(value.kind, ClassValue):
        if isinstance(kind, ClassValue):
            return kind in value.kind.lineage()
        errors = [one.error for one in value.kind.lineage() if one.error is not None]
        return isinstance(kind, type) and any(issubclass(error, kind) for error in errors)
    if isinstance(kind, ClassValue):
        return False
    if not isinstance(kind, type) or not isinstance(value.kind, type):
        raise UnknownError("an exception class")
    return issubclass(value.kind, kind)


def _delete(node: ast.Delete, frame: Frame) -> None:
    for target in node.targets:
        delete(target, frame)


def _define(node: ast.FunctionDef, frame: Frame) -> None:
    if node.decorator_list:
        raise UnknownError("a decorator")
    frame.write(node.name, function_value(node, frame, None))


def _pass(_: ast.stmt, __: Frame) -> None:
    return None


_RULES: dict[type[ast.stmt], Callable[[Any, Frame], Any]] = {
    ast.Expr: _expression,
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.Return: _return,
    ast.If: _if,
    ast.For: _for,
    ast.While: _while,
    ast.Raise: _raise,
    ast.Assert: _assert,
    ast.Try: _try,
    ast.Delete: _delete,
    ast.FunctionDef: _define,
    ast.Pass: _pass,
    ast.Break: lambda *_: BREAK,
    ast.Continue: lambda *_: CONTINUE,
}
