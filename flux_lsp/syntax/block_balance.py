"""Counts blocks without a partner, in languages and directives that no grammar covers.

Never trust a count alone: compare it before and after an edit, because a word may mean something else.
"""

import re

from flux_lsp.core.common_ends import count_common_ends
from flux_lsp.syntax.code_lines import blank_comments
from flux_lsp.syntax.languages import Language
from flux_lsp.syntax.languages.values import BlockWords

_BRACKETS = (("(", ")"), ("[", "]"), ("{", "}"))
_INSIDE = re.compile(r"\([^()\[\]{}]*\)|\[[^()\[\]{}]*\]|\{[^()\[\]{}]*\}")
_DEEPEST = 40
_COUNTED = re.compile(r"[^\w\s.,=+]|[A-Za-z]")


def is_newly_unbalanced(before: str, after: str, language: Language) -> bool:
    """Whether `after` has more blocks or brackets of a kind without a partner than `before`."""
    if not _may_differ(before, after, language):
        return False
    now = count_unbalanced(after, language)
    if not any(now.values()):
        return False
    was = count_unbalanced(before, language)
    return any(count > was.get(kind, 0) for kind, count in now.items())


def _may_differ(before: str, after: str, language: Language) -> bool:
    """Whether the change touches anything that is counted, or anything that hides it."""
    start, kept = count_common_ends(before, after)
    start = before.rfind("\n", 0, start) + 1
    changed = before[start : len(before) - kept] + after[start : len(after) - kept]
    return "#" in changed if language.grammar else _COUNTED.search(changed) is not None


def count_unbalanced(text: str, language: Language) -> dict[str, int]:
    """Count the blocks and brackets of each kind without a partner; {} if that is unclear."""
    if not language.block_words and not language.brackets:
        return {}
    code = blank_comments(text.removeprefix("\ufeff"), language)
    counts = {words.closes: _count_missing(code, words) for words in language.block_words}
    if language.brackets:
        counts |= {b: abs(code.count(a) - code.count(b)) for a, b in _BRACKETS}
    return counts


def _count_missing(code: str, words: BlockWords) -> int:
    """Count missing partners; 0 if the words balance in any dialect."""
    if words.outer:
        code = _remove_brackets(code)
    opened = _count(words.opens, code)
    optional = _count(words.may_open, code) if words.may_open else 0
    closed = _count(words.closes, code)
    return max(0, closed - opened - optional, opened - closed)


def _count(pattern: str, code: str) -> int:
    return len(re.findall(pattern, code, re.MULTILINE | re.IGNORECASE))


def _remove_brackets(code: str) -> str:
    for _ in range(_DEEPEST):
        less = _INSIDE.sub("", code)
        if less == code:
            break
        code = less
    return code
