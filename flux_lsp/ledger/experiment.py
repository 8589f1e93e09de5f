"""Compares two ways of routing an action on real runs, and ends a comparison that goes wrong.

Pure: from the rows of the runs. Never assigns a run whose decision was a person's or for security.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from math import ceil, inf, log
from typing import Literal, NamedTuple

from flux_lsp.core.assignment import Arm
from flux_lsp.ledger.evidence import (
    NO_RESULTS,
    BlockTest,
    Tally,
    count_blocks_needed,
    weigh_excess,
)
from flux_lsp.ledger.labels import RULES_OF_THE_SCORE, label_run, list_settled
from flux_lsp.ledger.run_values import RunRow

# "runs": go on. The others end the experiment: every run is a control run from then on.
State = Literal["runs", "better", "worse", "below_floor", "over_budget"]

ERROR_RATE = 0.05
_PROOF = 1 / ERROR_RATE
_PLAIN_GAP = 0.05  # the difference that a comparison of two like arms is measured by


@dataclass(frozen=True, slots=True)
class Experiment:
    """What is compared: a `share` of the runs of `action` gets the treatment.

    It ends when fewer than `floor` of the treatment's results are good, or when they cost more than
    `budget_usd` in all; None is no limit.
    """

    name: str
    action: str
    share: float
    floor: float = 0.85
    budget_usd: float | None = None

    @property
    def block(self) -> tuple[int, int]:
        """How many control runs stand beside one treatment run."""
        return max(1, round((1 - self.share) / self.share)), 1


@dataclass(frozen=True, slots=True)
class Comparison:
    """Where an experiment stands. `usd` is of runs with a known price, by arm."""

    state: State
    test: BlockTest
    control: Tally
    treatment: Tally
    floor_log_e: float  # the e-value's logarithm for "the treatment is below the floor"
    usd_control: float
    usd_treatment: float
    runs_per_day: float  # on days with any

    @property
    def days_needed(self) -> int | None:
        """About how many more working days decide it at this pace; None when nobody can say."""
        return self._count_days(None)

    @property
    def days_for_gap(self) -> int | None:
        """The same, for a treatment that is worse by 5 points."""
        return self._count_days(_PLAIN_GAP)

    def _count_days(self, gap: float | None) -> int | None:
        blocks = count_blocks_needed(self.test, _PROOF, gap)
        if blocks == inf or not self.runs_per_day:
            return None
        return ceil(blocks * sum(self.test.block) / self.runs_per_day)


class Result(NamedTuple):
    """One run of an arm: whether it went wrong."""

    arm: Arm
    bad: bool


def assign_arm(experiment: Experiment, unit: str, band: str | None) -> Arm:
    """Assign by a hash, so that anyone can compute it again.

    `unit` is the run that began the session on its file: later runs there keep its arm.
    """
    text = f"{experiment.name}\0{experiment.action}\0{band}\0{unit}"
    place = int.from_bytes(sha256(text.encode()).digest()[:8], "big") / 2**64
    return "treatment" if place < experiment.share else "control"


def may_take_part(experiment: Experiment, action: str, rule: str) -> bool:
    """Whether a run of `action`, decided by `rule`, may be assigned."""
    return action == experiment.action and rule in RULES_OF_THE_SCORE


def compare_arms(experiment: Experiment, rows: Sequence[RunRow], now: datetime) -> Comparison:
    """Compare the arms by the experiment's runs, oldest first.

    Stops at the first run that may still be corrected, so that a decision, once made, stays.
    """
    settled = list(list_settled(rows, now))
    state, test, floor_log_e = judge(experiment, list(_read_results(settled)))
    usd = {arm: _sum_usd(rows, arm) for arm in ("control", "treatment")}
    over = experiment.budget_usd is not None and usd["treatment"] >= experiment.budget_usd
    tallies = {arm: Tally() for arm in ("control", "treatment")}
    for result in _read_results(settled):
        tallies[result.arm] = tallies[result.arm].count(result.bad)
    days = {row.time.astimezone().date() for row in rows}
    return Comparison(
        "over_budget" if over and state == "runs" else state,
        test,
        tallies["control"],
        tallies["treatment"],
        floor_log_e,
        usd["control"],
        usd["treatment"],
        len(rows) / len(days) if days else 0.0,
    )


def describe_state(experiment: Experiment, comparison: Comparison) -> str:
    """Say in one line where an experiment stands, and what to do."""
    treatment = comparison.treatment
    bad = f"{treatment.bad} of {treatment.all} results of the treatment were bad"
    sentences = {
        "runs": f"goes on: {bad}",
        "better": f"has ended: the treatment is better ({bad}); you can make it your setting",
        "worse": f"has ended: the treatment is worse ({bad}), so every run is as before",
        "below_floor": f"was rolled back: {bad}, which is below the floor of {experiment.floor:.0%}",
        "over_budget": "has ended: its treatment has used up `routing.experiment.budget_usd`",
    }
    return f"The experiment `{experiment.name}` {sentences[comparison.state]}"


def judge(experiment: Experiment, results: Iterable[Result]) -> tuple[State, BlockTest, float]:
    """Look after each result; the first proof ends the experiment."""
    test, treatment, floor_log_e = BlockTest(experiment.block), NO_RESULTS, 0.0
    waiting: dict[Arm, list[bool]] = {"control": [], "treatment": []}
    wide, narrow = experiment.block
    for result in results:
        waiting[result.arm].append(result.bad)
        if result.arm == "treatment":
            treatment = treatment.count(result.bad)
            floor_log_e = weigh_excess(treatment, 1 - experiment.floor)
            if floor_log_e >= log(_PROOF):
                return "below_floor", test, floor_log_e
        if len(waiting["control"]) >= wide and len(waiting["treatment"]) >= narrow:
            test = test.count(waiting["control"][:wide], waiting["treatment"][:narrow])
            del waiting["control"][:wide], waiting["treatment"][:narrow]
            if test.log_e >= log(_PROOF):
                return _name_winner(test), test, floor_log_e
    return "runs", test, floor_log_e


def _name_winner(test: BlockTest) -> State:
    control, treatment = test.control, test.treatment
    worse = treatment.bad * control.all > control.bad * treatment.all
    return "worse" if worse else "better"


def _read_results(rows: Iterable[RunRow]) -> Iterable[Result]:
    """Read what each run showed; one without an answer shows nothing."""
    for row in rows:
        arm = row.decision.arm if row.decision else None
        if arm is not None and row.first_result is not None and row.status != "cancelled":
            yield Result(arm, row.first_result != "ok" or label_run(row) == "bad")


def _sum_usd(rows: Iterable[RunRow], arm: str) -> float:
    prices = (row.usd for row in rows if row.decision is not None and row.decision.arm == arm)
    return sum((usd for usd in prices if usd is not None), 0.0)
