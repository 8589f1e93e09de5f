"""What a test states, as values: proven or promised, before any framework's words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Equals:
    """`code` gives what `expected` spells; `alone`: its truth value or None is meant exactly."""

    code: str
    expected: str

    @property
    def alone(self) -> bool:
        """Whether identity is what is meant."""
        return self.expected in {"True", "False", "None"}


@dataclass(frozen=True, slots=True)
class Raises:
    """`code` raises the exception called `error`; `message` is part of its text, "" when unknown."""

    code: str
    error: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class Does:
    """A statement that only prepares what follows it."""

    code: str


Line = Equals | Raises | Does


@dataclass(frozen=True, slots=True)
class Fact:
    """One test: its name without `test_`, and its lines.

    `uses` are the names of the module it needs; `modules` what else it imports.
    """

    name: str
    lines: tuple[Line, ...]
    uses: frozenset[str]
    modules: frozenset[str] = frozenset()
