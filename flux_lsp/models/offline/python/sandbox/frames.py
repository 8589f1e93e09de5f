"""The names of one call, and the machine that everything runs on, as a protocol.

Never looks names up by text alone: a name that is bound here but not set yet is Unknown.
"""

import ast
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from flux_lsp.models.offline.python.sandbox.guards import native
from flux_lsp.models.offline.python.sandbox.signals import ExceptionValue, UnknownError


class Machine(Protocol):
    """What expressions and statements need of each other."""

    trace: set[tuple[int, object]]

    def step(self) -> None:
        """Count one step; Unknown when there were too many."""
        ...

    def evaluate(self, node: ast.expr, frame: "Frame") -> Any:
        """The value of an expression."""
        ...

    def execute(self, body: Sequence[ast.stmt], frame: "Frame") -> Any:
        """Run statements; a `Return`, `BREAK`, `CONTINUE` or None at the end of the block."""
        ...

    def call(self, function: Any, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """Call a value."""
        ...

    def global_(self, name: str) -> Any:
        """What a name of the module or a builtin means."""
        ...


class Frame:
    """The names of one function call or comprehension."""

    def __init__(
        self,
        machine: Machine,
        bound: frozenset[str],
        outer: "Frame | None" = None,
        *,
        comprehension: bool = False,
        owner: Any = None,
    ) -> None:
        """`bound`: the names that belong to this frame; `owner`: the class of a method."""
        self.machine = machine
        self.bound = bound
        self.outer = outer
        self.comprehension = comprehension
        self.owner = owner
        self.first: str | None = None  # the name of a method's first parameter
        self.values: dict[str, Any] = {}
        self.yields: list[Any] | None = None
        self.handling: ExceptionValue | None = None

    def read(self, name: str) -> Any:
        """The value of a name as code in this frame sees it."""
        frame: Frame | None = self
        while frame is not None:
            if name in frame.bound:
                if name not in frame.values:
                    raise UnknownError(f"{name} may not be set")
                return frame.values[name]
            frame = frame.outer
        return self.machine.global_(name)

    def write(self, name: str, value: Any) -> None:
        """Set a name of this frame."""
        if name not in self.bound:
            raise UnknownError(f"{name} belongs to another scope")
        self.values[name] = value

    def function(self) -> "Frame":
        """The frame of the function around a comprehension."""
        frame = self
        while frame.comprehension and frame.outer is not None:
            frame = frame.outer
        return frame


def truth(node: ast.expr, frame: Frame) -> bool:
    """Whether a condition holds; which way it went is remembered."""
    value = bool(native(bool, frame.machine.evaluate(node, frame)))
    frame.machine.trace.add((id(node), value))
    return value
