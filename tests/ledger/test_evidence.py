"""The tests behind learning and experiments, against a slow reference and published figures."""

from math import exp, inf, isclose, log, prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_lsp.ledger.evidence import (
    BlockTest,
    Tally,
    compute_newcombe,
    compute_wilson,
    count_blocks_needed,
    weigh_excess,
)

RESULTS = st.lists(st.booleans(), max_size=60)


def multiply_out(results: list[bool], limit: float) -> float:
    """The e-value as its formula stands."""
    shares = [q for q in (limit + 0.05 * n for n in range(1, 11)) if q < 1]
    return sum(
        prod(q / limit if bad else (1 - q) / (1 - limit) for bad in results) for q in shares
    ) / len(shares)


@given(RESULTS, st.sampled_from([0.06, 0.1, 0.15, 0.2]))
def test_the_e_value_is_the_mean_of_the_products(results: list[bool], limit: float) -> None:
    tally = Tally()
    for bad in results:
        tally = tally.count(bad)

    assert isclose(
        exp(weigh_excess(tally, limit)), multiply_out(results, limit), rel_tol=1e-6, abs_tol=1e-300
    )


@given(st.integers(0, 40), st.integers(0, 40), st.sampled_from([0.06, 0.1, 0.2]))
def test_an_e_value_expects_to_lose_nothing_and_gain_nothing_where_nothing_is_wrong(
    good: int, bad: int, limit: float
) -> None:
    """At the limit itself its next value is expected to be what it is: a fair game."""
    now = Tally(good + bad, bad)
    following = limit * exp(weigh_excess(now.count(True), limit)) + (1 - limit) * exp(
        weigh_excess(now.count(False), limit)
    )

    assert isclose(following, exp(weigh_excess(now, limit)), rel_tol=1e-9)


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=30), st.floats(0.02, 0.98))
def test_a_block_is_a_fair_game_when_both_arms_are_alike(
    before: list[tuple[bool, bool]], share: float
) -> None:
    test = BlockTest()
    for control, treatment in before:
        test = test.count([control], [treatment])
    expected = sum(
        (share if a else 1 - share)
        * (share if b else 1 - share)
        * exp(test.count([a], [b]).log_e - test.log_e)
        for a in (False, True)
        for b in (False, True)
    )

    assert expected <= 1 + 1e-9


@pytest.mark.parametrize(
    ("tally", "low", "high"),
    [(Tally(29, 1), 0.0061, 0.1718), (Tally(148, 15), 0.0624, 0.1605), (Tally(20, 0), 0, 0.1611)],
)
def test_wilsons_interval_is_that_of_newcombes_paper(tally: Tally, low: float, high: float) -> None:
    assert compute_wilson(tally) == pytest.approx((low, high), abs=6e-5)


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [  # Newcombe 1998, method 10
        (Tally(70, 56), Tally(80, 48), 0.0524, 0.3339),
        (Tally(10, 9), Tally(10, 3), 0.1705, 0.8090),
        (Tally(10, 10), Tally(10, 0), 0.6075, 1.0),
    ],
)
def test_newcombes_interval_is_that_of_his_paper(
    first: Tally, second: Tally, low: float, high: float
) -> None:
    assert compute_newcombe(first, second) == pytest.approx((low, high), abs=6e-5)


def test_without_results_nothing_is_known() -> None:
    assert compute_wilson(Tally()) == (0, 1)
    assert compute_newcombe(Tally(), Tally()) == pytest.approx((-0.7071, 0.7071), abs=1e-4)
    assert weigh_excess(Tally(), 0.1) == 0
    assert count_blocks_needed(BlockTest(), 20) == inf


def test_blocks_needed_grow_smaller_as_the_difference_grows() -> None:
    alike = BlockTest((1, 1), Tally(500, 50), Tally(500, 50))
    needed = [count_blocks_needed(alike, 20, gap) for gap in (0.05, 0.1, 0.2)]

    assert needed == sorted(needed, reverse=True)
    assert count_blocks_needed(BlockTest(log_e=log(20)), 20) == 0
