"""The functions and constants of Python's library that need no machine to be computed with.

Never holds one whose result differs between machines or Python versions, or that may take long.
"""

import functools
import itertools
import json
import math
import operator
import re
import string
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

from flux_lsp.models.offline.python.sandbox.guards import (
    SETS,
    check_search,
    iterate,
    native,
    same_everywhere,
)
from flux_lsp.models.offline.python.sandbox.signals import UnknownError

TYPES: tuple[type, ...] = (
    bool,
    int,
    float,
    str,
    bytes,
    list,
    tuple,
    dict,
    set,
    frozenset,
    range,
    object,
)
ERRORS: tuple[type[Exception], ...] = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    Exception,
    IndexError,
    KeyError,
    LookupError,
    NameError,
    NotImplementedError,
    OSError,
    OverflowError,
    PermissionError,
    RuntimeError,
    TimeoutError,
    TypeError,
    ValueError,
    ZeroDivisionError,
    FileNotFoundError,
    FileExistsError,
    ConnectionError,
)
_NUMBER = 1_000  # the largest argument of a function that grows fast


def searches() -> dict[str, Any]:
    """The functions and flags of `re`."""

    def guarded(name: str) -> Callable[..., Any]:
        def call(pattern: Any, *args: Any, **kwargs: Any) -> Any:
            given = (*args, *kwargs.values())
            if not all(isinstance(one, str | int) for one in given):
                raise UnknownError("a regular expression")
            check_search(pattern, *given)
            return native(getattr(re, name), pattern, *args, **kwargs)

        return call

    names = ("compile", "escape", "findall", "fullmatch", "match", "search", "split", "sub")
    flags = {name: int(getattr(re, name)) for name in ("IGNORECASE", "I", "MULTILINE", "M")}
    return {name: guarded(name) for name in names} | flags


def _zip(sources: tuple[Any, ...], *, strict: bool = False) -> Iterator[Any]:
    return zip(*map(iterate, sources), strict=strict)


def _plain(function: Callable[..., Any]) -> Callable[..., Any]:
    return functools.partial(native, function)


def _small(function: Callable[..., Any]) -> Callable[..., Any]:
    """For functions whose result grows fast."""

    def call(*args: Any) -> Any:
        if any(isinstance(one, int) and abs(one) > _NUMBER for one in args):
            raise UnknownError("a huge number")
        return native(function, *args)

    return call


def _each(function: Callable[..., Any]) -> Callable[..., Any]:
    """For functions that go through what they are given."""

    def call(*args: Any) -> Any:
        return native(function, *(_in_order(one) for one in args))

    return call


def _in_order(value: Any) -> Any:
    return iterate(value) if isinstance(value, SETS) else value


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "all": all,
    "any": any,
    "ascii": lambda value: ascii(same_everywhere(value)),
    "bin": bin,
    "chr": chr,
    "divmod": divmod,
    "enumerate": lambda values, start=0: enumerate(iterate(values), start),
    "hex": hex,
    "iter": iterate,
    "len": len,
    "next": next,
    "oct": oct,
    "ord": ord,
    "repr": lambda value: repr(same_everywhere(value)),
    "reversed": reversed,
    "round": round,
    "slice": slice,
    "zip": lambda *sources, **strict: _zip(sources, **strict),
}
BUILTINS = {name: _plain(function) for name, function in _FUNCTIONS.items()}
MODULES: dict[str, dict[str, Any]] = {
    "math": {
        **{n: getattr(math, n) for n in ("pi", "e", "inf", "tau")},
        **{
            n: _plain(getattr(math, n))
            for n in (
                *("ceil", "copysign", "fabs", "floor", "gcd", "isclose", "isfinite", "isinf"),
                *("isnan", "isqrt", "lcm", "sqrt", "trunc"),
            )
        },
        **{n: _small(getattr(math, n)) for n in ("comb", "factorial", "perm")},
    },
    "string": {
        n: getattr(string, n)
        for n in (
            *("ascii_letters", "ascii_lowercase", "ascii_uppercase", "digits", "hexdigits"),
            *("octdigits", "punctuation", "whitespace"),
        )
    },
    "itertools": {
        n: _each(getattr(itertools, n)) for n in ("chain", "islice", "pairwise", "zip_longest")
    },
    "operator": {n: _plain(getattr(operator, n)) for n in ("itemgetter",)},
    "json": {"dumps": _plain(json.dumps), "loads": _plain(json.loads)},
    "textwrap": {"dedent": _plain(textwrap.dedent)},
}
