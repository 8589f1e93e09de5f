"""Finds the end of the block of a known head, by indentation, open brackets and closing words.

Never looks above the head. Blank lines behind a block are not part of it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from flux_lsp.syntax.comment_lines import is_comment
from flux_lsp.syntax.heads import count_unclosed, has_flat_heads, read_flat_head, read_head
from flux_lsp.syntax.languages import Language
from flux_lsp.syntax.line_marks import is_continuation, is_final, is_margin_mark, measure_indent

LONGEST = 5_000
FENCE = re.compile(r"\s*(?:```|~~~)")


@dataclass(frozen=True, slots=True)
class SymbolHead:
    """Where the symbol around a line begins: the 0-based line and the name there, "" without one."""

    line: int
    name: str


def find_end(
    lines: Sequence[str], head: SymbolHead, language: Language, until: int | None = None
) -> int:
    """Find the last line of the block at `head`, with its closers but without blank lines behind.

    `until`: it looks at no line below that one.
    """
    if has_flat_heads(language) and read_flat_head(lines, head.line, language) is not None:
        return _find_flat_end(lines, head, language)
    here, last = measure_indent(lines[head.line]), head.line
    depth = max(0, count_unclosed(lines[head.line]))
    number, stop = head.line + 1, len(lines) if until is None else min(len(lines), until + 1)
    while number < stop:
        text = lines[number]
        if text.strip():
            inside = measure_indent(text) > here or depth > 0 or is_margin_mark(text, language)
            if not inside and not _belongs_to_block(lines, number, head, here, language):
                if not is_comment(text.strip(), language):
                    break
                number += 1  # code may follow that still is inside
                continue
            last = number
            depth = max(0, depth + count_unclosed(text)) if depth else max(0, count_unclosed(text))
            if (
                not inside
                and depth == 0
                and is_final(text)
                and not _does_resume(lines, number, here, language)
            ):
                break
        number += 1
        if number - head.line > LONGEST:
            break
    return last


def _belongs_to_block(
    lines: Sequence[str], number: int, head: SymbolHead, here: int, language: Language
) -> bool:
    """Whether a line that is not indented below the head still is part of its block."""
    text = lines[number]
    if measure_indent(text) < here:
        return False
    bare = text.strip()
    if bare.startswith("</"):
        return lines[head.line].lstrip().startswith("<")
    if is_continuation(text, language) or lines[number - 1].rstrip().endswith(","):
        return True
    if language.clauses:
        return read_head(lines, number, language) == head.name and head.name != ""
    return False


def _does_resume(lines: Sequence[str], number: int, here: int, language: Language) -> bool:
    """Whether the block goes on behind a closer: an `else`, another bracket of the same head."""
    below = next(
        (n for n in range(number + 1, min(number + 3, len(lines))) if lines[n].strip()), None
    )
    if below is None or measure_indent(lines[below]) != here or below > number + 1:
        return False
    return is_continuation(lines[below], language)


def _find_flat_end(lines: Sequence[str], head: SymbolHead, language: Language) -> int:
    level = len(lines[head.line]) - len(lines[head.line].lstrip("#"))
    last, fenced = head.line, False
    for number in range(head.line + 1, min(len(lines), head.line + LONGEST)):
        text = lines[number]
        if language.fences and FENCE.match(text):
            fenced = not fenced
        if not fenced and read_flat_head(lines, number, language) is not None:
            deeper = level and len(text) - len(text.lstrip("#")) > level
            if not deeper:
                break
        if text.strip():
            last = number
    return last
