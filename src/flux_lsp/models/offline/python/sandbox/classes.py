"""Classes of the computed module: plain ones, dataclasses, enums and exceptions.

Never takes a class that changes how Python treats its objects: metaclasses, slots, descriptors.
"""

import ast
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from flux_lsp.models.offline.python.sandbox.frames import Frame, Machine
from flux_lsp.models.offline.python.sandbox.functions import function_value
from flux_lsp.models.offline.python.sandbox.objects import (
    ClassValue,
    EnumMember,
    Field,
    Instance,
    Member,
)
from flux_lsp.models.offline.python.sandbox.signals import ExceptionValue, Thrown, UnknownError

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


def construct(
    machine: Machine, cls: ClassValue, args: Sequence[Any], kwargs: Mapping[str, Any]
) -> Any:
    """`cls(*args, **kwargs)`."""
    if cls.cases is not None:
        return _case_of(cls, args, kwargs)
    if any(one.error is not None for one in cls.lineage()):
        if kwargs:
            raise UnknownError("an exception with arguments by name")
        return ExceptionValue(cls, tuple(args), explicit=True)
    made = Instance(cls)
    if cls.fields is not None:
        _fill(machine, made, list(args), dict(kwargs))
        if cls.find("__post_init__"):
            cls.find("__post_init__").function(made)  # type: ignore[union-attr]
        return made
    init = cls.find("__init__")
    if init is not None:
        init.function(made, *args, **kwargs)
    elif args or kwargs:
        raise Thrown(ExceptionValue(TypeError, (), explicit=False))
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


def _fill(machine: Machine, made: Instance, args: list[Any], kwargs: dict[str, Any]) -> None:
    """The `__init__` that a dataclass gets."""
    fields = made.cls.fields or ()
    wrong = Thrown(ExceptionValue(TypeError, (), explicit=False))
    if len(args) > len(fields) or (args and made.cls.options.get("kw_only")):
        raise wrong
    values = dict(zip((one.name for one in fields), args, strict=False))
    if set(values) & set(kwargs) or set(kwargs) - {one.name for one in fields}:
        raise wrong
    values |= kwargs
    for one in fields:
        if one.name not in values:
            if one.default is None:
                raise wrong
            value = machine.evaluate(one.default, Frame(machine, frozenset()))
            values[one.name] = machine.call(value, (), {}) if one.factory else value
        made.attributes[one.name] = values[one.name]


def _case_of(cls: ClassValue, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    if len(args) != 1 or kwargs or cls.cases is None:
        raise UnknownError("an enum")
    if isinstance(args[0], EnumMember) and args[0].cls is cls:
        return args[0]
    for case in cls.cases.values():
        if case.value == args[0]:
            return case
    raise Thrown(ExceptionValue(ValueError, (), explicit=False))
