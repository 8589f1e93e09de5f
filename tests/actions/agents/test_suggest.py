"""What can be written at a place of a frontmatter, and that nothing is suggested elsewhere."""

from datetime import date

import pytest

from flux_lsp.actions.agents.suggest import suggest
from flux_lsp.models.catalogue import load_catalogue

TODAY = date(2026, 11, 29)


def words(text: str) -> list[str]:
    """The suggestions at the bar."""
    before = text.split("|", maxsplit=1)[0]
    line = before.count("\n")
    column = len(before.split("\n")[-1])
    lines = text.replace("|", "").split("\n")
    return [each.word for each in suggest(lines, line, column, ("b", "a"), load_catalogue(), TODAY)]


def test_keys_that_are_not_there_yet() -> None:
    keys = words("---\nname: a\n|\n---\nx")

    assert "model: " in keys
    assert "name: " not in keys
    assert "hooks: " not in keys
    assert "color: " not in keys


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("---\nmodel: |\n---", "claude-haiku-5-5"),
        ("---\nmodel:\n  preference: |\n---", "haiku"),
        ("---\nreturns: |\n---", "findings"),
        ("---\nagents:\n  - |\n---", "a"),
        ("---\nhandoffs:\n  - agent: |\n---", "b"),
        ("---\ntools: Read, |\n---", "Edit"),
        ("---\nlanguages: |\n---", "python"),
        ("---\nhidden: |\n---", "true"),
    ],
)
def test_values(text: str, wanted: str) -> None:
    assert wanted in words(text)


@pytest.mark.parametrize(
    "text", ["name: |", "---\nname: a\n---\nmodel: |", "---|", "---\nname: |\n---"]
)
def test_nothing_where_nothing_fits(text: str) -> None:
    assert words(text) == []
