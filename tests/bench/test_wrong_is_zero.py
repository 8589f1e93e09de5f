"""What the engine writes for damaged answers of real edits is right, whatever is damaged by chance.

The benchmarks count it on many more; here a fault that writes something wrong fails the suite.
"""

import random

import pytest

from bench.edit_cases import RIGHT, THOUGH, WRONG, ours, score
from bench.faults import cases_of
from bench.history import OWN_EDITS, corpus_samples

EDITS = 20  # of the corpus, drawn by the seed


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("tools", [False, True], ids=["as text", "as tool calls"])
def test_no_damaged_answer_is_written_wrongly(seed: int, tools: bool) -> None:
    rnd = random.Random(seed)
    edits = rnd.sample(list(corpus_samples(OWN_EDITS)), EDITS)
    cases = [case for edit in edits for case in cases_of(edit, rnd, tools=tools)]

    scores = [(score(case, ours(case)), case.id) for case in cases]

    assert [name for scored, name in scores if scored == WRONG] == []
    right = sum(scored == RIGHT for scored, _ in scores)
    recoverable = right + sum(scored == THOUGH for scored, _ in scores)
    assert recoverable > 200  # the damage is there, and most of it can be read
    assert right / recoverable >= 0.995
