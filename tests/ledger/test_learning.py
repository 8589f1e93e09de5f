"""What is learned from rows: which of them count, when a cut moves, and that it never moves back."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_lsp.ledger.evidence import Tally
from flux_lsp.ledger.learning import (
    CUTS,
    HaikuAnswer,
    Learned,
    count_answer,
    describe_step,
    learn,
    learn_all,
    read_answer_of,
)
from flux_lsp.ledger.run_values import Aftermath, RecordedDecision, RunRow
from tests.ledger.ledgers import NOON

HAIKU = "claude-haiku-5-5"
DECISION = RecordedDecision("haiku", HAIKU, "score", "haiku", 2, cut="0")
RUN = RunRow(
    run="r0",
    time=NOON,
    action="edit",
    language="python",
    status="applied",
    attempts=1,
    usd=0.001,
    total_ms=500,
    first_tier="haiku",
    first_result="ok",
    last_tier="haiku",
    last_model=HAIKU,
    decision=DECISION,
    aftermath=Aftermath(applied=True, kept_half=1.0, watched="whole"),
)
LATER = NOON + timedelta(days=1)
MAYBE = st.sampled_from([None, False, True])
BAD = Aftermath(applied=True, undone=True, undone_within=30, watched="whole")


def run_row(number: int = 0, **changes: Any) -> RunRow:
    changes = {"run": f"r{number}", "time": NOON + timedelta(minutes=number), **changes}
    return replace(RUN, **changes)


def reject(number: int) -> RunRow:
    return run_row(number, first_result="SYNTAX_ERROR", last_tier="sonnet")


def feed(*answers: HaikuAnswer) -> Learned:
    learned = Learned()
    for answer in answers:
        learned = count_answer(learned, answer)
    return learned


def test_answers_that_are_always_rejected_move_the_cut_step_by_step_and_no_further() -> None:
    cuts = [learn([reject(n) for n in range(count)], HAIKU, LATER).cut for count in range(1, 12)]

    assert cuts == sorted(cuts, key=CUTS.index)
    assert cuts[0] == "0"
    assert set(cuts) == set(CUTS)


def test_a_step_names_the_run_it_came_with_and_its_evidence() -> None:
    learned = learn([reject(n) for n in range(3)], HAIKU, LATER)

    (step,) = learned.steps
    assert (step.cut, step.cause, step.tally, step.run) == ("3", "rejected", Tally(3, 3), "r2")
    assert learned.plain == Tally(), "it counts anew"
    assert describe_step("edit", "python", step).startswith(
        "3 of Haiku's 3 answers to `edit` in python could not be used, so Haiku gets only clear cases"
    )


def test_corrections_alone_move_it_too() -> None:
    learned = learn([run_row(n, aftermath=BAD) for n in range(3)], HAIKU, LATER)

    assert [step.cause for step in learned.steps] == ["corrected"]


def test_the_projects_checks_may_reject_more() -> None:
    one_in_four = [HaikuAnswer(n % 4 == 0, checked=True) for n in range(60)]
    plain = [HaikuAnswer(n % 4 == 0, checked=False) for n in range(60)]

    assert feed(*one_in_four).cut == "0"
    assert feed(*plain).cut == "3"


@pytest.mark.parametrize(
    "changes",
    [
        {"decision": None},
        {"decision": replace(DECISION, rule="pinned")},
        {"decision": replace(DECISION, rule="model")},
        {"decision": replace(DECISION, rule="security", tier="sonnet")},
        {"decision": replace(DECISION, rule="unreachable")},
        {"decision": replace(DECISION, experiment="x", arm="treatment")},
        {"decision": replace(DECISION, model="claude-haiku-6")},
        {"decision": replace(DECISION, tier="sonnet")},
        {"first_tier": "sonnet"},
        {"first_result": None},
    ],
)
def test_what_the_score_did_not_decide_or_haiku_did_not_answer_does_not_count(
    changes: dict[str, Any],
) -> None:
    assert read_answer_of(run_row(**changes), HAIKU) is None


@pytest.mark.parametrize(
    ("changes", "corrected"),
    [
        ({}, False),
        ({"aftermath": BAD}, True),
        ({"aftermath": Aftermath(watched="closed")}, False),
        ({"last_tier": "sonnet", "aftermath": BAD}, None),
        ({"status": "refused"}, None),
        ({"status": "cancelled"}, None),
    ],
)
def test_a_correction_counts_against_whose_result_it_is(
    changes: dict[str, Any], corrected: bool | None
) -> None:
    answer = read_answer_of(run_row(**changes), HAIKU)

    assert answer is not None
    assert answer.corrected is corrected


def test_a_run_that_is_still_watched_holds_up_those_behind_it_but_not_for_ever() -> None:
    watched = run_row(2, aftermath=Aftermath(applied=True, watched="open"))
    rows = [*(reject(n) for n in range(2)), watched, *(reject(n) for n in range(3, 6))]

    assert learn(rows, HAIKU, NOON + timedelta(minutes=10)).cut == "0"
    assert learn(rows, HAIKU, NOON + timedelta(minutes=30)).cut == "3"


def test_a_task_that_is_tried_again_counts_once() -> None:
    again = Aftermath(rerun=True)
    rows = [replace(reject(n), aftermath=again) for n in range(9)]

    assert learn([*rows, reject(9)], HAIKU, LATER).plain == Tally(1, 1)


def test_each_action_and_language_learns_for_itself() -> None:
    rows = [reject(n) for n in range(3)] + [replace(reject(9), language="lua")]

    learned = learn_all(rows, HAIKU, LATER)

    assert {key: value.cut for key, value in learned.items()} == {
        ("edit", "python"): "3",
        ("edit", "lua"): "0",
    }


@given(
    st.lists(
        st.builds(
            HaikuAnswer,
            st.sampled_from([None, False, True]),
            st.booleans(),
            st.sampled_from([None, False, True]),
        ),
        max_size=120,
    )
)
def test_more_answers_never_take_a_step_back(answers: list[HaikuAnswer]) -> None:
    learned, places = Learned(), [0]
    for answer in answers:
        learned = count_answer(learned, answer)
        places.append(CUTS.index(learned.cut))

    assert all(0 <= after - before <= 1 for before, after in pairwise(places))
    assert len(learned.steps) == places[-1]
