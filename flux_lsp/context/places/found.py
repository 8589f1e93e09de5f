"""What a language's finder says of the place for tests.

Never holds file text.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Found:
    """`facts`: further (name, value) pairs for the model, empty values are left out."""

    path: str
    framework: str
    facts: tuple[tuple[str, str], ...] = ()
