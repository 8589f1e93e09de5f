"""Reads values of a server's JSON leniently: a value of another type counts as empty.

Never raises: servers leave out and misspell.
"""

from collections.abc import Mapping


def read_mapping(value: object) -> Mapping[str, object]:
    """Return `value` if it is an object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def read_text(value: object) -> str:
    """Return `value` if it is a text, else ""."""
    return value if isinstance(value, str) else ""
