"""A file that holds markers itself is edited with others, and a block without them is never one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flux_lsp.core.errors import ErrorCode
from flux_lsp.edits.markers import DEFAULT_MARKERS, Markers, choose_markers
from flux_lsp.edits.read import read_reply
from flux_lsp.edits.values import Plan, Reject
from tests.edits.reading import after, called, made, make_scope, rewrite, said

MANUAL = "How to:\n\n<<<<<<< SEARCH\nold\n=======\nnew\n>>>>>>> REPLACE\n\nThat is all.\n"
CONFLICT = (
    "before()\n<<<<<<< HEAD\nours()\n||||||| base\nbase()\n=======\ntheirs()\n>>>>>>> branch\n"
    "after()\n"
)
HEADING = "Title\n=======\n\nBody.\n\nMore\n====\n\nEnd.\n"
FILES = {"a.txt": MANUAL, "b.txt": CONFLICT, "a.rst": HEADING}


def block(old: str, new: str, path: str, markers: Markers) -> str:
    head, divider, end = markers.skeleton.split("\n")[1::2]
    return f"{path}\n{head}\n{old}{divider}\n{new}{end}\n"


def result(text: str, file: str, path: str = "a.txt") -> str | Reject:
    work = make_scope(file, file, path, markers=choose_markers([file]))
    plan = read_reply(said(text), work)
    return after(plan, work, path) if isinstance(plan, Plan) else plan


@pytest.mark.parametrize(
    "text",
    [
        MANUAL,
        CONFLICT,
        HEADING,
        "x\n>>>>>>> REPLACE\n",
        "  <<<<< SEARCH\n",
        "------- ORIGINAL\n",
        "=======\r\nx\r\n",
        "||||||| base\n",
        "x\n===\n",
    ],
)
def test_other_markers_are_chosen_for_what_holds_such_lines(text: str) -> None:
    assert choose_markers(["x = 1\n", text]).mark == "FLUX-1"
    assert choose_markers([text, "FLUX-1"]).mark == "FLUX-2"


@pytest.mark.parametrize(
    "text", ["", "a === b\n", "x <<= 7\n", "# ======= x\n", "print('>>>')\n", "a\n---\n", "SEARCH"]
)
def test_the_usual_markers_are_kept_for_all_else(text: str) -> None:
    assert choose_markers([text]) == DEFAULT_MARKERS


EDITS = [
    ("a.txt", MANUAL, "That is all.\n", "That was all.\n"),
    ("a.txt", MANUAL, "old\n", "older\n"),
    ("a.txt", MANUAL, "=======\nnew\n", "=======\nnewer\n"),
    ("a.txt", MANUAL, "<<<<<<< SEARCH\nold\n", "<<<<<<< SEARCH\nolder\n"),
    ("a.txt", MANUAL, MANUAL, MANUAL.replace("all", "it")),
    ("a.txt", MANUAL, "How to:\n", "How to:\n<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPLACE\n"),
    ("a.txt", MANUAL, "old\n=======\nnew\n", "old\nmore\n=======\nnew\n=======\n"),
    ("b.txt", CONFLICT, CONFLICT[9:-8], "both()\n"),
    ("b.txt", CONFLICT, CONFLICT[9:-8], "ours()\ntheirs()\n"),
    ("b.txt", CONFLICT, "<<<<<<< HEAD\n", ""),
    ("b.txt", CONFLICT, "||||||| base\nbase()\n", ""),
    ("b.txt", CONFLICT, "theirs()\n", "theirs(1)\n"),
    ("a.rst", HEADING, "Title\n=======\n", "Heading\n=======\n"),
    ("a.rst", HEADING, "Body.\n", "Body.\n\nOther\n=====\n"),
    ("a.rst", HEADING, "More\n====\n\nEnd.\n", "Much\n====\n\nThe end.\n"),
]


@pytest.mark.parametrize(("path", "file", "old", "new"), EDITS)
def test_a_file_with_markers_is_edited_in_the_text_dialect(
    path: str, file: str, old: str, new: str
) -> None:
    right = file.replace(old, new, 1)
    if "=======\nnew\n=======" in new:  # may be a divider too many
        right = result(block(old, new, path, Markers("FLUX-1")), file, path)  # type: ignore[assignment]
        assert isinstance(right, Reject)
        return

    assert result(block(old, new, path, Markers("FLUX-1")), file, path) == right


@pytest.mark.parametrize(("path", "file", "old", "new"), EDITS)
def test_a_file_with_markers_is_edited_by_tools(path: str, file: str, old: str, new: str) -> None:
    right = file.replace(old, new, 1)
    edit = {"path": path, "old_string": old, "new_string": new}

    assert made(called(("apply_edits", {"edits": [edit]})), file, None, path) == right
    assert made(rewrite(right), file, file, path) == right


@pytest.mark.parametrize("missing", [0, 1, 2])
@pytest.mark.parametrize("fenced", [False, True])
@pytest.mark.parametrize(("path", "file", "old", "new"), EDITS)
def test_a_block_with_a_marker_that_lacks_its_word_is_no_block(
    path: str, file: str, old: str, new: str, fenced: bool, missing: int
) -> None:
    markers = Markers("FLUX-1").skeleton.split("\n")[1::2]
    markers[missing] = markers[missing].removesuffix(" FLUX-1")
    head, divider, end = markers
    body = f"{head}\n{old}{divider}\n{new}{end}\n"
    refused = result(f"{path}\n```\n{body}```\n" if fenced else f"{path}\n{body}", file, path)

    assert isinstance(refused, Reject)
    assert refused.code is ErrorCode.FORMAT
    assert "<<<<<<< SEARCH FLUX-1" in refused.feedback


def test_a_block_without_any_word_is_not_the_target_rewritten() -> None:
    target = MANUAL[MANUAL.index("<<<") : MANUAL.index("\nThat")]
    work = make_scope(MANUAL, target, "a.txt", markers=choose_markers([MANUAL]))
    plan = read_reply(said(f"```\n{target.replace('new', 'newer')}```\n"), work)

    assert isinstance(plan, Reject)


LINES = ["<<<<<<< SEARCH\n", "=======\n", ">>>>>>> REPLACE\n", "<<<<<<< HEAD\n", ">>>>>>> x\n", "a\n",
         "b\n", "\n", "===\n"]  # fmt: skip


@given(st.lists(st.sampled_from(LINES), min_size=1, max_size=12), st.data())
@settings(max_examples=300, deadline=None)
def test_any_lines_of_markers_are_edited_rightly_or_not_at_all(
    lines: list[str], data: st.DataObject
) -> None:
    file = "first\n" + "".join(lines) + "last\n"
    new = "".join(data.draw(st.lists(st.sampled_from(LINES), max_size=6)))
    markers = choose_markers([file])
    if not markers.mark or not "".join(lines).strip():
        return
    old = "".join(lines) + "last\n"
    came = result(block(old, f"{new}last\n", "a.txt", markers), file)

    assert isinstance(came, Reject) or came == f"first\n{new}last\n"
