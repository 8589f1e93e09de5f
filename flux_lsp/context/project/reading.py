"""Reads a source file of the project for the index, within bounds.

Never follows a link, and never takes packed or minified text for code.
"""

import os
import stat
from pathlib import Path

from flux_lsp.files import read_text

LONGEST_FILE = 400_000  # bytes
_LONGEST_LINE = 10_000  # characters
_USUAL_LINE = 200  # characters that the lines of code have at most on average


def read_source(file: Path) -> str | None:
    """Read a file's text; None where there is no regular file, it is too large, or no code. Blocks."""
    try:
        if not stat.S_ISREG(os.lstat(file).st_mode):
            return None
        text = read_text(file, LONGEST_FILE)
    except (OSError, ValueError):
        return None
    return None if is_unreadable(text) else text


def is_unreadable(text: str) -> bool:
    """Whether no person has written the text: binary data, or a program that was packed."""
    if "\0" in text:
        return True
    lines = text.split("\n")
    return len(text) > _USUAL_LINE * max(len(lines), 10) or max(map(len, lines)) > _LONGEST_LINE
