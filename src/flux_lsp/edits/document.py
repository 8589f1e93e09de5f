"""One text cut into lines, and the same lines seen through the eyes of each matching step.

Never changes a line: a view decides only which lines count as the same.
"""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from flux_lsp.core.text import LINE_END, Span
from flux_lsp.edits.folding import fold, fold_quotes, squeeze

BOM = "\ufeff"
View = Callable[[str], str]  # of lines joined by line feeds; keeps their number


def as_is(text: str) -> str:
    """The lines themselves."""
    return text


def without_trailing(text: str) -> str:
    """Without blanks at line ends."""
    return "\n".join(map(str.rstrip, text.split("\n")))


def folded(text: str) -> str:
    """Typographic characters and escapes as their plain forms, too."""
    return without_trailing(fold(text))


def unindented(text: str) -> str:
    """Without indentation, too."""
    return "\n".join(map(str.strip, fold(text).split("\n")))


def squeezed(text: str) -> str:
    """Without any blank inside a line and with one kind of quotes."""
    return fold_quotes(squeeze(fold(text)))


@dataclass(frozen=True)
class Document:
    """A text and its lines: `lines[i]` is `text[starts[i]:...]` without its line end."""

    text: str

    @cached_property
    def lines(self) -> list[str]:
        """Contents without ends; a byte order mark belongs to no line; no empty last line."""
        body = self.text.removeprefix(BOM)
        lines = body.split("\n") if "\r" not in body else LINE_END.split(body)
        return lines[:-1] if lines[-1] == "" else lines

    @cached_property
    def ends(self) -> list[str]:
        """The end of each line; only the last one may be empty."""
        mixed = "\r" in self.text
        found = LINE_END.findall(self.text) if mixed else ["\n"] * self.text.count("\n")
        return found if len(found) == len(self.lines) else [*found, ""]

    @cached_property
    def starts(self) -> list[int]:
        """Offset of each line, and the length of the text as one more."""
        first = len(self.text) - len(self.text.removeprefix(BOM))
        sizes = (len(line) + len(end) for line, end in zip(self.lines, self.ends, strict=True))
        return list(accumulate(sizes, initial=first))

    @cached_property
    def end_of_line(self) -> str:
        """The commonest line end, a line feed where there is none."""
        if "\r" not in self.text:
            return "\n"
        pairs = self.text.count("\r\n")
        feeds, returns = self.text.count("\n") - pairs, self.text.count("\r") - pairs
        return max([(pairs, "\r\n"), (feeds, "\n"), (returns, "\r")])[1]

    def span(self, first: int, last: int) -> Span:
        """Span of the lines `first` to before `last`, with the last one's end."""
        return Span(self.starts[first], self.starts[last])

    def line_of(self, offset: int) -> int:
        """The line that holds `offset`, counted from 0."""
        return max(0, bisect_right(self.starts, offset, hi=max(1, len(self.lines))) - 1)

    def joined(self, view: View) -> str:
        """All lines as `view` sees them, each between line feeds."""
        return self._views(view)[0]

    def keys(self, view: View) -> list[str]:
        """Each line as `view` sees it."""
        return self._views(view)[1]

    def solid(self, view: View) -> tuple[list[int], str]:
        """The lines that are not blank: their numbers, and their keys between line feeds."""
        return self._views(view)[2]

    @cached_property
    def _cache(self) -> dict[View, tuple[str, list[str], tuple[list[int], str]]]:
        return {}

    def _views(self, view: View) -> tuple[str, list[str], tuple[list[int], str]]:
        if view not in self._cache:
            seen = view("\n".join(self.lines))
            keys = seen.split("\n") if self.lines else []
            numbers = [i for i, key in enumerate(keys) if key and not key.isspace()]
            solid = "\n".join(["", *(keys[i] for i in numbers), ""])
            self._cache[view] = (f"\n{seen}\n", keys, (numbers, solid))
        return self._cache[view]


def keys_of(lines: list[str], view: View) -> list[str]:
    """`lines` as `view` sees them."""
    return view("\n".join(lines)).split("\n") if lines else []
