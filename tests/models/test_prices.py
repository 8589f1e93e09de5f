"""What a call costs: exact numbers, dated, and never below what can happen."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_lsp.core.usage import Usage
from flux_lsp.models.prices import compute_highest_price, compute_price, load_prices

TODAY = date(2026, 11, 21)
MILLION = Usage(1_000_000, 1_000_000, 1_000_000, 1_000_000)


@pytest.mark.parametrize(
    ("model", "usage", "day", "usd"),
    [
        ("claude-haiku-5-5", Usage(1000, 100), TODAY, 1000 * 0.10e-6 + 100 * 0.50e-6),
        ("claude-haiku-5-5", Usage(100_000, 0), TODAY, 0.01),
        # one token more, cached or not, and the whole request has the long-prompt price
        ("claude-haiku-5-5", Usage(0, 10, 1, 100_000), TODAY, 100_000 * 0.05e-6 + 0.625e-6 + 25e-6),
        ("claude-haiku-5-5", MILLION, TODAY, 0.50 + 2.50 + 0.625 + 0.05),
        ("claude-sonnet-5-5", MILLION, TODAY, 2 + 10 + 2.5 + 0.10),
        ("claude-sonnet-5-5", MILLION, date(2026, 10, 7), 14.60),
        ("claude-sonnet-5-5", MILLION, date(2026, 10, 6), 14.70),  # a cache read cost twice as much
        ("claude-sonnet-4-5-20250929", MILLION, TODAY, 3 + 15 + 3.75 + 0.30),
        ("claude-haiku-4-5", MILLION, TODAY, 1 + 5 + 1.25 + 0.10),
        ("eu.anthropic.claude-haiku-4-5-20251001-v1:0", MILLION, TODAY, 7.35),
        ("claude-sonnet-4-5@20250929", MILLION, TODAY, 22.05),
        ("claude-haiku-5-5", Usage(), TODAY, 0),
    ],
)
def test_the_price_of_a_call(model: str, usage: Usage, day: date, usd: float) -> None:
    assert compute_price(usage, model, day) == pytest.approx(usd)


@pytest.mark.parametrize("model", ["qwen3-coder", "claude-mythos-5-2", "", "claude-haiku-5"])
def test_without_a_price_the_cost_is_unknown_not_nothing(model: str) -> None:
    assert compute_price(Usage(1, 1), model, TODAY) is None
    assert compute_highest_price(1, 1, model, TODAY) is None


def test_before_the_first_day_of_any_price_it_is_that_one() -> None:
    """A model that answers is out: the clock is behind, and the price is its first one."""
    early = compute_price(MILLION, "claude-haiku-5-5", date(1970, 1, 1))
    assert early == compute_price(MILLION, "claude-haiku-5-5", date(2026, 10, 7))


@pytest.mark.parametrize(
    ("region", "factor"), [("us", 1.1), ("eu", 1.1), ("global", 1), ("not_available", 1), ("", 1)]
)
def test_a_call_that_is_bound_to_a_region_costs_more(region: str, factor: float) -> None:
    usage = Usage(1000, 100, 10, 10, region=region)
    plain = compute_price(Usage(1000, 100, 10, 10), "claude-sonnet-5-5", TODAY)
    assert plain is not None
    assert compute_price(usage, "claude-sonnet-5-5", TODAY) == pytest.approx(plain * factor)


@given(
    st.integers(0, 300_000),
    st.integers(0, 300_000),
    st.integers(0, 300_000),
    st.integers(0, 128_000),
    st.integers(0, 128_000),
    st.sampled_from(["claude-haiku-5-5", "claude-sonnet-5-5", "claude-opus-5", "claude-fable-5"]),
    st.sampled_from(["", "global", "us", "eu", "somewhere"]),
)
def test_no_call_costs_more_than_its_list_price(
    fresh: int, written: int, read: int, output: int, spare: int, model: str, region: str
) -> None:
    usage = Usage(fresh, output, written, read, region=region)
    most = compute_highest_price(usage.prompt, output + spare, model, TODAY)
    paid = compute_price(usage, model, TODAY)
    assert most is not None
    assert paid is not None
    assert paid <= most + 1e-12


def test_what_is_reserved_covers_a_region_that_only_the_answer_names() -> None:
    most = compute_highest_price(1000, 100, "claude-sonnet-5-5", TODAY)
    used = Usage(0, 100, cache_write=1000, region="us")
    assert most == compute_price(used, "claude-sonnet-5-5", TODAY)
    assert compute_highest_price(0, 0, "claude-sonnet-5-5", TODAY) == 0


def test_a_persons_own_table_comes_first(tmp_path: Path) -> None:
    mine = tmp_path / "prices.toml"
    mine.write_text(
        '[[rate]]\nmatch = ["qwen*", "claude-haiku-5-5"]\n'
        "input = 0\noutput = 0\ncache_write = 0\ncache_read = 0\n"
    )
    prices = load_prices(mine)
    assert compute_price(MILLION, "qwen3-coder:30b", TODAY, prices) == 0
    assert compute_price(MILLION, "claude-haiku-5-5", TODAY, prices) == 0
    assert compute_price(MILLION, "claude-sonnet-5-5", TODAY, prices) == pytest.approx(14.6)
    assert prices.warnings == ()


RATE = "input = 1\noutput = 1\ncache_write = 1\ncache_read = 1\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[rate]\n", "prices.toml"),
        ("rate = 5\n", "list of tables"),
        (f"[[rate]]\n{RATE}", "match"),
        (f'[[rate]]\nmatch = ["x"]\n{RATE.replace("input = 1", "input = -1")}', "x: `input`"),
        (f'[[rate]]\nmatch = ["x"]\n{RATE.replace("output = 1", "")}', "x: `output`"),
        (f'[[rate]]\nmatch = ["x"]\nfrom = "soon"\n{RATE}', "`from`"),
        (f'[[rate]]\nmatch = ["x"]\n{RATE}long_prompt = {{ input = 1 }}\n', "`over`"),
        ('[[rate]]\nmatch = ["x"]\ninput = true\n', "x: `input`"),
        ("rate = [1]\n", "prices.toml"),
    ],
)
def test_a_table_that_is_wrong_is_named_and_the_shipped_one_stays(
    text: str, said: str, tmp_path: Path
) -> None:
    mine = tmp_path / "prices.toml"
    mine.write_text(text)
    prices = load_prices(mine)
    assert said in prices.warnings[0]
    assert compute_price(MILLION, "claude-sonnet-5-5", TODAY, prices) == pytest.approx(14.6)


def test_no_table_of_ones_own_is_no_trouble(tmp_path: Path) -> None:
    assert load_prices(tmp_path / "prices.toml") == load_prices()
