"""What a rule answers, whichever language it is for.

Never knows blocks, tools or dialects: `spoken.py` puts an answer into those.
"""

from dataclasses import dataclass

from flux_lsp.core.text import Change, Span


@dataclass(frozen=True, slots=True)
class Said:
    """A text for the person, Markdown."""

    text: str


@dataclass(frozen=True, slots=True)
class Declined:
    """Why nothing is done: a clause without a full stop."""

    why: str


@dataclass(frozen=True, slots=True)
class Edited:
    """Changes of the text the rule was given; spans are of that text, `note` says what was done."""

    changes: tuple[Change, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Revised:
    """Changes of one file as far as it is shown: `text` is what they refer to.

    `target` is the span of the promised lines in `text`, None where nothing was promised.
    """

    path: str
    text: str
    target: Span | None
    changes: tuple[Change, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Created:
    """A new file."""

    path: str
    content: str
    note: str


Answer = Said | Declined | Revised | Created
