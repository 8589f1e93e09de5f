"""Proposals follow typing: a hunk moves with its lines, and is refused where somebody typed over them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from flux_lsp.core.errors import ErrorCode, FluxError
from flux_lsp.edits.change.diff import find_changes
from flux_lsp.edits.change.hunks import group_hunks
from flux_lsp.fronts.lsp.reviewing import read_line_edits
from flux_lsp.runs.decide import accept_pieces, choose_pieces, reject_pieces
from flux_lsp.runs.line_edits import LineEdit
from flux_lsp.runs.proposals import Proposals
from flux_lsp.runs.review import HunkPiece, Proposal, format_markdown, is_near
from tests.runs.fakes import URI, Stage
from tests.runs.test_review import CHANGED, LONG, propose
from tests.runs.typed_document import TypedDocument


class Editor(TypedDocument):
    """One with a proposal."""

    def __init__(self, before: str, after: str) -> None:
        self.first = before
        super().__init__(URI, "a", before)
        self.proposals = Proposals(lambda _: self.take())
        pieces = tuple(
            HunkPiece(number, self.take(), hunk)
            for number, hunk in enumerate(group_hunks(before, find_changes(before, after)), 1)
        )
        self.proposals.keep(Proposal("r", "edit", URI, pieces, len(pieces)))
        self.proposals.find("r")  # somebody looks

    def follow(self, version: int, edits: Sequence[LineEdit] | None) -> None:
        self.proposals.follow(self.uri, version, edits)

    def look(self) -> Proposal:
        proposal = self.proposals.find("r")
        assert isinstance(proposal, Proposal)
        return proposal

    def accept(self, number: int) -> str | None:
        """The text with one hunk accepted; None where it is stale."""
        proposal = self.look()
        edits = proposal.make_edits([p for p in proposal.open if p.number == number])
        return edits[0].after if edits else None


LINES = ("x\n", "y\n", "\n", "𝒜 z\n")  # few, so that many are the same
lines = st.lists(st.sampled_from(LINES), min_size=4, max_size=14)


@st.composite
def scenes(draw: st.DrawFn) -> tuple[list[str], list[str], Any]:
    """Lines, what a proposal makes of some of them, and typing: each at a line and column, over some more."""
    before = draw(lines)
    after = [
        draw(st.sampled_from((line, line, line, "NEW\n", "", line + "NEW\n"))) for line in before
    ]
    number = st.integers(0, 20)
    text = st.sampled_from(("", "k", "\n", "k\n", "x\n", "k\nk", "\n\n", "y", "x\nk", "\nx", "\nk"))
    assume(before != after)
    typing = draw(st.lists(st.tuples(number, number, st.integers(0, 2), number, text), max_size=5))
    return before, after, typing


@settings(max_examples=1000, deadline=None)
@given(scenes())
def test_a_hunk_goes_where_its_lines_went_or_nowhere(
    scene: tuple[list[str], list[str], Any],
) -> None:
    """An oracle marks every character of the hunks' lines: those must be all there, and be what is replaced."""
    before, after, typing = scene
    editor = Editor("".join(before), "".join(after))
    hunks = {p.number: p for p in editor.look().open if isinstance(p, HunkPiece)}
    marked: list[tuple[str, int | None]] = [(char, None) for char in editor.document.text()]
    for at in range(len(marked)):
        marked[at] = (marked[at][0], at)

    for line, column, over, to, text in typing:
        start = (min(line, editor.document.line_count - 1), column)
        end = (min(start[0] + over, editor.document.line_count - 1), to)
        if start > end:
            start, end = end, start
        a, b = editor.document.offset(*start), editor.document.offset(*end)
        editor.type(start, end, text)
        marked[a:b] = [(char, None) for char in text]

    now = editor.document.text()
    assert "".join(char for char, _ in marked) == now
    places = {origin: at for at, (_, origin) in enumerate(marked) if origin is not None}
    places |= {-1: -1, len(editor.first): len(marked)}
    for number, piece in hunks.items():
        result = editor.accept(number)
        if result is not None and (expected := list_expected(now, piece, places)):
            assert result in expected


def list_expected(now: str, piece: HunkPiece, places: dict[int, int]) -> set[str]:
    """The changes of a hunk on the very characters it was made for; empty when some are gone.

    What is put between two characters may stand before or behind what was typed between them.
    """
    texts = {now}
    for change in sorted(piece.hunk.changes, key=lambda c: c.span.start, reverse=True):
        start, end = change.span.start, change.span.end
        inside = [places.get(at) for at in range(start, end)]
        above, below = places.get(start - 1), places.get(end)
        if None in inside or above is None or below is None:
            return set()
        first = inside[0] if inside else None
        starts = range(above + 1, below + 1) if first is None else [first]
        texts = {
            text[:at] + change.text + text[at + len(inside) :] for text in texts for at in starts
        }
    return texts


