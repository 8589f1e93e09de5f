"""People keep typing: an edit is carried over, or there is none; what was typed is never lost."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flux_lsp.core.text import Change, Span, apply_changes
from flux_lsp.edits.change.diff import find_changes
from flux_lsp.edits.change.rebase import rebase

FILE = "".join(
    f"def work_{n}(first, second):\n    total = first * {n}\n    return total + second\n\n\n"
    for n in range(8)
)
OLD = "    total = first * 3\n"
NEW = "    total = first * 3.5\n    log(total)\n"


def change(text: str = FILE, old: str = OLD, new: str = NEW) -> tuple[Change, ...]:
    return find_changes(old, new, text.index(old))


def rebased(current: str) -> str | None:
    moved = rebase(change(), FILE, current)
    return None if moved is None else apply_changes(current, moved)


def test_nothing_typed_changes_nothing() -> None:
    assert rebase(change(), FILE, FILE) == change()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("def work_0", "# a note\ndef work_0"),
        ("def work_0(first, second):\n    total = first * 0\n    return total + second\n\n\n", ""),
        ("    return total + second\n\n\ndef work_4", "    return total\n\n\ndef work_4"),
        ("def work_3(first, second)", "def work_3(one, two)"),
        ("first * 7", "first * 70"),
    ],
    ids=["above", "function above deleted", "the line below", "the line above", "far below"],
)
def test_typing_elsewhere_is_kept(old: str, new: str) -> None:
    current = FILE.replace(old, new)

    assert rebased(current) == current.replace(OLD, NEW)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("first * 3\n", "first * 33\n"),
        (OLD, ""),
        (OLD, OLD + "    check()\n"),
        ("    total = first * 3\n    return total + second\n", "    return 0\n"),
    ],
    ids=["the very line", "the line deleted", "the very place", "the lines around it"],
)
def test_typing_in_the_very_place_is_never_lost(old: str, new: str) -> None:
    assert rebased(FILE.replace(old, new)) is None


def test_what_a_person_typed_just_so_is_not_made_twice() -> None:
    current = FILE.replace(OLD, NEW)

    assert rebased(current) == current


def test_a_function_that_was_moved_takes_its_edit_along() -> None:
    start = FILE.index("def work_3")
    moved = FILE[start : FILE.index("def work_4")]
    current = FILE.replace(moved, "") + moved

    assert rebased(current) == current.replace(OLD, NEW)


def test_a_function_that_was_moved_and_doubled_is_refused() -> None:
    start = FILE.index("def work_3")
    moved = FILE[start : FILE.index("def work_4")]
    current = FILE.replace(moved, "").replace("def work_0", f"{moved}def work_0") + moved

    assert rebased(current) is None


def test_an_emptied_document_is_refused() -> None:
    assert rebased("") is None


def test_windows_line_ends_are_carried_over() -> None:
    base, current = FILE.replace("\n", "\r\n"), "# typed\r\n" + FILE.replace("\n", "\r\n")
    old, new = OLD.replace("\n", "\r\n"), NEW.replace("\n", "\r\n")
    moved = rebase(find_changes(old, new, base.index(old)), base, current)

    assert moved is not None
    assert apply_changes(current, moved) == current.replace(old, new)


WORDS = ["total", "first", "\n", "    ", "x = 1\n", "\u00e9", "\U0001f600", "\r\n", ""]


@given(st.randoms(use_true_random=False), st.integers(1, 6))
@settings(max_examples=1000, deadline=None)
def test_only_the_replaced_text_itself_is_ever_replaced(rnd: random.Random, typings: int) -> None:
    current = FILE
    for _ in range(typings):
        at = rnd.randrange(len(current))
        end = min(len(current), at + rnd.choice([0, 0, 1, 5, 40]))
        current = current[:at] + rnd.choice(WORDS) + current[end:]
    made = change()

    moved = rebase(made, FILE, current)

    assert moved is None or len(moved) in {0, len(made)}
    for before, now in zip(made, moved or (), strict=False):
        assert now.text == before.text
        assert now.span.extract(current) == before.span.extract(FILE)


@given(st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_several_changes_are_carried_over_together_or_not_at_all(rnd: random.Random) -> None:
    places = sorted(rnd.sample(range(8), 3))
    made = [Change(_span(f"first * {n}\n"), f"first ** {n}\n") for n in places]
    line = rnd.randrange(FILE.count("\n"))
    lines = FILE.splitlines(keepends=True)
    current = "".join([*lines[:line], "typed()\n", *lines[line:]])

    moved = rebase(made, FILE, current)

    if moved is not None:
        right = current
        for n in places:
            right = right.replace(f"first * {n}\n", f"first ** {n}\n")
        assert apply_changes(current, moved) == right


def _span(text: str) -> Span:
    at = FILE.index(text)
    return Span(at, at + len(text))
