"""Finds the head of the symbol that holds a line, from the line upwards, without a tree.

Never looks further than a few hundred lines, because the menu waits for it.
"""

import re
from collections.abc import Iterator, Sequence

from flux_lsp.syntax.block_ends import FENCE, SymbolHead, find_end
from flux_lsp.syntax.comment_lines import is_comment
from flux_lsp.syntax.heads import has_flat_heads, read_field, read_flat_head, read_head
from flux_lsp.syntax.languages import Language
from flux_lsp.syntax.line_marks import (
    CLOSER,
    REOPENS,
    find_nearest_filled,
    is_continuation,
    is_margin_mark,
    may_belong_below,
    measure_indent,
)

LOOK_BACK, LOOK_AHEAD = 400, 120  # lines around a place that a guess of its head looks at
_CONTAINER = re.compile(
    r"\b(?:class|module|defmodule|defimpl|defprotocol|struct|interface|trait|namespace|object|enum"
    r"|extension|protocol|impl|contract|library|package|service|message|group|describe|context"
    r"|suite|record|mixin|actor|template|unit|@?implementation)\b|^\s*(?:type|<|@interface)"
)


def find_head_around(lines: Sequence[str], line: int, language: Language) -> SymbolHead | None:
    """Find the head of the innermost symbol around `line`, searching upwards; None without one.

    A comment or attribute right above a head, and a blank line between two, belong to it.
    """
    gap = _is_gap(lines, line)
    meant = _find_meant(lines, line, language)
    if meant is None:
        return None
    if has_flat_heads(language):
        return _find_flat_head(lines, meant, language)
    if _is_comment_alone(lines, meant, language):
        return None
    head = _find_nested_head(lines, meant, language, gap)
    if head is None or find_end(lines, head, language, until=meant) < meant:
        return None
    return head


def _find_meant(lines: Sequence[str], line: int, language: Language) -> int | None:
    """Find the line that `line` means: a comment or attribute belongs to what is below it."""
    if line >= len(lines):
        line = len(lines) - 1
    number = find_nearest_filled(lines, line)
    if not lines or not lines[number].strip():
        return None
    first = number
    while (
        number < len(lines)
        and number - first < LOOK_AHEAD
        and may_belong_below(lines[number], language)
    ):
        number += 1
    whole = number < len(lines) and lines[number].strip()
    starred = (
        lines[first].lstrip().startswith("*")
    )  # a block comment's later lines stand one further in
    apart = measure_indent(lines[first]) - measure_indent(lines[number]) if whole else -1
    if number == first or not (apart == 0 or (starred and 0 <= apart <= 3)):
        return first
    begins = read_head(lines, number, language), read_flat_head(lines, number, language)
    return number if begins != (None, None) else first


def _is_comment_alone(lines: Sequence[str], line: int, language: Language) -> bool:
    """Whether a comment at the margin has no symbol below it, so that it belongs to none."""
    return measure_indent(lines[line]) == 0 and is_comment(lines[line].strip(), language)


def _find_flat_head(lines: Sequence[str], line: int, language: Language) -> SymbolHead | None:
    above = range(max(0, line - LOOK_BACK), line)
    fences = language.fences and sum(bool(FENCE.match(lines[n])) for n in above)
    fenced = fences % 2 == 1
    for number in range(line, max(-1, line - LOOK_BACK), -1):
        if language.fences and FENCE.match(lines[number]):
            fenced = not fenced
        name = None if fenced else read_flat_head(lines, number, language)
        if name is not None:
            return SymbolHead(number, name)
    return None


def _is_gap(lines: Sequence[str], line: int) -> bool:
    """Whether `line` is blank and lies inside of something: then what follows is a neighbour."""
    if line >= len(lines) or lines[line].strip():
        return False
    below = find_nearest_filled(lines, line)
    return below > line and measure_indent(lines[below]) > 0


