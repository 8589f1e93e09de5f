"""What a prompt asks, as a value: the target, what is shown of files, the instruction.

Never looks at system text or guidance, and never asks which action it is: the elements tell.
Never takes a tag inside a text for an element: where a text holds one, the elements have an id.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flux_lsp.core.conversation import Prompt, Turn
from flux_lsp.core.text import Span, find_line_starts, split_lines

_NAMES = "file|target|diagnostic|instruction|test_place|left_out"
_ATTRIBUTES = r"((?:\s+[\w-]+=\"[^\"]*\")*?)"
_ATTRIBUTE = re.compile(r"([\w-]+)=\"([^\"]*)\"")
_FIRST = re.compile(rf"^<(?:{_NAMES}){_ATTRIBUTES}(\s+id=\"[^\"]*\")?\s*/?>", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Element:
    """One element: its name, its attributes, and its text without the line end after the tag."""

    name: str
    attributes: Mapping[str, str]
    text: str

    def line(self, name: str, default: int) -> int:
        """A line number among the attributes."""
        text = self.attributes.get(name, "")
        return int(text) if text.isdecimal() else default


@dataclass(frozen=True)
class OfflineRequest:
    """One call's request.

    `text` is all of the target's file where all of it is shown (`is_whole`), else the target alone;
    `target` is the target's span in it, `first_line` the 1-based number of its first line in the file.
    `diagnostics` are 1-based lines and a code each, `test_place` the facts about the test file (none
    without it), `files` the texts of files that are shown whole. `is_retry`: an answer was rejected.
    """

    path: str
    text: str
    target: Span
    first_line: int
    is_whole: bool
    instruction: str
    wants_text: bool
    diagnostics: list[tuple[range, str]]
    test_place: dict[str, str]
    files: dict[str, str]
    is_retry: bool

    def target_lines(self) -> range:
        """The target's lines in the file, 1-based."""
        first = len(split_lines(self.text[: self.target.start])) + self.first_line
        return range(first, first + (len(split_lines(self.target.extract(self.text))) or 1))


def parse_request(prompt: Prompt) -> OfflineRequest | None:
    """The request a prompt ends in; None when it has no target."""
    turns = [index for index, turn in enumerate(prompt.turns) if "<target" in _text(turn)]
    elements = read_elements(_text(prompt.turns[turns[-1]])) if turns else []
    target = next((element for element in elements if element.name == "target"), None)
    if target is None:
        return None
    path, first_line = target.attributes.get("path", ""), target.line("first_line", 1)
    paths = {e.attributes.get("path", "") for e in elements if e.name == "file"}
    files = {p: text for p in paths if (text := _whole_text(p, elements)) is not None}
    is_whole = path in files
    text = files.get(path, target.text)
    starts = [*find_line_starts(text), len(text)]
    first = min(first_line - 1, len(starts) - 1) if is_whole else 0
    last = min(first + len(split_lines(target.text)), len(starts) - 1)
    facts = [line.partition(": ") for line in _words(elements, "test_place").splitlines()]
    return OfflineRequest(
        path=path,
        text=text,
        target=Span(starts[first], starts[last] if is_whole else len(text)),
        first_line=1 if is_whole else first_line,
        is_whole=is_whole,
        instruction=_words(elements, "instruction"),
        wants_text=prompt.answers_in_text,
        diagnostics=[
            (
                range(e.line("first_line", 0), e.line("last_line", -1) + 1),
                e.attributes.get("code", ""),
            )
            for e in elements
            if e.name == "diagnostic"
        ],
        test_place={name: value.strip() for name, colon, value in facts if colon},
        files=files,
        is_retry=any(turn.role == "assistant" for turn in prompt.turns[turns[-1] :]),
    )


def read_elements(text: str) -> list[Element]:
    """All elements of a turn in order: those with the id of the first one, where that has one."""
    first = _FIRST.search(text)
    if first is None:
        return []
    mark = re.escape(first[2] or "")
    form = re.compile(
        rf"(?ms)^<({_NAMES}){_ATTRIBUTES}{mark}\s*(?:/>|>(?:\r\n|\n|\r)?(.*?)(?:</\1{mark}>|\Z))"
    )
    return [
        Element(name, _read_attributes(attributes + (first[2] or "")), shown)
        for name, attributes, shown in form.findall(text)
    ]


def _text(turn: Turn) -> str:
    if turn.role != "user":
        return ""
    return "\n".join(str(block["text"]) for block in turn.blocks if block.get("type") == "text")


def _words(elements: Sequence[Element], name: str) -> str:
    return "\n".join(element.text.strip() for element in elements if element.name == name)


def _whole_text(path: str, elements: Sequence[Element]) -> str | None:
    """The file put together from what is shown of it, None when lines of it are left out."""
    rows: dict[int, str] = {}
    for element in elements:
        first = element.line("first_line", 1)
        if element.attributes.get("path") == path:
            lines = split_lines(element.text)  # a secret may have been several
            if element.name == "left_out" or first + len(lines) - 1 != element.line("last_line", 0):
                return None
            rows.update(enumerate(lines, first))
    complete = rows and set(rows) == set(range(1, max(rows) + 1))
    return "".join(rows[number] for number in sorted(rows)) if complete else None


def _read_attributes(text: str) -> dict[str, str]:
    return {key: value.replace("&quot;", '"') for key, value in _ATTRIBUTE.findall(text)}
