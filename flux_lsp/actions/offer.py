"""Whether an action is offered at a place, and what its menu entries are called: one pure function.

Never parses, never does I/O: it runs each time a menu opens. Knows no action.
"""

from dataclasses import dataclass

from flux_lsp.actions.action import Action, OfferRule, Requirement, Trigger, fill_menu
from flux_lsp.context.ignore_patterns import parse_patterns
from flux_lsp.syntax.directives import Directive
from flux_lsp.syntax.languages import Language
from flux_lsp.syntax.selected import SelectionKind

_LONGEST_PROBLEM = 60  # characters of a diagnostic in a menu entry


@dataclass(frozen=True, slots=True)
class MenuContext:
    """What can be seen of a place without parsing.

    `path` is relative to the workspace, posix. `symbol` is the name of the symbol a run would be
    about: "" when it has none, None when there is no symbol but lines only; `symbol_kind` is "" where
    it is not known. `is_file`: the document is a file on disk, so that other files can stand beside
    it. `is_unasked`: the editor looks by itself what there is; nobody opened a menu. `nearby`: what is
    selected, or the lines around the cursor, as far as the menu looked.
    """

    language: Language
    path: str
    selection: SelectionKind
    symbol: str | None
    symbol_kind: str = ""
    problems: tuple[str, ...] = ()
    directives: tuple[Directive, ...] = ()
    has_text: bool = True
    is_file: bool = True
    is_unasked: bool = False
    nearby: str = ""


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One line of the menu."""

    title: str
    directive: Directive | None = None


def find_offers(action: Action, context: MenuContext) -> tuple[MenuItem, ...]:
    """The menu entries of `action` at a place; none where it is not offered."""
    if not is_allowed(action.offer, context):
        return ()
    present = _find_triggers(action, context)
    items: list[MenuItem] = []
    if "directive" in present:
        items += [MenuItem(f"Flux: {each.instruction}", each) for each in context.directives]
    if context.is_unasked and context.selection == "cursor":
        present &= {"diagnostics"}  # else the light bulb would burn at every cursor
    if present - {"directive"}:
        items.append(MenuItem(f"Flux: {_name(action, context)}"))
    return tuple(items)


def is_allowed(rule: OfferRule, context: MenuContext) -> bool:
    """Whether the place is one that the rule allows, whatever is selected there."""
    language = context.language
    met: dict[Requirement, bool] = {
        "file": context.is_file,
        "grammar": language.grammar is not None,
        "comments": bool(language.line_comment or language.block_comment),
    }
    return (
        all(met[requirement] for requirement in rule.requires)
        and (not rule.languages or language.id in rule.languages)
        and language.id not in rule.except_languages
        and context.symbol_kind not in rule.except_symbols
        and (not rule.paths or parse_patterns(rule.paths).decide(context.path) is True)
    )


def _find_triggers(action: Action, context: MenuContext) -> set[Trigger]:
    """Those of the action's triggers that are there."""
    there: dict[Trigger, bool] = {
        "selection": _has_selection(action, context),
        "symbol": context.symbol is not None,
        "text": context.has_text,
        "diagnostics": bool(context.problems),
        "directive": bool(context.directives),
    }
    return {trigger for trigger in action.offer.triggers if there[trigger]}


def _has_selection(action: Action, context: MenuContext) -> bool:
    """A selected word stands for the symbol around it, unless a person's own words are about it."""
    if context.selection == "word":
        return action.needs_instruction or context.symbol is None
    return context.selection == "text"


def _name(action: Action, context: MenuContext) -> str:
    name = fill_menu(
        action.menu,
        target=_name_target(action, context),
        problems=_name_problems(context.problems),
    )
    return f"{name}…" if action.needs_instruction else name


def _name_target(action: Action, context: MenuContext) -> str:
    if _has_selection(action, context):
        return "selection"
    if context.symbol is None:
        return "this block"
    return f"`{context.symbol}`" if context.symbol else "this symbol"


def _name_problems(problems: tuple[str, ...]) -> str:
    if not problems:
        return ""
    first = " ".join(problems[0].split())
    if len(first) > _LONGEST_PROBLEM:
        first = f"{first[: _LONGEST_PROBLEM - 1]}…"
    more = len(problems) - 1
    return f"{first} (and {more} more)" if more else first
