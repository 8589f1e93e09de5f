"""Prices of whole calls against sums made by hand from the published table, to a millionth of a dollar."""

from dataclasses import replace
from datetime import date

import pytest

from flux_lsp.core.usage import Usage
from flux_lsp.models.prices import compute_price, load_prices

NOVEMBER = date(2026, 11, 20)
CALL = Usage(input=3_000, output=500, cache_write=2_000, cache_read=10_000)
LONG = Usage(input=60_000, output=2_000, cache_write=20_000, cache_read=20_001)


@pytest.mark.parametrize(
    ("model", "usage", "by_hand"),
    [
        # 3,000 x 0.10 + 500 x 0.50 + 2,000 x 0.125 + 10,000 x 0.01 = 300 + 250 + 250 + 100
        ("claude-haiku-5-5", CALL, 0.000900),
        # one kind each, a million tokens; a prompt of a million is beyond the step
        ("claude-haiku-5-5", Usage(output=1_000_000), 0.50),
        ("claude-haiku-5-5", Usage(input=1_000_000), 0.50),
        ("claude-haiku-5-5", Usage(cache_write=1_000_000), 0.625),
        ("claude-haiku-5-5", Usage(cache_read=1_000_000), 0.05),
        # the step: 100,000 tokens are below it, one more lifts the whole request, output too
        ("claude-haiku-5-5", Usage(input=100_000), 0.010),
        ("claude-haiku-5-5", Usage(input=100_001), 0.0500005),
        ("claude-haiku-5-5", Usage(input=100_000, output=1_000), 0.0105),
        ("claude-haiku-5-5", Usage(input=100_001, output=1_000), 0.0525005),
        # cached tokens count for the length: 60,000 x 0.50 + 2,000 x 2.50 + 20,000 x 0.625 + 20,001 x 0.05
        ("claude-haiku-5-5", LONG, 0.04850005),
        # 3,000 x 2 + 500 x 10 + 2,000 x 2.50 + 10,000 x 0.10 = 6,000 + 5,000 + 5,000 + 1,000
        ("claude-sonnet-5-5", CALL, 0.017000),
        # Sonnet has no step: 60,000 x 2 + 2,000 x 10 + 20,000 x 2.50 + 20,001 x 0.10
        ("claude-sonnet-5-5", LONG, 0.1920001),
        # 6,000 + 5,000 + 5,000 + 10,000 x 0.20
        ("claude-sonnet-5", CALL, 0.018000),
        # 3,000 x 3 + 500 x 15 + 2,000 x 3.75 + 10,000 x 0.30
        ("claude-sonnet-4-6", CALL, 0.027000),
        ("claude-sonnet-4-5-20250929", CALL, 0.027000),
        # 3,000 x 1 + 500 x 5 + 2,000 x 1.25 + 10,000 x 0.10
        ("claude-haiku-4-5", CALL, 0.009000),
        # 3,000 x 4 + 500 x 20 + 2,000 x 5 + 10,000 x 0.20
        ("claude-opus-5-5", CALL, 0.034000),
        # 3,000 x 5 + 500 x 25 + 2,000 x 6.25 + 10,000 x 0.50
        ("claude-opus-5", CALL, 0.045000),
        # 3,000 x 10 + 500 x 50 + 2,000 x 12.50 + 10,000 x 0.25, and with 10,000 x 1
        ("claude-fable-5-1", CALL, 0.082500),
        ("claude-fable-5", CALL, 0.090000),
        ("claude-haiku-5-5", Usage(), 0.0),
    ],
)
def test_a_call_costs_what_the_table_says(model: str, usage: Usage, by_hand: float) -> None:
    assert compute_price(usage, model, NOVEMBER) == pytest.approx(by_hand, abs=1e-9)
    at_home = replace(usage, region="us")
    assert compute_price(at_home, model, NOVEMBER) == pytest.approx(1.1 * by_hand, abs=1e-9)
    in_batch = compute_price(usage, model, NOVEMBER, batch=True)
    assert in_batch == pytest.approx(by_hand / 2, abs=1e-9)
    both = compute_price(at_home, model, NOVEMBER, batch=True)
    assert both == pytest.approx(0.55 * by_hand, abs=1e-9)


def test_reading_sonnets_cache_became_cheaper_on_a_day() -> None:
    usage = Usage(cache_read=1_000_000)

    assert compute_price(usage, "claude-sonnet-5-5", date(2026, 10, 6)) == pytest.approx(0.20)
    assert compute_price(usage, "claude-sonnet-5-5", date(2026, 10, 7)) == pytest.approx(0.10)


@pytest.mark.parametrize("model", ["qwen3-coder", "claude-haiku-9", "", "claude-sonnet-5-5-turbo"])
def test_an_unknown_model_is_unknown_and_never_free(model: str) -> None:
    assert compute_price(CALL, model, NOVEMBER) is None
    assert compute_price(CALL, model, NOVEMBER, batch=True) is None
    assert load_prices().find_step(model, NOVEMBER) is None


def test_the_step_of_a_model() -> None:
    assert load_prices().find_step("claude-haiku-5-5", NOVEMBER) == 100_000
    assert load_prices().find_step("claude-sonnet-5-5", NOVEMBER) is None
