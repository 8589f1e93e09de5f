"""Finds the block around a line without a tree, by indentation, brackets and closing words.

Never cuts a block in half: a block begins at a head or at the margin and includes its closing lines.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from flux_lsp.syntax.block_ends import LONGEST, SymbolHead, find_end
from flux_lsp.syntax.head_search import LOOK_BACK, find_head_around, list_ancestors
from flux_lsp.syntax.languages import Language
from flux_lsp.syntax.line_marks import (
    CLOSER,
    find_nearest_filled,
    is_continuation,
    may_belong_below,
    measure_indent,
)
from flux_lsp.syntax.pragmas import is_header_comment

_LONGEST = 400  # lines; beyond it a block without a name is no unit of thought
_NEAR = 25


@dataclass(frozen=True, slots=True)
class LineBlock:
    """0-based lines `first..last`; `name` is the symbol's, None if there is none."""

    first: int
    last: int
    name: str | None


def find_block_around(lines: Sequence[str], line: int, language: Language) -> LineBlock:
    """Find the lines that a cursor on `line` means; an empty text is the one line 0."""
    if not lines:
        return LineBlock(0, 0, None)
    head = find_head_around(lines, line, language)
    here = find_nearest_filled(lines, line)
    if head is not None:
        first = _find_first_above(lines, head.line, language)
        last = find_end(lines, head, language)
        if first <= here <= last and last - first < LONGEST:
            return LineBlock(first, last, head.name)
    first, last = _find_paragraph(lines, here, language)
    return LineBlock(first, last, None)


def _find_first_above(lines: Sequence[str], line: int, language: Language) -> int:
    """Find the first line of the comments, attributes and decorators right above `line`."""
    first, here = line, measure_indent(lines[line])
    number = line - 1
    while number >= 0 and lines[number].strip() and line - number < LOOK_BACK:
        opener = _find_comment_opener(lines, number, language)
        if opener is None or measure_indent(lines[opener]) != here:
            break
        if is_header_comment(lines[opener].strip()) and not any(t.strip() for t in lines[:opener]):
            break
        first, number = opener, opener - 1
    return first


def _find_comment_opener(lines: Sequence[str], number: int, language: Language) -> int | None:
    """Find where the comment or attribute that ends on `number` begins; None if there is none."""
    bare = lines[number].strip()
    for opening, closing in (*language.block_comments, ('"""', '"""')):
        if not bare.endswith(closing):
            continue
        if bare.startswith(opening) and len(bare) > len(closing):
            return number
        for above in range(number - 1, max(-1, number - LOOK_BACK), -1):
            if opening in lines[above]:
                begins = lines[above].lstrip().startswith(opening)
                return above if begins or may_belong_below(lines[above], language) else None
    return number if may_belong_below(lines[number], language) else None


def _find_paragraph(lines: Sequence[str], here: int, language: Language) -> tuple[int, int]:
    """Find lines without a name: from the outermost line around them to its closers, without gaps."""
    chain = list(list_ancestors(lines, here, language))
    first = chain[-1]
    if (
        measure_indent(lines[first]) > 0
        and is_continuation(lines[first], language) is False
        and len(chain) == 1
    ):
        first = here
    base = measure_indent(lines[first])
    while first > 0 and lines[first - 1].strip() and _is_neighbour(lines[first - 1], base):
        first -= 1
    last = here
    while last + 1 < len(lines) and (following := _find_next_line(lines, last, base)):
        last = following
    if last - first < _LONGEST:
        return first, last
    for outer in (number for number in reversed(chain) if number != here):
        end = find_end(lines, SymbolHead(outer, ""), language)
        if outer <= here <= end and end - outer < _LONGEST:
            return outer, end
    first, last = max(first, here - _NEAR), min(last, here + _NEAR)
    while last > here and not lines[last].strip():
        last -= 1
    return first, last


def _is_neighbour(text: str, base: int) -> bool:
    """Whether a line above is of the same paragraph: no frame around it, nor another symbol."""
    bare = text.strip()
    return measure_indent(text) >= base and not re.match(r"</?(?:script|style|template)\b", bare)


def _find_next_line(lines: Sequence[str], line: int, base: int) -> int:
    """Find the next line of the same paragraph, 0 when it ends at `line`."""
    following = line + 1
    if lines[following].strip():
        closes = CLOSER.match(lines[following].strip()) is not None
        near = _is_neighbour(lines[following], base)
        return (
            following
            if near and (lines[line].strip() or closes or measure_indent(lines[following]) > base)
            else 0
        )
    while following < len(lines) - 1 and not lines[following].strip():
        following += 1
    text = lines[following]
    belongs = text.strip() and (
        measure_indent(text) > base
        or (
            measure_indent(text) == base
            and CLOSER.match(text.strip())
            and _is_neighbour(text, base)
        )
    )
    return following if belongs else 0
