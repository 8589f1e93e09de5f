"""Which lines of a text hold nothing but comments, and which stand above a definition's own line.

Works on lines, for any language of the table; never parses.
"""

import re
from collections.abc import Sequence

from flux_lsp.syntax.languages import Language

# Comments that tools obey, and words about rights: nobody asked for them to go.
_PRAGMA = re.compile(
    r"^\s*#!"
    r"|coding[:=]|vim?:|-\*-"
    r"|@ts-|@flow|@jest-|@vitest|@license|@preserve|@generated|@format|@jsx"
    r"|eslint|prettier|stylelint|jshint|jslint|tslint|biome-|deno-lint|istanbul|c8 ignore|v8 ignore"
    r"|noqa|pylint|flake8|mypy:|pyright:|ruff:|isort|fmt: ?(?:on|off|skip)|type: ?ignore|pragma"
    r"|nolint|//go:|//export |\+build|#cgo|go:build"
    r"|rubocop|frozen_string_literal|sorbet|typed: |warn_indent"
    r"|swiftlint|swiftformat|ktlint|detekt|noinspection|checkstyle|NOSONAR|NOPMD|formatter:"
    r"|clang-format|clang-tidy|NOLINT|cppcheck|IWYU|shellcheck|phpcs|phpstan|psalm|@codeCoverage"
    r"|luacheck|selene:|stylua|scalafmt|scalastyle|sourceMappingURL|#region|#endregion"
    r"|SPDX|copyright|\(c\) \d{4}|licen[sc]e",
    re.IGNORECASE,
)
_ATTRIBUTE = re.compile(
    r"@[A-Za-z_][\w.:$]*|#!?\[|\[(?=\[?<?[A-Za-z_])|template\s*<|__attribute__\s*\("
)
_BRACKETS = {"(": 1, "[": 1, "{": 1, "<": 1, ")": -1, "]": -1, "}": -1, ">": -1}
_STRINGS = ('"""', "'''")
_PAGES = frozenset({"html", "vue", "svelte", "astro", "php"})  # with scripts and styles inside


def is_pragma(line: str) -> bool:
    """Whether a comment line is for a tool, or says whose the text is."""
    return _PRAGMA.search(line[:400]) is not None


def find_comment_lines(lines: Sequence[str], language: Language) -> frozenset[int]:
    """The numbers of the lines that hold comments alone; for Python also strings that stand alone.

    A line that ends a comment and goes on with code is not among them.
    """
    inside: str | None = None
    numbers = []
    for number, line in enumerate(lines):
        bare = line.strip()
        if not bare:
            continue
        closed = inside is None
        if inside is None:
            inside = _find_closing(bare, language)
            if inside is None:
                continue
        if inside == "":
            numbers.append(number)
            inside = None
            continue
        start = len(_find_opening(bare, language)) if closed else 0
        end = bare.find(inside, start)
        if end < 0 or not bare[end + len(inside) :].strip():
            numbers.append(number)
        if end >= 0:
            inside = None
    return frozenset(numbers)


def _find_closing(bare: str, language: Language) -> str | None:
    """What ends the comment that `bare` begins with: "" its line's end, None when none begins."""
    if language.id == "python" and bare.startswith(_STRINGS):
        return bare[:3]
    for start, end in _list_blocks(language):
        if bare.startswith(start):
            return end
    if language.id == "php" and bare.startswith("#["):
        return None  # an attribute
    if bare.startswith(_list_line_marks(language)):
        return ""
    return None


def _find_opening(bare: str, language: Language) -> str:
    if language.id == "python" and bare.startswith(_STRINGS):
        return bare[:3]
    return next((start for start, _ in _list_blocks(language) if bare.startswith(start)), "")


def _list_blocks(language: Language) -> list[tuple[str, str]]:
    own = list(language.block_comments)
    return [*own, ("/*", "*/")] if language.id in _PAGES else own


def _list_line_marks(language: Language) -> tuple[str, ...]:
    own = language.line_comments
    return ("#!", *own, "//") if language.id in _PAGES else ("#!", *own)


def find_attribute_lines(lines: Sequence[str], comments: frozenset[int]) -> frozenset[int]:
    """The numbers of the decorators, annotations and attributes above the first line of code.

    A line that goes on with code (`@Test fun read()`) is none. `comments` are the numbers of the
    lines that hold comments.
    """
    numbers: list[int] = []
    waiting: list[int] = []  # lines of an attribute whose brackets are still open
    text = ""
    for number, line in enumerate(lines):
        bare = line.strip()
        if number in comments or not bare:
            continue
        text = f"{text} {bare}" if waiting else bare
        rest = _skip_attributes(text)
        if rest:
            break
        waiting.append(number)
        if rest is not None:
            numbers += waiting
            waiting = []
    return frozenset(numbers)


def _skip_attributes(text: str) -> str | None:
    """What follows the attributes that `text` begins with; None while one is not closed."""
    while match := _ATTRIBUTE.match(text):
        end = match.end()
        if match[0][-1] not in "([<":
            rest = text[end:].lstrip()
            if not rest.startswith("("):
                text = rest
                continue
            end = len(text) - len(rest) + 1
        end = _find_bracket_end(text, end)
        if end < 0:
            return None
        text = text[end:].lstrip()
    return text


def _find_bracket_end(text: str, start: int) -> int:
    """Where the bracket that was opened before `start` is closed; -1 when it is not."""
    depth = 1
    for at in range(start, len(text)):
        depth += _BRACKETS.get(text[at], 0)
        if depth == 0:
            return at + 1
    return -1
