"""Blank lines at the ends of an edit whose search text cuts off or into a run of blank lines in the file.

Changes nothing but the number of blank lines at the ends of the new text.
"""

from collections.abc import Sequence

from flux_lsp.edits.document import Document
from flux_lsp.edits.locate.places import Place
from flux_lsp.edits.parse.answer import EditLines

_FAR = 50  # blank lines in a row that are looked at


def without_doubled_blanks(doc: Document, place: Place, lines: EditLines) -> EditLines:
    """`lines`, whose new text does not make a run longer than both the file's and its own.

    A search text that ends before or within a run of blank lines, and a new text that has more of
    it: the rest of the file's run would come on top of that.
    """
    if [line for line in lines.search if line.strip()] == [x for x in lines.new if x.strip()]:
        return lines  # blank lines are all it is about
    below = _surplus(lines.search[::-1], lines.new[::-1], doc.lines[place.last : place.last + _FAR])
    above = _surplus(
        lines.search, lines.new, doc.lines[max(0, place.first - _FAR) : place.first][::-1]
    )
    if not above and not below:
        return lines
    return EditLines(lines.search, lines.new[above : len(lines.new) - below])


def _surplus(search: Sequence[str], new: Sequence[str], beyond: Sequence[str]) -> int:
    """How many blank lines at the start of `new` the file has already `beyond` the place."""
    mine, wanted, more = _run(search), _run(new), _run(beyond)
    if not mine < wanted < len(new) or not more:
        return 0
    return min(wanted - mine, more)


def _run(lines: Sequence[str]) -> int:
    return next((i for i, line in enumerate(lines) if line.strip()), len(lines))
