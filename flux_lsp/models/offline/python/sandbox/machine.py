"""Runs expressions over a module's code, within a budget of steps, and says how they end.

Never runs longer than its budget, and never raises for what the code does.
"""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flux_lsp.models.offline.python.sandbox.construct import construct
from flux_lsp.models.offline.python.sandbox.expressions import evaluate
from flux_lsp.models.offline.python.sandbox.frames import Frame
from flux_lsp.models.offline.python.sandbox.functions import call_function
from flux_lsp.models.offline.python.sandbox.guards import bounded, iterate
from flux_lsp.models.offline.python.sandbox.library import Library
from flux_lsp.models.offline.python.sandbox.module import Module
from flux_lsp.models.offline.python.sandbox.objects import BoundMethod, ClassValue, FunctionValue
from flux_lsp.models.offline.python.sandbox.signals import (
    NATIVE,
    ExceptionValue,
    Thrown,
    UnknownError,
)
from flux_lsp.models.offline.python.sandbox.statements import execute
from flux_lsp.models.offline.python.unit import Unit

_STEPS_OF_A_RUN = 5_000
_STEPS_IN_ALL = 400_000
_DEEPEST = 25


@dataclass(frozen=True)
class Ended:
    """How an expression ended: in `value`, or in `error`; `trace` is which way it went.

    `lazy`: the value is an iterator, and what it gives is in `value` as a list.
    """

    value: Any
    error: ExceptionValue | None
    trace: frozenset[tuple[int, object]]
    lazy: bool = False


class Machine:
    """Computes over one unit; one for each question."""

    def __init__(self, unit: Unit) -> None:
        self.trace: set[tuple[int, object]] = set()
        self._left = 0
        self._in_all = _STEPS_IN_ALL
        self._depth = 0
        self._collected: ast.AST | None = None
        self.library = Library(self)
        self.module = Module(unit, self, self.library)

    def run(
        self,
        expression: ast.expr,
        frame: Frame | None = None,
        collected: ast.AST | None = None,
        *,
        drain: bool = True,
    ) -> Ended | None:
        """How `expression` ends, in `frame` or at the module's level; None when nobody can tell.

        `collected`: the generator function whose call stands for the list of all it yields.
        `drain`: an iterator is read to its end, as `list` would.
        """
        self.trace, self._left, self._depth = set(), _STEPS_OF_A_RUN, 0
        self._collected = collected
        try:
            value = self.evaluate(expression, frame or self.module.frame)
            lazy = drain and isinstance(value, Iterator)
            value = list(bounded(list(iterate(value)))) if lazy else value
            return Ended(value, None, frozenset(self.trace), lazy)
        except Thrown as thrown:
            return Ended(None, thrown.value, frozenset(self.trace))
        except (UnknownError, RecursionError, *NATIVE):
            return None

    def begin(self) -> None:
        """A fresh budget for steps that are not a `run`."""
        self._left, self._depth = _STEPS_OF_A_RUN, 0

    def step(self) -> None:
        """Count one step."""
        self._left -= 1
        self._in_all -= 1
        if self._left < 0 or self._in_all < 0:
            raise UnknownError("too many steps")

    def evaluate(self, node: ast.expr, frame: Frame) -> Any:
        """The value of an expression."""
        return evaluate(node, frame)

    def execute(self, body: Sequence[ast.stmt], frame: Frame) -> Any:
        """Run a block of statements."""
        return execute(body, frame)

    def global_(self, name: str) -> Any:
        """What a name of the module or a builtin means."""
        return self.module.value(name)

    def call(self, function: Any, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """Call a value of any kind."""
        self.step()
        if isinstance(function, BoundMethod):
            return self.call(function.function, (function.first, *args), kwargs)
        if isinstance(function, FunctionValue):
            return self._called(function, args, kwargs)
        if isinstance(function, ClassValue):
            return construct(self, function, args, kwargs)
        if isinstance(function, type):
            return self.library.construct(function, list(args), dict(kwargs))
        if not callable(function):
            raise UnknownError("a call")
        try:
            return function(*args, **kwargs)
        except TypeError:  # one of our own stand-ins, with arguments it does not take
            raise UnknownError("a call") from None

    def _called(
        self, function: FunctionValue, args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> Any:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise UnknownError("too deep")
        try:
            collect = function.node is self._collected and self._depth == 1
            return call_function(self, function, args, kwargs, collect=collect)
        finally:
            self._depth -= 1
