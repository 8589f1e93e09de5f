"""The parts of Python's own library that a computation may use, each within bounds.

Never reads a file, a clock, the environment or a random number.
"""

import collections
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from flux_lsp.models.offline.python.sandbox.frames import Machine
from flux_lsp.models.offline.python.sandbox.guards import (
    PLAIN,
    SETS,
    binary,
    check_format,
    iterate,
    native,
    same_everywhere,
)
from flux_lsp.models.offline.python.sandbox.objects import ClassValue, Instance
from flux_lsp.models.offline.python.sandbox.signals import ExceptionValue, UnknownError
from flux_lsp.models.offline.python.sandbox.tables import BUILTINS, ERRORS, MODULES, TYPES, searches


class Library:
    """Builtins and modules as one machine sees them: callbacks run on it."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self.builtins: dict[str, Any] = {
            **{kind.__name__: kind for kind in (*TYPES, *ERRORS)},
            **{name: getattr(self, f"_{name}") for name in _OWN},
            **BUILTINS,
        }
        self.modules: dict[str, dict[str, Any]] = {
            **{name: dict(names) for name, names in MODULES.items()},
            "functools": {"reduce": self._reduce},
            "collections": {
                "Counter": self._counter,
                "OrderedDict": lambda pairs=(): native(collections.OrderedDict, pairs),
                "defaultdict": self._defaultdict,
                "deque": lambda items=(): native(collections.deque, iterate(items)),
            },
            "re": searches(),
        }

    def construct(self, kind: type, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """Call a builtin type."""
        if issubclass(kind, Exception):
            if kwargs or (issubclass(kind, OSError) and len(args) > 1):
                raise UnknownError("an exception")
            return ExceptionValue(kind, tuple(args), explicit=True)
        if kind in {list, tuple}:
            return native(kind, *(list(iterate(one)) for one in args), **kwargs)
        if kind is str:
            return native(str, *map(same_everywhere, args), **kwargs)
        if kind in {dict, set, frozenset, bool, int, float, range}:
            if kind is dict and args:
                iterate(args[0])
            return native(kind, *args, **kwargs)
        raise UnknownError(kind.__name__)

    def _call(self, function: Any, *args: Any) -> Any:
        return self._machine.call(function, args, {})

    def _key(self, function: Any) -> Callable[[Any], Any] | None:
        return None if function is None else lambda value: self._call(function, value)

    def _sum(self, values: Iterable[Any], start: Any = 0) -> Any:
        if isinstance(start, str | bytes):
            raise UnknownError("a sum of texts")
        total = start
        for value in [*values]:
            if isinstance(total, float) or isinstance(value, float):
                raise UnknownError("a sum of floats, which Python versions round differently")
            total = binary("Add", total, value)
        return total

    def _sorted(self, values: Iterable[Any], *, key: Any = None, reverse: Any = False) -> Any:
        if key is not None:
            iterate(values)
        return native(sorted, values, key=self._key(key), reverse=reverse)

    def _min(self, *values: Any, **options: Any) -> Any:
        return self._extreme(min, values, options)

    def _max(self, *values: Any, **options: Any) -> Any:
        return self._extreme(max, values, options)

    def _extreme(
        self, function: Callable[..., Any], values: tuple[Any, ...], options: dict[str, Any]
    ) -> Any:
        if set(options) - {"key", "default"}:
            raise UnknownError("an option")
        if options.get("key") is not None:
            for value in values:
                if isinstance(value, SETS):
                    iterate(value)
            options["key"] = self._key(options["key"])
        return native(function, *values, **options)

    def _map(self, function: Any, *sources: Any) -> Iterator[Any]:
        lists = [iterate(source) for source in sources]
        return (self._call(function, *values) for values in zip(*lists, strict=False))

    def _filter(self, function: Any, values: Any) -> Iterator[Any]:
        source = iterate(values)
        test = self._key(function) or bool
        return (value for value in source if native(bool, test(value)))

    def _reduce(self, function: Any, values: Any, *start: Any) -> Any:
        source = iterate(values)
        total = start[0] if start else native(next, source)
        for value in source:
            total = self._call(function, total, value)
        return total

    def _defaultdict(self, factory: Any = None, *rest: Any) -> Any:
        if rest:
            raise UnknownError("a filled defaultdict")
        made = None if factory is None else lambda: self._call(factory)
        return collections.defaultdict(made)

    def _counter(self, *values: Any) -> Any:
        return native(collections.Counter, *(_counted(value) for value in values))

    def _isinstance(self, value: Any, kinds: Any) -> bool:
        return any(_is_a(value, kind) for kind in (kinds if isinstance(kinds, tuple) else (kinds,)))

    def _print(self, *values: Any, **_: Any) -> None:
        for value in values:
            native(str, same_everywhere(value))

    def _type(self, value: Any) -> Any:
        if isinstance(value, Instance):
            return value.cls
        if isinstance(value, PLAIN):
            return type(value)
        raise UnknownError("a type")

    def _format(self, value: Any, spec: str = "") -> Any:
        check_format(spec)
        return native(format, same_everywhere(value), spec)

    def _pow(self, base: Any, exponent: Any, *modulo: Any) -> Any:
        return native(pow, base, exponent, *modulo) if modulo else binary("Pow", base, exponent)


_OWN = (
    *("sum", "sorted", "min", "max", "map", "filter", "isinstance", "print", "format", "pow"),
    "type",
)


def _counted(value: Any) -> Any:
    return value if isinstance(value, dict) else iterate(value)


def _is_a(value: Any, kind: Any) -> bool:
    if isinstance(kind, ClassValue):
        return isinstance(value, Instance) and kind in value.cls.lineage()
    if not isinstance(kind, type) or not isinstance(value, (*PLAIN, Instance)):
        raise UnknownError("isinstance")
    if isinstance(value, Instance):
        return kind is object
    return isinstance(value, kind)
