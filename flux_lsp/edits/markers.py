"""The lines that frame a SEARCH/REPLACE block, as models write them.

Only says what a line may be; `text_blocks` says what it is.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import count

# What a file may hold that reads like a marker, or like one that git leaves in a conflict.
_LIKE_MARKER = re.compile(
    r"^[ \t]*(?:(?:<{3,}|-{3,}|>{3,}|\+{3,})[ \t]*(?:SEARCH|ORIGINAL|REPLACE|UPDATED)\b"
    r"|={3,}[ \t]*\r?$|(?:<{7}|>{7}|\|{7}|={7})(?:[ \t\r]|$))",
    re.MULTILINE,
)
_FENCE = re.compile(r"^\s*(`{3,}|~{3,})([^`]*)$")
_LINE_HINT = re.compile(r"^\s*:(?:start|end)_line:\s*\d+\s*$")
_LONGEST = 300  # of a marker line; longer ones are content


@dataclass(frozen=True, slots=True)
class Head:
    """A line that opens a block; `rest` is what follows the word, usually nothing or a path."""

    line: int
    indent: str
    size: int
    rest: str


@dataclass(frozen=True)
class Markers:
    """The three lines that frame a block. `mark`: a word behind each, which no shown file holds.

    Without a mark they are read however models write them; with one, a line without it is content.
    """

    mark: str = ""

    @property
    def skeleton(self) -> str:
        """An empty block, as a model is told to write it."""
        behind = f" {self.mark}" if self.mark else ""
        return f"""path/to/file
<<<<<<< SEARCH{behind}
lines copied from the file
======={behind}
the lines that replace them
>>>>>>> REPLACE{behind}"""

    def head(self, line: str, number: int) -> Head | None:
        """The opening of a block, None when `line` is none."""
        found = self._head.match(line) if len(line) <= _LONGEST else None
        if not found:
            return None
        return Head(number, found[1], len(found[2].rstrip()), found[3].strip().strip(">:").strip())

    def is_divider(self, line: str) -> bool:
        """Whether `line` may divide old from new text."""
        return len(line) <= _LONGEST and bool(self._divider.match(line))

    def divides(self, line: str, opening: Head) -> bool:
        """Whether `line` is the divider that goes with `opening`: as long and as far in."""
        found = self._divider.match(line)
        return found is not None and (found[1], len(found[2])) == (opening.indent, opening.size)

    def is_end(self, line: str) -> bool:
        """Whether `line` closes a block."""
        return len(line) <= _LONGEST and bool(self._end.match(line))

    @property
    def _behind(self) -> str:
        return rf"[ \t]+{re.escape(self.mark)}(?![\w-])" if self.mark else ""

    @cached_property
    def _head(self) -> re.Pattern[str]:
        return re.compile(
            rf"^(\s*)(<{{3,}}\s?|-{{3,}}\s)\s*(?:SEARCH|ORIGINAL)\b{self._behind}(.*)$"
        )

    @cached_property
    def _divider(self) -> re.Pattern[str]:
        return re.compile(rf"^(\s*)(={{3,}}){self._behind}\s*$")

    @cached_property
    def _end(self) -> re.Pattern[str]:
        return re.compile(
            rf"^\s*(?:>{{3,}}|\+{{3,}})\s*(?:REPLACE|UPDATED){self._behind}\s*[<:]?\s*$"
        )


DEFAULT_MARKERS = Markers()


def choose_markers(texts: Iterable[str]) -> Markers:
    """Markers that no line of `texts`, all that a model is shown, can be taken for."""
    shown = list(texts)
    if not any(_LIKE_MARKER.search(text) for text in shown if _has_run(text)):
        return DEFAULT_MARKERS
    marks = (f"FLUX-{number}" for number in count(1))
    return Markers(next(mark for mark in marks if not any(mark in text for text in shown)))


def _has_run(text: str) -> bool:
    """Whether a marker may be in `text`: quick to see of a long file that holds none."""
    return any(run in text for run in ("<<<", "---", ">>>", "+++", "===", "|||||||"))


def block_spans(text: str, markers: Markers) -> list[tuple[int, int, bool]]:
    """(start, end, whole) of each block in `text`; one without an end goes on to the next."""
    spans: list[tuple[int, int, bool]] = []
    first: int | None = None
    at = 0
    for number, line in enumerate(text.split("\n")):
        following = at + len(line) + 1
        if markers.head(line, number):
            if first is not None:
                spans.append((first, at, False))
            first = at
        elif first is not None and markers.is_end(line):
            spans.append((first, min(following, len(text)), True))
            first = None
        at = following
    return spans if first is None else [*spans, (first, len(text), False)]


def has_stray_marker(old: list[str], new: list[str]) -> bool:
    """Whether `new` holds a marker without its mark that is more likely a slip than content."""
    plain = DEFAULT_MARKERS

    def added(is_marker: Callable[[str], object]) -> int:
        return sum(map(bool, map(is_marker, new))) - sum(map(bool, map(is_marker, old)))

    if added(lambda line: plain.head(line, 0)) != added(plain.is_end):
        return True
    first = bool(new) and plain.is_divider(new[0]) and new[:1] != old[:1]
    last = bool(new) and plain.is_divider(new[-1]) and new[-1:] != old[-1:]
    is_heading = len(new) > 1 and len(new[-2].strip()) == len(new[-1].strip())
    return first or (last and not is_heading)


def fence(line: str) -> str | None:
    """What stands behind the backticks of a code fence, None when `line` is none."""
    found = _FENCE.match(line) if len(line) <= _LONGEST else None
    return found[2].strip() if found else None


def without_line_hints(lines: list[str]) -> list[str]:
    """A search text without the line numbers that some tools' blocks begin with."""
    start = 0
    while start < len(lines) and _LINE_HINT.match(lines[start][:_LONGEST]):
        start += 1
    if start and start < len(lines) and set(lines[start].strip()) == {"-"}:
        start += 1
    return lines[start:]
