"""Lines that hold text, in the form in which an answer is compared with the file.

Never changes a line: a row only says which lines count as the same, and how much that tells.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flux_lsp.edits.change.linediff import is_similar
from flux_lsp.edits.document import strip_indent, view_lines

_TOKEN = re.compile(r"\w+|[^\w\s]")
_SIGN = 0.3  # what a sign counts beside a word when two lines are compared
_SPELLING = 0.75  # characters that two spellings of a word share
_INFORMATIVE = 6  # letters and digits of a line that tells much
_TELLING = 3  # letters and digits of a line that is not there twice by chance


@dataclass(frozen=True, slots=True)
class TextRow:
    """One line with text. `number` is its index among all lines, `indent` its columns.

    `key` is the line without indentation and with plain characters; equal keys are equal lines.
    `telling`: whether it holds enough text to be known again.
    """

    number: int
    indent: int
    key: str
    telling: bool


def read_rows(lines: Sequence[str], first: int, last: int, *, tab: int = 4) -> list[TextRow]:
    """Read the rows among `lines[first:last]`; `tab` is the columns that a tab takes."""
    keys = view_lines(lines[first:last], strip_indent)
    return [
        TextRow(n, len(line.removesuffix(line.lstrip()).expandtabs(tab)), key, is_telling(key))
        for n, (line, key) in enumerate(zip(lines[first:last], keys, strict=True), first)
        if key
    ]


def is_telling(key: str) -> bool:
    """Whether a line holds enough letters and digits to be recognized; a bracket or `end` does not."""
    return sum(map(str.isalnum, key)) >= _TELLING and key not in _CLOSERS


def is_informative(line: str) -> bool:
    """Whether a line is unlikely to repeat in good code, as braces, `end` and the like do."""
    return sum(map(str.isalnum, line[:200])) >= _INFORMATIVE


def is_closer(key: str) -> bool:
    """Whether a line only ends a block that began before it."""
    return key in _CLOSERS or (bool(key) and not any(map(str.isalnum, key)) and key[0] in ")]}")


_CLOSERS = frozenset(
    {
        *("end", "fi", "done", "esac", "od", "until", "end;", "end.", "end,", "end)"),
        *("endif", "endfor", "endwhile", "endfunction", "endtry", "endmodule", "endclass"),
        *("endcase", "});", "})", "},", "};", "</div>"),
    }
)


class Likeness:
    """How alike two lines are, from 0 to 1, by the words they share; remembers what it compared."""

    def __init__(self) -> None:
        self._bags: dict[str, tuple[Counter[str], float]] = {}

    def compare(self, key: str, other: str) -> float:
        """Return twice the weight of what both hold, divided by the weight of all they hold."""
        if key == other:
            return 1.0
        (bag, weight), (other_bag, other_weight) = (
            self._count_tokens(key),
            self._count_tokens(other),
        )
        smaller, larger = sorted((weight, other_weight))
        if 2 * smaller < 0.45 * (smaller + larger):
            return 0.0  # what both hold cannot be half of it
        if len(bag) > len(other_bag):
            bag, other_bag = other_bag, bag
        shared = sum(
            min(count, other_bag[token]) * _weigh_token(token)
            for token, count in bag.items()
            if token in other_bag
        )
        likeness = 2 * shared / (weight + other_weight)
        if likeness < 0.5 and key[:3] == other[:3] and is_similar(key, other, _SPELLING):
            return _SPELLING  # one word alone, in another spelling
        return likeness

    def _count_tokens(self, key: str) -> tuple[Counter[str], float]:
        known = self._bags.get(key)
        if known is None:
            bag = Counter(_split_tokens(key))
            known = bag, sum(count * _weigh_token(token) for token, count in bag.items()) or 1.0
            self._bags[key] = known
        return known


def _split_tokens(key: str) -> Iterator[str]:
    return (match[0].lower() for match in _TOKEN.finditer(key[:400]))


def _weigh_token(token: str) -> float:
    return 1.0 if token[0].isalnum() or token[0] == "_" else _SIGN


def collect_words(keys: Sequence[str]) -> frozenset[str]:
    """Collect the different words of two letters or more in some lines, in lower case."""
    tokens = (token for key in keys for token in _split_tokens(key))
    return frozenset(token for token in tokens if len(token) > 1 and not token[0].isdigit())
