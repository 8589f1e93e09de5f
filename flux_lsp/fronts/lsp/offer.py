"""The menu: which actions apply at a range, from the document's outline or a few of its lines.

Pure and quick: no parsing, no model, no disk, no network; cost does not grow with the file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flux_lsp.actions.action import Action
from flux_lsp.actions.offer import MenuContext, MenuItem, find_offers
from flux_lsp.fronts.lsp.diagnostics import headline, on_lines
from flux_lsp.fronts.lsp.menu_target import Known, LineView, Named, named_at
from flux_lsp.syntax.directives import find_directives
from flux_lsp.syntax.languages import language_for
from flux_lsp.syntax.selected import Selected, selected

_COMMENT_LINES = 20  # lines around a directive that may belong to its comment
AUTOMATIC = 2  # CodeActionTriggerKind: the editor asked by itself


@dataclass(frozen=True, slots=True)
class Menu:
    """What of the configuration the menu depends on, computed once when it changes.

    `disabled`: why nothing can run now and what to do, "" when it can.
    """

    actions: tuple[Action, ...] = ()
    disabled: str = ""
    show_disabled: bool = True  # the client knows disabled actions
    tag: bool = False  # the client knows the tag for what a model generates


@dataclass(frozen=True, slots=True)
class Asked:
    """The parts of a code action request that count."""

    uri: str
    path: str
    range: Mapping[str, Mapping[str, int]]
    only: tuple[str, ...] | None = None
    automatic: bool = False
    diagnostics: tuple[Mapping[str, Any], ...] = field(default=())


def offer_actions(
    menu: Menu, document: LineView, asked: Asked, known: Known | None = None
) -> list[dict[str, Any]]:
    """Code actions as JSON, in menu order; `known` is what the document's tree said of its lines."""
    context = _read_context(document, asked, known)
    return [
        _build_code_action(menu, action, item, document, asked)
        for action in menu.actions
        if wanted(action.kind, asked.only)
        for item in find_offers(action, context)
    ]


def wanted(kind: str, only: Sequence[str] | None) -> bool:
    """Whether `kind` falls under one of the requested kinds; all do when none is named."""
    return not only or any(o in {"", kind} or kind.startswith(f"{o}.") for o in only)


def at_cursor(document: LineView, asked: Asked) -> bool:
    """Nothing is selected, or only what some editors always send."""
    return _classify_selection(document, asked) == "cursor"


def _classify_selection(document: LineView, asked: Asked) -> Selected:
    start, end = asked.range["start"], asked.range["end"]
    line = start["line"]
    if end["line"] != line:
        return "text"
    columns = sorted(document.column(line, place["character"]) for place in (start, end))
    return selected("".join(document.lines(line, line))[slice(*columns)])


def _read_context(document: LineView, asked: Asked, known: Known | None) -> MenuContext:
    first, last = asked.range["start"]["line"], asked.range["end"]["line"]
    language = language_for(document.language_id, asked.path)
    symbol = named_at(document, first, language, known) or Named(None)
    start = max(0, first - _COMMENT_LINES)
    window = document.lines(start, last + _COMMENT_LINES)
    near = find_directives(window, first - start, min(last - start, len(window) - 1), language)
    return MenuContext(
        language=language,
        path=asked.path,
        selection=_classify_selection(document, asked),
        symbol=symbol.name,
        symbol_kind=symbol.kind,
        problems=tuple(headline(each) for each in on_lines(asked.diagnostics, first, last)),
        directives=tuple(replace(each, line=each.line + start) for each in near),
        has_text=_has_text(document),
        is_file=asked.uri.startswith("file:"),
        is_unasked=asked.automatic,
    )


def _has_text(document: LineView) -> bool:
    """Whether the document holds anything; one of many lines surely does."""
    if document.line_count > 2 * _COMMENT_LINES:
        return True
    return any(text.strip() for text in document.lines(0, document.line_count))


def _build_code_action(
    menu: Menu, action: Action, item: MenuItem, document: LineView, asked: Asked
) -> dict[str, Any]:
    argument: dict[str, Any] = {
        "action": action.id,
        "uri": asked.uri,
        "range": asked.range,
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
        argument["diagnostics"] = list(asked.diagnostics)
        result["diagnostics"] = list(asked.diagnostics)
    if menu.tag:
        result["tags"] = [1]  # LLMGenerated
    if menu.disabled and menu.show_disabled:
        result["disabled"] = {"reason": menu.disabled}
    result["command"] = {"title": item.title, "command": "flux.run", "arguments": [argument]}
    return result
