"""A search text that ends, or begins, in the middle of a line whose rest the new text repeats.

The model then means the whole line: taken literally, the rest would stand there twice. Never widens
a place for any other reason.
"""

import re
from collections.abc import Sequence

from flux_lsp.core.common_ends import count_common_prefix
from flux_lsp.core.text import Span

_WORD = re.compile(r"[^\W\d]{2,}")
_TELLING = 2  # words that are not repeated by chance; `.0` or `:` may be
_TOKEN = re.compile(r"\w+|[^\w\s]")
_OPENING, _CLOSING = "([{", ")]}"
_DOUBT = "The old text ends within a line, and the new text seems to repeat the rest of that line"


def widen_to_line(text: str, region: Span, old: str, new: str) -> tuple[Span, str]:
    """`region` of `text`, grown to the end or the start of its line where `new` repeats what is there.

    `text[region]` is `old`. The second value is a doubt as in `Plan`: `new` repeats the rest only in
    part, or grown, nothing would change; then the region stays as it is.
    """
    rest = text[region.end : _find_line_end(text, region.end)].rstrip()
    head = text[text.rfind("\n", 0, region.start) + 1 : region.start].lstrip()
    after, in_doubt = _measure_growth(rest, old, new)
    before, also_in_doubt = _measure_growth(head[::-1], old[::-1], new[::-1])
    grown = Span(region.start - before, region.end + after)
    if in_doubt or also_in_doubt or (grown != region and grown.extract(text) == new):
        return region, _DOUBT
    return grown, ""


def _measure_growth(rest: str, old: str, new: str) -> tuple[int, bool]:
    """By how many characters the place grows into `rest`, and whether that is in doubt."""
    if not rest.strip() or not _is_repeated(rest, old, new):
        return 0, False
    telling = _count_brackets(rest) != 0 or _is_telling(rest)
    sure = telling and _is_held(rest, _cut_added(old, new)) and not _is_cutting_signs(rest, old)
    return (len(rest), False) if sure else (0, True)


def _find_line_end(text: str, start: int) -> int:
    if start and text[start - 1] in "\r\n":
        return start  # the place ends with its line
    ends = [at for end in "\r\n" if (at := text.find(end, start)) >= 0]
    return min(ends, default=len(text))


def _is_repeated(rest: str, old: str, new: str) -> bool:
    """Whether `new` ends with the rest of the line as well, and `old` does not.

    Where the rest closes brackets, `new` closes them already.
    """
    brackets = _count_brackets(rest)
    if brackets and _count_brackets(new) - _count_brackets(old) == brackets:
        return True
    if brackets and not _is_telling(rest):
        return False
    bare = rest.strip()
    return new.rstrip().endswith(bare) and (_is_cutting_signs(rest, old) or not old.endswith(bare))


def _is_telling(rest: str) -> bool:
    """Whether `rest` holds words that are not repeated by chance."""
    return len(_WORD.findall(rest)) >= _TELLING


def _is_cutting_signs(rest: str, old: str) -> bool:
    """Whether the place ends between equal signs, such as the quotes of a docstring."""
    return rest[0] == old[-1] and not rest[0].isalnum()


def _count_brackets(text: str) -> int:
    return sum((char in _OPENING) - (char in _CLOSING) for char in text)


def _cut_added(old: str, new: str) -> str:
    return new[count_common_prefix(old, new) :]


def _is_held(rest: str, added: str) -> bool:
    """Whether the tokens of `rest` stand in `added` in their order, others between them or not.

    Both may be turned around: a word is then turned around in both.
    """
    return _is_subsequence(_TOKEN.findall(rest), _TOKEN.findall(added))


def _is_subsequence(part: Sequence[str], whole: Sequence[str]) -> bool:
    tokens = iter(whole)
    return all(token in tokens for token in part)
