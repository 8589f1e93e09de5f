"""Problems of an agent's file, and what mends them, as LSP says them.

Never decides what a problem is.
"""

from typing import TYPE_CHECKING, Any

from flux_lsp.core.text import Change, Snapshot, Span
from flux_lsp.fronts.lsp.convert import to_range, to_text_edits
from flux_lsp.fronts.lsp.protocol.positions import Encoding

if TYPE_CHECKING:
    from flux_lsp.actions.agents.frontmatter import Place
    from flux_lsp.actions.agents.values import FileProblem, Fix

_SEVERITIES = {"error": 1, "warning": 2, "information": 3, "hint": 4}


def format_problem(
    snapshot: Snapshot, problem: "FileProblem", encoding: Encoding
) -> dict[str, Any]:
    """Format a problem as a diagnostic."""
    return {
        "range": to_range(snapshot, _to_span(snapshot, problem.place), encoding),
        "severity": _SEVERITIES[problem.severity],
        "source": "flux",
        "code": problem.code,
        "message": problem.message,
    }


def make_fix(
    snapshot: Snapshot, problem: "FileProblem", fix: "Fix", encoding: Encoding, *, versioned: bool
) -> dict[str, Any]:
    """Make the quick fix of a problem. `versioned`: the client takes edits of a version."""
    change = Change(_to_span(snapshot, fix.place), fix.text)
    edits = to_text_edits(snapshot, [change], encoding)
    document = {"uri": snapshot.uri, "version": snapshot.version}
    edit: dict[str, Any] = {"changes": {snapshot.uri: edits}}
    if versioned:
        edit = {"documentChanges": [{"textDocument": document, "edits": edits}]}
    return {
        "title": f"Flux: {fix.title[0].lower()}{fix.title[1:]}",
        "kind": "quickfix.flux",
        "diagnostics": [format_problem(snapshot, problem, encoding)],
        "edit": edit,
    }


def _to_span(snapshot: Snapshot, place: "Place") -> Span:
    start = _to_offset(snapshot, place.line, place.column)
    return Span(start, max(start, _to_offset(snapshot, place.end_line, place.end_column)))


def _to_offset(snapshot: Snapshot, line: int, column: int) -> int:
    if line >= snapshot.line_count:
        return len(snapshot.text)
    span = snapshot.get_line_span(line, line)
    mark = line == 0 and snapshot.text.startswith("\ufeff")
    return min(span.start + column + mark, span.end)
