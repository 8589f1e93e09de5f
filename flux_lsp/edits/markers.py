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
class BlockHead:
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
        """Return an empty block in the form that a model should write."""
        behind = f" {self.mark}" if self.mark else ""
        return f"""path/to/file
<<<<<<< SEARCH{behind}
lines copied from the file
======={behind}
the lines that replace them
>>>>>>> REPLACE{behind}"""

    def read_head(self, line: str, number: int) -> BlockHead | None:
        """Read the opening of a block, None if `line` is not one."""
        match = self._head.match(line) if len(line) <= _LONGEST else None
        if not match:
            return None
        return BlockHead(
            number, match[1], len(match[2].rstrip()), match[3].strip().strip(">:").strip()
        )

    def find_heads(self, lines: Iterable[str]) -> list[BlockHead]:
        """Find the openings among `lines`."""
        heads = (self.read_head(line, number) for number, line in enumerate(lines))
        return [head for head in heads if head is not None]

    def is_divider(self, line: str) -> bool:
        """Whether `line` may divide old from new text."""
        return len(line) <= _LONGEST and bool(self._divider.match(line))

    def is_divider_of(self, line: str, opening: BlockHead) -> bool:
        """Whether `line` is the divider that goes with `opening`: as long and as far in."""
        match = self._divider.match(line)
        return match is not None and (match[1], len(match[2])) == (opening.indent, opening.size)

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
    """Choose markers that occur in no line of `texts`, which are all that a model is shown."""
    shown = list(texts)
    if not any(_LIKE_MARKER.search(text) for text in shown if _has_run(text)):
        return DEFAULT_MARKERS
    marks = (f"FLUX-{number}" for number in count(1))
    return Markers(next(mark for mark in marks if not any(mark in text for text in shown)))


def _has_run(text: str) -> bool:
    """Whether `text` may hold a marker: a quick check for long files."""
    return any(run in text for run in ("<<<", "---", ">>>", "+++", "===", "|||||||"))


def find_blocks(text: str, markers: Markers) -> list[tuple[int, int, bool]]:
    """Find (start, end, whole) of each block in `text`; one without an end goes on to the next."""
    spans: list[tuple[int, int, bool]] = []
    first: int | None = None
    at = 0
    for number, line in enumerate(text.split("\n")):
        following = at + len(line) + 1
        if markers.read_head(line, number):
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

    def count_added(is_marker: Callable[[str], object]) -> int:
        return sum(map(bool, map(is_marker, new))) - sum(map(bool, map(is_marker, old)))

    if count_added(lambda line: plain.read_head(line, 0)) != count_added(plain.is_end):
        return True
    first = bool(new) and plain.is_divider(new[0]) and new[:1] != old[:1]
    last = bool(new) and plain.is_divider(new[-1]) and new[-1:] != old[-1:]
    is_heading = len(new) > 1 and len(new[-2].strip()) == len(new[-1].strip())
    return first or (last and not is_heading)


def read_fence(line: str) -> str | None:
    """Return what stands behind the backticks of a code fence, None if `line` is not one."""
    match = _FENCE.match(line) if len(line) <= _LONGEST else None
    return match[2].strip() if match else None


def find_fences(text: str) -> list[tuple[int, int]]:
    """Find (start, end) of each line of `text` that is a code fence, with its line feed."""
    spans: list[tuple[int, int]] = []
    at = 0
    for line in text.split("\n"):
        if read_fence(line) is not None:
            spans.append((at, at + len(line) + 1))
        at += len(line) + 1
    return spans


def drop_line_hints(lines: list[str]) -> list[str]:
    """Return a search text without the line numbers with which some tools begin a block."""
    start = 0
    while start < len(lines) and _LINE_HINT.match(lines[start][:_LONGEST]):
        start += 1
    if start and start < len(lines) and set(lines[start].strip()) == {"-"}:
        start += 1
    return lines[start:]
