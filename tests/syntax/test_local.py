"""The quick proof on touched statements: it never proves what the whole file's parse would deny."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_lsp.syntax.languages import find_language
from flux_lsp.syntax.local import is_proven_sound
from flux_lsp.syntax.tree import Parsed, parse

PYTHON = find_language("python", "a.py")
FUNCTIONS = "".join(
    f"def function_{i}(items):\n    value = items[{i}]\n    return value\n\n\n" for i in range(500)
)


def parsed(text: str, name: str = "a.py") -> Parsed:
    found = parse(text, find_language("", name))
    assert found is not None
    return found


def test_an_edit_inside_of_one_function_is_proven() -> None:
    after = FUNCTIONS.replace("items[250]", "items[0] + 1")

    assert is_proven_sound(parsed(FUNCTIONS), after)


@pytest.mark.parametrize(
    "spoilt",
    ["items[(250]", "items[250]\n  bad", '"""items[250]', "items[250]\nclass", "items[250] +"],
)
def test_a_broken_statement_is_never_proven(spoilt: str) -> None:
    assert not is_proven_sound(parsed(FUNCTIONS), FUNCTIONS.replace("items[250]", spoilt))


def test_a_file_that_was_broken_is_left_to_the_whole_parse() -> None:
    broken = FUNCTIONS.replace("items[3]", "items[(3]")

    assert not is_proven_sound(parsed(broken), broken.replace("items[250]", "items[0]"))


@given(st.data())
def test_what_is_proven_parses_as_a_whole(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(FUNCTIONS)))
    length = data.draw(st.integers(0, 60))
    new = data.draw(st.text("()[]:'\"#\\\n adefrutn=", max_size=20))
    after = FUNCTIONS[:start] + new + FUNCTIONS[start + length :]

    if is_proven_sound(parsed(FUNCTIONS), after):
        compile(after, "<after>", "exec")
        assert not parsed(after).root.has_error


@given(st.data())
def test_the_same_holds_for_typescript(data: st.DataObject) -> None:
    text = "".join(
        f"export function f{i}(a: number) {{\n  return a + {i};\n}}\n" for i in range(600)
    )
    start = data.draw(st.integers(0, len(text)))
    length = data.draw(st.integers(0, 40))
    new = data.draw(st.text("(){}[];'\"`/*\n aetrn=", max_size=12))
    after = text[:start] + new + text[start + length :]

    if is_proven_sound(parsed(text, "a.ts"), after):
        assert not parsed(after, "a.ts").root.has_error
