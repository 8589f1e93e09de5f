"""`@ID what to do`: words that name who is to do it.

Pure. Never knows which ids there are.
"""

import re
from typing import NamedTuple

_MENTION = re.compile(r"@([a-z0-9][a-z0-9-]*)(?:[\s:,]+(.*))?", re.IGNORECASE | re.DOTALL)


class Mention(NamedTuple):
    """The id that an instruction begins with, and what is to be done, "" where it says nothing more."""

    id: str
    instruction: str


def read_mention(instruction: str) -> Mention | None:
    """Read the mention at the beginning of an instruction; None if there is none."""
    match = _MENTION.fullmatch(instruction.strip())
    return Mention(match[1].lower(), (match[2] or "").strip()) if match else None
