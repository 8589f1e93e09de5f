"""What a function raises by its own `raise` statements, and when.

Never lists what a handler around the statement may catch.
"""

import ast
import builtins
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flux_lsp.models.offline.python.callable import INNER, dotted, quoted
from flux_lsp.models.offline.python.source import Function, Source


@dataclass(frozen=True, slots=True)
class Raised:
    """One exception the body raises itself: its name, and when ("" when that is not plain)."""

    name: str
    when: str


def raised(source: Source, function: Function) -> list[Raised]:
    """What its own `raise` statements let out, in order, each name and reason once."""
    found: dict[Raised, None] = {}
    for raising in _raises(source, function.body, ""):
        found.setdefault(raising)
    return list(found)


def _raises(source: Source, body: Sequence[ast.stmt], when: str) -> Iterator[Raised]:
    for node in body:
        if isinstance(node, ast.Raise):
            yield from _raise(node, when)
        elif isinstance(node, ast.If):
            test = quoted(source, node.test)
            yield from _raises(source, node.body, f"if `{test}`" if test else "")
            yield from _raises(source, node.orelse, f"unless `{test}`" if test else "")
        elif isinstance(node, ast.Try):
            yield from _raises_of_try(source, node, when)
        elif not isinstance(node, INNER):
            for name in ("body", "orelse"):
                yield from _raises(source, getattr(node, name, []), "")
            for case in getattr(node, "cases", []):
                yield from _raises(source, case.body, "")


def _raises_of_try(source: Source, node: ast.Try, when: str) -> Iterator[Raised]:
    caught = {name for handler in node.handlers for name in _caught(handler)}
    for one in _raises(source, node.body, when):
        if not any(_may_catch(name, one.name) for name in caught):
            yield one
    for handler in node.handlers:
        names = [name for name in _caught(handler) if name]
        reason = f"on {' or '.join(f'`{name}`' for name in names)}" if names else "on any error"
        for one in _raises(source, handler.body, reason):
            if one.name:
                yield one
            else:  # a bare raise lets through what was caught
                yield from (Raised(name, "") for name in names)
    for body in (node.orelse, node.finalbody):
        yield from _raises(source, body, when)


def _may_catch(handled: str, name: str) -> bool:
    """Whether `except handled` may catch `name`; certain of a no only among builtins."""
    if handled in {"", name}:
        return True
    one, other = (getattr(builtins, text, None) for text in (handled, name))
    if isinstance(one, type) and isinstance(other, type):
        return issubclass(other, one)
    return True


def _caught(handler: ast.ExceptHandler) -> list[str]:
    if handler.type is None:
        return [""]
    types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return [dotted(one) or "?" for one in types]


def _raise(node: ast.Raise, when: str) -> Iterator[Raised]:
    if node.exc is None:
        yield Raised("", when)
        return
    kind = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    name = dotted(kind)
    # `raise error` with a small letter raises a value, whose class is not known here.
    if name and name.split(".")[-1][:1].isupper():
        yield Raised(name, when)
