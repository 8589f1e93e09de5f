"""What a selection is, by its text alone: a cursor, one word, or the text it holds.

Never knows which editor sent it: some send the character under the cursor, some the word at it, and
in some every motion leaves a word selected.
"""

import re
from typing import Literal

SelectionKind = Literal["cursor", "word", "text"]

_WORD = re.compile(r"[ \t]*[\w$]+[ \t]*")


def classify_selection(text: str) -> SelectionKind:
    """A cursor where there is nothing, one character or only blanks; a word with blanks around it."""
    if len(text) <= 1 or not text.strip():
        return "cursor"
    return "word" if _WORD.fullmatch(text) else "text"
