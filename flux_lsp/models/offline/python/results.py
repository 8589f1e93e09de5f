"""What a function gives back, in words: from the names and shapes of the values it returns."""

import ast
from collections.abc import Sequence

from flux_lsp.models.offline import words
from flux_lsp.models.offline.python.callable import (
    dotted,
    is_generator,
    returns_nothing_somewhere,
)
from flux_lsp.models.offline.python.source import Function
from flux_lsp.models.offline.word_lists import VERBS

_SHAPES: dict[type[ast.AST], str] = {
    ast.List: "a list",
    ast.ListComp: "a list",
    ast.Dict: "a dict",
    ast.DictComp: "a dict",
    ast.Set: "a set",
    ast.SetComp: "a set",
    ast.GeneratorExp: "a generator",
    ast.JoinedStr: "a string",
    ast.Lambda: "a function",
}
_TYPES = {
    "str": "a string",
    "int": "an integer",
    "float": "a float",
    "bool": "True or False",
    "bytes": "bytes",
    "list": "a list",
    "dict": "a dict",
    "set": "a set",
    "tuple": "a tuple",
    "Path": "a path",
}


def of_values(function: Function, values: Sequence[ast.expr]) -> str:
    """A sentence on what `function` returns or yields."""
    said = _truth(function, values) or _named(values) or _shaped(values) or _annotated(function)
    if not said:
        thing = words.is_thing(function.name) and words.action(function.name) is None
        said = words.noun(function.name) if thing else "the result"
    gap = not is_generator(function) and returns_nothing_somewhere(function)
    return words.sentence(f"{said}, or None" if gap else said)


def whether(name: str) -> str:
    """What a flag called `name` is for."""
    parts = words.parts(name)
    if parts and parts[0] in VERBS:
        return f"Whether to {words.action(name)}."
    if parts and parts[0] in {"is", "has", "can", "should", "use", "with", "no"}:
        return f"Whether `{name}` holds."
    return f"Whether it is {words.phrase(name)}."


def _truth(function: Function, values: Sequence[ast.expr]) -> str:
    if not values or not all(_is_truth(value) for value in values):
        return ""
    doing = words.action(function.name) or ""
    if doing.startswith("tell whether it "):
        return f"whether it {doing.removeprefix('tell whether it ')}"
    return "True or False"


def _is_truth(value: ast.expr) -> bool:
    if isinstance(value, ast.Constant):
        return isinstance(value.value, bool)
    if isinstance(value, ast.UnaryOp):
        return isinstance(value.op, ast.Not)
    if isinstance(value, ast.BoolOp):
        return all(_is_truth(part) for part in value.values)
    if isinstance(value, ast.Call):
        return dotted(value.func) in {"isinstance", "issubclass", "any", "all", "bool", "callable"}
    return isinstance(value, ast.Compare)


def _named(values: Sequence[ast.expr]) -> str:
    names = {dotted(value) for value in values}
    if names == {"self"}:
        return "this object, so that calls can be chained"
    if len(names) != 1:
        return ""
    name = names.pop()
    last = name.split(".")[-1] if name else ""
    return words.noun(last) if words.is_thing(last) else ""


def _shaped(values: Sequence[ast.expr]) -> str:
    shapes = {_shape(value) for value in values}
    return shapes.pop() if len(shapes) == 1 else ""


def _shape(value: ast.expr) -> str:
    if isinstance(value, ast.Tuple):
        names = [dotted(part) for part in value.elts]
        return f"a tuple of {', '.join(map(str, names))}" if all(names) else "a tuple"
    if isinstance(value, ast.Constant):
        return _TYPES.get(type(value.value).__name__, "")
    if isinstance(value, ast.Call):
        called = (dotted(value.func) or "").split(".")[-1]
        if called in _TYPES:
            return _TYPES[called]
        return words.with_article(f"`{called}`") if called[:1].isupper() else ""
    return _SHAPES.get(type(value), "")


def _annotated(function: Function) -> str:
    node = function.returns
    if isinstance(node, ast.BinOp):  # `X | None`
        node = node.left
    if isinstance(node, ast.Subscript):
        node = node.value
    name = ((dotted(node) if node is not None else None) or "").split(".")[-1]
    if name in {"", "None", "Any", "Optional", "Union", "Iterator", "Generator", "Self"}:
        return ""
    return _TYPES.get(name) or words.with_article(f"`{name}`")
