"""Lists the parts of a file that become items: its functions, methods and classes, or all of it.

Pure. No two items of a file overlap: a class whose methods are items stands for its head alone.
"""

from collections.abc import Callable, Collection, Iterator, Sequence

from flux_lsp.core.text import Snapshot, Span
from flux_lsp.syntax.doc_forms import find_doc_forms
from flux_lsp.syntax.symbols import CONTAINERS, Symbol
from flux_lsp.syntax.tree import Parsed

_FUNCTIONS = frozenset({"function", "method"})
_KINDS = _FUNCTIONS | CONTAINERS

Part = tuple[str, Span]  # the dotted name of a symbol, "" for the file, and what of the text it is


def list_parts(parsed: Parsed, is_wanted: Callable[[Symbol], bool]) -> list[Part]:
    """List the symbols that become items, in document order.

    What stands inside of a function belongs to it.
    """
    units = list(_list_units(parsed.list_symbols()))
    heads = {id(s): _cut_head(s, units) for s in units}
    return [(s.qualified, heads[id(s)]) for s in units if is_wanted(s) and len(heads[id(s)])]


def is_documented(parsed: Parsed, symbol: Symbol) -> bool:
    """Whether the symbol has documentation where its language has it: inside or right above."""
    rows = parsed.find_docstring_lines(symbol.span) if parsed.language.id == "python" else None
    if rows is not None:
        return rows[0] < rows[1]
    forms, language = find_doc_forms(parsed.language), parsed.language
    marks = (*language.line_comments, *(opening for opening, _ in language.block_comments))
    starts = parsed.line_starts
    above = parsed.text[symbol.span.start : starts[symbol.signature_line]]
    lines = [line.strip() for line in above.splitlines()]
    return any(
        forms.has_form(line) or (forms.plain and bool(marks) and line.startswith(marks))
        for line in lines
    )


def touches(span: Span, changed: Sequence[Span]) -> bool:
    """Whether one of the `changed` places of the text lies in `span`; where something was deleted is a place."""
    return any(
        place.start < span.end and span.start < max(place.end, place.start + 1) for place in changed
    )


def is_named_in(symbol: Symbol, words: Collection[str]) -> bool:
    """Whether `words`, those of the project's tests, hold the symbol's own name."""
    return symbol.name in words


def cover_file(snapshot: Snapshot) -> Part:
    """Return the part that is all of the file."""
    return "", Span(0, len(snapshot.text))


def _list_units(symbols: Sequence[Symbol]) -> Iterator[Symbol]:
    inside = 0  # the end of the function that was listed last
    for symbol in symbols:
        if symbol.kind not in _KINDS or symbol.span.start < inside:
            continue
        if symbol.kind in _FUNCTIONS:
            inside = symbol.span.end
        yield symbol


def _cut_head(symbol: Symbol, units: Sequence[Symbol]) -> Span:
    """Return a container up to the first unit inside of it, and any other symbol whole."""
    inner = (
        unit.span.start
        for unit in units
        if unit is not symbol and symbol.span.contains(unit.span) and unit.span != symbol.span
    )
    return Span(symbol.span.start, min(inner, default=symbol.span.end))
