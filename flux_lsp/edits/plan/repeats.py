"""Finds lines of a new text that stand right beside its place already.

Never decides that a repeat was meant; the model can say so by searching for those lines too.
"""

from flux_lsp.core.text import Span, split_lines
from flux_lsp.edits.locate.rows import is_informative
from flux_lsp.edits.normalize import normalize

_FAR = 4000  # characters of the file that are looked at on either side


def find_repeat(text: str, region: Span, old: str, new: str) -> tuple[int, str] | None:
    """Find a line beside `region` that `new` repeats and `old` does not: its offset and its text."""
    fresh, known = _split_lines(new), _split_lines(old)
    if len(fresh) < 2 or not known:
        return None
    below = (
        _find_first(text[region.end : region.end + _FAR])
        if _is_at_line_end(text, region.end)
        else ""
    )
    if below and fresh[-1] == below and known[-1] != below:
        return region.end, below
    at_line_start = region.start and text[region.start - 1] == "\n"
    above = (
        _split_lines(text[max(0, region.start - _FAR) : region.start])[-1:] if at_line_start else []
    )
    if above and is_informative(above[0]) and fresh[0] == above[0] and known[0] != above[0]:
        return region.start - 1, above[0]
    return _find_repeat_of_several(text, region, fresh, known)


def _find_repeat_of_several(
    text: str, region: Span, fresh: list[str], known: list[str]
) -> tuple[int, str] | None:
    """Find two or more repeated lines, however the new text indents them."""
    before = _collect_new_before(fresh, known)
    above = _split_lines(text[max(0, region.start - _FAR) : region.start])[::-1]
    if _count_repeats(above, before) > 1:
        return region.start - 1, above[0]
    after = _collect_new_before(fresh[::-1], known[::-1])
    below = _split_lines(text[region.end : region.end + _FAR])
    if _count_repeats(below, after) > 1:
        return region.end, below[0]
    return None


def _collect_new_before(fresh: list[str], known: list[str]) -> set[str]:
    """Collect what the new text has before the search text begins in it."""
    first = known[0].strip()
    end = next((i for i, line in enumerate(fresh) if line.strip() == first), len(fresh))
    return {line.strip() for line in fresh[:end]}


def _count_repeats(beside: list[str], new: set[str]) -> int:
    """Count the lines in a row, from the nearest on, that the new text has too."""
    solid = [line for line in beside if line.strip()]
    return next(
        (i for i, x in enumerate(solid) if x.strip() not in new or not is_informative(x)),
        len(solid),
    )


def _split_lines(text: str) -> list[str]:
    """Split into lines without line ends, without blank lines at either end, typography aside."""
    lines = [line.rstrip() for line in split_lines(normalize(text))]
    while lines and not lines[-1]:
        lines.pop()
    while lines and not lines[0]:
        lines.pop(0)
    return lines


def _find_first(text: str) -> str:
    """Find the next line that is not blank."""
    line = next((line for line in normalize(text).split("\n") if line.strip()), "").rstrip()
    return line if is_informative(line) else ""


def _is_at_line_end(text: str, offset: int) -> bool:
    """Whether only blanks stand between `offset` and the end of its line."""
    if text[offset - 1 : offset] == "\n":
        return True
    end = text.find("\n", offset)
    return not text[offset : end if end >= 0 else len(text)].strip()
