"""How often the alerts cry wolf, and how soon they see a change, by the product's own functions.

    python -m bench.alerts [--days 10000] [--repeats 200] [--change "twice the runs"]

A simulated person works five days a week. The work of a day varies by 30 %, runs arrive at random,
45 of 100 begin on Sonnet, prices scatter lognormally around a typical call's, 94 % succeed, 8 % of
Haiku's escalate, 2 % fall back. Calls of that person go through `summarize_days` and `judge_days`
exactly as the ledger's do. The yardstick is the rule "today cost more than 120 % of the average of the
last 7 days", by the calendar.
"""

import argparse
import math
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from flux_lsp.core.usage import Usage
from flux_lsp.ledger.alerts.days import DayFigures, summarize_days
from flux_lsp.ledger.alerts.rules import RULES, judge_days
from flux_lsp.ledger.values import RecordedCall

RATES = (10, 50, 200)
NEEDED = 60  # days that the rules look back to, with a margin
WARM = 40
WITHIN = 5
MONDAY = datetime(2026, 1, 5, 12, tzinfo=UTC)
PRICES = {"haiku": 0.0006, "sonnet": 0.0147}
SECONDS = {"haiku": 0.6, "sonnet": 2.2}


@dataclass(frozen=True)
class World:
    """How a person works, and what the models do."""

    calls_a_day: float
    volume: float = 1.0
    work_varies: float = 0.3
    sonnet: float = 0.45
    succeeds: float = 0.94
    escalates: float = 0.08
    falls_back: float = 0.02
    price: float = 1.0
    slowness: float = 1.0


CHANGES = {
    "twice the runs": {"volume": 2.0},
    "three times the runs": {"volume": 3.0},
    "prompts twice as dear": {"price": 2.0},
    "Sonnet 45 → 80 %": {"sonnet": 0.80},
    "success 94 → 75 %": {"succeeds": 0.75},
    "escalation 8 → 60 %": {"escalates": 0.60},
    "fallback 2 → 30 %": {"falls_back": 0.30},
    "three times as slow": {"slowness": 3.0},
}


def main() -> int:
    """Print both tables."""
    parser = argparse.ArgumentParser(prog="python -m bench.alerts", description=__doc__)
    parser.add_argument("--days", type=int, default=10_000, help="working days without a change")
    parser.add_argument("--repeats", type=int, default=200, help="changes of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--change", choices=CHANGES, help="measure only how soon this one is seen")
    args = parser.parse_args()
    if args.change is None:
        _show_false_alarms(args.days, args.seed)
    _show_discoveries([args.change] if args.change else list(CHANGES), args.repeats, args.seed)
    return 0


def _show_false_alarms(days: int, seed: int) -> None:
    print(f"False alarms per working day, nothing changed, {days:,} days\n")
    print(f"| calls a day | {' | '.join(RULES)} | 120 % of 7 days |")
    print(f"| --- |{' ---: |' * (len(RULES) + 1)}")
    for rate in RATES:
        counts = count_false_alarms(World(rate), days, random.Random(seed * 1000 + rate))
        cells = [f"{counts[name] / days:.2%}" for name in (*RULES, "naive")]
        print(f"| {rate} | {' | '.join(cells)} |", flush=True)


def _show_discoveries(changes: Sequence[str], repeats: int, seed: int) -> None:
    print(f"\nChanges found within {WITHIN} working days, by any rule, {repeats} of each kind\n")
    print(f"| change | {' | '.join(f'{rate} a day' for rate in RATES)} | mostly by |")
    print(f"| --- |{' ---: |' * len(RATES)} --- |")
    for name in changes:
        cells, by = [], Counter[str]()
        for rate in RATES:
            chance = random.Random(f"{seed} {name} {rate}")
            sought = [find_change(World(rate), CHANGES[name], chance) for _ in range(repeats)]
            cells.append(f"{sum(bool(rules) for rules in sought) / repeats:.0%}")
            by.update(rule for rules in sought for rule in rules)
        ordered = ", ".join(rule for rule, _ in by.most_common(2))
        print(f"| {name} | {' | '.join(cells)} | {ordered} |", flush=True)


