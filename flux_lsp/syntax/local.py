"""Proves from the touched statements alone that an edit added no fault, however long the file is.

Never says that an edit is wrong: without a proof the caller parses the whole file.
"""

from flux_lsp.core.common_ends import count_common_ends
from flux_lsp.core.text import Span
from flux_lsp.syntax.places import list_neighbours
from flux_lsp.syntax.python_ast import find_python_fault
from flux_lsp.syntax.tree import Parsed, parse

_SMALL = 20_000  # code points; such a file is parsed as a whole in a few ms


def is_proven_sound(before: Parsed, after: str) -> bool:
    """Whether the statements that differ parse without a fault, before and after, on their own."""
    if not before.language.statements or len(after) < _SMALL or before.root.has_error:
        return False
    start, kept = count_common_ends(before.text, after)
    touched = _find_touched(before, Span(start, len(before.text) - kept))
    if touched is None or len(touched) > len(before.text) // 2:
        return False
    grown = Span(touched.start, touched.end + len(after) - len(before.text))
    return _is_sound(touched.extract(before.text), before) and _is_sound(
        grown.extract(after), before
    )


def _find_touched(parsed: Parsed, span: Span) -> Span | None:
    """The whole lines of the touched top-level statements, with the one before and after."""
    first, last = (
        parsed.offsets.convert_to_byte(span.start),
        parsed.offsets.convert_to_byte(span.end),
    )
    statements = list_neighbours(parsed.root, first, last)
    if not statements:
        return None
    lines = parsed.cover_whole_lines(statements[0].start_byte, statements[-1].end_byte)
    if lines.start > span.start or lines.end < span.end:
        return None
    return lines


def _is_sound(text: str, like: Parsed) -> bool:
    if like.language.id == "python" and find_python_fault(text) is not None:
        return False
    parsed = parse(text, like.language)
    return parsed is not None and not parsed.list_faults()
