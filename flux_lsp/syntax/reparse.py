"""Runs the parser: from scratch or from an earlier tree, in steps that let other threads run.

Never lets a grammar run without end: past a time limit there is no tree.
"""

from time import monotonic
from typing import TYPE_CHECKING

from flux_lsp.core.common_ends import count_common_ends, count_common_prefix, count_common_suffix
from flux_lsp.syntax.chunks import open_reader

if TYPE_CHECKING:
    from tree_sitter import Language, Tree

# Some grammars take minutes on hostile text (thousands of open brackets or comments). They are
# stopped, and the text is then worked on by lines. Ordinary code takes 0.1 s a megabyte.
_LONGEST_SECONDS = 3.0


def run_parser(grammar: "Language", data: bytes, known: "Tree | None") -> "Tree | None":
    """The tree over `data`, with what `known` (already edited) shares taken from it; or None."""
    from tree_sitter import Parser

    until = monotonic() + _LONGEST_SECONDS

    # Being called at all gives other threads their turn: the parser itself holds the lock.
    def stop(_: int, __: bool) -> bool:
        return monotonic() > until

    parser = Parser(grammar)
    try:
        with open_reader(data) as read:
            if known is None:
                return parser.parse(read, encoding="utf8", progress_callback=stop)
            return parser.parse(read, known, encoding="utf8", progress_callback=stop)
    except ValueError:  # what the binding raises for a parse that was stopped
        return None


def edit_tree(tree: "Tree", old: bytes, new: bytes) -> "Tree":
    """A copy of `tree` over `old` that knows which part of it `new` replaces."""
    start = _find_character_edge(new, count_common_prefix(old, new))
    most = min(len(old), len(new)) - start
    end = count_common_suffix(old, new, most)
    while end and _is_inside_character(new, len(new) - end):
        end -= 1
    copy = tree.copy()
    copy.edit(
        start,
        len(old) - end,
        len(new) - end,
        _point(old, start),
        _point(old, len(old) - end),
        _point(new, len(new) - end),
    )
    return copy


def find_changed_bytes(tree: "Tree", old: bytes, other: "Tree", new: bytes) -> tuple[int, int, int]:
    """Where two texts, or what their trees make of them, differ: first byte, last in each.

    Before the first byte and behind the last ones, both are the same.
    """
    first, kept = count_common_ends(old, new)
    for changed in edit_tree(tree, old, new).changed_ranges(other):
        first = min(first, changed.start_byte)
        kept = min(kept, max(0, len(new) - changed.end_byte))
    return first, max(first, len(old) - kept), max(first, len(new) - kept)


def _find_character_edge(data: bytes, offset: int) -> int:
    while offset and _is_inside_character(data, offset):
        offset -= 1
    return offset


def _is_inside_character(data: bytes, offset: int) -> bool:
    return offset < len(data) and data[offset] & 0xC0 == 0x80


def _point(data: bytes, offset: int) -> tuple[int, int]:
    """Row and column as the parser counts: rows end at line feeds, columns are bytes."""
    return data.count(b"\n", 0, offset), offset - data.rfind(b"\n", 0, offset) - 1
