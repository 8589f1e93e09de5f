"""The value of every kind of expression that can be computed.

Never guesses: a kind that is not listed is Unknown.
"""

import ast
import operator
from collections.abc import Callable
from typing import Any

from flux_lsp.models.offline.python.sandbox import comprehensions
from flux_lsp.models.offline.python.sandbox.attributes import attribute
from flux_lsp.models.offline.python.sandbox.frames import Frame, truth
from flux_lsp.models.offline.python.sandbox.functions import function_value
from flux_lsp.models.offline.python.sandbox.guards import (
    SETS,
    binary,
    bounded,
    check_format,
    iterate,
    native,
    same_everywhere,
)
from flux_lsp.models.offline.python.sandbox.objects import (
    ClassValue,
    EnumMember,
    Instance,
    Super,
)
from flux_lsp.models.offline.python.sandbox.signals import UnknownError

_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_CONVERSIONS: dict[int, Callable[[Any], str]] = {ord("s"): str, ord("r"): repr, ord("a"): ascii}
_UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Invert: operator.invert,
}


def evaluate(node: ast.expr, frame: Frame) -> Any:
    """The value of `node`; raises Thrown or UnknownError."""
    frame.machine.step()
    rule = _RULES.get(type(node))
    if rule is None:
        raise UnknownError(type(node).__name__)
    return rule(node, frame)


def _constant(node: ast.Constant, _: Frame) -> Any:
    if isinstance(node.value, complex) or node.value is ...:
        raise UnknownError("a constant")
    return bounded(node.value)


def _name(node: ast.Name, frame: Frame) -> Any:
    return frame.read(node.id)


def _sequence(node: ast.List | ast.Tuple | ast.Set, frame: Frame) -> list[Any]:
    values: list[Any] = []
    for element in node.elts:
        if isinstance(element, ast.Starred):
            values += iterate(evaluate(element.value, frame))
        else:
            values.append(evaluate(element, frame))
    return list(bounded(values))


def _list(node: ast.List, frame: Frame) -> Any:
    return _sequence(node, frame)


def _tuple(node: ast.Tuple, frame: Frame) -> Any:
    return tuple(_sequence(node, frame))


def _set(node: ast.Set, frame: Frame) -> Any:
    return native(set, _sequence(node, frame))


def _dict(node: ast.Dict, frame: Frame) -> Any:
    made: dict[Any, Any] = {}
    for key, value in zip(node.keys, node.values, strict=True):
        if key is None:
            native(made.update, evaluate(value, frame))
        else:
            native(made.__setitem__, evaluate(key, frame), evaluate(value, frame))
    return bounded(made)


def _binary(node: ast.BinOp, frame: Frame) -> Any:
    left, right = evaluate(node.left, frame), evaluate(node.right, frame)
    return binary(type(node.op).__name__, left, right)


def _unary(node: ast.UnaryOp, frame: Frame) -> Any:
    if isinstance(node.op, ast.Not):
        return not truth(node.operand, frame)
    return native(_UNARY[type(node.op)], evaluate(node.operand, frame))


def _logic(node: ast.BoolOp, frame: Frame) -> Any:
    value: Any = None
    for part in node.values:
        value = evaluate(part, frame)
        true = bool(native(bool, value))
        frame.machine.trace.add((id(part), true))
        if true == isinstance(node.op, ast.Or):
            break
    return value


def _compare(node: ast.Compare, frame: Frame) -> Any:
    left = evaluate(node.left, frame)
    result: Any = True
    for operation, comparator in zip(node.ops, node.comparators, strict=True):
        right = evaluate(comparator, frame)
        result = _compared(operation, left, right)
        if not native(bool, result):
            return result
        left = right
    return result


