"""Lists the places where a parser stumbled: syntax faults as values, bounded in number.

Never decides whether a fault is new; the caller compares.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flux_lsp.core.text import LINE_END
from flux_lsp.syntax.offsets import Offsets

if TYPE_CHECKING:
    from tree_sitter import Node

# A file with more faults than this is broken beyond what a number could tell.
MOST_FAULTS = 200


@dataclass(frozen=True, slots=True)
class SyntaxFault:
    """`line` and `column` are 1-based, the column in code points; `message` is a short phrase."""

    line: int
    column: int
    message: str


def list_faults(root: "Node", text: str, offsets: Offsets) -> tuple[SyntaxFault, ...]:
    """List ERROR and MISSING nodes in document order, at most `MOST_FAULTS`.

    It does not read subtrees without an error.
    """
    if not root.has_error:
        return ()
    faults: list[SyntaxFault] = []
    waiting = [root]
    while waiting and len(faults) < MOST_FAULTS:
        node = waiting.pop()
        if node.is_missing:
            faults.append(make_fault(node.start_byte, f"missing `{node.type}`", text, offsets))
        elif node.is_error:
            faults.append(
                make_fault(
                    node.start_byte, _describe_unexpected(node, text, offsets), text, offsets
                )
            )
        waiting += [child for child in reversed(node.children) if child.has_error]
    return tuple(faults)


def _describe_unexpected(node: "Node", text: str, offsets: Offsets) -> str:
    start = offsets.convert_to_point(node.start_byte)
    piece = text[start : min(start + 40, offsets.convert_to_point(node.end_byte))]
    shown = piece.strip().split("\n", 1)[0].strip()
    return f"unexpected `{shown}`" if shown else "unexpected text"


def make_fault(byte: int, message: str, text: str, offsets: Offsets) -> SyntaxFault:
    """Make a fault at a byte offset of `text`."""
    offset = offsets.convert_to_point(byte)
    before = text[:offset]
    starts = [match.end() for match in LINE_END.finditer(before)] if "\r" in before else None
    line = len(starts) if starts is not None else before.count("\n")
    begin = (starts or [0])[-1] if starts is not None else before.rfind("\n") + 1
    return SyntaxFault(line + 1, offset - begin + 1, message)
