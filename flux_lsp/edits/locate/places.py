"""Finds where the lines of a search text stand in a file, compared by a view.

Finds every place (up to a bound) and chooses one only when it is the only one: in the target
first, then in the file. Never takes the first of many.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from flux_lsp.core.text import Span
from flux_lsp.edits.document import TextLines, View, view_lines

_MOST = 1000  # places looked at; more than that is ambiguous in any case
_WORK = 200_000  # lines noted down for all places together


@dataclass(frozen=True, slots=True)
class LinePlace:
    """Lines `first` to before `last`; `at[i]` is the file's line for line `i` of the search."""

    first: int
    last: int
    at: dict[int, int]


@dataclass(frozen=True, slots=True)
class MatchLevel:
    """One way to compare lines. `indents`: indentation may differ. `blanks`: inner ones too."""

    name: str
    view: View
    find: Callable[[TextLines, list[str], View], list[LinePlace]]
    indents: bool = False
    blanks: bool = False


def find_contiguous(doc: TextLines, search: list[str], view: View) -> list[LinePlace]:
    """Find places where the lines of `search` follow one another, blank ones included."""
    keys = view_lines(search, view)
    if not any(key.strip() for key in keys):
        return []
    joined, needle = doc.join_keys(view), "\n".join(["", *keys, ""])
    return [
        LinePlace(first, first + len(keys), {i: first + i for i in range(len(keys))})
        for first in _find_line_numbers(joined, needle, len(keys))
    ]


def narrow_places(
    doc: TextLines, places: Sequence[LinePlace], search: list[str], view: View
) -> list[LinePlace]:
    """Return those of `places` whose lines are the same for `view`, too."""
    keys = view_lines(search, view)
    return [
        place for place in places if view_lines(doc.lines[place.first : place.last], view) == keys
    ]


def find_skipping_blanks(doc: TextLines, search: list[str], view: View) -> list[LinePlace]:
    """Find places where the lines of `search` follow one another, if you ignore blank lines."""
    keys = view_lines(search, view)
    solid = [i for i, key in enumerate(keys) if key.strip()]
    if not solid or any(f"\n{keys[i]}\n" not in doc.join_keys(view) for i in (solid[0], solid[-1])):
        return []
    numbers, joined = doc.get_solid(view)
    needle = "\n".join(["", *(keys[i] for i in solid), ""])
    places: list[LinePlace] = []
    for start in _find_line_numbers(joined, needle, len(solid)):
        at = dict(zip(solid, numbers[start : start + len(solid)], strict=True))
        places.append(add_blanks_at_ends(doc, len(keys), at))
    return places


def add_blanks_at_ends(doc: TextLines, size: int, at: dict[int, int]) -> LinePlace:
    """Return the place of the lines `at`, with the blank lines around that both texts have.

    `size`: how many lines the search text has.
    """
    first, last = min(at), max(at)
    matches: dict[int, int] = {}
    for i, line in zip(range(first - 1, -1, -1), range(at[first] - 1, -1, -1), strict=False):
        if doc.lines[line].strip():
            break
        matches[i] = line
    for i, line in zip(range(last + 1, size), range(at[last] + 1, len(doc.lines)), strict=False):
        if doc.lines[line].strip():
            break
        matches[i] = line
    at = at | matches
    return LinePlace(min(at.values()), max(at.values()) + 1, at)


def is_skipping(doc: TextLines, place: LinePlace, search: list[str]) -> tuple[bool, bool]:
    """Whether the search text seems to skip a line of the file right above or below the place.

    It does when it ends with more blank lines than the file has there. One more at its start is
    also what models add for no reason; then only a blank line one further up tells of a skip.
    """
    solid = [i for i, line in enumerate(search) if line.strip()]
    top = [i in place.at for i in range(solid[0])]
    bottom = [i in place.at for i in range(solid[-1] + 1, len(search))]
    above = doc.lines[max(0, place.first - 2) : place.first]
    one_further = len(above) == 2 and bool(above[1].strip()) and not above[0].strip()
    more_below = place.last < len(doc.lines)
    return not all(top) and (len(top) > 1 or one_further), not all(bottom) and more_below


def find_offsets(text: str, needle: str, most: int = _MOST) -> Iterator[int]:
    """Find where `needle` begins in `text`, overlapping ones too, at most `most` places."""
    at = text.find(needle) if needle else -1
    for _ in range(most):
        if at < 0:
            return
        yield at
        at = text.find(needle, at + 1)


def _find_line_numbers(joined: str, needle: str, size: int) -> Iterator[int]:
    """Find the line at which each occurrence begins."""
    line = done = 0
    for offset in find_offsets(joined, needle, min(_MOST, _WORK // size + 2)):
        line += joined.count("\n", done, offset)
        done = offset
        yield line


def select_preferred(spans: Sequence[Span], target: Span | None) -> list[int]:
    """Select the preferred `spans`: those within the target, else those touching it, else all."""
    if target is not None and len(spans) > 1:
        inside = [i for i, span in enumerate(spans) if target.contains(span)]
        touching = [i for i, span in enumerate(spans) if _is_touching(span, target)]
        return inside or touching or list(range(len(spans)))
    return list(range(len(spans)))


def _is_touching(span: Span, target: Span) -> bool:
    return span.start < target.end and target.start < span.end
