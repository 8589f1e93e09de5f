"""What a request says in other words than the phrase does."""

import time

import pytest

from flux_lsp.models.routing.phrases import find_phrase


@pytest.mark.parametrize(
    ("phrase", "text", "says"),
    [
        ("schema redesign", "redesign the schemas of orders", True),
        ("schema redesign", "add a column to the schema", False),
        ("schema redesign", "schedule the redesign", False),
        ("architectural refactoring", "Refactor the architecture!", True),
        ("architectural refactoring", "refactor this loop", False),
        ("novel pattern discovery", "discover novel patterns", True),
        ("security implications", "what are the implications for security?", True),
        ("design of the workflow", "design a workflow", True),
        ("", "anything", False),
        ("the of", "the of", False),
    ],
)
def test_a_phrase_is_said_by_all_its_words_in_any_form(phrase: str, text: str, says: bool) -> None:
    assert bool(find_phrase([phrase], text)) is says


def test_the_first_phrase_that_is_said_counts_and_nothing_is_slow() -> None:
    assert find_phrase(["new table", "index"], "add an index and a table, all new") == "new table"
    begin = time.process_time()
    assert find_phrase(["x y"], "a" * 5_000_000) == ""
    assert time.process_time() - begin < 1