@settings(max_examples=300, deadline=None)
@given(scenes())
def test_typing_on_other_lines_leaves_no_hunk_stale(
    scene: tuple[list[str], list[str], Any],
) -> None:
    before, after, typing = scene
    editor = Editor("".join(before), "".join(after))
    for line, _, _, _, text in typing:
        hunks = [piece.hunk.lines for piece in editor.look().open if isinstance(piece, HunkPiece)]
        row = min(line, editor.document.line_count - 1)
        if any(lines.first == row + 1 for lines in hunks):
            editor.type((row, 0), (row, 0), "typed above\n")
        elif not any(lines.first <= row + 1 <= lines.last for lines in hunks):
            editor.type((row, 0), (row, 0), text)
    proposal = editor.look()
    assert proposal.stale == ()
    for piece in proposal.open:
        assert editor.accept(piece.number) is not None


def test_an_undo_makes_a_hunk_fit_again() -> None:
    editor = Editor("a\nb\nc\n", "a\nB\nc\n")
    editor.type((1, 1), (1, 1), "typed")
    editor.type((0, 0), (0, 0), "above\n")
    assert editor.accept(1) is None
    editor.type((2, 1), (2, 6), "")
    assert editor.accept(1) == "above\na\nB\nc\n"


def test_a_line_that_is_the_same_as_the_next_is_not_taken_for_it() -> None:
    editor = Editor("x = 1\nx = 1\n", "x = 1\nx = 2\n")
    editor.type((1, 0), (1, 0), "x = 1\n")
    assert editor.accept(1) == "x = 1\nx = 1\nx = 2\n"


@pytest.mark.parametrize("start", [(1, 0), (0, 3)])
def test_where_its_line_is_deleted_the_same_line_below_is_left_alone(
    start: tuple[int, int],
) -> None:
    editor = Editor("x = 1\n" * 4, "x = 1\nx = 2\n" + "x = 1\n" * 2)
    editor.type((3, 0), (3, 0), "typed\n")
    editor.type(start, (2, start[1]), "")
    assert editor.accept(1) is None


def test_a_document_that_is_replaced_as_a_whole_is_compared() -> None:
    editor = Editor("a\nb\nc\n", "a\nB\nc\n")
    editor.document.change([{"text": "new\na\nb\nc\n"}], 2)
    editor.proposals.follow(URI, 2, read_line_edits([{"text": ""}]))
    assert editor.accept(1) == "new\na\nB\nc\n"


async def typed_over(data: Path) -> Stage:
    """A proposal whose second hunk was typed over."""
    it = await propose(data)
    it.front.type(URI, lambda text: text.replace("a + 4", "a + 4 + 1"))
    return it


async def test_a_hunk_that_is_typed_over_is_refused_and_nothing_of_the_rest_is_applied(
    tmp_path: Path,
) -> None:
    it = await typed_over(tmp_path)
    before = it.text
    for choice in (choose_pieces(it.session, None), choose_pieces(it.session, None, hunk=2)):
        with pytest.raises(FluxError) as raised:
            await accept_pieces(it.session, choice)
        assert raised.value.problem.code is ErrorCode.STALE_DOCUMENT
        assert "change 2 in `app.py`" in raised.value.problem.message
    assert it.text == before

    await reject_pieces(it.session, choose_pieces(it.session, None, hunk=2))
    await accept_pieces(it.session, choose_pieces(it.session, None))
    assert it.text == CHANGED.replace("4 + a", "a + 4 + 1")


async def test_it_says_so_where_it_is_shown_and_fits_again_when_that_is_undone(
    tmp_path: Path,
) -> None:
    it = await typed_over(tmp_path)
    (proposal,) = it.session.proposals.find_by_document(URI)
    (stale,) = proposal.stale
    assert is_near(stale, URI, 5, 5)
    assert "You typed over change 2 in `app.py`" in format_markdown(proposal)

    await accept_pieces(it.session, choose_pieces(it.session, None, hunk=1))
    it.front.type(URI, lambda text: text.replace("a + 4 + 1", "a + 4"))
    await accept_pieces(it.session, choose_pieces(it.session, None))
    assert it.text == CHANGED


async def test_places_move_with_what_is_typed_above(tmp_path: Path) -> None:
    it = await propose(tmp_path)
    it.front.type(URI, lambda text: "# one\n# two\n" + text)
    (proposal,) = it.session.proposals.find_by_document(URI)
    assert [is_near(piece, URI, 7, 7) for piece in proposal.open] == [False, True, False]
    await accept_pieces(it.session, choose_pieces(it.session, None))
    assert it.text == "# one\n# two\n" + CHANGED


async def test_a_document_closed_meanwhile_is_changed_on_disk(tmp_path: Path) -> None:
    it = await propose(tmp_path)
    it.front.type(URI, lambda text: text + "# unsaved\n")
    assert it.session.proposals.find_by_document(URI)
    del it.front.texts[URI]
    (proposal,) = it.session.proposals.find_by_document(URI)
    assert {edit.base.version for edit in proposal.make_edits(proposal.open)} == {None}
    assert proposal.stale == ()
    assert LONG in proposal.make_edits(proposal.open)[0].base.text
