"""What Haiku could do is told with its saving, and with how sure that is; what nobody knows is not guessed."""

import random
from dataclasses import replace

import pytest

from flux_lsp.ledger.aftermaths import count_aftermaths
from flux_lsp.ledger.overpower import compute_sureness, find_overpowered
from flux_lsp.ledger.run_values import Aftermath, RunRow
from flux_lsp.ledger.totals import sum_by_group, sum_calls
from flux_lsp.ledger.values import RecordedCall
from tests.ledger.ledgers import NOON, row

RUN = RunRow("r", NOON, "edit", "python", "applied", 1, 0.01, 900)


def make_runs(tier: str, good: int, bad: int, **changes: object) -> list[RecordedCall]:
    """First calls of one action on one tier; Sonnet's cost $0.02."""
    results = ["ok"] * good + ["FORMAT"] * bad
    return [
        row(run=f"{tier}{n}{changes}", tier=tier, usd=0.02, result=result, **changes)
        for n, result in enumerate(results)
    ]


def reprice(_: RecordedCall) -> float:
    return 0.001


def test_haiku_as_good_as_sonnet_is_told_with_what_it_saves() -> None:
    calls = make_runs("sonnet", 90, 10) + make_runs("haiku", 180, 20)

    (action,) = find_overpowered(calls, {}, reprice)

    assert (action.action, action.sonnet_runs, action.haiku_runs) == ("edit", 100, 200)
    assert action.saved_usd == pytest.approx(100 * (0.9 * 0.02 - 0.001))
    assert action.sureness is not None
    assert action.sureness > 0.9


def test_an_agent_counts_on_its_own_beside_the_actions() -> None:
    agent = "agent:docs-architect"
    calls = [
        *make_runs("sonnet", 90, 10, action=agent, agent="docs-architect"),
        *make_runs("haiku", 180, 20, action=agent, agent="docs-architect"),
        *make_runs("haiku", 10, 190),  # of an action that Haiku is no good at
    ]

    (overpowered,) = find_overpowered(calls, {}, reprice)

    assert (overpowered.action, overpowered.haiku_good, overpowered.haiku_runs) == (agent, 180, 200)


def test_haiku_that_is_worse_is_left_out() -> None:
    assert (
        find_overpowered(make_runs("sonnet", 95, 5) + make_runs("haiku", 70, 30), {}, reprice) == []
    )


def test_what_haiku_was_not_tried_at_is_not_known() -> None:
    (action,) = find_overpowered(make_runs("sonnet", 95, 5) + make_runs("haiku", 3, 0), {}, reprice)

    assert action.sureness is None


def test_an_answer_that_was_corrected_was_not_good() -> None:
    calls = make_runs("sonnet", 60, 0) + make_runs("haiku", 60, 0)
    bad = Aftermath(applied=True, undone=True, undone_within=30)
    runs = {c.run: replace(RUN, run=c.run, aftermath=bad) for c in calls if c.tier == "haiku"}

    assert len(find_overpowered(calls, {}, reprice)) == 1
    assert find_overpowered(calls, runs, reprice) == []


def test_stand_ins_cancelled_runs_and_second_calls_count_for_nobody() -> None:
    calls = make_runs("sonnet", 60, 0) + make_runs("haiku", 0, 60, fallback=True)
    calls += [replace(c, attempt=2, tier="haiku", result="FORMAT") for c in calls[:60]]

    (action,) = find_overpowered(calls, {}, reprice)

    assert action.haiku_runs == 0


@pytest.mark.parametrize(
    ("haiku", "sonnet"), [((9, 10), (9, 10)), ((45, 60), (50, 60)), ((3, 4), (0, 2))]
)
def test_the_sureness_is_what_a_simulation_of_both_shares_says(
    haiku: tuple[int, int], sonnet: tuple[int, int]
) -> None:
    chance = random.Random(4)

    def draw(good: int, runs: int) -> float:
        return chance.betavariate(good + 1, runs - good + 1)

    hits = sum(draw(*haiku) >= draw(*sonnet) - 0.05 for _ in range(20_000))

    assert compute_sureness(haiku, sonnet) == pytest.approx(hits / 20_000, abs=0.02)


def test_undone_and_corrected_are_shares_of_what_was_delivered() -> None:
    fates = {
        "kept": Aftermath(applied=True, kept_10=1.0),
        "undone": Aftermath(applied=True, undone=True, undone_within=30),
        "undone later": Aftermath(applied=True, undone=True),
        "rejected": Aftermath(rejected=1.0),
        "waits": Aftermath(),
    }
    runs = {name: replace(RUN, run=name, aftermath=after) for name, after in fates.items()}

    counted = count_aftermaths([*runs, "unknown"], runs)

    assert (counted.delivered, counted.undone, counted.corrected) == (4, 2, 2)
    assert (counted.undo_rate, counted.correction_rate) == (0.5, 0.5)
    assert count_aftermaths([], {}).undo_rate is None


def test_calls_are_grouped_by_the_language_of_their_run() -> None:
    calls = [row(run=name) for name in ("a", "b", "c")]
    runs = {"a": replace(RUN, run="a"), "b": replace(RUN, run="b", language="")}

    assert {g.name: g.runs for g in sum_by_group(calls, "language", runs)} == {
        "python": 1,
        "none": 1,
        "unknown": 1,
    }
    assert sum_calls(calls, known=runs).as_json()["undo_rate"] is None
