"""Finds the lines of a text that hold only comments, and those with attributes above a definition.

Works on lines, for any language of the table; never parses.
"""

import re
from collections.abc import Sequence

from flux_lsp.syntax.languages import Language

_ATTRIBUTE = re.compile(
    r"@[A-Za-z_][\w.:$]*|#!?\[|\[(?=\[?<?[A-Za-z_])|template\s*<|__attribute__\s*\("
)
_BRACKETS = {"(": 1, "[": 1, "{": 1, "<": 1, ")": -1, "]": -1, "}": -1, ">": -1}
_STRINGS = (('"""', '"""'), ("'''", "'''"))


def is_comment(bare: str, language: Language) -> bool:
    """Whether a line without its indentation begins with a comment."""
    return bare.startswith(language.line_comments) or any(
        bare.startswith(opening) for opening, _ in language.block_comments
    )


def find_comment_lines(lines: Sequence[str], language: Language) -> frozenset[int]:
    """Find the lines that hold only comments, by number; for Python also strings that stand alone.

    A line that ends a comment and goes on with code is not among them.
    """
    closing = ""  # what ends the comment that began on a line above; "" outside of one
    numbers = []
    for number, line in enumerate(lines):
        bare = line.strip()
        if not bare:
            continue
        start = 0
        if not closing:
            opening, closing = _find_block(bare, language)
            start = len(opening)
            if not opening:
                numbers += [number] if _is_line_comment(bare, language) else []
                continue
        end = bare.find(closing, start)
        if end < 0 or not bare[end + len(closing) :].strip():
            numbers.append(number)
        if end >= 0:
            closing = ""
    return frozenset(numbers)


def _find_block(bare: str, language: Language) -> tuple[str, str]:
    """Find the marks of the block comment at the start of `bare`; ("", "") without one."""
    blocks = (*(_STRINGS if language.id == "python" else ()), *language.block_comments)
    return next((pair for pair in blocks if bare.startswith(pair[0])), ("", ""))


def _is_line_comment(bare: str, language: Language) -> bool:
    if language.id == "php" and bare.startswith("#["):
        return False  # an attribute
    marks = (*language.line_comments, "//") if language.scripts else language.line_comments
    return bare.startswith(("#!", *marks))


def find_attribute_lines(
    lines: Sequence[str], comments: frozenset[int], language: Language
) -> frozenset[int]:
    """Find the lines of decorators, annotations and attributes above the first line of code.

    A line that goes on with code (`@Test fun read()`) is not among them; one that goes on with a
    comment is. `comments` are the numbers of the lines that hold comments.
    """
    numbers: list[int] = []
    open_lines: list[int] = []  # of an attribute whose brackets are still open
    text = ""
    for number, line in enumerate(lines):
        bare = line.strip()
        if number in comments or not bare:
            continue
        text = f"{text} {bare}" if open_lines else bare
        rest = _skip_attributes(text, language)
        if rest:
            break
        open_lines.append(number)
        if rest is not None:
            numbers += open_lines
            open_lines = []
    return frozenset(numbers)


def _skip_attributes(text: str, language: Language) -> str | None:
    """Return what follows the attributes at the start of `text` and comments behind them.

    None while an attribute is not closed.
    """
    while match := _ATTRIBUTE.match(text):
        end = match.end()
        if match[0][-1] not in "([<":
            rest = text[end:].lstrip()
            if not rest.startswith("("):
                text = _skip_comments(rest, language)
                continue
            end = len(text) - len(rest) + 1
        end = _find_end(text, end)
        if end < 0:
            return None
        text = _skip_comments(text[end:].lstrip(), language)
    return text


def _skip_comments(text: str, language: Language) -> str:
    """Return what follows the comments at the start of the rest of a line."""
    while is_comment(text, language) and not _ATTRIBUTE.match(text):
        _, closing = _find_block(text, language)
        text = text.partition(closing)[2].lstrip() if closing else ""
    return text


def _find_end(text: str, start: int) -> int:
    """Find the end of the bracket that opens before `start`; -1 when it is not closed."""
    depth = 1
    for at in range(start, len(text)):
        depth += _BRACKETS.get(text[at], 0)
        if depth == 0:
            return at + 1
    return -1
