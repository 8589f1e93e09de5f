"""Ranges of an edit through later changes: the share that is kept, against a slow reference."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flux_lsp.core.text import Change, Span, apply_changes
from flux_lsp.runs.corrections.ranges import (
    TrackedRange,
    find_typed,
    follow_changes,
    is_undone,
    measure_share,
    recognize,
    squeeze,
    track_changes,
)

BEFORE = "def total(items):\n    n = 0\n    for item in items:\n        n += item\n    return n\n"
AFTER = "def total(items):\n    return sum(items)\n"


@dataclass
class Marked:
    """A character, and whether the edit wrote it: the slow reference."""

    char: str
    by_edit: bool


@dataclass
class Typing:
    """A document under random changes, followed by ranges and by a mark on each character."""

    text: str
    marks: list[Marked]
    tracked: tuple[TrackedRange, ...]
    total: int

    @property
    def share(self) -> float:
        alive = sum(mark.by_edit for mark in self.marks)
        return alive / self.total

    def change(self, changes: list[Change]) -> None:
        new = apply_changes(self.text, changes)
        for change in sorted(changes, key=lambda c: c.span.start, reverse=True):
            self.marks[change.span.start : change.span.end] = [
                Marked(char, False) for char in change.text
            ]
        self.tracked = follow_changes(self.tracked, find_typed(self.text, new), self.text)
        self.text = new


class Letters:
    """Tokens of one character that never come twice, so that a diff can be only one."""

    def __init__(self, blanks: Sequence[str] = ("", "", "", " ", "\n", "\n    ")) -> None:
        self._blanks = blanks
        self._next = 0xF0000  # private use: each is a token of its own

    def take(self, count: int, chance: random.Random) -> str:
        text = ""
        for _ in range(count):
            self._next += 1
            text += chr(self._next) + chance.choice(self._blanks)
        return text


def begin(chance: random.Random, letters: Letters) -> Typing:
    text = letters.take(chance.randint(0, 60), chance)
    edits, at = [], 0
    for _ in range(chance.randint(1, 4)):
        if at > len(text):
            break
        start = chance.randint(at, len(text))
        end = min(len(text), start + chance.randint(0, 12))
        edits.append(Change(Span(start, end), letters.take(chance.randint(1, 15), chance)))
        at = end + 1
    after = apply_changes(text, edits)
    tracked = track_changes(text, after)
    marks = [Marked(char, False) for char in after]
    for part in tracked:
        for mark in marks[part.span.start : part.span.end]:
            mark.by_edit = not mark.char.isspace()
    return Typing(after, marks, tracked, max(1, sum(mark.by_edit for mark in marks)))


def type_somewhere(it: Typing, chance: random.Random, letters: Letters) -> Change:
    start = chance.randint(0, len(it.text))
    end = min(len(it.text), start + chance.choice([0, 0, 0, 1, 2, 9, 40]))
    return Change(Span(start, end), letters.take(chance.choice([0, 1, 1, 1, 3, 10]), chance))


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 10**9))
def test_the_share_after_random_typing_is_that_of_the_slow_reference(seed: int) -> None:
    chance, letters = random.Random(seed), Letters()
    it = begin(chance, letters)
    for _ in range(30):
        it.change([type_somewhere(it, chance, letters)])

        alive = sum(part.count_alive for part in it.tracked)
        assert alive / it.total == pytest.approx(it.share)
        for part in it.tracked:
            assert len(part.alive) == len(squeeze(part.span.extract(it.text)))


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**9))
def test_changes_that_are_seen_together_count_as_one_by_one(seed: int) -> None:
    chance = random.Random(seed)
    letters = Letters(("", "", " ", "  "))  # blank lines in a diff of several could be any of them
    it = begin(chance, letters)
    for _ in range(10):
        changes, at = [], 0
        for _ in range(3):
            change = type_somewhere(it, chance, letters)
            if change.span.start > at:
                changes.append(change)
                at = change.span.end + 1
        it.change(changes)

        assert sum(part.count_alive for part in it.tracked) / it.total == pytest.approx(it.share)
        assert all(
            len(part.alive) == len(squeeze(part.span.extract(it.text))) for part in it.tracked
        )


def follow(*texts: str, formatted: bool = False) -> tuple[tuple[TrackedRange, ...], str]:
    tracked, now = track_changes(BEFORE, AFTER), AFTER
    for text in texts:
        changes = find_typed(now, text)
        tracked = recognize(follow_changes(tracked, changes, now, formatted=formatted), text)
        now = text
    return tracked, now


def share(*texts: str, formatted: bool = False) -> float:
    return measure_share(*follow(*texts, formatted=formatted))


def test_an_undo_is_known_whatever_is_typed_around_it() -> None:
    assert is_undone(*follow(BEFORE))
    assert share(BEFORE) == 0
    assert is_undone(*follow("import os\n" + AFTER, "import os\n" + BEFORE + "\n\nx = 1\n"))
    assert not is_undone(*follow(AFTER))


def test_an_undo_that_takes_more_than_the_edit_with_it_is_known_too() -> None:
    tracked = track_changes(BEFORE, AFTER)
    whole = [Change(Span(0, len(AFTER)), BEFORE)]

    assert is_undone(follow_changes(tracked, whole, AFTER), BEFORE)


def test_a_redo_makes_it_whole_again() -> None:
    assert share(BEFORE, AFTER) == 1
    assert not is_undone(*follow(BEFORE, AFTER))


def test_white_space_alone_is_no_change() -> None:
    assert share(AFTER.replace("    return", "\treturn")) == 1
    assert track_changes("if a:\n  b\n", "if a:\n    b\n") == ()


def test_typing_elsewhere_is_no_change() -> None:
    assert share("import os\n" + AFTER + "\n\ndef home():\n    return os.name\n") == 1


def test_a_word_that_is_typed_over_takes_only_itself_away() -> None:
    kept = share(AFTER.replace("sum(items)", "sum(whatever)"))

    assert kept == pytest.approx(1 - len("items") / len("returnsum(items)"))


def test_code_that_is_moved_is_kept() -> None:
    rest = "".join(f"line_{n} = {n}\n" for n in range(30))
    code = "def total(items):\n    return sum(items)\n"
    old, new, moved = f"a = 1\n{rest}", f"a = 1\n{code}{rest}", f"a = 1\n{rest}{code}"
    tracked = follow_changes(track_changes(old, new), find_typed(new, moved), new)

    assert not sum(part.count_alive for part in tracked)
    assert measure_share(tracked, moved + "#") == 1


def test_what_a_formatter_rewrites_counts_as_there_but_what_it_deletes_does_not() -> None:
    old, new = "x = 1\n", "x = 1\nnames = ['a', 'b', 'c']\n"
    tidy, gone = 'x = 1\nnames = [\n    "a",\n    "b",\n    "c",\n]\n', "x = 1\n"

    def go(text: str, formatted: bool) -> float:
        changes = find_typed(new, text)
        tracked = follow_changes(track_changes(old, new), changes, new, formatted=formatted)
        return sum(part.count_alive for part in tracked) / sum(part.total for part in tracked)

    assert go(tidy, True) == 1
    assert go(tidy, False) < 0.9
    assert go(gone, True) == 0


def test_an_edit_that_only_takes_away_is_kept_until_it_comes_back() -> None:
    old, new = "a = 1\nb = 2\nc = 3\n", "a = 1\nc = 3\n"
    tracked = track_changes(old, new)

    assert measure_share(tracked, new) == 1
    back = follow_changes(tracked, find_typed(new, old), new)
    assert is_undone(back, old)
    assert measure_share(back, old) == 0


def test_half_of_several_hunks_undone_is_half() -> None:
    old = "one = aaaa\n\n\n\ntwo = bbbb\n"
    new = "one = cccc\n\n\n\ntwo = dddd\n"
    tracked = track_changes(old, new)
    half = "one = aaaa\n\n\n\ntwo = dddd\n"

    followed = follow_changes(tracked, find_typed(new, half), new)

    assert measure_share(followed, half) == 0.5
    assert not is_undone(followed, half)
