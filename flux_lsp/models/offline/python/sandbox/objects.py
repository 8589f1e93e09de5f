"""What the computed code itself defines, as values: functions, classes, instances, enum members.

They may stand among plain values: Python's own operations ask them how they compare or look.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from flux_lsp.models.offline.python.sandbox.frames import Frame, Machine
from flux_lsp.models.offline.python.sandbox.guards import Shown, same_everywhere
from flux_lsp.models.offline.python.sandbox.signals import ExceptionValue, Thrown, UnknownError


@dataclass(frozen=True, eq=False)
class FunctionValue:
    """A function or lambda; `frame` is where it was defined, `owner` its class."""

    machine: Machine
    node: ast.FunctionDef | ast.Lambda
    frame: Frame | None
    owner: "ClassValue | None"
    defaults: dict[str, Any] = field(default_factory=dict)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Called by one of Python's own functions."""
        return self.machine.call(self, args, kwargs)


@dataclass(frozen=True, eq=False)
class BoundMethod:
    """A function with its first argument."""

    function: FunctionValue
    first: Any

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Called by one of Python's own functions."""
        return self.function(self.first, *args, **kwargs)


@dataclass(frozen=True)
class Member:
    """A function in a class body and how it is reached."""

    function: FunctionValue
    kind: str  # "method", "property", "static" or "class"


@dataclass(frozen=True)
class Field:
    """A field of a dataclass; `default` is the expression, `factory` whether that is to be called."""

    name: str
    default: ast.expr | None
    factory: bool


@dataclass(eq=False)
class ClassValue:
    """A class of the module. `error`: the builtin exception it derives from, if any."""

    machine: Machine
    name: str
    bases: tuple["ClassValue", ...]
    error: type | None = None
    members: dict[str, Member] = field(default_factory=dict)
    constants: dict[str, Any] = field(default_factory=dict)
    fields: tuple[Field, ...] | None = None  # of a dataclass
    options: dict[str, bool] = field(default_factory=dict)
    cases: "dict[str, EnumMember] | None" = None  # of an enum

    def find(self, name: str) -> Member | None:
        """A function of this class or of what it derives from."""
        for one in self.lineage():
            if name in one.members:
                return one.members[name]
        return None

    def lineage(self) -> Iterator["ClassValue"]:
        """Itself, then its bases; there is never more than one of them at a time."""
        yield self
        for base in self.bases:
            yield from base.lineage()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Called by one of Python's own functions."""
        return self.machine.call(self, args, kwargs)

    def __iter__(self) -> Iterator["EnumMember"]:
        """The members of an enum."""
        if self.cases is None:
            raise TypeError("not iterable")
        return iter(self.cases.values())


@dataclass(frozen=True, eq=False)
class EnumMember(Shown):
    """A member of an enum; there is one of each."""

    cls: ClassValue
    name: str
    value: Any

    def __str__(self) -> str:
        """As an Enum without mixed-in types."""
        return f"{self.cls.name}.{self.name}"

    def __repr__(self) -> str:
        """As an Enum without mixed-in types."""
        return f"<{self}: {same_everywhere(self.value)!r}>"


class Instance(Shown):
    """An object of one of the module's classes."""

    def __init__(self, cls: ClassValue) -> None:
        self.cls = cls
        self.attributes: dict[str, Any] = {}

    def tuple(self) -> tuple[Any, ...]:
        """The values of a dataclass's fields."""
        return tuple(self.attributes[one.name] for one in self.cls.fields or ())

    def _ask(self, name: str, *args: Any) -> Any:
        """What the class's own method `name` says."""
        member = self.cls.find(name)
        if member is None:
            raise UnknownError(f"{self.cls.name} has no {name}")
        return member.function(self, *args)

    def __eq__(self, other: object) -> bool:
        if self.cls.find("__eq__"):
            return bool(self._ask("__eq__", other))
        if self.cls.fields is not None and self.cls.options.get("eq", True):
            if not isinstance(other, Instance) or other.cls is not self.cls:
                return False
            return self.tuple() == other.tuple()
        return self is other

    def __hash__(self) -> int:
        if self.cls.find("__eq__") or self.cls.find("__hash__"):
            raise UnknownError("a hash")
        if self.cls.fields is None or not self.cls.options.get("eq", True):
            return id(self)
        if not self.cls.options.get("frozen"):
            raise TypeError("unhashable")
        return hash(self.tuple())

    def __lt__(self, other: object) -> bool:
        if self.cls.find("__lt__"):
            return bool(self._ask("__lt__", other))
        if self.cls.options.get("order") and isinstance(other, Instance) and other.cls is self.cls:
            return self.tuple() < other.tuple()
        raise TypeError("not ordered")

    def __le__(self, other: object) -> bool:
        raise UnknownError("an order")

    def __ge__(self, other: object) -> bool:
        raise UnknownError("an order")

    def __repr__(self) -> str:
        if self.cls.find("__repr__"):
            return str(self._ask("__repr__"))
        if self.cls.fields is None or not self.cls.options.get("repr", True):
            raise UnknownError("a text with an address in it")
        names = (one.name for one in self.cls.fields)
        shown = (f"{name}={same_everywhere(self.attributes[name])!r}" for name in names)
        return f"{self.cls.name}({', '.join(shown)})"

    def __str__(self) -> str:
        return str(self._ask("__str__")) if self.cls.find("__str__") else repr(self)

    def __format__(self, spec: str) -> str:
        if self.cls.find("__format__"):
            raise UnknownError("a format")
        return format(str(self), spec) if not spec else self._refuse(spec)

    def _refuse(self, spec: str) -> str:
        raise TypeError(f"unsupported format {spec}")

    def __bool__(self) -> bool:
        for name in ("__bool__", "__len__"):
            if self.cls.find(name):
                return bool(self._ask(name))
        return True

    def __len__(self) -> int:
        return int(self._ask("__len__"))

    def __iter__(self) -> Iterator[Any]:
        return iter(self._ask("__iter__"))

    def __contains__(self, value: object) -> bool:
        return bool(self._ask("__contains__", value))

    def __getitem__(self, key: object) -> Any:
        return self._ask("__getitem__", key)

    def __add__(self, other: object) -> Any:
        return self._ask("__add__", other)

    def __sub__(self, other: object) -> Any:
        return self._ask("__sub__", other)

    def __mul__(self, other: object) -> Any:
        return self._ask("__mul__", other)

    def __neg__(self) -> Any:
        return self._ask("__neg__")


@dataclass(frozen=True)
class Super:
    """`super()` in a method: the object, seen as one of the class's base."""

    cls: ClassValue
    first: Any


def missing_attribute() -> Thrown:
    """What reading an attribute that is not there raises."""
    return Thrown(ExceptionValue(AttributeError, (), explicit=False))
