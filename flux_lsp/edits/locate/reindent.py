"""Writes the new text of an edit in the form of the place that was found for its search text.

The new text goes through the same map as the search text did: indentation, typography, line ends.
Never writes where no single map explains the difference.
"""

from collections.abc import Sequence

from flux_lsp.edits.change.blank_runs import FileLine, MergedLine
from flux_lsp.edits.change.merge import MergeSides, join_lines, merge_lines
from flux_lsp.edits.document import TextLines, view_lines
from flux_lsp.edits.indentation import get_indent
from flux_lsp.edits.locate.file_characters import infer_substitutions, keep_file_characters
from flux_lsp.edits.locate.infer_indents import Indents, infer_indents, keep_indent
from flux_lsp.edits.locate.places import LinePlace, MatchLevel, is_skipping
from flux_lsp.edits.parse.answer import EditLines

_FAR = 50  # blank lines in a row that are looked at


def can_reindent(doc: TextLines, place: LinePlace, lines: EditLines, level: MatchLevel) -> bool:
    """Whether one rule explains how the search text and the lines at `place` are indented."""
    return _infer_indents(doc, place, lines, level) is not None


def reindent_edit(
    doc: TextLines, place: LinePlace, lines: EditLines, level: MatchLevel
) -> str | None:
    """Return the text of the file's lines `place` after the edit, None if that is unclear."""
    indents = _infer_indents(doc, place, lines, level)
    if indents is None:
        return None
    part = slice(place.first, place.last)
    real = list(zip(doc.lines[part], doc.ends[part], strict=True))
    at = _shift_to_region(place)
    skipping = is_skipping(doc, place, lines.search)
    merged = merge_lines(MergeSides(*_view_edit(lines, level), real, at, skipping=skipping))
    if merged is None:
        return None
    writer = _Writer(lines, [content for content, _ in real], at, indents, level.blanks)
    contents = [content for line in merged if (content := writer.write(line)) is not None]
    if len(contents) < len(merged):
        return None
    return join_lines(contents, merged, real, doc.end_of_line)


def drop_doubled_blanks(doc: TextLines, place: LinePlace, lines: EditLines) -> EditLines:
    """Return `lines` without blank lines that the file has already beside the place.

    A search text that ends before or within a run of blank lines, and a new text that has more of
    it: the rest of the file's run would come on top of that.
    """
    if [line for line in lines.search if line.strip()] == [x for x in lines.new if x.strip()]:
        return lines  # blank lines are all it is about
    below = _count_surplus(
        lines.search[::-1], lines.new[::-1], doc.lines[place.last : place.last + _FAR]
    )
    above = _count_surplus(
        lines.search, lines.new, doc.lines[max(0, place.first - _FAR) : place.first][::-1]
    )
    if not above and not below:
        return lines
    return EditLines(lines.search, lines.new[above : len(lines.new) - below])


def _infer_indents(
    doc: TextLines, place: LinePlace, lines: EditLines, level: MatchLevel
) -> Indents | None:
    if not level.indents:
        return keep_indent
    real = doc.lines[place.first : place.last]
    return infer_indents(doc, real, _shift_to_region(place), lines)


def _shift_to_region(place: LinePlace) -> dict[int, int]:
    """Return the line of the region for each search line."""
    return {i: number - place.first for i, number in place.at.items()}


def _view_edit(lines: EditLines, level: MatchLevel) -> tuple[list[str], list[str]]:
    search, new = view_lines(lines.search, level.view), view_lines(lines.new, level.view)
    if not level.indents:
        return search, new
    return _add_indents(lines.search, search), _add_indents(lines.new, new)


def _add_indents(lines: list[str], keys: list[str]) -> list[str]:
    """Add the indentation to keys whose view hides it: it tells a moved line from an unchanged one."""
    return [
        f"{get_indent(line)}\0{key}" if key else "" for line, key in zip(lines, keys, strict=True)
    ]


class _Writer:
    """Writes merged lines as the file would have them."""

    def __init__(
        self,
        lines: EditLines,
        real: list[str],
        at: dict[int, int],
        indents: Indents,
        blanks: bool,
    ) -> None:
        self.lines, self.real, self.at = lines, real, at
        self.indents, self.blanks = indents, blanks
        pairs = [(lines.search[i], real[j]) for i, j in at.items()]
        self.substitutions = infer_substitutions(pairs, lines.new)
        self.tail = _infer_added_tail(pairs, lines.new)

    def write(self, line: MergedLine) -> str | None:
        """Write the content of a line in the file; None if that is unclear."""
        if isinstance(line, FileLine):
            return self._write_shared(line)
        if not line.is_blank:
            return self._write_new(line.number, line.partner)
        content = self.lines.new[line.number]
        return content if content.strip() else self._write_new(line.number, None) or ""

    def _write_shared(self, line: FileLine) -> str:
        """Write the file's line, or what the answer made of a line that the view calls the same."""
        real = self.real[line.number]
        if not line.is_shared or self.lines.search[line.search] == self.lines.new[line.new]:
            return real
        content = self._write_new(line.new, line.search)
        return real if content is None else content

    def _write_new(self, number: int, partner: int | None) -> str | None:
        line = self.lines.new[number]
        line = line.removesuffix(self.tail) if self.tail else line
        indent = get_indent(line)
        body, margin = line[len(indent) :], self.indents(indent, number, partner)
        if not body:
            return line if "" in self.lines.search else _write_blank(line, margin)
        return None if margin is None else margin + self._write_body(body, partner)

    def _write_body(self, body: str, partner: int | None) -> str:
        if partner in self.at:
            searched = self.lines.search[partner].strip()
            real = self.real[self.at[partner]].strip()
            if searched != real:
                body = keep_file_characters(searched, real, body, blanks=self.blanks)
        return body.translate(self.substitutions) if self.substitutions else body


def _write_blank(line: str, margin: str | None) -> str:
    """Write a new blank line as it is, unless its blanks are plainly damage.

    Not asked where the search text has an empty line: then whatever moved the others spared those.
    """
    return margin or "" if margin == "" or "\t" in line else line


def _infer_added_tail(pairs: list[tuple[str, str]], new: list[str]) -> str:
    """Infer the blanks that the answer added to the end of every line, to remove them again."""
    solid = [(searched, real) for searched, real in pairs if searched.strip()]
    tails = {searched[len(searched.rstrip()) :] for searched, _ in solid}
    clean = all(real == real.rstrip() for _, real in solid)
    tail = tails.pop() if len(tails) == 1 and clean else ""
    return tail if tail and all(line.endswith(tail) for line in new if line.strip()) else ""


def _count_surplus(search: Sequence[str], new: Sequence[str], beyond: Sequence[str]) -> int:
    """Count the blank lines at the start of `new` that the file already has `beyond` the place."""
    searched, wanted, more = _count_blank(search), _count_blank(new), _count_blank(beyond)
    if not searched < wanted < len(new) or not more:
        return 0
    return min(wanted - searched, more)


def _count_blank(lines: Sequence[str]) -> int:
    return next((i for i, line in enumerate(lines) if line.strip()), len(lines))
