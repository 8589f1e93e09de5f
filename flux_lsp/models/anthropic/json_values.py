"""Values of a server's JSON, read leniently: what has another type counts as empty.

Never raises: servers leave out and misspell.
"""

from collections.abc import Mapping


def read_mapping(value: object) -> Mapping[str, object]:
    """`value` where it is an object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def read_text(value: object) -> str:
    """`value` where it is a text, else ""."""
    return value if isinstance(value, str) else ""
