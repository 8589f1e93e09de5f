"""Whether Python's own compiler accepts a text: it knows faults that a tolerant parser lets pass.

Never runs the code, and never lets a warning of the checked text out.
"""

import warnings
from ast import PyCF_ALLOW_TOP_LEVEL_AWAIT
from threading import Lock
from typing import TYPE_CHECKING

from flux_lsp.core.common_ends import count_common_ends
from flux_lsp.core.text import Span
from flux_lsp.syntax.faults import SyntaxFault
from flux_lsp.syntax.places import list_neighbours
from flux_lsp.syntax.python_newer import may_be_newer
from flux_lsp.syntax.tree import Parsed

if TYPE_CHECKING:
    from tree_sitter import Node

_WARNINGS = Lock()  # the filters are one list for the whole process
_BIG = 40_000  # bytes; about 1,000 lines


def find_python_fault(text: str, first_line: int = 1, *, cell: bool = False) -> SyntaxFault | None:
    """What keeps `text` from compiling, or None. `first_line`: the number of its first line.

    `cell`: it is a notebook's, which may await outside of functions. By the rules of the Python that
    runs this; what only a newer one knows is no fault.
    """
    try:
        with _WARNINGS, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            flags = PyCF_ALLOW_TOP_LEVEL_AWAIT if cell else 0
            compile(text.removeprefix("\ufeff"), "<text>", "exec", flags, dont_inherit=True)
    except SyntaxError as error:
        stopped = max(1, error.lineno or 1)
        if may_be_newer(_read_line(text, stopped), error.msg or ""):
            return None
        line = stopped + first_line - 1
        return SyntaxFault(line, max(1, error.offset or 1), error.msg or "invalid syntax")
    except (ValueError, OverflowError, RecursionError, MemoryError) as error:
        # NUL characters and lone surrogates, or nesting beyond what the compiler takes
        return SyntaxFault(first_line, 1, str(error) or "nested too deeply")
    return None


def _read_line(text: str, number: int) -> str:
    return next(iter(text.split("\n", number)[number - 1 :]), "")


def find_new_python_fault(before: Parsed, after: Parsed) -> SyntaxFault | None:
    """The fault that `after` has and `before` had not, in the top-level statements that differ.

    None as well when the touched part of `before` did not compile: then nothing can be said.
    """
    start, end = count_common_ends(before.text, after.text)
    fault = _find_fault_near(after, Span(start, len(after.text) - end))
    if fault is None or _find_fault_near(before, Span(start, len(before.text) - end)):
        return None
    return fault


def _find_fault_near(parsed: Parsed, span: Span) -> SyntaxFault | None:
    touched, in_class = _find_statements(parsed, span)
    text, line = touched.extract(parsed.text), parsed.text.count("\n", 0, touched.start) + 1
    if in_class:
        return find_python_fault("class _:\n" + text, line - 1)
    return find_python_fault(text, line)


def _find_statements(parsed: Parsed, span: Span) -> tuple[Span, bool]:
    """The touched statements with the one before and the one after: an edit can join them.

    And whether they are from the body of a class rather than from the top level.
    """
    first, last = (
        parsed.offsets.convert_to_byte(span.start),
        parsed.offsets.convert_to_byte(span.end),
    )
    node: Node | None = parsed.root
    statements: list[Node] = []
    in_class = False
    while node is not None:
        inner = list_neighbours(node, first, last)
        statements, in_class = (inner, node != parsed.root) if inner else (statements, in_class)
        node = next(
            (body for statement in statements if (body := _find_big_body(statement, first, last))),
            None,
        )
    if not statements:
        return Span(0, len(parsed.text)), False
    return parsed.cover_whole_lines(statements[0].start_byte, statements[-1].end_byte), in_class


def _find_big_body(node: "Node", first: int, last: int) -> "Node | None":
    """The body of a class too big to be compiled in a few ms, when all of the change is in it."""
    inner = node.child_by_field_name("definition") or node
    body = inner.child_by_field_name("body")
    big = inner.type == "class_definition" and node.end_byte - node.start_byte > _BIG
    return body if big and body and body.start_byte <= first and last <= body.end_byte else None
