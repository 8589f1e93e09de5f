"""What waits for a yes: proposed, accepted hunk by hunk in any order, rejected, undone."""

from itertools import permutations
from pathlib import Path

import pytest

from flux_lsp.core.errors import FluxError
from flux_lsp.engine.values import Applied, Proposed, Refused
from flux_lsp.runs.decide import (
    accept_pieces,
    choose_pieces,
    reject_pieces,
    show_proposal,
)
from flux_lsp.runs.ports import FrontCapabilities
from flux_lsp.runs.review import format_patch
from flux_lsp.runs.undo import undo_run
from tests.runs.fakes import ABLE, AFTER, CODE, URI, FakeFront, Stage, declined, stage

LONG = "def f(a):\n" + "".join(f"    x{n} = a + {n}\n" for n in range(9)) + "    return a\n"
CHANGED = LONG.replace("a + 0", "a").replace("a + 4", "4 + a").replace("a + 8", "8 + a")
OUTSIDE = {"edits": [{"path": "app.py", "old_string": "os.name", "new_string": "None"}]}


async def propose(data: Path, front: FakeFront | None = None) -> Stage:
    """Three hunks of `f` that wait."""
    answer = ("rewrite_range", {"code": CHANGED})
    it = stage(data, answer, text=LONG, review="always", front=front)
    assert isinstance(await it.start(at="x4").wait(), Proposed)
    assert it.text == LONG
    return it


@pytest.mark.parametrize("order", list(permutations((1, 2, 3))))
async def test_hunks_accepted_in_any_order_give_the_same_text(
    tmp_path: Path, order: tuple[int, ...]
) -> None:
    it = await propose(tmp_path)
    for number in order:
        left = await accept_pieces(it.session, choose_pieces(it.session, None, hunk=number))
    assert it.text == CHANGED
    assert left.open == ()
    assert it.session.proposals.list_newest_first() == []


async def test_one_undo_takes_back_every_accepted_hunk_and_keeps_typing(tmp_path: Path) -> None:
    it = await propose(tmp_path)
    await accept_pieces(it.session, choose_pieces(it.session, None, hunk=1))
    it.front.type(URI, lambda text: text + "# typed\n")
    await accept_pieces(it.session, choose_pieces(it.session, None, hunk=3))

    await undo_run(it.session, None)

    assert it.text == LONG + "# typed\n"
    assert it.kinds()[-3:] == ["EditApplied", "EditApplied", "EditUndone"]
    with pytest.raises(FluxError):
        await undo_run(it.session, None)


async def test_undo_refuses_where_the_change_was_typed_over(tmp_path: Path) -> None:
    it = stage(tmp_path)
    await it.start().wait()
    it.front.type(URI, lambda text: text.replace("sum(items)", "sum(list(items))"))

    with pytest.raises(FluxError) as raised:
        await undo_run(it.session, None)

    assert raised.value.problem.hint == "Use the editor's own undo"
    assert "sum(list(items))" in it.text


async def test_what_is_left_is_about_the_text_with_what_was_accepted(tmp_path: Path) -> None:
    it = await propose(tmp_path)
    left = await accept_pieces(it.session, choose_pieces(it.session, None, hunk=2))

    assert [piece.number for piece in left.open] == [1, 3]
    assert "4 + a" not in "".join(
        line for line in format_patch(left).splitlines() if line[0] in "+-"
    )


async def test_a_rejected_hunk_is_gone_and_a_decided_one_is_not_decided_again(
    tmp_path: Path,
) -> None:
    it = await propose(tmp_path)
    choice = choose_pieces(it.session, None, hunk=1)
    await reject_pieces(it.session, choice)

    with pytest.raises(FluxError):
        await accept_pieces(it.session, choose_pieces(it.session, None, hunk=1))
    await accept_pieces(it.session, choose_pieces(it.session, None, uri=URI))

    assert it.text == CHANGED.replace("x0 = a\n", "x0 = a + 0\n")
    assert "HunksRejected" in it.kinds()


async def test_looking_at_it_writes_a_private_patch_that_goes_with_the_decision(
    tmp_path: Path,
) -> None:
    it = await propose(tmp_path)
    (proposal,) = it.session.proposals.list_newest_first()

    file = await show_proposal(it.session, proposal)
    assert file.read_text().count("@@") >= 2
    assert file.stat().st_mode & 0o077 == 0
    await reject_pieces(it.session, choose_pieces(it.session, None))

    assert not file.exists()
    assert it.text == LONG


@pytest.mark.parametrize(
    ("review", "kind"), [("auto", Proposed), ("always", Proposed), ("never", Refused)]
)
async def test_a_change_outside_of_the_target_waits_or_is_refused(
    tmp_path: Path, review: str, kind: type
) -> None:
    it = stage(tmp_path, ("apply_edits", OUTSIDE), review=review, max_attempts=1)
    assert isinstance(await it.start().wait(), kind)
    assert it.text == CODE


@pytest.mark.parametrize("said", ["yes", "no"])
async def test_a_front_that_previews_is_asked_at_once(tmp_path: Path, said: str) -> None:
    can = FrontCapabilities(applies_edits=True, previews_edits=True)
    front = FakeFront(can, on_edit=None if said == "yes" else lambda *_: declined())
    it = stage(tmp_path, review="always", front=front)

    result = await it.start().wait()

    assert front.edits[0].confirm
    assert isinstance(result, Applied if said == "yes" else Proposed)
    assert it.text == (AFTER if said == "yes" else CODE)
    assert len(it.session.proposals.list_newest_first()) == (0 if said == "yes" else 1)


async def test_who_sees_no_outcomes_is_told_where_to_decide(tmp_path: Path) -> None:
    front = FakeFront(FrontCapabilities(applies_edits=True))
    await propose(tmp_path, front)
    assert front.told[0][0] == "info"
    assert "open the code actions" in front.told[0][1]


async def test_a_front_that_shows_outcomes_is_told_nothing_more(tmp_path: Path) -> None:
    front = FakeFront(ABLE)
    await propose(tmp_path, front)
    assert front.told == []