def _find_nested_head(
    lines: Sequence[str], line: int, language: Language, gap: bool = False
) -> SymbolHead | None:
    small: SymbolHead | None = None
    field: SymbolHead | None = None
    for number in list_ancestors(lines, line, language):
        if gap and number == line:
            continue
        name = read_head(lines, number, language)
        head = (
            SymbolHead(number, name)
            if name is not None
            else _find_decorated(lines, number, language)
        )
        if head is None:
            value = read_field(lines, number, language) if small is None and field is None else None
            field = field if value is None else SymbolHead(number, value)
            continue
        head = _find_first_selector(lines, head, language)
        if number == line and small is None and _is_small(lines, number, language):
            small = head
            continue
        inner = (
            small or field
        )  # of a class it is meant, in a function it is only a line or a variable
        if inner is not None and _CONTAINER.search(lines[number]):
            return inner
        return _find_first_clause(lines, head, language)
    return _find_first_clause(lines, small, language) if small else None


def _find_decorated(lines: Sequence[str], number: int, language: Language) -> SymbolHead | None:
    """Find the symbol below a decorator over several lines."""
    if not lines[number].lstrip().startswith(("@", "#[")):
        return None
    here = measure_indent(lines[number])
    for below in range(number + 1, min(len(lines), number + LOOK_AHEAD)):
        text = lines[below]
        if not text.strip() or measure_indent(text) < here:
            return None
        if (
            measure_indent(text) > here
            or CLOSER.match(text.strip())
            or may_belong_below(text, language)
        ):
            continue
        name = read_head(lines, below, language)
        return SymbolHead(below, name) if name is not None else None
    return None


def _is_small(lines: Sequence[str], number: int, language: Language) -> bool:
    """Whether a one-line symbol stands in another that is meant instead, unless that is a container."""
    here = measure_indent(lines[number])
    if here == 0 or lines[number].rstrip().endswith(("{", "(", ",")):
        return False
    below = next(
        (n for n in range(number + 1, min(number + 4, len(lines))) if lines[n].strip()), None
    )
    if below is None or language.elements:
        return True
    return measure_indent(lines[below]) <= here and not lines[below].lstrip().startswith("{")


def _find_first_selector(lines: Sequence[str], head: SymbolHead, language: Language) -> SymbolHead:
    """Find the first of the selectors that stand below each other before one block, as in CSS."""
    if not language.selectors:
        return head
    line = head.line
    while line > 0 and lines[line - 1].rstrip().endswith(","):
        if measure_indent(lines[line - 1]) != measure_indent(lines[head.line]):
            break
        line -= 1
    first = lines[line].strip()
    return SymbolHead(line, first.rstrip(", ")) if first.endswith(",") else head


def _find_first_clause(lines: Sequence[str], head: SymbolHead, language: Language) -> SymbolHead:
    """Find the first of the equations that follow each other with the same name, as in Haskell."""
    if not language.clauses or not head.name:
        return head
    line = head.line
    for number in range(head.line - 1, max(-1, head.line - LOOK_BACK), -1):
        text = lines[number]
        if not text.strip() or measure_indent(text) > 0:
            continue
        if read_head(lines, number, language) != head.name:
            break
        line = number
    return SymbolHead(line, head.name)


def list_ancestors(lines: Sequence[str], line: int, language: Language) -> Iterator[int]:
    """List `line`, then each line above that is indented less than all between: innermost first."""
    limit = measure_indent(lines[line]) + (1 if is_continuation(lines[line], language) else 0)
    if is_margin_mark(lines[line], language):
        following = find_nearest_filled(lines, min(line + 1, len(lines) - 1))
        limit = measure_indent(lines[following])
    yield line
    for number in range(line - 1, max(-1, line - LOOK_BACK), -1):
        if limit <= 0:
            return
        text = lines[number]
        if not text.strip() or is_margin_mark(text, language):
            continue
        here = measure_indent(text)
        if here >= limit or is_comment(text.strip(), language):
            continue
        if is_continuation(text, language):
            # `) -> int:` and `} else {` lead on to their opener; `}` alone ends a neighbour
            opens = REOPENS.search(text.rstrip()) is not None or limit == here + 1
            limit = here + 1 if opens else here
            continue
        yield number
        limit = here
