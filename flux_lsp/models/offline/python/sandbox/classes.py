"""Classes of the computed module: plain ones, dataclasses, enums and exceptions.

Never takes a class that changes how Python treats its objects: metaclasses, slots, descriptors.
"""

import ast
from typing import Protocol

from flux_lsp.models.offline.python.sandbox.frames import Frame, Machine
from flux_lsp.models.offline.python.sandbox.functions import function_value
from flux_lsp.models.offline.python.sandbox.objects import (
    ClassValue,
    EnumMember,
    Field,
    Member,
)
from flux_lsp.models.offline.python.sandbox.signals import UnknownError

_KINDS = {
    "property": "property",
    "functools.cached_property": "property",
    "staticmethod": "static",
    "classmethod": "class",
    "typing.override": "method",
}
_DUNDERS = frozenset(
    f"__{name}__"
    for name in [
        "init",
        "post_init",
        "repr",
        "str",
        "eq",
        "lt",
        "hash",
        "len",
        "bool",
        "iter",
        "contains",
        "getitem",
        "add",
        "sub",
        "mul",
        "neg",
    ]
)
_OPTIONS = frozenset({"frozen", "order", "eq", "repr", "kw_only", "slots"})
_IMMUTABLE = (type(None), bool, int, float, str, bytes, tuple, frozenset)


class Origins(Protocol):
    """Where names of the module come from."""

    def origin(self, node: ast.expr) -> str:
        """`dataclasses.dataclass` for a name that was imported, the name for a builtin, or ""."""
        ...


def class_value(machine: Machine, origins: Origins, node: ast.ClassDef, frame: Frame) -> ClassValue:
    """The value of a class statement of the module."""
    if node.keywords or len(node.bases) > 1:
        raise UnknownError("a class with several bases")
    made = ClassValue(machine, node.name, ())
    for base in node.bases:
        _derive(made, origins.origin(base), frame, base)
    for decorator in node.decorator_list:
        _decorate(made, origins, decorator)
    fields: list[Field] = []
    for statement in node.body:
        _take(made, origins, statement, frame, fields)
    if made.fields is not None:
        if "__init__" in made.members or "__hash__" in made.members:
            raise UnknownError("a dataclass with its own __init__")
        made.fields = (*_inherited(made), *fields)
    elif fields and made.cases is None:
        made.constants |= {
            one.name: frame.machine.evaluate(one.default, frame) for one in fields if one.default
        }
    if made.cases is not None:
        _fill_cases(made, origins, fields, frame)
    _check(made, node)
    return made


def _derive(made: ClassValue, origin: str, frame: Frame, base: ast.expr) -> None:
    if origin == "enum.Enum":
        made.cases = {}
    elif origin != "object":
        value = frame.machine.evaluate(base, frame)
        if isinstance(value, ClassValue) and value.cases is None:
            made.bases = (value,)
        elif isinstance(value, type) and issubclass(value, Exception):
            made.error = value
        else:
            raise UnknownError("a base class")


def _decorate(made: ClassValue, origins: Origins, decorator: ast.expr) -> None:
    called = isinstance(decorator, ast.Call)
    name = decorator.func if isinstance(decorator, ast.Call) else decorator
    if origins.origin(name) == "enum.unique":
        return
    if origins.origin(name) != "dataclasses.dataclass":
        raise UnknownError("a class decorator")
    made.fields = ()
    for keyword in decorator.keywords if called and isinstance(decorator, ast.Call) else []:
        value = keyword.value
        if keyword.arg not in _OPTIONS or not isinstance(value, ast.Constant):
            raise UnknownError("an option of a dataclass")
        made.options[keyword.arg] = bool(value.value)


def _take(
    made: ClassValue, origins: Origins, node: ast.stmt, frame: Frame, fields: list[Field]
) -> None:
    """One statement of a class body."""
    if isinstance(node, ast.FunctionDef):
        if node.name.startswith("__") and node.name not in _DUNDERS:
            raise UnknownError(node.name)
        kinds = [_KINDS.get(origins.origin(one), "") for one in node.decorator_list]
        if not all(kinds) or len(kinds) > 1 or node.name in made.members:
            raise UnknownError("a decorator")
        function = function_value(node, frame, made)
        made.members[node.name] = Member(function, kinds[0] if kinds else "method")
    elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        fields.append(_field(made, origins, node, node.target.id))
    elif isinstance(node, ast.Assign) and all(isinstance(t, ast.Name) for t in node.targets):
        _take_constant(made, node, frame, fields)
    elif not isinstance(node, ast.Pass) and not _is_text(node):
        raise UnknownError("a class body")


def _take_constant(made: ClassValue, node: ast.Assign, frame: Frame, fields: list[Field]) -> None:
    names = [target.id for target in node.targets if isinstance(target, ast.Name)]
    if any(name.startswith("__") for name in names):
        raise UnknownError("a class body")
    if made.cases is not None:
        fields += [Field(name, node.value, factory=False) for name in names]
        return
    value = frame.machine.evaluate(node.value, frame)
    made.constants |= dict.fromkeys(names, value)


def _field(made: ClassValue, origins: Origins, node: ast.AnnAssign, name: str) -> Field:
    annotation = ast.unparse(node.annotation)
    if any(word in annotation for word in ("ClassVar", "InitVar", "KW_ONLY")):
        raise UnknownError("a special field")
    value = node.value
    if made.fields is None or not isinstance(value, ast.Call):
        return Field(name, value, factory=False)
    if origins.origin(value.func) != "dataclasses.field":
        return Field(name, value, factory=False)
    given = {keyword.arg: keyword.value for keyword in value.keywords}
    if value.args or set(given) - {"default", "default_factory"}:
        raise UnknownError("a special field")
    factory = given.get("default_factory")
    return Field(name, factory or given.get("default"), factory=factory is not None)


def _inherited(made: ClassValue) -> tuple[Field, ...]:
    return made.bases[0].fields or () if made.bases else ()


def _fill_cases(made: ClassValue, origins: Origins, fields: list[Field], frame: Frame) -> None:
    assert made.cases is not None
    autos = [_is_auto(origins, one.default) for one in fields]
    if any(autos) and not all(autos):
        raise UnknownError("an enum")
    for number, one in enumerate(fields, 1):
        if one.default is None:
            raise UnknownError("an enum")
        value = number if all(autos) else frame.machine.evaluate(one.default, frame)
        if any(case.value == value for case in made.cases.values()):
            raise UnknownError("an enum with two names for one value")
        made.cases[one.name] = EnumMember(made, one.name, value)


def _is_auto(origins: Origins, node: ast.expr | None) -> bool:
    return isinstance(node, ast.Call) and origins.origin(node.func) == "enum.auto"


def _check(made: ClassValue, node: ast.ClassDef) -> None:
    """Unknown for what would behave otherwise than is computed here."""
    if any(one.error is not None for one in made.lineage()) and made.members:
        raise UnknownError("an exception with methods")
    if not all(isinstance(value, _IMMUTABLE) for value in made.constants.values()):
        raise UnknownError("a class attribute that objects share")
    names = [*made.members, *made.constants, *(made.cases or {})]
    if len(names) != len(set(names)) or (made.cases is not None and not made.cases):
        raise UnknownError(f"class {node.name}")
    if made.cases is not None and any(name in {"name", "value"} for name in names):
        raise UnknownError("an enum")
    if made.fields is not None and any(one.fields is None for one in made.lineage()):
        raise UnknownError("a dataclass on top of another class")
    if made.fields is None and any(one.fields is not None for one in made.lineage()):
        raise UnknownError("a class on top of a dataclass")


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
