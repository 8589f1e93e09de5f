"""LSP's ranges and text edits from and to spans and changes; the only place that does it."""

from collections.abc import Mapping, Sequence

from flux_lsp.core.text import Change, Snapshot, Span
from flux_lsp.edits.change.diff import smallest
from flux_lsp.fronts.lsp.protocol.positions import Encoding, to_column, to_units


def span_of(
    snapshot: Snapshot, range_: Mapping[str, Mapping[str, int]], encoding: Encoding
) -> Span:
    """The span of an LSP range; clamped to the text, ends swapped when reversed."""
    start = offset_of(snapshot, range_["start"], encoding)
    end = offset_of(snapshot, range_["end"], encoding)
    return Span(min(start, end), max(start, end))


def offset_of(snapshot: Snapshot, position: Mapping[str, int], encoding: Encoding) -> int:
    """Code-point offset of an LSP position; a column past the end means the end of the line."""
    line = int(position["line"])
    if line >= snapshot.line_count:
        return len(snapshot.text)
    text = line_text(snapshot, line)
    return snapshot.line_starts[line] + to_column(text, int(position["character"]), encoding)


def position_of(snapshot: Snapshot, offset: int, encoding: Encoding) -> dict[str, int]:
    """LSP position of a code-point offset."""
    line = snapshot.line_of(offset)
    column = offset - snapshot.line_starts[line]
    return {"line": line, "character": to_units(line_text(snapshot, line), column, encoding)}


def range_of(snapshot: Snapshot, span: Span, encoding: Encoding) -> dict[str, dict[str, int]]:
    """LSP range of a span."""
    return {
        "start": position_of(snapshot, span.start, encoding),
        "end": position_of(snapshot, span.end, encoding),
    }


def text_edits(
    snapshot: Snapshot, changes: Sequence[Change], encoding: Encoding
) -> list[dict[str, object]]:
    """LSP text edits of `changes`, in the document's order."""
    return [
        {"range": range_of(snapshot, change.span, encoding), "newText": change.text}
        for change in changes
    ]


def carry(
    ranges: Sequence[Mapping[str, Mapping[str, int]]],
    before: Snapshot,
    now: Snapshot,
    encoding: Encoding,
) -> list[dict[str, dict[str, int]]]:
    """LSP ranges of `before` where their text is in `now`; what was typed over closes up."""
    typed = smallest(before.text, now.text)
    spans = [span_of(before, one, encoding) for one in ranges]
    moved = [Span(_moved(span.start, typed), _moved(span.end, typed)) for span in spans]
    return [range_of(now, span, encoding) for span in moved]


def _moved(offset: int, typed: Sequence[Change]) -> int:
    by = 0
    for change in typed:
        if change.span.end <= offset:
            by += len(change.text) - len(change.span)
        elif change.span.start < offset:
            return change.span.start + by
    return offset + by


def line_text(snapshot: Snapshot, line: int) -> str:
    """One 0-based line without its end."""
    span = snapshot.span_of_lines(line, line)
    return span.of(snapshot.text).rstrip("\r\n")
