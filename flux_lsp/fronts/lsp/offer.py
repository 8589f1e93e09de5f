"""The menu: finds which actions apply at a range, from the outline or a few lines of the document.

Pure and quick: no parsing, no model, no disk, no network; cost does not grow with the file.
"""

from dataclasses import replace
from typing import Any

from flux_lsp.actions.offer import MenuContext, find_offers
from flux_lsp.fronts.lsp.agent_menu import find_mentioned, offer_agents
from flux_lsp.fronts.lsp.diagnostics import format_headline, select_on_lines
from flux_lsp.fronts.lsp.menu import Menu, MenuRequest, build_code_action, is_wanted
from flux_lsp.fronts.lsp.menu_target import Known, LineView, Named, name_target
from flux_lsp.syntax.directives import find_directives
from flux_lsp.syntax.languages import find_language
from flux_lsp.syntax.selected import SelectionKind, classify_selection

_COMMENT_LINES = 20  # lines around a directive that may belong to its comment
AUTOMATIC_TRIGGER = 2  # CodeActionTriggerKind: the editor asked by itself


def offer_actions(
    menu: Menu, document: LineView, request: MenuRequest, outline: Known | None = None
) -> list[dict[str, Any]]:
    """Return code actions as JSON, in menu order; `outline` is what the tree said about the lines."""
    context = read_context(document, request, outline)
    mentioned = find_mentioned(menu, context)
    context = replace(
        context, directives=tuple(d for d in context.directives if d not in mentioned)
    )
    return [
        *(
            build_code_action(menu, action, item, document, request)
            for action in menu.actions
            if is_wanted(action.kind, request.only)
            for item in find_offers(action, context)
        ),
        *offer_agents(menu, context, mentioned, document, request),
    ]


def is_at_cursor(document: LineView, request: MenuRequest) -> bool:
    """Whether nothing is selected, or only what some editors always send."""
    return _classify_selection(document, request) == "cursor"


def _classify_selection(document: LineView, request: MenuRequest) -> SelectionKind:
    start, end = request.range["start"], request.range["end"]
    line = start["line"]
    if end["line"] != line:
        return "text"
    columns = sorted(document.column(line, place["character"]) for place in (start, end))
    return classify_selection("".join(document.lines(line, line))[slice(*columns)])


def read_context(document: LineView, request: MenuRequest, outline: Known | None) -> MenuContext:
    """Read what can be seen of the place without parsing."""
    first, last = request.range["start"]["line"], request.range["end"]["line"]
    language = find_language(document.language_id, request.path)
    symbol = name_target(document, first, language, outline) or Named(None)
    start = max(0, first - _COMMENT_LINES)
    window = document.lines(start, last + _COMMENT_LINES)
    near = find_directives(window, first - start, min(last - start, len(window) - 1), language)
    selection = _classify_selection(document, request)
    nearby = window[first - start : last - start + 1] if selection == "text" else window
    return MenuContext(
        language=language,
        path=request.path,
        selection=selection,
        symbol=symbol.name,
        symbol_kind=symbol.kind,
        problems=tuple(
            format_headline(each) for each in select_on_lines(request.diagnostics, first, last)
        ),
        directives=tuple(replace(each, line=each.line + start) for each in near),
        has_text=_has_text(document),
        is_file=request.uri.startswith("file:"),
        is_unasked=request.is_unasked,
        nearby="".join(nearby),
    )


def _has_text(document: LineView) -> bool:
    """Whether the document holds any text; one of many lines surely does."""
    if document.line_count > 2 * _COMMENT_LINES:
        return True
    return any(text.strip() for text in document.lines(0, document.line_count))
