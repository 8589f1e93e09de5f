"""A text cut into lines, and the same lines as each matching step compares them.

Never changes a line: a view decides only which lines count as the same.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from operator import add

from flux_lsp.core.text import LINE_END, Span
from flux_lsp.edits.normalize import normalize

BOM = "\ufeff"
View = Callable[[str], str]  # of lines joined by line feeds; keeps their number

_NO_BLANKS = {ord(char): None for char in " \t\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029"}
_SQUEEZED = _NO_BLANKS | {ord("'"): '"', ord("`"): '"'}


def keep_line(text: str) -> str:
    """Leave lines as they are."""
    return text


def strip_trailing(text: str) -> str:
    """Drop blanks at line ends."""
    if text.isascii() and not any(end in text for end in (" \n", "\t\n", "\v\n", "\f\n")):
        return text.rstrip(" \t\v\f")
    return "\n".join(map(str.rstrip, text.split("\n")))


def fold_line(text: str) -> str:
    """Replace typographic characters and escapes by their plain forms, too."""
    return strip_trailing(normalize(text))


def strip_indent(text: str) -> str:
    """Drop indentation, too."""
    return "\n".join(map(str.strip, normalize(text).split("\n")))


def squeeze_line(text: str) -> str:
    """Drop every blank of a line and use one kind of quotes."""
    return normalize(text).translate(_SQUEEZED)


@dataclass(frozen=True)
class TextLines:
    """A text and its lines: `lines[i]` is `text[starts[i]:...]` without its line end."""

    text: str

    @cached_property
    def lines(self) -> list[str]:
        """The contents without ends; a byte order mark belongs to no line; no empty last line."""
        lines = self._body.split("\n")
        return lines[:-1] if lines[-1] == "" else lines

    @cached_property
    def ends(self) -> list[str]:
        """The end of each line; only the last one may be empty."""
        mixed = "\r" in self.text
        line_ends = LINE_END.findall(self.text) if mixed else ["\n"] * self.text.count("\n")
        return line_ends if len(line_ends) == len(self.lines) else [*line_ends, ""]

    @cached_property
    def starts(self) -> list[int]:
        """Offset of each line, and the length of the text as one more."""
        sizes = map(add, map(len, self.lines), map(len, self.ends))
        return list(accumulate(sizes, initial=self._first))

    @cached_property
    def end_of_line(self) -> str:
        """The commonest line end, a line feed where there is none."""
        if "\r" not in self.text:
            return "\n"
        pairs = self.text.count("\r\n")
        feeds, returns = self.text.count("\n") - pairs, self.text.count("\r") - pairs
        return max([(pairs, "\r\n"), (feeds, "\n"), (returns, "\r")])[1]

    @cached_property
    def mixed_ends(self) -> bool:
        """Whether lines end in more than one way."""
        if "\r" not in self.text:
            return False
        return len(set(LINE_END.findall(self.text))) > 1

    def get_span(self, first: int, last: int) -> Span:
        """Return the span of the lines `first` to before `last`, with the last one's end."""
        if "\r" in self.text or "starts" in self.__dict__:
            return Span(self.starts[first], self.starts[last])
        start = self._first + sum(map(len, self.lines[:first])) + first
        size = sum(map(len, self.lines[first:last])) + last - first
        return Span(start, min(start + size, len(self.text)))

    def get_spans(self, places: Sequence[tuple[int, int]]) -> list[Span]:
        """Return a span for each pair of lines; for many pairs the offset of every line is computed once."""
        if len(places) > 3:
            assert self.starts
        return [self.get_span(first, last) for first, last in places]

    def find_line(self, offset: int) -> int:
        """Find the line that holds `offset`, counted from 0."""
        return max(0, bisect_right(self.starts, offset, hi=max(1, len(self.lines))) - 1)

    def join_keys(self, view: View) -> str:
        """Join all lines as `view` sees them, each between line feeds."""
        if view not in self._joined:
            body = self._body.removesuffix("\n")
            self._joined[view] = f"\n{view(body)}\n" if self.lines else ""
        return self._joined[view]

    def view_keys(self, view: View) -> list[str]:
        """Return each line as `view` sees it."""
        return self.join_keys(view)[1:-1].split("\n") if self.lines else []

    def get_solid(self, view: View) -> tuple[list[int], str]:
        """Return the lines that are not blank: their numbers, and their keys between line feeds."""
        if view not in self._solid:
            keys = self.view_keys(view)
            numbers = [i for i, key in enumerate(keys) if key and not key.isspace()]
            self._solid[view] = (numbers, "\n".join(["", *(keys[i] for i in numbers), ""]))
        return self._solid[view]

    @cached_property
    def _body(self) -> str:
        """The text with line feeds only, without byte order mark."""
        body = self.text.removeprefix(BOM)
        return body if "\r" not in body else LINE_END.sub("\n", body)

    @property
    def _first(self) -> int:
        return len(BOM) if self.text.startswith(BOM) else 0

    @cached_property
    def _joined(self) -> dict[View, str]:
        return {}

    @cached_property
    def _solid(self) -> dict[View, tuple[list[int], str]]:
        return {}


def view_lines(lines: Sequence[str], view: View) -> list[str]:
    """Return `lines` as `view` sees them."""
    return view("\n".join(lines)).split("\n") if lines else []