def _compared(operation: ast.cmpop, left: Any, right: Any) -> Any:
    if isinstance(operation, ast.Is | ast.IsNot):
        same = _identical(left, right)
        return same if isinstance(operation, ast.Is) else not same
    if isinstance(operation, ast.In | ast.NotIn):
        if not isinstance(right, SETS):
            inside = native(operator.contains, right, left)
        else:
            inside = native(right.__contains__, left)
        return inside if isinstance(operation, ast.In) else not inside
    return native(_COMPARE[type(operation)], left, right)


def _identical(left: Any, right: Any) -> bool:
    known = (type(None), bool, EnumMember, ClassValue, Instance, type, list, dict, set)
    if not isinstance(left, known) and not isinstance(right, known):
        raise UnknownError("identity of numbers or texts")
    return left is right


def _choice(node: ast.IfExp, frame: Frame) -> Any:
    return evaluate(node.body if truth(node.test, frame) else node.orelse, frame)


def _subscript(node: ast.Subscript, frame: Frame) -> Any:
    value = evaluate(node.value, frame)
    if isinstance(value, type | ClassValue):
        raise UnknownError("a subscripted class")
    return native(operator.getitem, value, evaluate(node.slice, frame))


def _slice(node: ast.Slice, frame: Frame) -> Any:
    parts = (node.lower, node.upper, node.step)
    return slice(*(None if part is None else evaluate(part, frame) for part in parts))


def _attribute(node: ast.Attribute, frame: Frame) -> Any:
    return attribute(evaluate(node.value, frame), node.attr)


def _call(node: ast.Call, frame: Frame) -> Any:
    if isinstance(node.func, ast.Name) and node.func.id == "super" and not node.args:
        return _super(frame)
    function = evaluate(node.func, frame)
    args: list[Any] = []
    for argument in node.args:
        if isinstance(argument, ast.Starred):
            args += iterate(evaluate(argument.value, frame))
        else:
            args.append(evaluate(argument, frame))
    kwargs: dict[str, Any] = {}
    for keyword in node.keywords:
        value = evaluate(keyword.value, frame)
        more = {keyword.arg: value} if keyword.arg else value
        if not isinstance(more, dict) or set(more) & set(kwargs):
            raise UnknownError("arguments by name")
        kwargs |= more
    return frame.machine.call(function, args, kwargs)


def _super(frame: Frame) -> Any:
    method = frame.function()
    if method.owner is None or method.first is None:
        raise UnknownError("super")
    return Super(method.owner, method.read(method.first))


def _lambda(node: ast.Lambda, frame: Frame) -> Any:
    return function_value(node, frame, None)


def _text(node: ast.JoinedStr, frame: Frame) -> Any:
    return bounded("".join(_text_part(part, frame) for part in node.values))


def _text_part(part: ast.expr, frame: Frame) -> str:
    if isinstance(part, ast.Constant):
        return str(part.value)
    assert isinstance(part, ast.FormattedValue)
    value = evaluate(part.value, frame)
    same_everywhere(value)
    if part.conversion != -1:
        value = native(_CONVERSIONS[part.conversion], value)
    spec = evaluate(part.format_spec, frame) if part.format_spec else ""
    check_format(spec)
    return str(native(format, value, spec))


def _walrus(node: ast.NamedExpr, frame: Frame) -> Any:
    value = evaluate(node.value, frame)
    frame.function().write(node.target.id, value)
    return value


_RULES: dict[type[ast.expr], Callable[[Any, Frame], Any]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.List: _list,
    ast.Tuple: _tuple,
    ast.Set: _set,
    ast.Dict: _dict,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.BoolOp: _logic,
    ast.Compare: _compare,
    ast.IfExp: _choice,
    ast.Subscript: _subscript,
    ast.Slice: _slice,
    ast.Attribute: _attribute,
    ast.Call: _call,
    ast.Lambda: _lambda,
    ast.JoinedStr: _text,
    ast.ListComp: comprehensions.list_comprehension,
    ast.SetComp: comprehensions.set_comprehension,
    ast.DictComp: comprehensions.dict_comprehension,
    ast.GeneratorExp: comprehensions.generator,
    ast.NamedExpr: _walrus,
}
