"""Learning and experiments by simulation: false moves, delays, sample sizes; naive rules as yardstick.

    python -m bench.learning [--streams 30] [--rounds 300] [--json]

A stream is 1,000 runs of one action in one language. The product's own functions decide:
`ledger.learning.count_answer`, `ledger.evidence`. The models are dice: what is assumed of them stands
in `HEALTHY` and beside each table. Never asks a model.
"""

import argparse
import json
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import log, sqrt
from statistics import NormalDist, median
from typing import Any

from flux_lsp.ledger.evidence import BlockTest, Tally, weigh_excess
from flux_lsp.ledger.learning import HaikuAnswer, Learned, count_answer

HORIZON = 1_000
FLOOR = 0.15  # the share of bad results that a floor of 85 % allows
PROOF = log(20)
Rule = Callable[[Tally], bool]


@dataclass(frozen=True)
class World:
    """How often Haiku is right, how many of its errors the verifier sees, and what people do.

    `notices`: the share of wrong results that a person undoes or rejects; `fickle`: that of right ones.
    """

    right: float
    visible: float = 0.35
    notices: float = 0.45
    fickle: float = 0.03

    @property
    def rejected(self) -> float:
        """The share of first answers that the verifier rejects."""
        return (1 - self.right) * self.visible

    @property
    def corrected(self) -> float:
        """The share of delivered results that a person corrects."""
        wrong = (1 - self.right) * (1 - self.visible) / (1 - self.rejected)
        return wrong * self.notices + (1 - wrong) * self.fickle

    def answer(self, chance: random.Random) -> HaikuAnswer:
        """One answer of Haiku, and what becomes of it."""
        if chance.random() < self.rejected:
            return HaikuAnswer(True)
        return HaikuAnswer(False, corrected=chance.random() < self.corrected)


HEALTHY = World(right=0.913)  # 3 % rejected, 5.4 % corrected
WORLDS = {
    "nothing is wrong": HEALTHY,
    "a little better": World(right=0.95),
    "right in 80 %": World(right=0.80),
    "right in 60 %": World(right=0.60),
    "right in 30 %, 80 % of the errors seen": World(right=0.30, visible=0.80),
}


def main() -> int:
    """Measure everything, and print tables or JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench.learning", description=__doc__)
    parser.add_argument("--streams", type=int, default=30, help="streams of 1,000 runs per world")
    parser.add_argument("--rounds", type=int, default=300, help="repetitions of each experiment")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    figures: dict[str, Any] = {
        "learning": {name: measure_moves(world, args.streams) for name, world in WORLDS.items()},
        "at the limits": measure_at_limits(args.rounds),
        "floor": {share: measure_floor(share, args.rounds) for share in (10, 15, 20, 25, 30, 40)},
        "experiment": measure_experiments(args.rounds),
    }
    if args.json:
        print(json.dumps(figures, indent=2))
    else:
        show(figures, args)
    return 0 if figures["learning"]["nothing is wrong"]["moved"]["learning"] == 0 else 1


def measure_moves(world: World, streams: int) -> dict[str, dict[str, float | None]]:
    """Per rule: the streams in which Haiku was taken away from, and the median run of the first move."""
    moves: dict[str, list[int | None]] = {name: [] for name in ("learning", *RULES)}
    for seed in range(streams):
        chance = random.Random(f"{world}{seed}")
        answers = [world.answer(chance) for _ in range(HORIZON)]
        moves["learning"].append(find_first_step(answers))
        bad = [bool(answer.rejected or answer.corrected) for answer in answers]
        for name, rule in RULES.items():
            moves[name].append(find_first(rule, bad))
    return {
        "moved": {name: sum(at is not None for at in ats) for name, ats in moves.items()},
        "after": {name: find_median(ats) for name, ats in moves.items()},
    }


def find_first_step(answers: list[HaikuAnswer]) -> int | None:
    """The run after which learning moves the cut; None for never."""
    learned = Learned()
    for number, answer in enumerate(answers, 1):
        learned = count_answer(learned, answer)
        if learned.steps:
            return number
    return None


def find_first(rule: Rule, results: list[bool]) -> int | None:
    """The run after which a rule says that too many results are bad; None for never."""
    tally = Tally()
    for number, bad in enumerate(results, 1):
        tally = tally.count(bad)
        if rule(tally):
            return number
    return None


def find_median(ats: list[int | None]) -> float | None:
    """The median of the runs at which something happened; None when it mostly did not."""
    known = [at for at in ats if at is not None]
    return median(known) if len(known) * 2 > len(ats) else None


def is_below_naively(tally: Tally) -> bool:
    """Below 85 %, once there are 20 results."""
    return tally.all >= 20 and tally.bad > FLOOR * tally.all


def is_below_by_belief(tally: Tally) -> bool:
    """The posterior probability of a success below 85 % is above 95 %, from a flat prior.

    By the normal approximation of the beta distribution, from 20 results on.
    """
    if tally.all < 20:
        return False
    a, b = tally.bad + 1, tally.all - tally.bad + 1
    mean, spread = a / (a + b), sqrt(a * b / ((a + b) ** 2 * (a + b + 1)))
    return NormalDist(mean, spread).cdf(FLOOR) < 0.05


def is_below_by_evidence(tally: Tally) -> bool:
    """The floor's e-value says so: the rule that ends an experiment."""
    return weigh_excess(tally, FLOOR) >= PROOF


