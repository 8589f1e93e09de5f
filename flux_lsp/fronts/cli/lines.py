"""Turns lines and positions of the command line into spans of a text; columns count code points.

Never raises for a place behind the end: it takes the end.
"""

from collections.abc import Mapping

from flux_lsp.core.text import Snapshot, Span


def select_lines(snapshot: Snapshot, lines: tuple[int, int] | None) -> Span:
    """Return the span of 1-based lines; `lines` is None for the whole file.

    One line becomes a cursor, which means the symbol around it; several become a selection.
    """
    first, last = lines or (1, snapshot.line_count)
    first = min(max(first, 1), snapshot.line_count)
    last = min(max(last, first), snapshot.line_count)
    text = _get_line(snapshot, last - 1)
    if first == last and lines is not None:
        cursor = snapshot.line_starts[first - 1] + len(text) - len(text.lstrip())
        return Span(cursor, cursor)
    return Span(snapshot.line_starts[first - 1], snapshot.line_starts[last - 1] + len(text))


def locate_range(snapshot: Snapshot, range_: Mapping[str, Mapping[str, int]]) -> Span:
    """Return the span of an LSP range that counts code points; swaps the ends of a reversed one."""
    ends = sorted(_locate(snapshot, range_[end]) for end in ("start", "end"))
    return Span(ends[0], ends[1])


def format_range(snapshot: Snapshot, span: Span) -> dict[str, dict[str, int]]:
    """Return the LSP range of a span, in code points."""
    return {
        "start": _make_position(snapshot, span.start),
        "end": _make_position(snapshot, span.end),
    }


def _locate(snapshot: Snapshot, position: Mapping[str, int]) -> int:
    line = int(position["line"])
    if line >= snapshot.line_count:
        return len(snapshot.text)
    column = min(int(position["character"]), len(_get_line(snapshot, line)))
    return snapshot.line_starts[line] + column


def _make_position(snapshot: Snapshot, offset: int) -> dict[str, int]:
    line = snapshot.get_line(offset)
    return {"line": line, "character": offset - snapshot.line_starts[line]}


def _get_line(snapshot: Snapshot, line: int) -> str:
    """Return one 0-based line without its end."""
    return snapshot.get_line_span(line, line).extract(snapshot.text).rstrip("\r\n")
