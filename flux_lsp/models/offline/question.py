"""What a prompt asks, as a value: the target, what is seen of files, the instruction.

Never looks at system text or guidance: rules know their task by the action's id.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flux_lsp.core.conversation import Prompt, ToolName, Turn
from flux_lsp.core.text import Span, line_starts, split_lines
from flux_lsp.models.offline.elements import Element, read_elements


@dataclass(frozen=True, slots=True)
class Complaint:
    """One diagnostic; `line` is 1-based, 0 when it does not say."""

    line: int
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Piece:
    """Lines of a file; `first` is the number of the first one, 1-based."""

    path: str
    first: int
    text: str


@dataclass(frozen=True)
class Question:
    """One call's question.

    `whole` is the text of the target's file when all of it is shown, else None; `pieces` is all
    that is shown of any file, `again` whether an answer of ours was turned down before.
    """

    action: str
    target: Piece
    whole: str | None
    pieces: tuple[Piece, ...]
    instruction: str
    complaints: tuple[Complaint, ...]
    tools: tuple[ToolName, ...]
    again: bool

    def target_in(self, whole: str) -> Span:
        """The target's lines as a span of its file's text."""
        starts = [*line_starts(whole), len(whole)]
        first = min(self.target.first - 1, len(starts) - 1)
        last = min(first + len(split_lines(self.target.text)), len(starts) - 1)
        return Span(starts[first], starts[last])

    def of_file(self, path: str) -> list[Piece]:
        """What is shown of one file, in order."""
        return [piece for piece in self.pieces if piece.path == path]


def read_question(prompt: Prompt) -> Question | None:
    """The question a prompt ends in; None when it has no target."""
    index = next(
        (i for i in reversed(range(len(prompt.turns))) if "<target" in _text(prompt.turns[i])), None
    )
    if index is None:
        return None
    elements = read_elements(_text(prompt.turns[index]))
    target = next((e for e in elements if e.name == "target"), None)
    if target is None:
        return None
    pieces = tuple(_piece(e) for e in elements if e.name == "file")
    words = [e.text.strip() for e in elements if e.name in ("instruction", "test_place")]
    return Question(
        action=prompt.action,
        target=_piece(target),
        whole=_whole(_piece(target), elements),
        pieces=pieces,
        instruction="\n".join(reversed(words)),
        complaints=tuple(_complaint(e) for e in elements if e.name == "diagnostic"),
        tools=prompt.tools,
        again=any(turn.role == "assistant" for turn in prompt.turns[index:]),
    )


def _text(turn: Turn) -> str:
    if turn.role != "user":
        return ""
    return "\n".join(str(block["text"]) for block in turn.blocks if block.get("type") == "text")


def _piece(element: Element) -> Piece:
    return Piece(element.path, element.first, element.text)


def _whole(target: Piece, elements: Sequence[Element]) -> str | None:
    """The file put together from what is shown of it, None when lines of it are left out.

    A target that nothing is shown around may be all of a file or a part: that is not known.
    """
    mine = [e for e in elements if e.path == target.path]
    if not any(e.name == "file" for e in mine):
        return None
    rows: dict[int, str] = {}
    for element in mine:
        lines = element.rows
        if element.name == "left_out" or lines is None:  # a secret may have been several lines
            return None
        rows.update(enumerate(lines, element.first))
    if not rows or set(rows) != set(range(1, max(rows) + 1)):
        return None
    return "".join(rows[number] for number in sorted(rows))


def _complaint(element: Element) -> Complaint:
    line = element.first if "first_line" in element.attributes else 0
    return Complaint(line, element.attributes.get("code", ""), element.text.strip())
