"""Making objects of the computed module's classes.

Never makes one that Python would refuse to make: wrong arguments raise what they raise.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from flux_lsp.models.offline.python.sandbox.frames import Frame, Machine
from flux_lsp.models.offline.python.sandbox.objects import ClassValue, EnumMember, Instance
from flux_lsp.models.offline.python.sandbox.signals import ExceptionValue, Thrown, UnknownError


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
