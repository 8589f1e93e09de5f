"""What the menu offers and how it calls it: in process, with and without an outline."""

from typing import Any

import pytest

from flux_lsp.actions.registry import load_registry
from flux_lsp.core.text import split_lines
from flux_lsp.fronts.lsp.menu import Menu, MenuRequest
from flux_lsp.fronts.lsp.offer import offer_actions
from flux_lsp.fronts.lsp.outlines import Carried, Changes
from flux_lsp.syntax.languages import find_language
from flux_lsp.syntax.tree import parse

MENU = Menu(actions=load_registry().actions)


class View:
    """A document as the menu reads it."""

    def __init__(self, text: str, language: str) -> None:
        self.language_id = language
        self.version = 1
        self._lines = [*split_lines(text), ""]

    @property
    def line_count(self) -> int:
        return len(self._lines)

    def lines(self, first: int, last: int) -> list[str]:
        return self._lines[max(first, 0) : max(last + 1, 0)]

    def column(self, number: int, units: int) -> int:
        return units if number < len(self._lines) else 0


def titles(
    text: str,
    language: str,
    *,
    tree: bool = False,
    uri: str = "file:///w/a",
    diagnostics: tuple[dict[str, Any], ...] = (),
) -> list[str]:
    """The menu's titles, without the product's name, at the line that ends with ⌖."""
    line = text[: text.index("⌖")].count("\n")
    text = text.replace("⌖", "")
    place = {"line": line, "character": 0}
    asked = MenuRequest(uri, "a", {"start": place, "end": place}, diagnostics=diagnostics)
    parsed = parse(text, find_language(language, "")) if tree else None
    known = Carried(parsed.outline(), Changes()) if parsed else None
    offered = offer_actions(MENU, View(text, language), asked, known)
    return [action["title"].removeprefix("Flux: ") for action in offered]


@pytest.mark.parametrize("tree", [True, False])
@pytest.mark.parametrize(
    ("language", "text", "name"),
    [
        ("java", "class Bill {\n  int total(int a) {\n    return a;⌖\n  }\n}\n", "total"),
        ("python", "class A:\n    def b(\n        self,\n    ) -> None:\n        c = 1⌖\n", "b"),
        ("rust", "pub fn a(\n    b: u8,\n) -> u8 {\n    b⌖\n}\n", "a"),
        ("kotlin", "enum class Tone {⌖\n  LOW,\n}\n", "Tone"),
        ("kotlin", "internal actual class Bill(⌖\n  val a: Int,\n) {\n}\n", "Bill"),
        ("lua", "M.total = function(a)\n  return a⌖\nend\n", "M.total"),
        ("csharp", "class A\n{\n    int B(int c)\n    {\n        return c;⌖\n    }\n}\n", "B"),
        ("swift", "struct A {\n  var body: B {\n    C()⌖\n  }\n}\n", "body"),
        ("typescript", "class A {\n  b(c: D): E {\n    f()⌖\n  }\n}\n", "b"),
    ],
)
def test_the_symbol_of_a_run_is_named_with_and_without_a_tree(
    language: str, text: str, name: str, tree: bool
) -> None:
    offered = titles(text, language, tree=tree)
    assert offered == [
        f"edit `{name}`…",
        f"explain `{name}`",
        f"document `{name}`",
        f"write tests for `{name}`",
        "review my changes",
    ]


@pytest.mark.parametrize(
    ("language", "text", "name"),
    [
        ("elixir", "def a do\n  b⌖\nend\n", "a"),
        ("vue", "<script>\nfunction a(b) {\n  c()⌖\n}\n</script>\n", "a"),
        ("scss", ".a {\n  color: red;⌖\n}\n", ".a"),
    ],
)
def test_a_language_without_a_grammar_names_its_symbols_and_offers_no_tests(
    language: str, text: str, name: str
) -> None:
    named = [f"edit `{name}`…", f"explain `{name}`", f"document `{name}`"]
    assert titles(text, language) == [*named, "review my changes"]


@pytest.mark.parametrize("tree", [True, False])
@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("python", "a = read()⌖\nb = a.c\n"),
        ("plaintext", "Some words.⌖\n"),
        ("markdown", "Some words.⌖\n"),
        ("dockerfile", "FROM a\nRUN b⌖\n"),
        ("unheard-of", "some text⌖\n"),
        ("python", "\n⌖\n\na = 1\n"),
        ("python", "a = 1\n\n\n⌖\n"),
    ],
)
def test_lines_without_a_symbol_can_be_edited_and_explained(
    language: str, text: str, tree: bool
) -> None:
    expected = ["edit this block…", "explain this block", "review my changes"]
    assert titles(text, language, tree=tree) == expected


def test_an_empty_document_offers_nothing() -> None:
    assert titles("⌖", "python") == []
    assert titles("\n  ⌖\n", "python") == []


@pytest.mark.parametrize("uri", ["vscode-notebook-cell:/w/a.ipynb#X1", "untitled:Untitled-1"])
def test_what_is_no_file_has_no_tests(uri: str) -> None:
    offered = titles("def a(b):\n    return b⌖\n", "python", uri=uri)
    assert offered == ["edit `a`…", "explain `a`", "document `a`"]


@pytest.mark.parametrize(
    ("language", "text", "offered"),
    [
        ("json", '{\n  "a": {\n    "b": 1⌖\n  }\n}\n', {"edit", "explain", "review"}),
        ("markdown", "# A\n\nText.⌖\n", {"edit", "explain", "review"}),
        ("html", "<div>\n  <p>⌖\n  a\n  </p>\n</div>\n", {"edit", "explain", "review"}),
        ("yaml", "a:\n  b: 1⌖\n", {"edit", "explain", "document", "review"}),
        ("css", ".a {\n  b: c;⌖\n}\n", {"edit", "explain", "document", "review"}),
        (
            "typescript",
            "export const a = {\n  b: 1,⌖\n}\n",
            {"edit", "explain", "document", "review"},
        ),
    ],
)
def test_only_what_can_be_documented_or_tested_is_offered_so(
    language: str, text: str, offered: set[str]
) -> None:
    assert {title.split(" ")[0] for title in titles(text, language, tree=True)} == offered


def at(line: int, message: object) -> dict[str, Any]:
    place = {"line": line, "character": 0}
    return {"range": {"start": place, "end": place}, "message": message}


def test_a_message_in_markup_is_read() -> None:
    markup = {"kind": "markdown", "value": "```ts\nType `A`\n```\nis missing"}
    offered = titles("a⌖\n", "typescript", diagnostics=(at(0, markup),))
    assert offered[0] == "fix Type `A` is missing"


@pytest.mark.parametrize("message", [None, 3, {"kind": "markdown"}, ["a"]])
def test_a_message_of_a_wrong_form_breaks_nothing(message: object) -> None:
    assert titles("a⌖\n", "typescript", diagnostics=(at(0, message),))[0].startswith("fix")


def test_the_problem_of_the_line_is_named_before_those_elsewhere() -> None:
    far, near = at(9, "far"), at(0, "near")
    assert titles("a⌖\n", "python", diagnostics=(far, near))[0] == "fix near"
    assert titles("a⌖\n", "python", diagnostics=(far,))[0] == "fix far"


def test_a_torn_tree_names_what_the_run_takes() -> None:
    text = "x = foo(\n\n\ndef good(a):\n    b = a⌖\n    return b\n"
    assert titles(text, "python", tree=True)[1] == "explain `good`"
