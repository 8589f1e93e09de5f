"""Putting values where an assignment says.

Never changes anything but names of the frame, elements of plain containers and attributes.
"""

import ast
import operator
from collections.abc import Iterator
from typing import Any

from flux_lsp.models.offline.python.sandbox.attributes import set_attribute
from flux_lsp.models.offline.python.sandbox.frames import Frame
from flux_lsp.models.offline.python.sandbox.guards import bounded, iterate, native
from flux_lsp.models.offline.python.sandbox.signals import ExceptionValue, Thrown, UnknownError


def assign(target: ast.expr, value: Any, frame: Frame) -> None:
    """`target = value`."""
    if isinstance(target, ast.Name):
        frame.write(target.id, value)
    elif isinstance(target, ast.Tuple | ast.List):
        _unpack(target, value, frame)
    elif isinstance(target, ast.Subscript):
        held = frame.machine.evaluate(target.value, frame)
        key = frame.machine.evaluate(target.slice, frame)
        native(operator.setitem, held, key, value)
        bounded(held)
    elif isinstance(target, ast.Attribute):
        set_attribute(frame.machine.evaluate(target.value, frame), target.attr, value)
    else:
        raise UnknownError("a target")


def delete(target: ast.expr, frame: Frame) -> None:
    """`del target`."""
    if isinstance(target, ast.Name) and target.id in frame.values:
        del frame.values[target.id]
    elif isinstance(target, ast.Subscript):
        held = frame.machine.evaluate(target.value, frame)
        native(operator.delitem, held, frame.machine.evaluate(target.slice, frame))
    else:
        raise UnknownError("del")


def bound_names(target: ast.AST) -> Iterator[str]:
    """The names a target binds."""
    return (
        node.id
        for node in ast.walk(target)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    )


def _unpack(target: ast.Tuple | ast.List, value: Any, frame: Frame) -> None:
    values = list(bounded(list(iterate(value))))
    stars = [i for i, one in enumerate(target.elts) if isinstance(one, ast.Starred)]
    count = len(target.elts)
    if len(values) != count if not stars else len(values) < count - 1:
        raise Thrown(ExceptionValue(ValueError, (), explicit=False))
    if stars:
        after = count - stars[0] - 1
        middle = values[stars[0] : len(values) - after]
        values = [*values[: stars[0]], middle, *values[len(values) - after :]]
    for element, one in zip(target.elts, values, strict=True):
        assign(element.value if isinstance(element, ast.Starred) else element, one, frame)
