"""Where a rule offers an action, and what the entry is called: the evaluator alone."""

from dataclasses import replace

import pytest

from flux_lsp.actions.action import Action, OfferRule
from flux_lsp.actions.offer import MenuContext, find_offers
from flux_lsp.syntax.directives import Directive
from flux_lsp.syntax.languages import find_language

PYTHON = find_language("python", "")
HERE = MenuContext(language=PYTHON, path="src/app.py", selection="cursor", symbol="load")
ACTION = Action(
    id="x",
    title="Do",
    menu="do {target}",
    summary="",
    returns="edit",
    task="",
    tier="haiku",
    reason="",
)


def titles(context: MenuContext, *, needs_instruction: bool = False, **rule: object) -> list[str]:
    """The entries of an action with this rule."""
    offer = OfferRule(**rule)  # type: ignore[arg-type]
    action = ACTION._replace(offer=offer, needs_instruction=needs_instruction)
    return [item.title.removeprefix("Flux: ") for item in find_offers(action, context)]


@pytest.mark.parametrize(
    ("trigger", "there", "elsewhere"),
    [
        ("selection", {"selection": "text"}, {"selection": "cursor"}),
        ("symbol", {"symbol": ""}, {"symbol": None}),
        ("text", {"has_text": True}, {"has_text": False}),
        ("diagnostics", {"problems": ("bad",)}, {"problems": ()}),
        ("directive", {"directives": (Directive(1, "sort it"),)}, {"directives": ()}),
    ],
)
def test_a_trigger_offers_it_where_it_is_and_nowhere_else(
    trigger: str, there: dict[str, object], elsewhere: dict[str, object]
) -> None:
    assert titles(replace(HERE, **there), triggers=(trigger,))  # type: ignore[arg-type]
    assert not titles(replace(HERE, **elsewhere), triggers=(trigger,))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rule", "there", "elsewhere"),
    [
        ({"requires": ("file",)}, {}, {"is_file": False}),
        ({"requires": ("grammar",)}, {}, {"language": find_language("elixir", "")}),
        ({"requires": ("comments",)}, {}, {"language": find_language("json", "")}),
        ({"languages": ("python",)}, {}, {"language": find_language("go", "")}),
        ({"except_languages": ("go",)}, {}, {"language": find_language("go", "")}),
        ({"except_symbols": ("key",)}, {"symbol_kind": "function"}, {"symbol_kind": "key"}),
        ({"paths": ("*.py", "!gen/*.py")}, {}, {"path": "gen/app.py"}),
        ({"paths": ("src/**/*.py",)}, {"path": "src/a/b.py"}, {"path": "lib/a/b.py"}),
    ],
)
def test_every_condition_has_to_hold(
    rule: dict[str, object], there: dict[str, object], elsewhere: dict[str, object]
) -> None:
    assert titles(replace(HERE, **there), **rule) == ["do `load`"]  # type: ignore[arg-type]
    assert titles(replace(HERE, **elsewhere), **rule) == []  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("context", "title"),
    [
        (replace(HERE, selection="text"), "do selection"),
        (replace(HERE, selection="word"), "do `load`"),
        (replace(HERE, selection="word", symbol=None), "do selection"),
        (replace(HERE, symbol=""), "do this symbol"),
        (replace(HERE, symbol=None), "do this block"),
    ],
)
def test_the_target_is_named(context: MenuContext, title: str) -> None:
    assert titles(context) == [title]


def test_a_selected_word_is_the_target_of_a_person_s_own_words() -> None:
    assert titles(replace(HERE, selection="word"), needs_instruction=True) == ["do selection…"]


def test_the_first_problem_is_named_and_the_others_are_counted() -> None:
    action = ACTION._replace(menu="fix {problems}", offer=OfferRule(("diagnostics",)))
    context = replace(HERE, problems=("a\n  b", "c", "d"))
    long = replace(HERE, problems=("a" * 80,))

    assert find_offers(action, context)[0].title == "Flux: fix a b (and 2 more)"
    assert find_offers(action, long)[0].title == f"Flux: fix {'a' * 59}…"


def test_braces_in_a_menu_text_are_text() -> None:
    action = ACTION._replace(menu="use {} and {x} in {target}")

    assert find_offers(action, HERE)[0].title == "Flux: use {} and {x} in `load`"


def test_unasked_a_bare_cursor_gets_diagnostics_and_directives_only() -> None:
    directive = Directive(1, "sort it")
    context = replace(HERE, problems=("bad",), directives=(directive,), is_unasked=True)

    assert titles(context, triggers=("text", "symbol", "selection")) == []
    assert titles(context, triggers=("directive", "text")) == ["sort it"]
    assert titles(context, triggers=("diagnostics",)) == ["do `load`"]
    assert titles(replace(context, selection="text"), triggers=("text",)) == ["do selection"]
