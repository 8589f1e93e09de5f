"""Finds the line of a settings file that holds a key, so that a message can name it.

Never reads a file; it guesses by the text alone, None if it cannot.
"""

import re

_TABLE = re.compile(r"\s*\[+\s*([^\[\]#]+?)\s*\]+")
_KEY = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")


def find_toml_line(text: str, key: str, section: tuple[str, ...]) -> int | None:
    """Find the 1-based line of the dotted `key` below the table `section` of a TOML text."""
    wanted = ".".join((*section, key))
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        if opened := _TABLE.match(line):
            table = _normalize_name(opened[1])
            if table == wanted:
                return number
        elif assigned := _KEY.match(line):
            name = _normalize_name(assigned[1])
            full = f"{table}.{name}" if table else name
            # An inline table holds the keys below it; a file may wrap everything in `flux`.
            if wanted.startswith(f"{full}.") or full in (wanted, f"flux.{wanted}"):
                return number
    return None


def find_variable_line(text: str, name: str) -> int | None:
    """Find the 1-based line of the last assignment to `name` in a `.env` text."""
    pattern = re.compile(rf"\s*(?:export\s+|set\s+)?{re.escape(name)}\b")
    numbers = [n for n, line in enumerate(text.splitlines(), 1) if pattern.match(line)]
    return numbers[-1] if numbers else None


def _normalize_name(name: str) -> str:
    parts = [part.strip().strip("\"'") for part in name.split(".")]
    return ".".join(
        re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", p).replace("-", "_").lower() for p in parts
    )
