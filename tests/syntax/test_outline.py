"""The table of a text answers at each line what its tree answers."""

import pytest

from flux_lsp.core.text import Span, split_lines
from flux_lsp.syntax.languages import find_language
from flux_lsp.syntax.line_marks import find_nearest_filled
from flux_lsp.syntax.tree import parse
from tests.syntax.samples import SAMPLES


@pytest.mark.parametrize("language", SAMPLES)
def test_each_line_means_what_the_tree_says(language: str) -> None:
    path, text, _, _ = SAMPLES[language]
    parsed = parse(text, find_language("", path))
    assert parsed is not None
    outline, lines = parsed.outline(), split_lines(text)
    for line, start in enumerate(parsed.line_starts[: len(lines)]):
        symbol = parsed.find_enclosing(Span(start, start))
        if symbol is None and not lines[line].strip():
            there = parsed.line_starts[find_nearest_filled(lines, line)]
            symbol = parsed.find_enclosing(Span(there, there))
        assert outline.find_place(line).name == (symbol.name if symbol else None), (
            line,
            lines[line],
        )


def test_a_place_beside_a_fault_is_torn() -> None:
    parsed = parse(
        "x = foo(\n\n\ndef good(a):\n    b = a\n    return b\n", find_language("python", "")
    )
    assert parsed is not None
    assert parsed.outline().find_place(4).torn


def test_an_empty_text_has_one_place() -> None:
    parsed = parse("", find_language("python", ""))
    assert parsed is not None
    assert parsed.outline().find_place(0).name is None
    assert parsed.outline().find_place(7).name is None
