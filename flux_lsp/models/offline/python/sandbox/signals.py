"""How a computation ends when it does not end in a value.

Never a Python exception of the code that is computed: that one is `Thrown`.
"""

from dataclasses import dataclass

# What an operation on plain values may raise; anything else would be a mistake of ours.
NATIVE = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RuntimeError,
    StopIteration,
    TypeError,
    ValueError,
)


class UnknownError(Exception):
    """What the code does next cannot be told from here."""


@dataclass(frozen=True, eq=False)
class ExceptionValue:
    """An exception of the computed code.

    `kind` is a builtin class, or the `ClassValue` of one of the module. `explicit`: by a `raise` of
    the code; else an operation raised it, and its message depends on the Python version.
    """

    kind: object
    args: tuple[object, ...]
    explicit: bool

    def __str__(self) -> str:
        """Its message, as Python gives it."""
        if not self.explicit:
            raise UnknownError("a message of Python's own")
        return "" if not self.args else str(self.args[0] if len(self.args) == 1 else self.args)

    def __repr__(self) -> str:
        """Not told: it differs between Python versions."""
        raise UnknownError("an exception as text")

    def __format__(self, spec: str) -> str:
        """As its message."""
        return format(str(self), spec)


class Thrown(Exception):  # noqa: N818 - a signal, which carries the error
    """An exception on its way through the computed code."""

    def __init__(self, value: ExceptionValue) -> None:
        super().__init__()
        self.value = value
