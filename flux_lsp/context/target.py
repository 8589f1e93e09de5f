"""Which lines an action is about: the selection's, the symbol's around a cursor, or the block's.

Never empty on a text that holds anything, and never looks beyond one document.
`fronts/lsp/menu_target.py` finds the name of the same target without a tree.
"""

from collections.abc import Iterable, Sequence

from flux_lsp.core.text import Snapshot, Span, split_lines
from flux_lsp.syntax.blocks import find_block_around
from flux_lsp.syntax.head_search import find_head_around
from flux_lsp.syntax.languages import Language, find_language
from flux_lsp.syntax.line_marks import find_nearest_filled, is_swallowed, measure_indent
from flux_lsp.syntax.selected import classify_selection
from flux_lsp.syntax.symbols import Symbol
from flux_lsp.syntax.tree import Parsed


def find_target(snapshot: Snapshot, selection: Span, parsed: Parsed | None) -> Span:
    """The whole lines meant by `selection`; empty, blank or one code point long it is a cursor."""
    if classify_selection(selection.extract(snapshot.text)) != "cursor":
        return snapshot.expand_to_lines(selection)
    return _find_around(snapshot, snapshot.get_line(selection.start), parsed)


def is_in_symbol(snapshot: Snapshot, offset: int, parsed: Parsed | None) -> bool:
    """Whether a cursor at `offset` means a symbol, and not only the lines around it."""
    number = snapshot.get_line(offset)
    if parsed is not None and _find_symbol(snapshot, number, parsed) is not None:
        return True
    lines = split_lines(snapshot.text)
    line = snapshot.get_line_span(number, number)
    if parsed is not None and not parsed.is_torn(line):
        return False
    language = find_language(snapshot.language_id, snapshot.path)
    return find_head_around(lines, number, language) is not None


def find_problem_target(
    snapshot: Snapshot, selection: Span, problems: Iterable[Span], parsed: Parsed | None
) -> Span:
    """What a repair may change: the target and the lines of the `problems` that the selection touches.

    Where it touches none, the nearest one's target.
    """
    places = list(problems)
    touched = [place for place in places if is_on_same_lines(snapshot, place, selection)]
    if not touched and places:
        nearest = min(places, key=lambda place: abs(place.start - selection.start))
        selection, touched = Span(nearest.start, nearest.start), [nearest]
    target = find_target(snapshot, selection, parsed)
    lines = [_include_blank_lines(snapshot, *_find_lines(snapshot, place)) for place in touched]
    first = min((line.start for line in lines), default=target.start)
    last = max((line.end for line in lines), default=target.end)
    return Span(min(target.start, first), max(target.end, last))


def find_directive_target(snapshot: Snapshot, number: int, parsed: Parsed | None) -> Span:
    """What a comment directive on a 0-based line is about: what begins right below, else what is around.

    The directive's own lines are part of it.
    """
    line = snapshot.get_line_span(number, number)
    span = _find_below(snapshot, number, parsed) or _find_around(snapshot, number, parsed)
    return Span(min(line.start, span.start), max(line.end, span.end))


def is_about(snapshot: Snapshot, problem: Span, selection: Span, target: Span) -> bool:
    """Whether a reported problem is what a repair is asked for: it touches the selection or target.

    What is missing at the end of the file is reported behind the last line.
    """
    at_end = problem.start == target.end == len(snapshot.text)
    return (
        at_end
        or is_on_same_lines(snapshot, problem, selection)
        or is_on_same_lines(snapshot, problem, target)
    )


def is_on_same_lines(snapshot: Snapshot, span: Span, other: Span) -> bool:
    """Whether two spans share a line."""
    (first, last), (begin, end) = _find_lines(snapshot, span), _find_lines(snapshot, other)
    return first <= end and begin <= last


def _find_lines(snapshot: Snapshot, span: Span) -> tuple[int, int]:
    """0-based first and last line; the end of the text is a line."""
    first = snapshot.get_line(span.start)
    return first, max(first, snapshot.get_lines(span).last - 1)


def _include_blank_lines(snapshot: Snapshot, first: int, last: int) -> Span:
    """Whole lines; of a run of blank lines, which are one thing to the eye, all of it."""
    lines = split_lines(snapshot.text)
    is_blank = [not line.strip() for line in lines]
    if all(is_blank[first : last + 1]):
        while first > 0 and is_blank[first - 1]:
            first -= 1
        while last + 1 < len(lines) and is_blank[last + 1]:
            last += 1
    return snapshot.get_line_span(first, last)


def _find_around(snapshot: Snapshot, number: int, parsed: Parsed | None) -> Span:
    lines = split_lines(snapshot.text)
    language = find_language(snapshot.language_id, snapshot.path)
    span = _find_by_tree(snapshot, lines, number, parsed, language) if parsed else None
    if span is not None:
        return span
    block = find_block_around(lines, number, language)
    return snapshot.get_line_span(block.first, block.last)


def _find_by_tree(
    snapshot: Snapshot, lines: Sequence[str], number: int, parsed: Parsed, language: Language
) -> Span | None:
    symbol = _find_symbol(snapshot, number, parsed)
    if symbol is None:
        number = find_nearest_filled(lines, number)
        symbol = _find_symbol(snapshot, number, parsed)
    line = snapshot.get_line_span(number, number)
    swallowed = _find_swallowed(snapshot, lines, line, symbol, parsed, language)
    if swallowed is not None:
        return swallowed
    if symbol is not None:
        return symbol.span
    header = parsed.find_header()
    if header is not None and line.start < header.end:
        return header
    return parsed.find_statement(line) if line.extract(snapshot.text).strip() else None


def _find_symbol(snapshot: Snapshot, number: int, parsed: Parsed) -> Symbol | None:
    start = snapshot.get_line_span(number, number).start
    return parsed.find_enclosing(Span(start, start))


def _find_swallowed(
    snapshot: Snapshot,
    lines: Sequence[str],
    line: Span,
    symbol: Symbol | None,
    parsed: Parsed,
    language: Language,
) -> Span | None:
    """The block that the eye sees where a fault above made the tree take too much for one thing."""
    about = symbol.span if symbol else Span(line.start, max(line.start, line.end - 1))
    if not parsed.is_torn(about):
        return None
    number = snapshot.get_line(line.start)
    head = find_head_around(lines, number, language)
    if head is None:
        return None
    if symbol is not None:
        first = snapshot.get_line(symbol.span.start)
        if not is_swallowed(lines, head.line, first, symbol.signature_line, language):
            return None
    block = find_block_around(lines, number, language)
    return snapshot.get_line_span(block.first, block.last)


def _find_below(snapshot: Snapshot, number: int, parsed: Parsed | None) -> Span | None:
    """What begins on the next filled line, if it is indented no less than the directive itself."""
    lines = split_lines(snapshot.text)
    following = find_nearest_filled(lines, min(number + 1, len(lines) - 1))
    if following <= number or following >= len(lines):
        return None
    if measure_indent(lines[following]) < measure_indent(lines[number]):
        return None
    if parsed is not None:
        start = snapshot.get_line_span(number, number).start
        symbol = parsed.find_next_symbol(start)
        if symbol is not None:
            return symbol.span
        around = parsed.find_enclosing(Span(start, start))
        return around.span if around else _find_around(snapshot, following, parsed)
    language = find_language(snapshot.language_id, snapshot.path)
    block = find_block_around(lines, following, language)
    return snapshot.get_line_span(block.first, block.last)
