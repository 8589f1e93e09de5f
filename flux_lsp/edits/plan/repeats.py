"""Whether new text brings lines that stand right beside its place already: a search that skipped them.

Never decides that a repeat was meant; the model can say so by searching for those lines too.
"""

from flux_lsp.core.text import Span, split_lines
from flux_lsp.edits.normalize import fold

_FAR = 4000  # characters of the file that are looked at on either side


def repeated_beside(text: str, region: Span, old: str, new: str) -> tuple[int, str] | None:
    """An offset just outside of `region` and the line near it that `new` repeats at that end, and `old` not."""
    fresh, known = _lines(new), _lines(old)
    if len(fresh) < 2 or not known:
        return None
    below = _first(text[region.end : region.end + _FAR]) if _ends_line(text, region.end) else ""
    if below and fresh[-1] == below and known[-1] != below:
        return region.end, below
    at_line_start = region.start and text[region.start - 1] == "\n"
    above = _lines(text[max(0, region.start - _FAR) : region.start])[-1:] if at_line_start else []
    if above and _says(above[0]) and fresh[0] == above[0] and known[0] != above[0]:
        return region.start - 1, above[0]
    return _several(text, region, fresh, known)


def _several(text: str, region: Span, fresh: list[str], known: list[str]) -> tuple[int, str] | None:
    """The same for two lines and more, however the new text indents them."""
    before = _new_before(fresh, known)
    above = _lines(text[max(0, region.start - _FAR) : region.start])[::-1]
    if _run(above, before) > 1:
        return region.start - 1, above[0]
    after = _new_before(fresh[::-1], known[::-1])
    below = _lines(text[region.end : region.end + _FAR])
    if _run(below, after) > 1:
        return region.end, below[0]
    return None


def _new_before(fresh: list[str], known: list[str]) -> set[str]:
    """What the new text has before the search text begins in it."""
    first = known[0].strip()
    end = next((i for i, line in enumerate(fresh) if line.strip() == first), len(fresh))
    return {line.strip() for line in fresh[:end]}


def _run(beside: list[str], new: set[str]) -> int:
    """How many lines in a row, from the nearest on, the new text has too."""
    solid = [line for line in beside if line.strip()]
    return next(
        (i for i, x in enumerate(solid) if x.strip() not in new or not _says(x)), len(solid)
    )


def _lines(text: str) -> list[str]:
    """Lines without their ends and without blank ones at either end, typography aside."""
    lines = [line.rstrip() for line in split_lines(fold(text))]
    while lines and not lines[-1]:
        lines.pop()
    while lines and not lines[0]:
        lines.pop(0)
    return lines


def _first(text: str) -> str:
    """The next line that says something, blank lines passed over."""
    line = next((line for line in fold(text).split("\n") if line.strip()), "").rstrip()
    return line if _says(line) else ""


def _says(line: str) -> bool:
    """Braces, `end` and the like repeat in good code; a statement right after itself does not."""
    return sum(letter.isalnum() for letter in line) > 5


def _ends_line(text: str, offset: int) -> bool:
    """Whether only blanks stand between `offset` and the end of its line."""
    if text[offset - 1 : offset] == "\n":
        return True
    end = text.find("\n", offset)
    return not text[offset : end if end >= 0 else len(text)].strip()
