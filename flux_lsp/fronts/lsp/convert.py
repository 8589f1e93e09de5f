"""Converts LSP's ranges and text edits from and to spans and changes; nothing else does."""

from collections.abc import Mapping, Sequence

from flux_lsp.core.text import Change, Snapshot, Span
from flux_lsp.fronts.lsp.protocol.positions import Encoding, count_units, find_column


def to_span(
    snapshot: Snapshot, range_: Mapping[str, Mapping[str, int]], encoding: Encoding
) -> Span:
    """Return the span of an LSP range, clamped to the text; swaps the ends of a reversed one."""
    start = to_offset(snapshot, range_["start"], encoding)
    end = to_offset(snapshot, range_["end"], encoding)
    return Span(min(start, end), max(start, end))


def to_offset(snapshot: Snapshot, position: Mapping[str, int], encoding: Encoding) -> int:
    """Return the code-point offset of an LSP position; a column past the end means the line's end."""
    line = int(position["line"])
    if line >= snapshot.line_count:
        return len(snapshot.text)
    text = get_line(snapshot, line)
    return snapshot.line_starts[line] + find_column(text, int(position["character"]), encoding)


def to_position(snapshot: Snapshot, offset: int, encoding: Encoding) -> dict[str, int]:
    """Return the LSP position of a code-point offset."""
    line = snapshot.get_line(offset)
    column = offset - snapshot.line_starts[line]
    return {"line": line, "character": count_units(get_line(snapshot, line), column, encoding)}


def to_range(snapshot: Snapshot, span: Span, encoding: Encoding) -> dict[str, dict[str, int]]:
    """Return the LSP range of a span."""
    return {
        "start": to_position(snapshot, span.start, encoding),
        "end": to_position(snapshot, span.end, encoding),
    }


def to_text_edits(
    snapshot: Snapshot, changes: Sequence[Change], encoding: Encoding
) -> list[dict[str, object]]:
    """Return the LSP text edits of `changes`, in the document's order."""
    return [
        {"range": to_range(snapshot, change.span, encoding), "newText": change.text}
        for change in changes
    ]


def get_line(snapshot: Snapshot, line: int) -> str:
    """Return one 0-based line without its end."""
    span = snapshot.get_line_span(line, line)
    return span.extract(snapshot.text).rstrip("\r\n")
