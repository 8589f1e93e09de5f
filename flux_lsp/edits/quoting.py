"""Which lines of a file an answer may search, and how they may be quoted: only what was shown.

Never decides where an edit belongs: the real text decides that. Never quotes a secret.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from flux_lsp.core.text import Change, LineRange, Snapshot, Span, find_line_starts, split_lines

# 0-based line number → the line without its end, as it may be quoted; what is missing may not be.
Quotable = Mapping[int, str]

_LONGEST = 200  # characters of a line shown


def _list_lines(text: str) -> Sequence[tuple[int, str]]:
    return [(number, line.rstrip("\r\n")) for number, line in enumerate(split_lines(text))]


@dataclass(frozen=True)
class Quoting:
    """`shown`: the lines of each file that the model was shown; of a file not named here, all.

    `lines_of`: the lines of a text with their 0-based numbers, secrets hidden; a line that a secret
    takes whole may be missing.
    """

    shown: Mapping[str, Sequence[LineRange]] = field(default_factory=dict)
    lines_of: Callable[[str], Sequence[tuple[int, str]]] = _list_lines

    def has_shown(self, snapshot: Snapshot, span: Span) -> bool:
        """Whether the model was shown every line of `span` that is not blank."""
        lines = snapshot.get_lines(span)
        return all(
            self._is_shown(snapshot.path, number)
            or not snapshot.get_line_span(number, number).extract(snapshot.text).strip()
            for number in range(lines.first - 1, lines.last)
        )

    def quote_file(self, path: str, text: str) -> Quotable:
        """Return the lines of the file that may be quoted."""
        return {n: line for n, line in self.lines_of(text) if self._is_shown(path, n)}

    def quote_result(self, before: Snapshot, text: str, changes: Sequence[Change]) -> Quotable:
        """The lines of `text`, which `changes` made of `before`: those shown, and the changed ones."""
        numbers = _map_numbers_before(before, changes, len(find_line_starts(text)))
        return {
            n: line
            for n, line in self.lines_of(text)
            if n >= len(numbers) or numbers[n] is None or self._is_shown(before.path, numbers[n])
        }

    def _is_shown(self, path: str, number: int | None) -> bool:
        shown = self.shown.get(path)
        if shown is None or number is None:
            return True
        return any(lines.first <= number + 1 <= lines.last for lines in shown)


def number_lines(quotable: Quotable, first: int, last: int, marked: int) -> str:
    """Lines `first` to before `last`, 0-based, with their numbers; line `marked` marked `>`."""
    return "\n".join(
        f"{'>' if i == marked else ' '} {i + 1} | {quotable[i][:_LONGEST]}"
        for i in range(max(0, first), last)
        if i in quotable
    )


def _map_numbers_before(
    before: Snapshot, changes: Sequence[Change], lines_after: int
) -> list[int | None]:
    """For each line after the changes, which one it was before; None for one that they touched."""
    numbers: list[int | None] = []
    reached = 0
    for change in sorted(changes, key=lambda c: c.span):
        first, last = before.get_line(change.span.start), before.get_line(change.span.end)
        numbers += range(reached, first)
        numbers += [None] * (len(find_line_starts(change.text)) - (0 if first >= reached else 1))
        reached = max(reached, last + 1)
    numbers += range(reached, before.line_count)
    return numbers[:lines_after]
