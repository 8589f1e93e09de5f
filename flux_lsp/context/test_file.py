"""The test file that an answer will extend, as it is shown beside the target.

Never leaves lines out without it being visible: the excerpts carry their line numbers.
"""

from flux_lsp.context.values import Context, Excerpt
from flux_lsp.core.text import LineRange, Snapshot


def add_test_file(context: Context, snapshot: Snapshot, limit: int) -> Context:
    """`context` with the test file that will be extended: whole, or its head and its end."""
    tokens = max(limit - context.tokens, limit // 4)
    return context.add_excerpts(tuple(_show_ends(snapshot, tokens)))


def _show_ends(snapshot: Snapshot, tokens: int) -> list[Excerpt]:
    total = snapshot.line_count
    lines = max(40, int(tokens * 2.8 / max(1, len(snapshot.text) // total)))
    if total <= lines:
        return [_make_excerpt(snapshot, 0, total - 1)]
    return [
        _make_excerpt(snapshot, 0, lines // 3 - 1),
        _make_excerpt(snapshot, total - 2 * lines // 3, total - 1),
    ]


def _make_excerpt(snapshot: Snapshot, first: int, last: int) -> Excerpt:
    span = snapshot.get_line_span(first, last)
    return Excerpt(
        path=snapshot.path,
        lines=LineRange(first + 1, last + 1),
        text=span.extract(snapshot.text),
        why="test file",
        total_lines=snapshot.line_count,
    )
