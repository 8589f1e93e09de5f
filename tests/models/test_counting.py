"""What a call is counted as, whatever a server tells of it or leaves out."""

from typing import Any

import pytest

from flux_lsp.core.usage import Usage, estimate_tokens
from flux_lsp.models.anthropic.counting import TokenCounter

SENT = 5000
TEXT = "word " * 200
MEASURED = estimate_tokens(TEXT)


def count(*steps: dict[str, Any] | str) -> Usage:
    """The usage after counts (dicts) and pieces of the answer (texts) in this order."""
    counting = TokenCounter(SENT)
    for step in steps:
        if isinstance(step, str):
            counting.measure(step)
        else:
            counting.take(step)
    return counting.get_usage()


def told(first: object, last: object) -> Usage:
    """A whole answer whose start tells an input and whose end an output."""
    return count({"input_tokens": first, "output_tokens": 1}, TEXT, {"output_tokens": last})


def test_what_is_told_is_taken() -> None:
    start = {
        "input_tokens": 10,
        "cache_creation_input_tokens": 20,
        "cache_read_input_tokens": 30,
        "output_tokens": 1,
    }
    assert count(start, TEXT, {"output_tokens": 300}) == Usage(10, 300, 20, 30)


@pytest.mark.parametrize("value", [1234, 1234.0, 1233.5, "1234", " 1234 "])
def test_numbers_in_another_dress_are_numbers(value: object) -> None:
    assert told(value, 300) == Usage(1234, 300)
    assert told(10, value) == Usage(10, 1234)


NONSENSE = [
    None,
    0,
    0.0,
    "",
    -1,
    -10_000_000,
    -0.5,
    True,
    False,
    "many",
    "-5",
    "1e3",
    "9" * 400,
    10**9,
    10**30,
    2**63,
    1e300,
    float("inf"),
    float("-inf"),
    float("nan"),
    [7],
    {"tokens": 7},
]


@pytest.mark.parametrize("value", NONSENSE, ids=str)
def test_what_no_call_can_have_is_measured_instead(value: object) -> None:
    assert told(value, 300) == Usage(SENT, 300, estimated=True)
    assert told(10, value) == Usage(10, 1 + MEASURED, estimated=True)


def test_nothing_told_is_measured() -> None:
    assert count(TEXT) == Usage(SENT, MEASURED, estimated=True)
    assert count() == Usage(SENT, 0, estimated=True)


@pytest.mark.parametrize("later", [0, 3, -1, None])
def test_a_count_is_never_lowered(later: object) -> None:
    start = {"input_tokens": 900, "cache_read_input_tokens": 50}
    end = {"output_tokens": 300, "input_tokens": 1000, "cache_read_input_tokens": 60}
    after = {"output_tokens": later, "input_tokens": later, "cache_read_input_tokens": later}
    assert count(start, TEXT, end, after) == Usage(1000, 300, cache_read=60)


def test_what_comes_after_the_last_count_is_added_to_it() -> None:
    usage = count({"input_tokens": 9}, TEXT, {"output_tokens": 150}, TEXT)
    assert usage == Usage(9, 150 + MEASURED, estimated=True)


def test_a_prompt_that_came_from_the_cache_whole_may_have_no_other_tokens() -> None:
    cached = {"input_tokens": 0, "cache_read_input_tokens": 4000, "output_tokens": 5}
    assert count(cached) == Usage(0, 5, cache_read=4000)


def test_the_part_of_the_prompt_that_nobody_told_is_measured() -> None:
    usage = count({"cache_read_input_tokens": 4000, "output_tokens": 5})
    assert usage == Usage(1000, 5, cache_read=4000, estimated=True)


def test_an_empty_answer_is_no_estimate() -> None:
    assert count({"input_tokens": 10, "output_tokens": 0}) == Usage(10, 0)


def test_text_beyond_ascii_is_measured_by_its_bytes() -> None:
    assert count("日本語" * 100).output == estimate_tokens("日本語" * 100) > 300


def test_the_region_is_kept() -> None:
    usage = count({"input_tokens": 1, "output_tokens": 2, "inference_geo": "us"}, {"x": 1})
    assert usage == Usage(1, 2, region="us")
    assert count({"input_tokens": 1, "output_tokens": 2, "inference_geo": None}).region == ""
