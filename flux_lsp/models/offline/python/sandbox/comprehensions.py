"""Comprehensions and generator expressions, as lazy as Python's own.

Never goes through a set in an order that another run may not have.
"""

import ast
from collections.abc import Iterator, Sequence
from typing import Any

from flux_lsp.models.offline.python.sandbox.frames import Frame, truth
from flux_lsp.models.offline.python.sandbox.guards import bounded, iterate, native
from flux_lsp.models.offline.python.sandbox.signals import UnknownError
from flux_lsp.models.offline.python.sandbox.targets import assign, bound_names


def list_comprehension(node: ast.ListComp, frame: Frame) -> Any:
    """`[… for …]`."""
    return _collected(_each(node.generators, node.elt, frame))


def set_comprehension(node: ast.SetComp, frame: Frame) -> Any:
    """`{… for …}`."""
    return native(set, _collected(_each(node.generators, node.elt, frame)))


def dict_comprehension(node: ast.DictComp, frame: Frame) -> Any:
    """`{…: … for …}`."""
    pair = ast.Tuple([node.key, node.value], ast.Load())
    return native(dict, _collected(_each(node.generators, pair, frame)))


def generator(node: ast.GeneratorExp, frame: Frame) -> Any:
    """`(… for …)`."""
    return _each(node.generators, node.elt, frame)


def _collected(values: Iterator[Any]) -> list[Any]:
    return list(bounded(list(values)))


def _each(
    generators: Sequence[ast.comprehension], element: ast.expr, frame: Frame
) -> Iterator[Any]:
    """The elements of a comprehension; the first source is evaluated at once, as Python does."""
    if any(generator.is_async for generator in generators):
        raise UnknownError("async")
    bound = frozenset(name for one in generators for name in bound_names(one.target))
    inner = Frame(frame.machine, bound, frame, comprehension=True, owner=frame.owner)
    source = iterate(frame.machine.evaluate(generators[0].iter, frame))
    return _loop(source, generators, element, inner)


def _loop(
    source: Iterator[Any], generators: Sequence[ast.comprehension], element: ast.expr, frame: Frame
) -> Iterator[Any]:
    for value in source:
        frame.machine.step()
        assign(generators[0].target, value, frame)
        if not all(truth(test, frame) for test in generators[0].ifs):
            continue
        if len(generators) == 1:
            yield frame.machine.evaluate(element, frame)
        else:
            following = iterate(frame.machine.evaluate(generators[1].iter, frame))
            yield from _loop(following, generators[1:], element, frame)
