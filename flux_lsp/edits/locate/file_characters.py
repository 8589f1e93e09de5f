"""Keeps the file's own characters in lines that a rewrite did not mean to touch.

Models write plain blanks for no-break spaces, straight quotes for curly ones and accents in another
form. Where that is all an answer changes, it is what was asked for.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate

from flux_lsp.edits.change.linediff import common_prefix, common_suffix, gaps
from flux_lsp.edits.normalize import fold, squeeze

_UNIT = re.compile(
    r"\\u(?!00[0-7])(?!d[89a-f])[0-9a-f]{4}|.[\u0300-\u036f]*", re.IGNORECASE | re.DOTALL
)
_QUOTES = frozenset("\"'")


def keep_characters(region: Sequence[str], lines: list[str]) -> list[str]:
    """`lines` with the characters of `region` wherever both read the same."""
    if all(line.isascii() for line in region):
        return lines
    old, new = [fold(line) for line in region], [fold(line) for line in lines]
    if old == new:
        return lines
    written: list[str] = []
    done = 0
    for gap in gaps(old, new):
        written += region[done : gap.a_start]
        paired = gap.a_end - gap.a_start == gap.b_end - gap.b_start
        for k in range(gap.b_start, gap.b_end):
            number = gap.a_start + k - gap.b_start
            written.append(_keep(region[number], lines[k]) if paired else lines[k])
        done = gap.a_end
    return [*written, *region[done:]]


def _keep(real: str, line: str) -> str:
    """A changed line, with the file's characters in the parts that it shares with the old one."""
    if real.isascii() or not line.isascii():
        return line
    return keep_file_characters(fold(real), real, line, blanks=False)


def keep_file_characters(searched: str, real: str, new: str, *, blanks: bool) -> str:
    """`new`, with the parts it shares with `searched` as they are in `real`.

    `searched` and `real` fold to the same (apart from blanks, where `blanks`): at both ends of the
    line, what the answer left alone keeps the file's own characters.
    """
    head = common_prefix(searched, new)
    tail = common_suffix(searched, new, min(len(searched), len(new)) - head)
    middle = new[head : len(new) - tail]
    measure = _squeezed_size if blanks else _folded_size
    # Blanks at a seam that only the file has stay; those the answer saw are where it has them.
    stop = len(searched) - tail
    begin_after = searched[:head].endswith((" ", "\t")) or not _blank(searched, head)
    end_before = _blank(searched, stop) or not _blank(searched, stop - 1)
    begin = _cut(real, measure(searched[:head]), measure, last=begin_after)
    end = _cut(real, measure(real) - measure(searched[stop:]), measure, last=not end_before)
    if begin is None or end is None or begin > end:
        return new
    return real[:begin] + middle + real[end:]


def _blank(text: str, at: int) -> bool:
    return text[at : at + 1].isspace() if at >= 0 else False


def infer_substitutions(pairs: list[tuple[str, str]], new: Iterable[str]) -> dict[int, str]:
    """What each unusual character of the searched lines stands for in the file's, as a table.

    Only characters that stand for one and the same thing throughout. No quotes where the `new`
    lines have the plain ones too: then those were spared, and an unusual one is meant.
    """
    meant: dict[str, set[str]] = {}
    for searched, real in pairs:
        mine, theirs = _UNIT.findall(searched), _UNIT.findall(real)
        if len(mine) == len(theirs):
            for one, other in zip(mine, theirs, strict=True):
                meant.setdefault(one, set()).add(other)
    table = {
        ord(char): other
        for char, others in meant.items()
        for other in others
        if len(others) == 1 and len(char) == 1 and char != other and not char.isascii()
    }
    quotes = _QUOTES & set(table.values())
    if not any(quote in line for quote in quotes for line in new):
        return table
    return {char: other for char, other in table.items() if other not in quotes}


def _folded_size(text: str) -> int:
    return len(fold(text))


def _squeezed_size(text: str) -> int:
    return len(squeeze(fold(text)))


def _cut(text: str, size: int, measure: Callable[[str], int], *, last: bool) -> int | None:
    """Where `text` has the folded size `size` before it; of several places the first or last."""
    units: list[str] = _UNIT.findall(text)
    offsets = list(accumulate(map(len, units), initial=0))
    sizes = list(accumulate(map(measure, units), initial=0))
    fitting = [offset for offset, so_far in zip(offsets, sizes, strict=True) if so_far == size]
    if not fitting:
        return None
    return fitting[-1] if last else fitting[0]