RULES: dict[str, Rule] = {
    "below 85 % from 20 runs on": is_below_naively,
    "belief above 95 %": is_below_by_belief,
}


def measure_at_limits(rounds: int) -> dict[str, float]:
    """The share of streams that learning moves when the rates are exactly those that it allows."""
    moved = 0
    for seed in range(rounds):
        chance = random.Random(f"limit{seed}")
        answers = [
            HaikuAnswer(chance.random() < 0.10, corrected=chance.random() < 0.06)
            for _ in range(HORIZON)
        ]
        moved += find_first_step(answers) is not None
    return {"moved": moved / rounds}


def measure_floor(percent: int, rounds: int) -> dict[str, dict[str, float | None]]:
    """Per rule: how often `percent` bad results count as below the floor, and after how many runs."""
    rules = {**RULES, "e-value": is_below_by_evidence}
    ats: dict[str, list[int | None]] = {name: [] for name in rules}
    for seed in range(rounds):
        chance = random.Random(f"floor{percent}/{seed}")
        results = [chance.random() * 100 < percent for _ in range(HORIZON)]
        for name, rule in rules.items():
            ats[name].append(find_first(rule, results))
    return {
        "share": {name: sum(at is not None for at in all_) / rounds for name, all_ in ats.items()},
        "after": {name: find_median(all_) for name, all_ in ats.items()},
    }


def measure_experiments(rounds: int, most: int = 4_000) -> dict[str, dict[str, object]]:
    """For each share of treatment and each true share of bad results: how often and when it ends.

    The control has 10 % bad results. Runs are counted over both arms. The yardstick looks every 10
    runs whether p < 0.05.
    """
    figures: dict[str, dict[str, object]] = {}
    for name, block in (("half", (1, 1)), ("a fifth", (4, 1)), ("a tenth", (9, 1))):
        for percent in (10, 15, 20, 30):
            ends, peeks = [], []
            for seed in range(rounds):
                ends.append(play_experiment(block, percent, f"{name}{percent}/{seed}", most))
                if block == (1, 1) and percent == 10:
                    peeks.append(peek(f"{name}{percent}/{seed}", 1_000))
            known = [end for end in ends if end is not None]
            row: dict[str, object] = {
                "ended": len(known) / rounds,
                "runs": median(known) if known else None,
            }
            if peeks:
                row["naive"] = sum(peeks) / rounds
            figures[f"{name}, {percent} % bad"] = row
    return figures


def play_experiment(block: tuple[int, int], percent: int, seed: str, most: int) -> int | None:
    """The runs after which the e-value decides; None when it has not by `most`."""
    test, chance = BlockTest(block), random.Random(seed)
    for number in range(1, most // sum(block) + 1):
        control = [chance.random() < 0.10 for _ in range(block[0])]
        test = test.count(control, [chance.random() * 100 < percent for _ in range(block[1])])
        if test.log_e >= PROOF:
            return number * sum(block)
    return None


def peek(seed: str, most: int) -> bool:
    """Whether somebody who looks every 10 runs sees p < 0.05 between two like arms."""
    chance = random.Random(seed)
    return any(is_significant(a, b) for a, b in list_looks(chance, most))


def list_looks(chance: random.Random, most: int) -> Iterator[tuple[Tally, Tally]]:
    """The tallies of both arms after every 10 runs."""
    first, second = Tally(), Tally()
    for number in range(1, most // 2 + 1):
        first = first.count(chance.random() < 0.10)
        second = second.count(chance.random() < 0.10)
        if number % 5 == 0 and number >= 10:
            yield first, second


def is_significant(first: Tally, second: Tally) -> bool:
    """The two-sided test of two shares by the normal distribution, at 5 %."""
    pooled = (first.bad + second.bad) / (first.all + second.all)
    spread = sqrt(pooled * (1 - pooled) * (1 / first.all + 1 / second.all))
    return spread > 0 and abs(first.bad / first.all - second.bad / second.all) / spread > 1.96


def show(figures: dict[str, Any], args: argparse.Namespace) -> None:
    """Print the tables."""
    print(
        f"Learning: streams of {HORIZON:,} runs in which Haiku was taken away from, of {args.streams}"
    )
    for name, row in figures["learning"].items():
        cells = (f"{rule}: {n} (run {row['after'][rule]})" for rule, n in row["moved"].items())
        print(f"  {name:40} {' · '.join(cells)}")
    share = figures["at the limits"]["moved"]
    print(f"  exactly 10 % rejected and 6 % corrected: {share:.1%} of {args.rounds} streams")
    print(f"Floor of 85 %, a look after each run, {HORIZON:,} runs, {args.rounds} rounds")
    for percent, row in figures["floor"].items():
        cells = (
            f"{rule}: {value:.0%} (run {row['after'][rule]})"
            for rule, value in row["share"].items()
        )
        print(f"  truly {100 - percent} %: {' · '.join(cells)}")
    print(
        "Experiment, control 10 % bad: share that ends by 4,000 runs, and after how many runs in all"
    )
    for name, row in figures["experiment"].items():
        naive = f" · p < 0.05 every 10 runs: {row['naive']:.0%}" if "naive" in row else ""
        print(f"  {name:20} {row['ended']:.0%} (run {row['runs']}){naive}")


if __name__ == "__main__":
    sys.exit(main())
