"""What becomes of the file's lines when an answer turns its search lines into new ones.

A three-way merge: base is the search text, mine the file's lines, theirs the new text. What the
answer left alone keeps the file's own bytes; lines only the file has stay; where both changed the
same place there is no result.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from flux_lsp.edits.linediff import Gap, gaps

Write = Callable[[int, Gap], str | None]  # (number of the new line, its gap) → what to write
Settle = Callable[[int, int], str | None]  # (search line, new line) → what to write, None: keep


@dataclass(frozen=True)
class Sides:
    """The three sides. `search` and `new` are keys: equal keys mean the answer left the line alone.

    `real` are the file's lines in the region, `(content, end)`; `at[i]` is the real line for search
    line `i` (none for a blank line the file has not, or a line only the answer has).
    """

    search: Sequence[str]
    new: Sequence[str]
    real: Sequence[tuple[str, str]]
    at: dict[int, int]
    loose: frozenset[int] = field(default_factory=frozenset)  # matched, but not the same text


def as_in_file(search: int, new: int) -> None:
    """Equal keys mean that the file's line stays as it is."""


def merged(sides: Sides, write: Write, end_of_line: str, settle: Settle = as_in_file) -> str | None:
    """The region's new text; None on a conflict or when `write` does not know a line."""
    out = _Out(sides)
    done, new = 0, 0
    end = Gap(len(sides.search), len(sides.search), len(sides.new), len(sides.new))
    for gap in [*_gaps(sides.search, sides.new), end]:
        kept = zip(range(done, gap.a_start), range(new, gap.b_start), strict=True)
        if not all(out.keep(line, settle(line, number)) for line, number in kept):
            return None
        if gap is not end and not out.change(gap, write):
            return None
        done, new = gap.a_end, gap.b_end
    return out.text(end_of_line)


def _gaps(search: Sequence[str], new: Sequence[str]) -> list[Gap]:
    """Where both differ; blank lines alone between two differences belong to the difference."""
    found: list[Gap] = []
    for gap in gaps(search, new):
        before = found[-1] if found else None
        if before and not any(line.strip() for line in search[before.a_end : gap.a_start]):
            found[-1] = Gap(before.a_start, gap.a_end, before.b_start, gap.b_end)
        else:
            found.append(gap)
    return found


class _Out:
    """The region as it is written, line by line."""

    def __init__(self, sides: Sides) -> None:
        self.sides = sides
        self.lines: list[tuple[str, str | None]] = []
        self.next = 0  # the file's next line that is not yet decided on
        self.changed = False  # whether a change ends right here
        self.spaced = False  # whether that change has blank lines of its own here
        self.blank = False  # whether the search line just before is blank

    def keep(self, line: int, instead: str | None) -> bool:
        """The answer left search line `line` alone, or made `instead` of it."""
        real, blank = self.sides.at.get(line), not self.sides.search[line].strip()
        if real is None:
            self.changed = self.spaced = False
            return blank  # a blank line that the file has not
        if not self._pass_over(real):
            return False
        self.blank = blank
        content, end = self.sides.real[real]
        self.lines.append((content if instead is None else instead, end))
        self.next, self.changed, self.spaced = real + 1, False, False
        return True

    def change(self, gap: Gap, write: Write) -> bool:
        """The answer turned the search lines of `gap` into its new lines."""
        real = [self.sides.at[i] for i in range(gap.a_start, gap.a_end) if i in self.sides.at]
        if any(i in self.sides.loose for i in range(gap.a_start, gap.a_end)):
            return False  # it changed a line that the file has otherwise
        blank = [not self.sides.new[i].strip() for i in range(gap.b_start, gap.b_end)]
        starts, ends = (blank[0], blank[-1]) if blank else (False, True)
        self.changed, self.spaced = self.changed or not real, self.spaced or starts
        if real and not self._replace(real):
            return False
        self.spaced, self.blank = ends or (starts and not real), False
        return self._write(gap, write)

    def text(self, end_of_line: str) -> str | None:
        """All of it; None when the file's last lines are in conflict."""
        if not self._pass_over(len(self.sides.real)):
            return None
        last = self.sides.real[-1][1] if self.sides.real else ""
        neighbour = next((end for _, end in self.sides.real if end), end_of_line)
        pieces: list[str] = []
        for content, end in self.lines:
            neighbour = end or neighbour
            pieces += [content, neighbour]
        if pieces and not last:
            pieces[-1] = ""
        return "".join(pieces)

    def _replace(self, real: list[int]) -> bool:
        """Take the file's lines `real` away, with blank ones between them."""
        self.changed = True
        if not self._pass_over(real[0]):
            return False
        between = set(range(real[0], real[-1] + 1)) - set(real)
        if any(self.sides.real[i][0].strip() for i in between):
            return False
        self.next = real[-1] + 1
        return True

    def _write(self, gap: Gap, write: Write) -> bool:
        for number in range(gap.b_start, gap.b_end):
            content = write(number, gap)
            if content is None:
                return False
            self.lines.append((content, None))
        return True

    def _pass_over(self, stop: int) -> bool:
        """Keep the file's own lines before `stop`.

        Beside a change there may be only blank ones, and where the answer has its own, those count.
        """
        own = self.sides.real[self.next : stop]
        if self.changed and any(content.strip() for content, _ in own):
            return False
        if own and self.blank and not own[0][0].strip():
            return False  # fewer blank lines searched than there are: which number is meant?
        if not (self.changed and self.spaced):
            self.lines += own
        self.next = stop
        return True
