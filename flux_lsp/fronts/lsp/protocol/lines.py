"""Splits text into lines as LSP and editors do: they end at LF, CR LF and CR and nowhere else.

`str.splitlines` would also cut at form feeds and line separators. Never changes a line end.
"""

from __future__ import annotations

import re

_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)")


def split_lines(text: str) -> list[str]:
    """Split `text` into lines that keep their ends; the last one has none and may be empty."""
    if "\r" in text:
        lines = _LINE.findall(text)
        return [*lines, text[sum(map(len, lines)) :]]
    lines = [line + "\n" for line in text.split("\n")]
    lines[-1] = lines[-1][:-1]
    return lines


def strip_end(line: str) -> str:
    """Return `line` without its end."""
    return line.rstrip("\r\n")


def join_surrogates(text: str) -> str:
    """Join the halves of surrogate pairs in `text`: an edit may bring them one by one."""
    if text.isascii() or not _SURROGATE.search(text):
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
