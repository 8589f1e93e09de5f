"""Reads `FILE[:START[-END]]`, the place that a command works on.

Never takes another line than the one that was named.
"""

import re
from pathlib import Path

from flux_lsp.core.text import split_lines
from flux_lsp.files import SOURCE_BYTES, read_bytes

Lines = tuple[int, int]  # first and last, from 1


def parse_place(text: str) -> tuple[Path, Lines | None] | str:
    """Return the file and its lines (None: all of it), or say what is wrong with them."""
    match = re.fullmatch(r"(.+?)(?::(\d+)(?:-(\d+))?)?", text, re.DOTALL)
    if match is None:
        return "no file is named"
    file = Path(text) if Path(text).is_file() else Path(match[1])
    try:
        content = read_bytes(file, SOURCE_BYTES).decode("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return f"there is no file {match[1]}"
    except UnicodeDecodeError:
        return f"{file} is not UTF-8 text"
    except OSError as error:
        return f"{file} cannot be read: {error.strerror}"
    if file == Path(text) or match[2] is None:
        return file, None
    first = int(match[2])
    last = int(match[3] or first)
    if not 1 <= first <= last:
        return f"lines {first}-{last} are not a range; lines count from 1"
    count = max(1, len(split_lines(content)))
    if last > count:
        has = "1 line" if count == 1 else f"{count} lines"
        return f"there is no line {last}: {file} has {has}"
    return file, (first, last)
