"""Operations on plain values: exactly Python's own, within bounds, or Unknown.

Never lets a result through that may differ between machines, runs or Python versions, or grow
beyond what a test would show.
"""

import math
import operator
import re
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterator
from typing import Any

from flux_lsp.models.offline.python.sandbox.signals import (
    NATIVE,
    ExceptionValue,
    Thrown,
    UnknownError,
)

LARGEST = 2_000  # elements or characters
_WIDEST = 1_000  # a number that says how wide or how often
_MOST_BITS = 4_000

SETS = (set, frozenset)
SEQUENCES = (str, bytes, list, tuple, deque)
PLAIN = (bool, int, float, str, bytes, list, tuple, dict, set, frozenset, range, type(None), slice)
CONTAINERS = (Counter, OrderedDict, defaultdict, deque)
MATCHES = (re.Pattern, re.Match)

_BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "Add": operator.add,
    "Sub": operator.sub,
    "Mult": operator.mul,
    "Div": operator.truediv,
    "FloorDiv": operator.floordiv,
    "Mod": operator.mod,
    "Pow": operator.pow,
    "LShift": operator.lshift,
    "RShift": operator.rshift,
    "BitOr": operator.or_,
    "BitXor": operator.xor,
    "BitAnd": operator.and_,
}
_IN_PLACE: dict[str, Callable[[Any, Any], Any]] = {
    "Add": operator.iadd,
    "BitOr": operator.ior,
    "BitAnd": operator.iand,
    "BitXor": operator.ixor,
    "Sub": operator.isub,
    "Mult": operator.imul,
}
# Methods whose number says how large the result is.
_SIZED = frozenset(["ljust", "rjust", "center", "zfill", "expandtabs", "to_bytes"])


def native(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Call something of Python's own; what it raises becomes an exception of the computed code."""
    try:
        return bounded(function(*args, **kwargs))
    except (MemoryError, RecursionError):
        raise UnknownError("too large") from None
    except NATIVE as error:
        raise Thrown(ExceptionValue(type(error), error.args, explicit=False)) from None


def bounded(value: Any) -> Any:
    """`value`, Unknown when it has grown too large."""
    if isinstance(value, int) and value.bit_length() > _MOST_BITS:
        raise UnknownError("a huge number")
    if isinstance(value, (*SEQUENCES, dict, set, frozenset, range)) and len(value) > LARGEST:
        raise UnknownError("a huge value")
    return value


def binary(name: str, left: Any, right: Any, *, in_place: bool = False) -> Any:
    """`left <operator> right`, the operator by its class name in `ast`."""
    _check_growth(name, left, right)
    table = _IN_PLACE if in_place and name in _IN_PLACE else _BINARY
    if name not in table:
        raise UnknownError(name)
    return native(table[name], left, right)


def _check_growth(name: str, left: Any, right: Any) -> None:
    if name == "Mult":
        for one, times in ((left, right), (right, left)):
            size = len(one) if isinstance(one, SEQUENCES) else 0
            if isinstance(times, int) and size * times > LARGEST:
                raise UnknownError("a huge value")
    if name in {"Pow", "LShift"} and isinstance(right, int) and not 0 <= right <= _MOST_BITS:
        raise UnknownError("a huge number")
    if name == "Pow":
        if isinstance(left, float) or isinstance(right, float):
            raise UnknownError("a power of floats, which machines round differently")
        if isinstance(left, int) and left.bit_length() * right > _MOST_BITS:
            raise UnknownError("a huge number")
    if name == "Mod" and isinstance(left, str | bytes):
        check_format(left if isinstance(left, str) else left.decode("latin-1"))


def check_format(spec: str) -> None:
    """Unknown for a format that asks for a huge width or looks into objects."""
    if re.search(r"\d{4,}|\*|\{[^{}:!]*[.\[]", spec):
        raise UnknownError("a format")


def iterate(value: Any) -> Iterator[Any]:
    """The elements in an order that is the same everywhere."""
    if isinstance(value, SETS) and len(value) > 1:
        raise UnknownError("the order of a set")
    return _guarded(native(iter, value))


def _guarded(source: Iterator[Any]) -> Iterator[Any]:
    """The same elements; what fetching one raises is an exception of the computed code."""
    end = object()
    while (value := native(next, source, end)) is not end:
        yield value


def same_everywhere(value: Any) -> Any:
    """`value` when its text is the same in every run: no order of sets, no addresses."""
    if isinstance(value, SETS) and len(value) > 1:
        raise UnknownError("the order of a set")
    if isinstance(value, dict):
        for pair in value.items():
            same_everywhere(pair)
    elif isinstance(value, (list, tuple, deque, set, frozenset)):
        for element in value:
            same_everywhere(element)
    elif not isinstance(value, (*PLAIN, Shown, ExceptionValue)):
        raise UnknownError("a text with an address in it")
    return value


class Shown:
    """An object of ours that says itself how it looks as text."""


def method(value: Any, name: str) -> Any:
    """A method of a plain value as something to call, or a plain attribute."""
    if name.startswith("_") or not hasattr(value, name):
        raise UnknownError(f"attribute {name}")
    if isinstance(value, SETS) and name == "pop" and len(value) > 1:
        raise UnknownError("the order of a set")
    found = getattr(value, name)
    if not callable(found):
        return found

    def call(*args: Any, **kwargs: Any) -> Any:
        given = [list(one) if isinstance(one, Iterator) else one for one in args]
        _check_method(value, name, [*given, *kwargs.values()])
        result = native(found, *given, **kwargs)
        if isinstance(value, (*PLAIN, *CONTAINERS)):
            bounded(value)
        return result

    return call


def _check_method(value: Any, name: str, given: list[Any]) -> None:
    if name in _SIZED and any(isinstance(one, int) and one > _WIDEST for one in given):
        raise UnknownError("a huge value")
    if isinstance(value, str | bytes):
        for one in given:
            same_everywhere(one)
    if name in {"format", "format_map"}:
        check_format(value if isinstance(value, str) else "*")
    elif name in {"extend", "fromkeys", "update"} and not isinstance(value, SETS):
        for one in given:
            iterate(one)
    if isinstance(value, MATCHES):
        check_search(value, *given)


def check_search(pattern: Any, *args: Any) -> None:
    """Unknown for a search that may take long: nested repetition, or many in a long text."""
    text = pattern.pattern if isinstance(pattern, re.Pattern) else pattern
    if isinstance(pattern, re.Match):
        return
    subject = max((len(one) for one in args if isinstance(one, str)), default=0)
    if not isinstance(text, str) or re.search(r"\)[*+{]", text):
        raise UnknownError("a regular expression")
    repeats = len(re.findall(r"[*+{]", text))
    if math.comb(subject + repeats, repeats) > 200_000:
        raise UnknownError("a regular expression")
