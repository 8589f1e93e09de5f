"""Secrets below or beside a column's name: tables of Markdown, CSV, rows of SQL.

Looks at a header with a telling cell and at the same cell of the rows that belong to it.
"""

import re
from collections.abc import Iterator

from flux_lsp.context.secret_values import is_opaque, is_pass_phrase

_MOST_ROWS = 500  # of one table
_LONGEST = 1_000  # characters of a row
_TELLING = re.compile(
    r"(?i)[\s\"'`*\[]*+[\w .-]{0,30}?(?:passw(?:or)?ds?|pwd|secret|token|api[ _-]?key|access[ _-]?key)"
    r"[\s\"'`*\]]*+"
)
_WORDS = ("passw", "pwd", "secret", "token", "key")
_INSERT = re.compile(r"\(([^()]{4,600})\)\s{0,10}values\s{0,10}(?=\()", re.IGNORECASE)
_ROW = re.compile(r"\(([^()]{1,1000})\)\s{0,10},?\s{0,10}")
_SEPARATORS = ("|", "\t", ";", ",")


def find_by_column(text: str) -> Iterator[str]:
    """Values of columns that are named as secrets are."""
    lowered = text.lower()
    if not any(word in lowered for word in _WORDS):
        return
    for match in _INSERT.finditer(text) if "values" in lowered else ():
        yield from _find_in_rows(match[1], _read_insert_rows(text, match.end()), ",")
    for header, rows, separator in _find_tables(text.split("\n")):
        small = header.lower()
        if any(word in small for word in _WORDS):
            yield from _find_in_rows(header, iter(rows), separator)


def _find_tables(lines: list[str]) -> Iterator[tuple[str, list[str], str]]:
    """Runs of lines with as many cells each: the first one, those below it, and the separator."""
    header, rows, separator = "", list[str](), ""
    for line in lines:
        if separator and len(line) < _LONGEST and line.count(separator) == header.count(separator):
            rows.append(line)
            continue
        if rows:
            yield header, rows[:_MOST_ROWS], separator
        short = line if len(line) < _LONGEST else ""
        header, rows = short, []
        separator = next((mark for mark in _SEPARATORS if mark in short), "")
    if rows:
        yield header, rows[:_MOST_ROWS], separator


def _read_insert_rows(text: str, place: int) -> Iterator[str]:
    for _ in range(_MOST_ROWS):
        row = _ROW.match(text, place)
        if row is None:
            return
        yield row[1]
        place = row.end()


def _find_in_rows(header: str, rows: Iterator[str], separator: str) -> Iterator[str]:
    names = header.split(separator)
    telling = [place for place, name in enumerate(names) if _TELLING.fullmatch(name)]
    if not telling:
        return
    for row in rows:
        cells = row.split(separator)
        for place in telling:
            value = cells[place].strip(" \t\"'`*") if len(cells) == len(names) else ""
            if is_opaque(value) or is_pass_phrase(value):
                yield value
