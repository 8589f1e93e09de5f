"""The elements of a user turn: what is shown of files, the target, diagnostics, the instruction.

Never takes a tag inside a text for an element: lines are counted, and ids count where there are any.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flux_lsp.core.text import line_starts, split_lines

_OPEN = re.compile(
    r"^<(file|target|diagnostic|instruction|left_out)((?:\s+[\w-]+=\"[^\"]*\")*)\s*(/?)>",
    re.MULTILINE,
)
_LINE_END = re.compile(r"\r\n|\n|\r|")
_ATTRIBUTE = re.compile(r"([\w-]+)=\"([^\"]*)\"")


@dataclass(frozen=True, slots=True)
class Element:
    """One element: its name, its attributes, and its text without the line end after the tag."""

    name: str
    attributes: Mapping[str, str]
    text: str

    @property
    def path(self) -> str:
        """The file it is of."""
        return self.attributes.get("path", "")

    @property
    def first(self) -> int:
        """1-based number of its first line, 1 when it does not say."""
        return _number(self.attributes.get("first_line"), 1)

    @property
    def rows(self) -> list[str] | None:
        """Its lines with their ends; None when they are not as many as it says."""
        rows = split_lines(self.text)
        last = _number(self.attributes.get("last_line"), 0)
        return rows if len(rows) == last - self.first + 1 else None


def read_elements(text: str) -> list[Element]:
    """All elements of a turn in order."""
    found = list(_scan(text))
    mark = found[0].attributes.get("id") if found else None
    return [element for element in found if element.attributes.get("id") == mark]


def _scan(text: str) -> Iterator[Element]:
    position = 0
    mark: str | None = None
    while opened := _OPEN.search(text, position):
        attributes = {
            key: value.replace("&quot;", '"') for key, value in _ATTRIBUTE.findall(opened[2])
        }
        mark = mark or attributes.get("id")
        if attributes.get("id") != mark:
            position = opened.end()
            continue
        start, end, position = _extent(text, opened, attributes)
        yield Element(opened[1], attributes, text[start:end])


def _extent(
    text: str, opened: re.Match[str], attributes: Mapping[str, str]
) -> tuple[int, int, int]:
    """Start and end of an element's text, and where the search goes on."""
    if opened[3]:  # it closes itself
        return opened.end(), opened.end(), opened.end()
    name, mark = opened[1], attributes.get("id")
    close = re.compile(rf"</{name}(?:\s+id=\"{re.escape(mark)}\")?\s*>" if mark else f"</{name}>")
    line_end = _LINE_END.match(text, opened.end())
    start = line_end.end() if line_end else opened.end()
    counted = _counted_end(text, start, attributes, close)
    if counted is not None:
        return start, counted[0], counted[1]
    closed = close.search(text, start)
    if closed is None:
        return start, len(text), len(text)
    return start, closed.start(), closed.end()


def _counted_end(
    text: str, start: int, attributes: Mapping[str, str], close: re.Pattern[str]
) -> tuple[int, int] | None:
    """The end by the number of lines, when the closing tag stands there."""
    count = _number(attributes.get("last_line"), 0) - _number(attributes.get("first_line"), 0) + 1
    if "last_line" not in attributes or count < 1:
        return None
    rest = text[start:]
    starts = line_starts(rest)
    for lines in (count, count - 1):  # the last line has an end of its own, or has none
        if 0 <= lines < len(starts):
            closed = close.search(rest, starts[lines])
            if closed and closed.start() <= _row_end(starts, lines, rest):
                return start + closed.start(), start + closed.end()
    return None


def _row_end(starts: list[int], line: int, text: str) -> int:
    return starts[line + 1] if line + 1 < len(starts) else len(text)


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isdecimal() else default
