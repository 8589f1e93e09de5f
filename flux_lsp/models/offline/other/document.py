"""A documenting comment directly above each symbol of the target that has none.

Never touches a line of code: comments go between the lines.
"""

from flux_lsp.core.text import Change, Span, apply_changes
from flux_lsp.models.offline.other.comments import comment_for, has_comment
from flux_lsp.models.offline.other.outline import CALLABLE, outline
from flux_lsp.models.offline.values import Declined, Edited
from flux_lsp.syntax.symbols import Symbol
from flux_lsp.syntax.tree import Parsed, parse

_DOCUMENTED = frozenset(
    {"function", "method", "class", "struct", "interface", "enum", "trait", "macro"}
)


def document(parsed: Parsed, target: Span) -> Edited | Declined:
    """Comments for the functions and types in the target; those inside functions left out."""
    here = [s for s in _documented(parsed) if target.start <= s.span.start < target.end]
    bare = [symbol for symbol in here if not has_comment(parsed, symbol)]
    if not bare:
        why = "everything here has its comment" if here else "there is no function or type here"
        return Declined(why)
    changes = tuple(_added(parsed, symbol) for symbol in bare)
    after = parse(apply_changes(parsed.text, changes), parsed.language)
    if after is None or len(after.faults()) > len(parsed.faults()):
        return Declined("a comment does not fit in here without breaking the code")
    return Edited(changes, f"Added {len(bare)} comment{'s' * (len(bare) != 1)}.")


def _documented(parsed: Parsed) -> list[Symbol]:
    """What deserves a comment and begins on a line of its own."""
    inside = {s.qualified for s in parsed.symbols() if s.kind in CALLABLE}
    found: dict[int, Symbol] = {}
    for symbol in parsed.symbols():
        if symbol.kind in _DOCUMENTED and symbol.parent not in inside:
            found.setdefault(symbol.span.start, symbol)
    return list(found.values())


def _added(parsed: Parsed, symbol: Symbol) -> Change:
    start = symbol.span.start
    row = symbol.span.of(parsed.text)
    indent = row[: len(row) - len(row.lstrip(" \t"))]
    end = "\r\n" if "\r\n" in parsed.text else "\n"
    lines = comment_for(outline(parsed, symbol))
    return Change(Span(start, start), "".join(f"{indent}{line}{end}" for line in lines))
