"""A finding in a document as it is now.

Never changes; a newer place is a newer value.
"""

from dataclasses import dataclass

from flux_lsp.core.text import Snapshot
from flux_lsp.edits.findings.values import Finding
from flux_lsp.runs.line_edits import HunkLines


@dataclass(frozen=True, slots=True)
class PlacedFinding:
    """A finding of the agent or action `code`, and where its lines are now.

    `id` tells it apart in its document. `home` is the uri of the document that the run was about, `lines_text`
    what its lines have to hold, without the last line end.
    """

    id: str
    code: str
    home: str
    finding: Finding
    block: HunkLines
    lines_text: str


def read_block(snapshot: Snapshot, block: HunkLines) -> str | None:
    """Read the lines of a block without the last line end; None where the document has fewer."""
    if block.first + block.count > snapshot.line_count:
        return None
    span = snapshot.get_line_span(block.first, block.first + block.count - 1)
    return span.extract(snapshot.text).rstrip("\r\n")
