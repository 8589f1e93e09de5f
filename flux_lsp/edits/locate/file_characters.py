"""Keeps the file's own characters in lines that a rewrite did not mean to touch.

Models write plain blanks for no-break spaces, straight quotes for curly ones and accents in another
form. Where that is all an answer changes, it is what was asked for.
"""

from collections.abc import Sequence

from flux_lsp.edits.change.linediff import gaps
from flux_lsp.edits.normalize import fold, graft


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
    return graft(fold(real), real, line, blanks=False)
