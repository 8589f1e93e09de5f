"""The table of a text answers at each line what its tree answers."""

import pytest

from flux_lsp.core.text import Span, split_lines
from flux_lsp.syntax.languages import language_for
from flux_lsp.syntax.line_marks import nearest_filled
from flux_lsp.syntax.tree import parse
from tests.syntax.samples import SAMPLES


@pytest.mark.parametrize("language", SAMPLES)
def test_each_line_means_what_the_tree_says(language: str) -> None:
    path, text, _, _ = SAMPLES[language]
    parsed = parse(text, language_for("", path))
    assert parsed is not None
    outline, lines = parsed.outline(), split_lines(text)
    for line, start in enumerate(parsed.line_starts[: len(lines)]):
        symbol = parsed.enclosing(Span(start, start))
        if symbol is None and not lines[line].strip():
            there = parsed.line_starts[nearest_filled(lines, line)]
            symbol = parsed.enclosing(Span(there, there))
        assert outline.at(line).name == (symbol.name if symbol else None), (line, lines[line])


def test_a_place_beside_a_fault_is_torn() -> None:
    parsed = parse(
        "x = foo(\n\n\ndef good(a):\n    b = a\n    return b\n", language_for("python", "")
    )
    assert parsed is not None
    assert parsed.outline().at(4).torn


def test_an_empty_text_has_one_place() -> None:
    parsed = parse("", language_for("python", ""))
    assert parsed is not None
    assert parsed.outline().at(0).name is None
    assert parsed.outline().at(7).name is None
