"""Finds the end of a file's head: its imports and what is before them, or its first comments.

Never reads a tree; `findings.py` does.
"""

from flux_lsp.syntax.findings import Findings
from flux_lsp.syntax.symbols import CONSTANT

HEADER_WITHIN = 64_000  # bytes of a file in which its head is looked for
# Neither ends the head: an import inside a namespace or a module still heads the file.
_HEADS_TOO = frozenset({"namespace", "module", CONSTANT})


def find_header_end(findings: Findings, data: bytes) -> int:
    """Find the byte behind the head of a file; 0 if it has none."""
    bodies = (symbol.start for symbol in findings.symbols if symbol.kind not in _HEADS_TOO)
    first = min(bodies, default=len(data))
    ends = [end for start, end in findings.headers if start < first]
    return max(ends) if ends else _find_comments_end(findings.above, first, data)


def _find_comments_end(above: list[tuple[int, int]], first: int, data: bytes) -> int:
    """Find the end of the comments at the very top that have only blanks between them."""
    done = 0
    for start, end in sorted(above):
        if start >= first or data[done:start].strip():
            break
        done = end
    # A comment directly above the first symbol belongs to that symbol.
    alone = b"\n\n" in data[done:first].replace(b"\r", b"") or first == len(data)
    return done if alone else 0
