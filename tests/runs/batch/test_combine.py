"""Changes of several items of one file: together where they do not touch, reported where they do."""

from flux_lsp.core.text import Change, Snapshot, Span, apply_changes
from flux_lsp.runs.batch.combine import combine_changes, combine_new_files

BASE = Snapshot("", "a.py", "", None, "def a():\n    return 1\n\n\ndef b():\n    return 2\n")


def change(old: str, new: str) -> tuple[Change, ...]:
    start = BASE.text.index(old)
    return (Change(Span(start, start + len(old)), new),)


def insert(before: str, new: str) -> tuple[Change, ...]:
    at = BASE.text.index(before)
    return (Change(Span(at, at), new),)


def test_changes_in_different_places_go_together() -> None:
    combined = combine_changes(BASE, [(1, change("1", "10")), (2, change("2", "20"))])
    assert combined.left_out == ()
    after = apply_changes(BASE.text, combined.changes)
    assert "return 10" in after
    assert "return 20" in after


def test_the_later_of_two_changes_that_touch_is_left_out() -> None:
    combined = combine_changes(BASE, [(1, change("return 1", "x = 1")), (2, change("1", "3"))])
    assert combined.left_out == (2,)
    assert "x = 1" in apply_changes(BASE.text, combined.changes)


def test_the_same_change_twice_is_made_once() -> None:
    imported = insert("def a", "import os\n")
    combined = combine_changes(BASE, [(1, imported), (2, (*imported, *change("2", "3")))])
    assert combined.left_out == ()
    assert apply_changes(BASE.text, combined.changes).count("import os") == 1


def test_whole_lines_at_one_place_stand_one_after_the_other() -> None:
    groups = [(1, insert("def b", "def x():\n    pass\n")), (2, insert("def b", "y = 1\n"))]
    combined = combine_changes(BASE, groups)
    assert combined.left_out == ()
    assert "def x():\n    pass\ny = 1\ndef b" in apply_changes(BASE.text, combined.changes)


def test_what_only_together_does_not_parse_is_left_out() -> None:
    opened = insert("def a", "x = (1,\n")  # alone it would have been refused before
    combined = combine_changes(BASE, [(1, change("2", "20")), (2, opened)])
    assert combined.left_out == (2,)


def test_new_files_that_begin_alike_become_one() -> None:
    head = "import pytest\nfrom m import a, b\n\n\n"
    first, second = f"{head}def test_a():\n    a()\n", f"{head}def test_b():\n    b()\n"
    joined = combine_new_files(first, second)
    assert joined == f"{head}def test_a():\n    a()\n\n\ndef test_b():\n    b()\n"
    assert combine_new_files(first, first) == first


def test_new_files_that_define_the_same_or_begin_otherwise_are_unclear() -> None:
    head = "from m import a\n\n\n"
    first = f"{head}def test_a():\n    a()\n"
    assert combine_new_files(first, f"{head}def test_a():\n    a(1)\n") is None
    assert combine_new_files(first, "import m\n\n\ndef test_b():\n    m.b()\n") is None
