"""The parts of a symbol by its lines: documentation, attributes, header, body, closing line."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bench.real_symbols.comments import leading_comment
from flux_lsp.syntax.languages import Language

_KEYWORDS = frozenset({"ruby", "lua", "elixir", "julia", "vim"})  # a header ends with its line
_NO_CLOSING = frozenset({"python", "nim", "haskell", "fsharp"})
_ENDS = {"python": (":",), "nim": ("=",), "haskell": ("=", "do"), "fsharp": ("=",)}
_CLOSING = re.compile(r"^\s*(?:\}[\])};,]*|end|endfu\w*)\s*$")
_ATTRIBUTE = re.compile(r"\s*(?:@|#\[|\[)")
_LONGEST_HEADER = 12


@dataclass(frozen=True)
class Parts:
    """Numbers of lines: `top <= attributes <= head <= body <= closing`, each where the part begins.

    `closing` is the number behind the last line where the symbol has no closing line.
    """

    top: int
    attributes: int
    head: int
    body: int
    closing: int
    last: int

    @property
    def has_closing(self) -> bool:
        """Whether the last line only closes the symbol."""
        return self.closing == self.last


def parts_of(
    lines: Sequence[str], first: int, last: int, name_line: int, language: Language
) -> Parts | None:
    """The parts of the symbol at lines `first..last`; None when they cannot be told apart."""
    attributes = first + leading_comment(lines[first:name_line], language)
    head = _head(lines, attributes, name_line)
    if head is None:
        return None
    body = _body(lines, name_line, last, language)
    if body is None:
        return None
    closing = last + 1
    if language.id not in _NO_CLOSING:
        if not _CLOSING.match(lines[last]):
            return None
        closing = last
    return Parts(first, attributes, head, body, closing, last)


def _head(lines: Sequence[str], at: int, name_line: int) -> int | None:
    """Where the declaration begins: behind the attributes, each of them with its arguments."""
    while at < name_line:
        if not _ATTRIBUTE.match(lines[at]):
            # a return type or `template <…>` on lines of their own belong to the header
            return at if name_line - at <= 2 and all(lines[at:name_line]) else None
        at = _attribute_end(lines, at, name_line)
    return at


def _attribute_end(lines: Sequence[str], at: int, name_line: int) -> int:
    """The line behind an attribute, whose arguments or text may go over several lines."""
    depth, quoted = 0, False
    while at < name_line:
        depth += _depth(lines[at])
        quoted ^= lines[at].count('"""') % 2 == 1
        at += 1
        if depth <= 0 and not quoted:
            break
    return at


def _depth(line: str) -> int:
    return sum(line.count(c) for c in "([") - sum(line.count(c) for c in ")]")


def _body(lines: Sequence[str], name_line: int, last: int, language: Language) -> int | None:
    depth = 0
    for number in range(name_line, min(last, name_line + _LONGEST_HEADER)):
        line = lines[number].rstrip()
        depth += _depth(line)
        if depth > 0:
            continue
        if language.id in _KEYWORDS:
            return number + 1
        if line.endswith(_ENDS.get(language.id, ("{",))):
            return number + 1
        if line.endswith((";", "}")):
            return None
    return None
