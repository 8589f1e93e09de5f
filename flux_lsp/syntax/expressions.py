"""Names, members and calls of a code as values, and what a part of it uses.

Never knows a tree or a project.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Name:
    """A bare name."""

    name: str


@dataclass(frozen=True, slots=True)
class Owner:
    """What `self` or `this` is: the type around the code."""


@dataclass(frozen=True, slots=True)
class Member:
    """A member of what `of` is."""

    of: "Expression"
    name: str


@dataclass(frozen=True, slots=True)
class CallResult:
    """What calling `of` gives."""

    of: "Expression"


@dataclass(frozen=True, slots=True)
class Parts:
    """Code without a name of its own: it may be any of its parts."""

    parts: "tuple[Expression, ...]"


Expression = Name | Owner | Member | CallResult | Parts


@dataclass
class CodeUses:
    """What a region uses, each as often as it does, in its order; and what local names stand for.

    `keys` are members named without their type being sure: a keyword of a call, a key of a literal.
    """

    uses: list[Name | Member] = field(default_factory=list)
    keys: list[Member] = field(default_factory=list)
    locals: dict[str, list[Expression]] = field(default_factory=dict)
    typed: set[str] = field(default_factory=set)  # locals whose type is written down
