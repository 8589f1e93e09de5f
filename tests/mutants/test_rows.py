"""Each mutant stands for a fault in today's code: a rename or a move may not lose one unseen."""

import ast
import builtins
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.mutants.rows import MUTANTS, TESTS, Mutant

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: f"{mutant.area}: {mutant.fault}")
def test_a_mutant_stands_once_and_is_a_program(mutant: Mutant) -> None:
    places = [text for text in _read_package() for _ in range(text.count(mutant.old))]
    assert len(places) == 1, f"{mutant.old!r} stands {len(places)} times in flux_lsp, not once"
    [text] = places
    broken = text.replace(mutant.old, mutant.new)
    assert broken != text
    # A name that nothing defines fails every test: the mutant would be caught for no reason.
    strange = _list_names(broken) - _list_names(text) - set(dir(builtins))
    assert not strange, f"the mutant uses names that its file does not have: {sorted(strange)}"


def test_each_mutant_has_a_name_of_its_own_and_tests_that_exist() -> None:
    faults = [(mutant.area, mutant.fault) for mutant in MUTANTS]
    assert len(set(faults)) == len(faults)
    assert {mutant.area for mutant in MUTANTS} == set(TESTS)
    assert [path for paths in TESTS.values() for path in paths if not (ROOT / path).exists()] == []


@cache
def _read_package() -> tuple[str, ...]:
    return tuple(file.read_text("utf-8") for file in (ROOT / "flux_lsp").rglob("*.py"))


def _list_names(text: str) -> set[str]:
    return set(_find_names(ast.parse(text)))


def _find_names(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
