"""A search that skipped a line, whose new text brings it again: never written twice."""

import pytest

from flux_lsp.core.text import Span
from flux_lsp.edits.plan.repeats import find_repeat

FILE = "def one(a):\n    b = work(a)\n    return b\n\n\ndef two():\n    pass\n"


def place(old: str) -> Span:
    start = FILE.index(old)
    return Span(start, start + len(old))


def test_the_next_line_brought_again_is_seen() -> None:
    old, new = "    b = work(a)\n", "    check(a)\n    b = work(a)\n    return b\n"

    assert find_repeat(FILE, place(old), old, new) == (
        FILE.index("    return b"),
        "    return b",
    )


def test_the_line_above_brought_again_is_seen() -> None:
    old, new = "    return b\n", "    b = work(a)\n    log(b)\n    return b\n"

    found = find_repeat(FILE, place(old), old, new)

    assert found is not None
    assert found[1] == "    b = work(a)"


def test_no_break_spaces_do_not_make_a_line_that_was_searched_a_new_one() -> None:
    old, new = "    first(1)\n    call(a, b)\n", "    first(2)\n    call(a, b)\n"
    file = old + "    call(a, b)\n"

    assert find_repeat(file, Span(0, len(old)), old.replace(", ", ",\u00a0"), new) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    b = work(a)\n", "    b = work(a + 1)\n"),
        ("    b = work(a)\n    return b\n", "    b = work(a)\n    log(b)\n    return b\n"),
        ("    return b\n", "    log(b)\n    return b\n"),
        ("    b = work(a)\n", "    if a:\n        b = work(a)\n        return b\n"),
        ("def one(a):\n", ""),
    ],
)
def test_an_ordinary_edit_repeats_nothing(old: str, new: str) -> None:
    assert find_repeat(FILE, place(old), old, new) is None
