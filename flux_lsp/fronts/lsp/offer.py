"""The menu: finds which actions apply at a range, from the outline or a few lines of the document.

Pure and quick: no parsing, no model, no disk, no network; cost does not grow with the file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flux_lsp.actions.action import Action
from flux_lsp.actions.offer import MenuContext, MenuItem, find_offers
from flux_lsp.fronts.lsp.diagnostics import format_headline, select_on_lines
from flux_lsp.fronts.lsp.menu_target import Known, LineView, Named, name_target
from flux_lsp.syntax.directives import find_directives
from flux_lsp.syntax.languages import find_language
from flux_lsp.syntax.selected import SelectionKind, classify_selection

_COMMENT_LINES = 20  # lines around a directive that may belong to its comment
AUTOMATIC_TRIGGER = 2  # CodeActionTriggerKind: the editor asked by itself


@dataclass(frozen=True, slots=True)
class Menu:
    """The part of the configuration on which the menu depends, computed when it changes.

    `disabled`: why nothing can run now and what to do, "" if runs are possible. `key_command`: the
    client's command that asks for the key, if that is what is missing.
    """

    actions: tuple[Action, ...] = ()
    disabled: str = ""
    shows_disabled: bool = True  # the client knows disabled actions
    key_command: str = ""
    marks_generated: bool = False  # the client knows the tag for what a model generates


@dataclass(frozen=True, slots=True)
class MenuRequest:
    """The parts of a code action request that count."""

    uri: str
    path: str
    range: Mapping[str, Mapping[str, int]]
    only: tuple[str, ...] | None = None
    is_unasked: bool = False
    diagnostics: tuple[Mapping[str, Any], ...] = field(default=())


def offer_actions(
    menu: Menu, document: LineView, request: MenuRequest, outline: Known | None = None
) -> list[dict[str, Any]]:
    """Return code actions as JSON, in menu order; `outline` is what the tree said about the lines."""
    context = _read_context(document, request, outline)
    return [
        _build_code_action(menu, action, item, document, request)
        for action in menu.actions
        if is_wanted(action.kind, request.only)
        for item in find_offers(action, context)
    ]


def is_wanted(kind: str, only: Sequence[str] | None) -> bool:
    """Whether `kind` falls under one of the requested kinds; all do when none is named."""
    return not only or any(o in {"", kind} or kind.startswith(f"{o}.") for o in only)


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


def _read_context(document: LineView, request: MenuRequest, outline: Known | None) -> MenuContext:
    first, last = request.range["start"]["line"], request.range["end"]["line"]
    language = find_language(document.language_id, request.path)
    symbol = name_target(document, first, language, outline) or Named(None)
    start = max(0, first - _COMMENT_LINES)
    window = document.lines(start, last + _COMMENT_LINES)
    near = find_directives(window, first - start, min(last - start, len(window) - 1), language)
    return MenuContext(
        language=language,
        path=request.path,
        selection=_classify_selection(document, request),
        symbol=symbol.name,
        symbol_kind=symbol.kind,
        problems=tuple(
            format_headline(each) for each in select_on_lines(request.diagnostics, first, last)
        ),
        directives=tuple(replace(each, line=each.line + start) for each in near),
        has_text=_has_text(document),
        is_file=request.uri.startswith("file:"),
        is_unasked=request.is_unasked,
    )


def _has_text(document: LineView) -> bool:
    """Whether the document holds any text; one of many lines surely does."""
    if document.line_count > 2 * _COMMENT_LINES:
        return True
    return any(text.strip() for text in document.lines(0, document.line_count))


def _build_code_action(
    menu: Menu, action: Action, item: MenuItem, document: LineView, request: MenuRequest
) -> dict[str, Any]:
    argument: dict[str, Any] = {
        "action": action.id,
        "uri": request.uri,
        "range": request.range,
        "version": document.version,
    }
    if item.directive is not None:
        line = item.directive.line
        argument["range"] = {
            "start": {"line": line, "character": 0},
            "end": {"line": line, "character": 0},
        }
        argument |= {"instruction": item.directive.instruction, "directive": True}
    result: dict[str, Any] = {"title": item.title, "kind": action.kind}
    if action.needs_diagnostics:
        argument["diagnostics"] = list(request.diagnostics)
        result["diagnostics"] = list(request.diagnostics)
    if menu.marks_generated:
        result["tags"] = [1]  # LLMGenerated
    if menu.disabled and menu.shows_disabled:
        result["disabled"] = {"reason": menu.disabled}
    result["command"] = {"title": item.title, "command": "flux.run", "arguments": [argument]}
    return result
