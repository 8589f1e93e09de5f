"""Write tests for guards: the checks at the start of a function that raise on bad arguments.

Never runs the guard: arguments that trip it are found by comparing literals.
"""

import ast
import builtins
import itertools
import json
import operator
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

from flux_lsp.models.offline.examples import Definition, GeneratedTest

_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le,
    ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Is: operator.is_, ast.IsNot: operator.is_not,
    ast.In: lambda a, b: a in b, ast.NotIn: lambda a, b: a not in b,
}  # fmt: skip
_SAMPLES: dict[str, tuple[object, ...]] = {
    "int": (1, 0, -1), "float": (1.0, 0.0, -1.0), "str": ("abc", ""), "bool": (True, False),
    "list": ([], [1]), "dict": ({}, {"a": 1}), "tuple": ((), (1,)), "Sequence": ([], [1]),
    "Iterable": ([], [1]), "None": (None,), "Optional": (None,), "": (1, 0, -1, "abc", "", [], None),
}  # fmt: skip
_PLAIN = ast.Constant | ast.JoinedStr | ast.FormattedValue | ast.Name | ast.Load


@dataclass(frozen=True, slots=True)
class _Parameter:
    samples: tuple[object, ...]  # values that its annotation allows
    is_optional: bool
    is_named: bool


def make_guard_tests(definition: Definition, names: Collection[str]) -> Iterator[GeneratedTest]:
    """Make a test for each guard that literal arguments surely trip; `names` are those of the module."""
    call, function = _callee(definition), definition.node
    if call is None or not isinstance(function, ast.FunctionDef):
        return
    parameters = _parameters(function, skip=definition.owner is not None)
    guards = list(_guards(function))
    for number, (_, error) in enumerate(guards, 1):
        values = _trip(parameters, [condition for condition, _ in guards[:number]])
        raised = _expect_error(error, names)
        if values is None or raised is None:
            continue
        kind, arguments = raised.partition(",")[0], _arguments(parameters, values)
        shown = arguments.replace("-", "minus ").replace('""', "empty")
        words = re.findall(r"\w+", f"{re.sub('(?<=[a-z])(?=[A-Z])', '_', kind)} for {shown}")
        body = f"with pytest.raises({raised}):\n    {call}({arguments})"
        needed = frozenset({call, kind} - (set(dir(builtins)) - set(names)))
        name = f"test_{definition.slug}_raises_{'_'.join(words).lower()}"
        yield GeneratedTest(name, body, needed)


def _callee(definition: Definition) -> str | None:
    """Return how a test calls it; None if that needs an object that the rules cannot make."""
    function, owner = definition.node, definition.owner
    if any(isinstance(n, ast.Yield | ast.YieldFrom) for n in ast.walk(function)):
        return None
    if function.decorator_list or (owner is not None and function.name != "__init__"):
        return None
    if owner is None:
        return function.name
    return None if owner.decorator_list or owner.bases or owner.keywords else owner.name


def _guards(function: ast.FunctionDef) -> Iterator[tuple[ast.expr, ast.expr]]:
    for node in function.body[ast.get_docstring(function) is not None :]:
        match node:
            case ast.If(body=[ast.Raise(exc=ast.expr() as error)], orelse=[]):
                yield node.test, error
            case _:
                return


def _expect_error(error: ast.expr, names: Collection[str]) -> str | None:
    """Return the argument of `pytest.raises`; None for an error that a test cannot import."""
    match error:
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
            parts = [part for argument in arguments for part in ast.walk(argument)]
        case ast.Name(id=name):
            parts = []
        case _:
            return None
    if not all(isinstance(p, _PLAIN) and not getattr(p, "format_spec", None) for p in parts):
        return None  # the error may fail itself
    text = parts[0].value if len(parts) == 1 and isinstance(parts[0], ast.Constant) else ""
    kind = getattr(builtins, name, None)
    if not isinstance(kind, type):
        return name if name in names else None
    if not isinstance(text, str) or not text or issubclass(kind, KeyError | OSError | UnicodeError):
        return name
    code, is_plain = json.dumps(text, ensure_ascii=False), re.fullmatch(r"[\w ,;:-]*", text)
    return f"{name}, match={code if is_plain else f're.escape({code})'}"


def _parameters(function: ast.FunctionDef, *, skip: bool) -> dict[str, _Parameter]:
    listed = function.args
    positional = [*listed.posonlyargs, *listed.args][skip:]
    required = positional[: len(positional) - len(listed.defaults)]
    required += [a for a, d in zip(listed.kwonlyargs, listed.kw_defaults, strict=True) if d is None]
    return {
        a.arg: _Parameter(_samples(a), a not in required, a not in positional or a not in required)
        for a in (*positional, *listed.kwonlyargs)
    }


def _samples(argument: ast.arg) -> tuple[object, ...]:
    annotation = ast.unparse(argument.annotation) if argument.annotation else ""
    outer = re.sub(r"\[.*\]", "", annotation) if "Optional" not in annotation else annotation
    names = re.findall(r"\w+", outer) or [""]
    return tuple(value for name in names for value in _SAMPLES.get(name, ()))


def _trip(parameters: dict[str, _Parameter], tests: list[ast.expr]) -> dict[str, object] | None:
    """Find values for the parameters with which only the last condition holds."""
    nodes = [node for test in tests for node in ast.walk(test)]
    ids = {node.id for node in nodes if isinstance(node, ast.Name)}
    used = [name for name in parameters if name in ids]
    literals: list[object] = [n.value for n in nodes if isinstance(n, ast.Constant)]
    numbers = [value for value in literals if isinstance(value, int | float)]
    near = [value + step for value in numbers for step in (-1, 0, 1)] + literals
    samples = [parameters[name].samples for name in used]
    choices = [[*(v for v in near if type(v) in map(type, some)), *some] for some in samples]
    for values in itertools.islice(itertools.product(*choices), 5_000):
        chosen = dict(zip(used, values, strict=True))
        try:
            *earlier, last = [_value(test, chosen) for test in tests]
        except (LookupError, TypeError, ValueError):
            continue
        if last and not any(earlier):
            return chosen
    return None


def _arguments(parameters: dict[str, _Parameter], values: dict[str, object]) -> str:
    shown = []
    for name, parameter in parameters.items():
        if name in values or not parameter.is_optional:
            value = values[name] if name in values else (*parameter.samples, None)[0]
            code = json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)
            shown.append(f"{name}={code}" if parameter.is_named else code)
    return ", ".join(shown)


def _value(node: ast.expr, known: dict[str, object]) -> Any:
    """Return the value of an expression over literals and `known` names; else raise LookupError."""
    match node:
        case ast.Constant():
            return node.value
        case ast.Name(id=name) if name in known:
            return known[name]
        case ast.UnaryOp(op=ast.Not()):
            return not _value(node.operand, known)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
            return -number
        case ast.BoolOp():
            results = (_value(value, known) for value in node.values)
            return all(results) if isinstance(node.op, ast.And) else any(results)
        case ast.Compare():
            values = [_value(value, known) for value in (node.left, *node.comparators)]
            pairs = zip(node.ops, itertools.pairwise(values), strict=True)
            return all(_COMPARE[type(op)](a, b) for op, (a, b) in pairs)
        case ast.Tuple() | ast.List() | ast.Set():
            return tuple(_value(value, known) for value in node.elts)
        case ast.Call(func=ast.Name(id="len"), args=[argument], keywords=[]):
            return len(_value(argument, known))
    raise LookupError(ast.unparse(node))
