"""The measures of the source count what they say."""

import ast

import pytest

from bench.code_measures import (
    PACKAGE,
    Source,
    is_participle,
    is_verb,
    measure_code,
)
from bench.import_circles import find_circles

TEXT = """
class Shown: ...
class Shown: ...
class Plan:
    @property
    def fitted(self): ...
    def __enter__(self): ...
def read_lines(text):
    made = text.split()
    for line in made: ...
    return made
def sorted_out(text): ...
"""


def measures_of(text: str) -> dict[str, float]:
    source = Source(PACKAGE / "example.py", len(text.splitlines()), ast.parse(text))
    return {measure.name: measure.value for measure in measure_code([source])}


def test_each_measure_counts_what_it_says() -> None:
    assert measures_of(TEXT) == {
        "source_lines": 12,
        "offline_lines": 0,
        "verbs": 50,
        "participles": 50,
        "vague_locals": 50,
        "double_classes": 1,
        "circles": 0,
        "long_files": 0,
    }


def test_a_long_file_is_counted() -> None:
    assert measures_of("x = 1\n" * 250)["long_files"] == 0
    assert measures_of("x = 1\n" * 251)["long_files"] == 1


@pytest.mark.parametrize("name", ["read", "_read_lines", "is_open", "has_tests"])
def test_verbs(name: str) -> None:
    assert is_verb(name)
    assert not is_participle(name)


@pytest.mark.parametrize("name", ["fitted", "_made_of", "sorting", "shown_lines"])
def test_participles(name: str) -> None:
    assert is_participle(name)
    assert not is_verb(name)


@pytest.mark.parametrize("name", ["lines", "settings_of", "string", "need_lines"])
def test_what_is_no_participle(name: str) -> None:
    assert not is_participle(name)


def test_a_circle_through_a_function_is_a_circle() -> None:
    modules = {
        "p.a": ast.parse("from p import b"),
        "p.b": ast.parse("def use():\n    from p.c import value"),
        "p.c": ast.parse("import p.a"),
        "p.d": ast.parse("from p.a import value"),
    }
    assert find_circles(modules) == [["p.a", "p.b", "p.c"]]


def test_an_import_for_types_makes_no_circle() -> None:
    modules = {
        "p.a": ast.parse("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import p.b"),
        "p.b": ast.parse("import p.a"),
    }
    assert find_circles(modules) == []
