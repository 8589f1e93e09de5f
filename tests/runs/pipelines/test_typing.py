"""Somebody types while a pipeline runs, at any moment and anywhere: nothing typed is lost."""

import asyncio
import random
import re
from contextlib import suppress
from pathlib import Path

import pytest

from flux_lsp.core.errors import FluxError
from flux_lsp.engine.values import Applied, Proposed, Refused
from flux_lsp.runs.decide import accept_pieces, choose_pieces
from flux_lsp.runs.undo import undo_run
from tests.runs.pipelines.stages import BUILD, DESIGN, FOUR, GOOD, SUM, Stage, stage

_MARK = re.compile("[①-⑳]")  # a mark of one character cannot be torn apart by the next
ROUNDS = 1_000
_A_TEST = 50  # interleavings


def type_somewhere(it: Stage, rng: random.Random, number: int) -> None:
    """Type a mark at a random place, in a line or as one of its own."""
    text = it.text
    at = rng.randrange(len(text) + 1)
    if rng.random() < 0.5:
        at = text.rfind("\n", 0, at) + 1
    sign = chr(ord("①") + number)
    mark = f"# {sign}\n" if at == 0 or text[at - 1] == "\n" else sign
    it.front.type(it.uri, lambda now: now[:at] + mark + now[at:])


@pytest.mark.parametrize("block", range(ROUNDS // _A_TEST))
async def test_any_interleaving_keeps_what_was_typed(tmp_path: Path, block: int) -> None:
    ends: dict[str, int] = {}
    for seed in range(block * _A_TEST, (block + 1) * _A_TEST):
        rng = random.Random(seed)
        whole = rng.random() < 0.5
        script, steps = (GOOD, FOUR) if whole else ((DESIGN, BUILD), FOUR[:2])
        it = stage(tmp_path / str(seed), *script, steps=steps)
        typed: list[str] = []

        def hit(it: Stage = it, rng: random.Random = rng, typed: list[str] = typed) -> None:
            type_somewhere(it, rng, len(typed))
            typed.append(chr(ord("①") + len(typed)))

        moments = {rng.randrange(1, 6): rng.randrange(1, 3) for _ in range(rng.randrange(3))}

        async def look(number: int, moments: dict[int, int] = moments, hit: object = hit) -> None:
            for _ in range(moments.get(number, 0)):
                await asyncio.sleep(0)
                hit()  # type: ignore[operator]

        it.model.on_call = look
        result = await it.start().wait()
        if 5 in moments:  # after the end
            hit()
        if isinstance(result, Proposed):
            with suppress(FluxError):  # somebody typed into the hunk
                await accept_pieces(it.session, choose_pieces(it.session, result.run))
        else:
            assert isinstance(result, Applied | Refused), result
        assert sorted(_MARK.findall(it.text)) == sorted(typed)
        applied = bool(it.front.edits)
        assert 5 in moments or applied == (SUM.splitlines()[1] in it.text)
        assert len(it.front.edits) <= 1
        if applied and rng.random() < 0.5:
            with suppress(FluxError):  # somebody typed into the edit
                await undo_run(it.session, result.run)
            assert sorted(_MARK.findall(it.text)) == sorted(typed)
        ends[type(result).__name__] = ends.get(type(result).__name__, 0) + 1
        it.ledger.close()
    assert len(ends) > 1  # both ways it can end are among them