def count_false_alarms(world: World, days: int, chance: random.Random) -> Counter[str]:
    """Count the alarms of each rule over so many working days, and those of the naive rule."""
    counts: Counter[str] = Counter()
    history: list[DayFigures] = []
    for number, day in enumerate(_live(world, chance)):
        history = [*history[-NEEDED:], day]
        if number < WARM:
            continue
        counts.update(alert.rule for alert in judge_days(history))
        counts["naive"] += is_naively_alarming(history)
        if number == WARM + days - 1:
            return counts
    raise AssertionError


def find_change(world: World, change: dict[str, float], chance: random.Random) -> set[str]:
    """The rules that saw `change` within so many working days."""
    before, after = _live(world, chance), _live(replace(world, **change), chance)
    history = [next(before) for _ in range(WARM)]
    last = history[-1].day
    seen: set[str] = set()
    for number in range(WITHIN):
        day = last + timedelta(days=1 + number + 2 * ((last.weekday() + 1 + number) // 5))
        history.append(replace(next(after), day=day))
        seen |= {alert.rule for alert in judge_days(history)}
    return seen


def is_naively_alarming(history: Sequence[DayFigures]) -> bool:
    """Whether the last day cost more than 120 % of the average of the 7 calendar days before."""
    today = history[-1]
    week = [day.usd for day in history[:-1] if (today.day - day.day).days <= 7]
    return today.usd > 1.2 * sum(week) / 7


def _live(world: World, chance: random.Random) -> Iterator[DayFigures]:
    """Working days without end, added up by the product."""
    spread = math.sqrt(math.log(1 + world.work_varies**2))
    week = 0
    while True:
        for weekday in range(5):
            moment = MONDAY + timedelta(days=7 * week + weekday)
            work = chance.lognormvariate(-spread * spread / 2, spread)
            calls = [
                call
                for number in range(_draw_poisson(world.calls_a_day * world.volume * work, chance))
                for call in _run(world, f"{week}-{weekday}-{number}", moment, chance)
            ]
            yield from summarize_days(calls)
        week += 1


def _run(world: World, run: str, moment: datetime, chance: random.Random) -> Iterator[RecordedCall]:
    sonnet = chance.random() < world.sonnet
    escalated = not sonnet and chance.random() < world.escalates
    good = chance.random() < world.succeeds
    fallback = chance.random() < world.falls_back
    if escalated:
        yield _call(world, run, moment, "haiku", "FORMAT", chance, fallback, escalated=False)
    tier = "sonnet" if sonnet or escalated else "haiku"
    yield _call(
        world, run, moment, tier, "ok" if good else "SYNTAX_ERROR", chance, fallback, escalated
    )


def _call(
    world: World,
    run: str,
    moment: datetime,
    tier: str,
    result: str,
    chance: random.Random,
    fallback: bool,
    escalated: bool,
) -> RecordedCall:
    size = chance.lognormvariate(-0.32, 0.8)  # mean 1: prompts and answers scatter
    return RecordedCall(
        run=run,
        attempt=1,
        action="edit",
        tier=tier,
        model_asked=tier,
        model_answered=tier,
        provider="anthropic",
        usage=Usage(int(5000 * size * world.price), 500),
        usd=PRICES[tier] * size * world.price,
        total_ms=int(1000 * SECONDS[tier] * world.slowness * chance.lognormvariate(0, 0.5)),
        result=result,
        escalated=escalated,
        fallback=fallback,
        time=moment,
    )


def _draw_poisson(mean: float, chance: random.Random) -> int:
    """How many arrive: the count of exponential gaps that fit into one day."""
    count, end = 0, chance.expovariate(1)
    while end < mean:
        count += 1
        end += chance.expovariate(1)
    return count


if __name__ == "__main__":
    raise SystemExit(main())
