"""Of scripted reviews with every fault that models are known for, nothing false is shown."""

from collections import Counter
from pathlib import Path

import pytest

import flux_lsp
from bench.findings import (
    read_as_claimed,
    read_by_flux,
    read_exactly,
    read_files,
    score,
    script_answers,
)


@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_false_is_shown_and_the_rest_is_kept(seed: int) -> None:
    snapshots = read_files(Path(flux_lsp.__file__).parent / "edits")
    answers = list(script_answers(snapshots, 200, seed))
    flux, believing, strict = (Counter[str]() for _ in range(3))

    for answer in answers:
        shown = read_by_flux(answer)
        flux += score(answer, shown)
        believing += score(answer, read_as_claimed(answer))
        strict += score(answer, read_exactly(answer))
        assert len(shown) <= 50

    assert flux["false"] == 0
    assert flux["twin"] <= 0.01 * flux["right"]  # a line with the very same text, some lines away
    assert flux["kept"] >= 0.95 * flux["wanted"]
    assert believing["false"] > 1_000, "the faults are there"
    assert strict["kept"] < 0.6 * strict["wanted"], "and most of them can be mended"
