"""The elements of a user turn: what is shown of files, the target, diagnostics, the instruction.

Never takes a tag inside a text for an element: where a text holds one, the elements have an id.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flux_lsp.core.text import split_lines

_OPEN = re.compile(
    r"^<(file|target|diagnostic|instruction|test_place|left_out)((?:\s+[\w-]+=\"[^\"]*\")*)\s*(/?)>",
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
    line_end = _LINE_END.match(text, opened.end())
    start = line_end.end() if line_end else opened.end()
    closing = f'</{name} id="{mark}">' if mark else f"</{name}>"
    end = text.find(closing, start)
    return (start, len(text), len(text)) if end < 0 else (start, end, end + len(closing))


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isdecimal() else default
