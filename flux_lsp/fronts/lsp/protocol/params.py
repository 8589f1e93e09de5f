"""Reads values from a message's parameters, or says in a sentence which one is wrong.

Never guesses: what is missing or of another type raises `BadParamsError`, answered by -32602.
"""

from __future__ import annotations

from typing import Any, TypeVar

T = TypeVar("T")


class BadParamsError(ValueError):
    """A message's parameters are not what its method takes."""


def require(params: Any, path: str, kind: type[T]) -> T:
    """Return the value at a dotted path like `textDocument.uri`, of type `kind`."""
    value = get_optional(params, path, kind)
    if value is None:
        raise BadParamsError(f"{path} is missing")
    return value


def get_optional(params: Any, path: str, kind: type[T]) -> T | None:
    """Do as `require`; None if the value, or anything on the way to it, is absent or null."""
    value = params
    for key in path.split("."):
        if value is None:
            return None
        if not isinstance(value, dict):
            raise BadParamsError(f"no object on the way to {path}")
        value = value.get(key)
    if value is None or (isinstance(value, kind) and (kind is bool or value is not bool(value))):
        return value
    if kind is int and isinstance(value, float) and value.is_integer():  # JSON written by Lua
        return int(value)  # type: ignore[return-value]  # T is int here
    raise BadParamsError(f"{path} is not of type {kind.__name__}")
