"""Line ends, marks and characters of the file come through exactly, whatever the answer has."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_lsp.core.text import apply_changes
from flux_lsp.edits.change.diff import find_changes, may_cut
from flux_lsp.edits.read import read_reply
from flux_lsp.edits.values import Plan
from tests.edits.reading import after, block, edit, made, make_scope, rewrite, said

FILE = "def one():\n    a = 1\n    return a\n\n\ndef two():\n    return 2\n"
OLD, NEW = "    a = 1\n    return a\n", "    a = 3\n    b = 4\n    return a\n"


def windows(text: str) -> str:
    return text.replace("\n", "\r\n")


@pytest.mark.parametrize(
    "reply",
    [
        edit(OLD, NEW),
        edit(windows(OLD), windows(NEW)),
        edit(OLD, windows(NEW)),
        said(block(OLD, NEW)),
    ],
    ids=["line feeds", "both", "mixed", "text"],
)
def test_a_windows_file_stays_one(reply: object) -> None:
    assert made(reply, windows(FILE)) == windows(FILE.replace(OLD, NEW))  # type: ignore[arg-type]


def test_a_windows_answer_leaves_a_unix_file_one() -> None:
    assert made(edit(windows(OLD), windows(NEW)), FILE) == FILE.replace(OLD, NEW)


def test_mixed_line_ends_stay_where_they_are() -> None:
    text = "a = 1\r\nb = 2\nc = 3\r\nd = 4\n"

    assert made(edit("b = 2\nc = 3\nd = 4\n", "b = 2\nc = 5\nc2 = 6\nd = 4\n"), text) == (
        "a = 1\r\nb = 2\nc = 5\r\nc2 = 6\r\nd = 4\n"
    )


def test_old_macintosh_line_ends_stay() -> None:
    text = FILE.replace("\n", "\r")

    assert made(said(block(OLD, NEW, "a.txt")), text, path="a.txt") == FILE.replace(
        OLD, NEW
    ).replace("\n", "\r")


def test_a_byte_order_mark_stays_first() -> None:
    text = "\ufeff" + FILE
    for reply in (
        edit(OLD, NEW),
        said(block(OLD, NEW)),
        edit(FILE[:10], "def won():"),
        said(block("def one():\n", "import os\n\n\ndef one():\n")),
    ):
        result = made(reply, text)
        assert result.startswith("\ufeff")
        assert result.count("\ufeff") == 1


def test_a_rewrite_from_the_top_keeps_the_byte_order_mark() -> None:
    text = "\ufeffa = 1\nb = 2\n"

    assert made(rewrite("a = 3\n"), text, "\ufeffa = 1") == "\ufeffa = 3\nb = 2\n"


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_the_end_of_the_file_stays_as_it_is(end: str) -> None:
    text = "a = 1\nb = 2" + end

    assert made(said(block("b = 2\n", "b = 3\n")), text) == "a = 1\nb = 3" + end
    assert (
        made(said(block("b = 2\n", "b = 3\nc = 4\n")), text)
        == (f"a = 1\nb = 3{end or chr(10)}c = 4{end}")
        or end == "\r\n"
    )


def test_a_new_text_without_its_line_end_does_not_swallow_the_next_line() -> None:
    assert made(edit("    a = 1\n", "    a = 3"), FILE) == FILE.replace("a = 1", "a = 3")


def test_whole_lines_are_deleted_with_their_ends() -> None:
    assert made(said(block("    a = 1\n", "")), FILE.replace("return a", "return 1")) == (
        FILE.replace("    a = 1\n", "").replace("return a", "return 1")
    )


def test_form_feeds_and_line_separators_are_no_line_ends() -> None:
    text = "a = 1\n\x0c\nb = '\u2028'\nc = 3\n"

    assert made(edit("b = '\u2028'\nc = 3", "b = '\u2028'\nc = 4"), text) == text.replace(
        "c = 3", "c = 4"
    )


UNICODE = (
    "name = 'caf\u00e9'\n"
    "name2 = 'cafe\u0301'\nface = '\U0001f469\u200d\U0001f4bb\U0001f3fd'\ncjk = '\u4f60\u597d'\n"
)


def test_composed_and_combining_characters_are_the_same_place_and_other_bytes() -> None:
    old = "name2 = 'caf\u00e9'\nface"
    new = "name2 = 'caf\u00e9'\nnew = 1\nface"

    assert made(
        edit(
            old + " = '\U0001f469\u200d\U0001f4bb\U0001f3fd'",
            new + " = '\U0001f469\u200d\U0001f4bb\U0001f3fd'",
        ),
        UNICODE,
    ) == (UNICODE.replace("face", "new = 1\nface"))


def test_emoji_are_changed_whole() -> None:
    plan = read_reply(
        edit("\U0001f469\u200d\U0001f4bb\U0001f3fd", "\U0001f469\u200d\U0001f52c\U0001f3fd"),
        make_scope(UNICODE),
    )

    assert isinstance(plan, Plan)
    for change in plan.files[0].changes:
        assert may_cut(UNICODE, change.span.start)
        assert may_cut(UNICODE, change.span.end)
    assert "\U0001f469\u200d\U0001f52c\U0001f3fd" in after(plan, make_scope(UNICODE))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a\r\nb", "a\nb"),
        ("e\u0301", "e"),
        ("\U0001f44d\U0001f3fd", "\U0001f44d\U0001f3fe"),
        ("\U0001f1e9\U0001f1ea", "\U0001f1e9\U0001f1f0"),
        ("\U0001f468\u200d\U0001f469", "\U0001f468\u200d\U0001f466"),
        ("\ud83d\ude00", "\ud83d\ude01"),
        ("\u1100\u1161", "\u1100\u1162"),
    ],
)
def test_no_change_tears_a_character(old: str, new: str) -> None:
    old, new = f"x{old}y\n", f"x{new}y\n"
    for change in find_changes(old, new):
        assert may_cut(old, change.span.start)
        assert may_cut(old, change.span.end)
    assert apply_changes(old, find_changes(old, new)) == new


CHARACTERS = st.text(
    "ab\n\r\u0301\u200d\U0001f469\U0001f3fd\U0001f1e9\ufe0f\ud83d\ude00\t ", max_size=60
)


@given(CHARACTERS, CHARACTERS)
def test_diffs_cut_where_characters_end(old: str, new: str) -> None:
    changes = find_changes(old, new)

    assert apply_changes(old, changes) == new
    assert all(may_cut(old, edge) for c in changes for edge in (c.span.start, c.span.end))
    assert all(a.span.end <= b.span.start for a, b in pairwise(changes))
