"""Keeps the file's own characters in lines that a rewrite did not mean to touch.

Models write plain blanks for no-break spaces, straight quotes for curly ones and accents in another
form. Never changes a line whose text the answer changed otherwise.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate

from flux_lsp.core.common_ends import count_common_ends
from flux_lsp.edits.change.linediff import find_gaps
from flux_lsp.edits.normalize import drop_blanks, normalize

_UNIT = re.compile(
    r"\\u(?!00[0-7])(?!d[89a-f])[0-9a-f]{4}|.[\u0300-\u036f]*", re.IGNORECASE | re.DOTALL
)
_QUOTES = frozenset("\"'")


def keep_characters(region: Sequence[str], lines: list[str]) -> list[str]:
    """Return `lines` with the characters of `region` wherever both read the same."""
    if all(line.isascii() for line in region):
        return lines
    old, new = [normalize(line) for line in region], [normalize(line) for line in lines]
    if old == new:
        return lines
    written: list[str] = []
    done = 0
    for gap in find_gaps(old, new):
        written += region[done : gap.a_start]
        paired = gap.a_end - gap.a_start == gap.b_end - gap.b_start
        for k in range(gap.b_start, gap.b_end):
            number = gap.a_start + k - gap.b_start
            written.append(_keep_line(region[number], lines[k]) if paired else lines[k])
        done = gap.a_end
    return [*written, *region[done:]]


def _keep_line(real: str, line: str) -> str:
    """A changed line, with the file's characters in the parts that it shares with the old one."""
    if real.isascii() or not line.isascii():
        return line
    return keep_file_characters(normalize(real), real, line, blanks=False)


def keep_file_characters(searched: str, real: str, new: str, *, blanks: bool) -> str:
    """`new`, with the parts it shares with `searched` as they are in `real`.

    `searched` and `real` fold to the same (apart from blanks, where `blanks`): at both ends of the
    line, what the answer left alone keeps the file's own characters.
    """
    head, tail = count_common_ends(searched, new)
    middle = new[head : len(new) - tail]
    measure = _count_squeezed if blanks else _count_folded
    # Blanks at a seam that only the file has stay; those the answer saw are where it has them.
    stop = len(searched) - tail
    begin_after = searched[:head].endswith((" ", "\t")) or not _is_blank(searched, head)
    end_before = _is_blank(searched, stop) or not _is_blank(searched, stop - 1)
    begin = _find_cut(real, measure(searched[:head]), measure, last=begin_after)
    end = _find_cut(real, measure(real) - measure(searched[stop:]), measure, last=not end_before)
    if begin is None or end is None or begin > end:
        return new
    return real[:begin] + middle + real[end:]


def _is_blank(text: str, at: int) -> bool:
    return text[at : at + 1].isspace() if at >= 0 else False


def infer_substitutions(pairs: list[tuple[str, str]], new: Iterable[str]) -> dict[int, str]:
    """What each unusual character of the searched lines stands for in the file's, as a table.

    Only characters that stand for one and the same thing throughout. No quotes where the `new`
    lines have the plain ones too: then those were spared, and an unusual one is meant.
    """
    meant: dict[str, set[str]] = {}
    for searched, real in pairs:
        searched_units, real_units = _UNIT.findall(searched), _UNIT.findall(real)
        if len(searched_units) == len(real_units):
            for unit, other in zip(searched_units, real_units, strict=True):
                meant.setdefault(unit, set()).add(other)
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


def _count_folded(text: str) -> int:
    return len(normalize(text))


def _count_squeezed(text: str) -> int:
    return len(drop_blanks(normalize(text)))


def _find_cut(text: str, size: int, measure: Callable[[str], int], *, last: bool) -> int | None:
    """Where `text` has the folded size `size` before it; of several places the first or last."""
    units: list[str] = _UNIT.findall(text)
    offsets = list(accumulate(map(len, units), initial=0))
    sizes = list(accumulate(map(measure, units), initial=0))
    fitting = [offset for offset, so_far in zip(offsets, sizes, strict=True) if so_far == size]
    if not fitting:
        return None
    return fitting[-1] if last else fitting[0]
