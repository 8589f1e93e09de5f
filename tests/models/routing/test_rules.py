"""The rules in their order, the score and its bands, each as a row of a table."""

from dataclasses import replace
from itertools import combinations
from typing import get_args

import pytest

from flux_lsp.core.characteristics import Characteristic
from flux_lsp.core.decision import Estimate, find_band
from flux_lsp.core.tiers import Tier
from flux_lsp.models.routing.rules import RecentDecision, Situation, choose_by_score, decide
from flux_lsp.models.routing.score import Matrix, compute_points
from flux_lsp.settings.routing import MatrixSettings

MODELS: dict[Tier, str] = {"haiku": "claude-haiku-5-5", "sonnet": "claude-sonnet-5-5"}
PLAIN = Situation(models=MODELS, usual="haiku")
SEED = Matrix(MatrixSettings().model_dump(exclude={"action", "long_prompt"}))


def estimate(usd: float | None) -> Estimate:
    return Estimate("m", 120_000, 0, 500, usd)


DEAR: dict[Tier, Estimate | None] = {"haiku": estimate(0.06), "sonnet": estimate(0.02)}
CHEAP: dict[Tier, Estimate | None] = {"haiku": estimate(0.06), "sonnet": estimate(0.25)}


@pytest.mark.parametrize(
    ("situation", "score", "tier", "rule"),
    [
        (replace(PLAIN, pinned="haiku", is_security_critical=True), -9, "haiku", "pinned"),
        (replace(PLAIN, pinned="sonnet", one_model=True), 9, "sonnet", "pinned"),
        (replace(PLAIN, one_model=True, is_security_critical=True), -9, "haiku", "model"),
        (replace(PLAIN, is_security_critical=True), 9, "sonnet", "security"),
        (
            replace(PLAIN, is_security_critical=True, unreachable=frozenset({"sonnet"})),
            9,
            "haiku",
            "unreachable",
        ),
        (
            replace(PLAIN, is_security_critical=True, unreachable=frozenset({"haiku"})),
            9,
            "sonnet",
            "security",
        ),
        (replace(PLAIN, unreachable=frozenset({"haiku"})), -9, "sonnet", "score"),
        (replace(PLAIN, remark=True, unreachable=frozenset({"sonnet"})), 9, "haiku", "unreachable"),
        (replace(PLAIN, pinned="haiku", unreachable=frozenset({"haiku"})), 9, "haiku", "pinned"),
        (replace(PLAIN, unreachable=frozenset({"haiku"})), 9, "sonnet", "unreachable"),
        (replace(PLAIN, unreachable=frozenset({"haiku", "sonnet"})), 9, "haiku", "score"),
        (replace(PLAIN, dear=True, estimates=DEAR), 9, "sonnet", "price"),
        (replace(PLAIN, dear=True, estimates=CHEAP), -9, "haiku", "price"),
        (replace(PLAIN, dear=True, estimates={**CHEAP, "haiku": None}), 9, "sonnet", "price"),
        (
            replace(PLAIN, dear=True, estimates={**CHEAP, "haiku": estimate(None)}),
            9,
            "haiku",
            "score",
        ),
        (replace(PLAIN, remark=True), 9, "sonnet", "escalated"),
        (replace(PLAIN, recent=RecentDecision("sonnet", 0)), 2, "sonnet", "sticky"),
        (replace(PLAIN, recent=RecentDecision("haiku", 0)), -2, "haiku", "sticky"),
        (replace(PLAIN, recent=RecentDecision("sonnet", -1)), 2, "haiku", "score"),
        (replace(PLAIN, recent=RecentDecision("sonnet", -4)), -2, "sonnet", "score"),
        (PLAIN, 1, "haiku", "score"),
        (PLAIN, 0, "haiku", "default"),
        (replace(PLAIN, usual="sonnet"), 0, "sonnet", "default"),
        (PLAIN, -1, "sonnet", "score"),
    ],
)
def test_the_first_rule_that_applies_decides(
    situation: Situation, score: int, tier: Tier, rule: str
) -> None:
    decision = decide(situation, {"well_defined_spec": score})

    assert (decision.tier, decision.rule) == (tier, rule)
    assert decision.model == MODELS[tier]
    assert sum(decision.points.values()) == decision.score == score


@pytest.mark.parametrize(
    ("score", "band"),
    [(9, "strong"), (4, "strong"), (3, "moderate"), (1, "moderate"), (0, "tie"), (-1, "moderate"),
     (-3, "moderate"), (-4, "strong")],
)  # fmt: skip
def test_bands(score: int, band: str) -> None:
    assert find_band(score) == band


@pytest.mark.parametrize(("cut", "haiku_from"), [(-2, -1), (-1, 0), (0, 1), (3, 4), (None, None)])
def test_a_cut_says_where_haiku_begins(cut: int | None, haiku_from: int | None) -> None:
    for score in range(-9, 10):
        tier, _ = choose_by_score(score, cut, "sonnet")
        assert (tier == "haiku") is (haiku_from is not None and score >= haiku_from), score


def test_a_moved_cut_leaves_no_tie_to_the_action() -> None:
    assert choose_by_score(0, 3, "haiku") == ("sonnet", "score")


def test_the_matrix_is_the_one_of_the_page() -> None:
    """Of the 1,024 combinations 260 go to Haiku, 140 tie, and 624 go to Sonnet."""
    names = get_args(Characteristic)
    tiers = []
    for size in range(len(names) + 1):
        for chosen in combinations(names, size):
            score = sum(compute_points(chosen, SEED, 0, 0).values())
            tiers.append((score > 0) - (score < 0))

    assert [tiers.count(sign) for sign in (1, 0, -1)] == [260, 140, 624]


def test_points_name_what_counts_and_nothing_else() -> None:
    matrix = Matrix({"documentation": 0, "novel_problem": -1}, action=2, long_prompt=-1)
    both: tuple[Characteristic, ...] = ("documentation", "novel_problem")

    assert compute_points(both, matrix, -1, 6001) == {
        "novel_problem": -1,
        "action": -2,
        "long_prompt": -1,
    }
    assert compute_points(both, matrix, 0, 6000) == {"novel_problem": -1}
