"""Brackets are counted outside of strings and comments, in time that grows with the text."""

import pytest

from flux_lsp.syntax.brackets import count_imbalance


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("f(a, [b], {c})", 0),
        ("f(a, [b], {c}", 1),
        ("f(a))) {", 3),
        ("""f("(", '[', `{\n`) // (\n/* [ * ( */""", 0),
        ('say("a \\" (")', 0),
        ("it's (so)", 0),
        ("it's (so", 1),
        ("let x: &'a str = f(); // '", 0),
    ],
)
def test_brackets_without_a_partner(text: str, missing: int) -> None:
    assert count_imbalance(text) == missing


@pytest.mark.parametrize(
    "text", ["/*", "`", "\"'", "\\", "'\\", "`\\", "/", "'aaa\\", "`\\\\", "*/", '"\n', "/**"]
)
def test_no_text_takes_the_square_of_its_length(text: str) -> None:
    assert (
        count_imbalance(text * 100_000) == 0
    )  # quadratic, this is an hour; the test's own limit ends it
