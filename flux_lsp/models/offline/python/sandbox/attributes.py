"""Reading and setting attributes of whatever a computation has come to.

Never reaches into an object of Python's own beyond its public methods.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flux_lsp.models.offline.python.sandbox.guards import (
    CONTAINERS,
    MATCHES,
    PLAIN,
    method,
    native,
    same_everywhere,
)
from flux_lsp.models.offline.python.sandbox.objects import (
    BoundMethod,
    ClassValue,
    EnumMember,
    Instance,
    Super,
    missing_attribute,
)
from flux_lsp.models.offline.python.sandbox.signals import ExceptionValue, Thrown, UnknownError

_METHODS_OF_TYPES = (str, int, float, bytes, list, dict, tuple)


@dataclass(frozen=True)
class ModuleValue:
    """An imported module: the names of it that may be used."""

    names: dict[str, Any]


def attribute(value: Any, name: str) -> Any:
    """`value.name`."""
    for kinds, rule in _RULES:
        if isinstance(value, kinds):
            return rule(value, name)
    raise UnknownError(f"attribute {name}")


def set_attribute(value: Any, name: str, new: Any) -> None:
    """`value.name = new`."""
    if not isinstance(value, Instance):
        raise UnknownError("an attribute of something else")
    member = value.cls.find(name)
    if member is not None:
        raise UnknownError("a property that is set")
    if value.cls.options.get("frozen"):
        raise Thrown(ExceptionValue(AttributeError, (), explicit=False))
    value.attributes[name] = new


def _of_instance(value: Instance, name: str) -> Any:
    member = value.cls.find(name)
    hidden = member is not None and member.kind == "property"
    if name in value.attributes and not hidden:
        return value.attributes[name]
    return _member(value.cls, value, name)


def _of_case(value: EnumMember, name: str) -> Any:
    return getattr(value, name) if name in {"name", "value"} else _member(value.cls, value, name)


def _of_module(value: ModuleValue, name: str) -> Any:
    if name not in value.names:
        raise UnknownError(f"attribute {name}")
    return value.names[name]


def _of_error(value: ExceptionValue, name: str) -> Any:
    if name != "args" or not value.explicit:
        raise UnknownError(f"attribute {name}")
    return value.args


def _member(cls: ClassValue, value: Any, name: str) -> Any:
    member = cls.find(name)
    if member is None:
        return _constant(cls, name)
    if member.kind == "property":
        return member.function(value)
    if member.kind == "static":
        return member.function
    return BoundMethod(member.function, cls if member.kind == "class" else value)


def _of_class(cls: ClassValue, name: str) -> Any:
    if cls.cases is not None and name in cls.cases:
        return cls.cases[name]
    if name == "__name__":
        return cls.name
    member = cls.find(name)
    if member is None:
        return _constant(cls, name)
    if member.kind == "property":
        raise UnknownError("a property of a class")
    return BoundMethod(member.function, cls) if member.kind == "class" else member.function


def _constant(cls: ClassValue, name: str) -> Any:
    for one in cls.lineage():
        if name in one.constants:
            return one.constants[name]
    if name.startswith("__"):
        raise UnknownError(f"attribute {name}")
    raise missing_attribute()


def _of_super(value: Super, name: str) -> Any:
    for base in value.cls.bases:
        member = base.find(name)
        if member is not None:
            return BoundMethod(member.function, value.first)
    if name == "__init__" and value.cls.error is None:
        return _nothing
    raise UnknownError("super")


def _nothing() -> None:
    """`object.__init__`."""


def _of_type(value: type, name: str) -> Any:
    if name == "__name__":
        return value.__name__
    if value not in _METHODS_OF_TYPES or name.startswith("_") or not hasattr(value, name):
        raise UnknownError(f"attribute {name}")
    found: Callable[..., Any] = getattr(value, name)

    def call(*args: Any, **kwargs: Any) -> Any:
        if args and isinstance(args[0], value):
            return method(args[0], name)(*args[1:], **kwargs)
        for one in args:
            same_everywhere(one)
        return native(found, *args, **kwargs)

    return call


_RULES: tuple[tuple[tuple[type, ...], Callable[[Any, str], Any]], ...] = (
    ((Instance,), _of_instance),
    ((ClassValue,), _of_class),
    ((EnumMember,), _of_case),
    ((Super,), _of_super),
    ((ModuleValue,), _of_module),
    ((ExceptionValue,), _of_error),
    ((type,), _of_type),
    ((*PLAIN, *CONTAINERS, *MATCHES), method),
)
