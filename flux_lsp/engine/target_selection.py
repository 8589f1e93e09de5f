"""Finds what a request points at: a selection, a cursor, a directive's line, or problems to repair.

Never reads a file and never looks beyond the document of the request.
"""

from flux_lsp.actions.action import Action
from flux_lsp.context.target import find_directive_target, find_problem_target, is_in_symbol
from flux_lsp.core.text import Span
from flux_lsp.engine.values import Request
from flux_lsp.syntax.selected import classify_selection
from flux_lsp.syntax.tree import Parsed


def find_target_selection(action: Action, request: Request, parsed: Parsed | None) -> Span:
    """Find what the person selected; for a repair, include the lines of the problems that it touches."""
    selection = _find_pointed(action, request, parsed)
    if not action.needs_diagnostics:
        return selection
    places = [diagnostic.span for diagnostic in request.diagnostics]
    return find_problem_target(request.snapshot, selection, places, parsed)


def _find_pointed(action: Action, request: Request, parsed: Parsed | None) -> Span:
    """Return the selection, or what it points at: a directive's line, or a cursor in the selected word.

    A person's own words are about exactly the selection. Every other action is about code that
    stands on its own, and a single word does not. Some editors send the word at the cursor, or
    leave one selected after each motion: they mean the symbol around it. So does a person who
    picks "document" while a function's name is selected.
    """
    if request.directive_line is not None:
        return find_directive_target(request.snapshot, request.directive_line, parsed)
    text = request.selection.extract(request.snapshot.text)
    if action.needs_instruction or classify_selection(text) != "word":
        return request.selection
    start = request.selection.start + len(text) - len(text.lstrip())
    is_symbol = is_in_symbol(request.snapshot, start, parsed)
    return Span(start, start) if is_symbol else request.selection
