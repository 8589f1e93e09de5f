"""Compares ways of routing between Haiku and Sonnet on simulated tasks, in paired sets with intervals.

    python -m bench.policy [--sets N] [--tasks N] [--json FILE] [--picture FILE.svg]

The rules, guards, prices and learning are the product's own; the tasks and the models are made up, as
`bench/policy_world.py` says. It compares rules; it does not measure Claude.
"""

import argparse
import json
import math
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.policy_play import MATRIX_B, Outcome, Play, Policy, TierRates, make_prices
from bench.policy_world import AGENTS, OLD_HAIKU, Task, World, make_tasks

POLICIES = (
    Policy("all Sonnet", fixed="sonnet"),
    Policy("all Haiku", fixed="haiku"),
    Policy("by action", fixed="action"),
    Policy("matrix alone", escalates=False),
    Policy("matrix + cascade"),
    Policy("auto: the same, sticky", sticky=True),
    Policy("cut -1", cut=-1),
    Policy("cut -3", cut=-3),
    Policy("matrix B, cut -1", matrix=MATRIX_B, cut=-1),
    Policy("matrix B, cut -2", matrix=MATRIX_B, cut=-2),
    Policy("guarded learning", learns=True),
    Policy("oracle", oracle=True),
)
_BASE = POLICIES[0].name
_NOT_DRAWN = frozenset({"matrix alone", "matrix + cascade", "guarded learning"})  # beside auto


@dataclass(frozen=True)
class Row:
    """One policy in one world: means over the sets, and half the width of a 95 % interval."""

    policy: str
    success: float
    points: float  # against all Sonnet
    points_error: float
    silent: float
    cost: tuple[float, ...]  # of all Sonnet's per success, by price table
    cost_error: float
    p50: float
    p95: float
    speed: float  # all Sonnet's median time over this one's
    late_points: float  # of the second half of each set
    late_error: float


class Learning:
    """What guarded learning saw of Haiku, action by action, and the moves it made."""

    def __init__(self, checks: bool) -> None:
        self._checks = checks
        self._seen: Counter[tuple[str, str]] = Counter()
        self._moves: Counter[str] = Counter()

    def count(self, play: Play) -> None:
        """Add one set."""
        self._seen.update(play.seen)
        self._moves.update(action for _, action in play.moved)

    def describe(self) -> str:
        """Say which moves there were, and which of them had no cause in what is true of the action."""
        runs = sum(count for (_, what), count in self._seen.items() if what == "answers")
        lines, false = [], 0
        for action, moves in sorted(self._moves.items()):
            rejected = self._share(action, "rejected", "answers")
            corrected = self._share(action, "corrected", "judged")
            limit = 0.20 if self._checks else 0.10
            good = rejected <= limit and corrected <= 0.06
            false += moves if good else 0
            lines.append(
                f"{action} {moves} (rejected {100 * rejected:.1f} %, corrected {100 * corrected:.1f} %)"
            )
        shown = "; ".join(lines) or "none"
        return f"guarded learning: {runs:,} runs of Haiku, {false} false moves; moves: {shown}"

    def _share(self, action: str, what: str, of: str) -> float:
        return self._seen[action, what] / max(1, self._seen[action, of])


def compare(world: World, checks: bool, sets: int, tasks: int) -> tuple[list[Row], "Learning"]:
    """Play each policy on the same sets."""
    rates = [TierRates(prices) for prices in make_prices()]
    played: dict[str, list[list[Outcome]]] = {policy.name: [] for policy in POLICIES}
    learning = Learning(checks)
    for seed in range(sets):
        work = make_tasks(world, tasks, seed)
        for policy in POLICIES:
            play = Play(policy, checks, rates)
            played[policy.name].append(play.run(work))
            learning.count(play)
    return [_summarise(name, played[name], played[_BASE]) for name in played], learning


def _summarise(
    name: str, sets: Sequence[Sequence[Outcome]], base: Sequence[Sequence[Outcome]]
) -> Row:
    points = [100 * (_succeed(a) - _succeed(b)) for a, b in zip(sets, base, strict=True)]
    late = [
        100 * (_succeed(a[len(a) // 2 :]) - _succeed(b[len(b) // 2 :]))
        for a, b in zip(sets, base, strict=True)
    ]
    costs = [
        [100 * _cost(a, index) / _cost(b, index) for a, b in zip(sets, base, strict=True)]
        for index in range(len(sets[0][0].usd))
    ]
    times = sorted(outcome.seconds for each in sets for outcome in each)
    base_times = sorted(outcome.seconds for each in base for outcome in each)
    return Row(
        name,
        100 * statistics.fmean(map(_succeed, sets)),
        statistics.fmean(points),
        _half_width(points),
        100 * statistics.fmean(sum(o.silent for o in each) / len(each) for each in sets),
        tuple(statistics.fmean(each) for each in costs),
        _half_width(costs[0]),
        times[len(times) // 2],
        times[int(len(times) * 0.95)],
        base_times[len(times) // 2] / times[len(times) // 2],
        statistics.fmean(late),
        _half_width(late),
    )


def compare_actions(world: World, checks: bool, sets: int, tasks: int) -> dict[str, Any]:
    """Compare `auto` with each action's fixed tier, action by action."""
    rates = [TierRates(make_prices()[0])]
    found: dict[str, list[tuple[float, float, float]]] = {}
    for seed in range(sets):
        work = make_tasks(world, tasks, seed)
        auto = Play(Policy("auto", sticky=True), checks, rates).run(work)
        fixed = Play(Policy("by action", fixed="action"), checks, rates).run(work)
        for action in sorted({task.action for task in work}):
            mine = _select(work, auto, action), _select(work, fixed, action)
            points = 100 * (_succeed(mine[0]) - _succeed(mine[1]))
            usd = [sum(outcome.usd[0] for outcome in each) / len(each) for each in mine]
            found.setdefault(action, []).append((points, usd[0], usd[1]))
    return {
        action: {
            "points": statistics.fmean(p for p, _, _ in each),
            "points_error": _half_width([p for p, _, _ in each]),
            "usd_auto": statistics.fmean(a for _, a, _ in each),
            "usd_fixed": statistics.fmean(f for _, _, f in each),
        }
        for action, each in found.items()
    }


def _select(work: Sequence[Task], outcomes: Sequence[Outcome], action: str) -> list[Outcome]:
    return [o for task, o in zip(work, outcomes, strict=True) if task.action == action]


def _succeed(outcomes: Sequence[Outcome]) -> float:
    return sum(outcome.right for outcome in outcomes) / len(outcomes)


def _cost(outcomes: Sequence[Outcome], index: int) -> float:
    """Return US dollars for each success."""
    usd = sum(outcome.usd[index] for outcome in outcomes)
    return usd / max(1, sum(outcome.right for outcome in outcomes))


def _half_width(values: Sequence[float]) -> float:
    return 1.96 * statistics.stdev(values) / math.sqrt(len(values)) if len(values) > 1 else 0.0


def render_table(rows: Sequence[Row]) -> str:
    """The rows as Markdown."""
    lines = [
        "| policy | success | points | silent errors | cost | cost at 4:1 | P50 | P95 | P50 faster |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {row.policy} | {row.success:.1f} % | {row.points:+.2f} ± {row.points_error:.2f} "
        f"| {row.silent:.1f} % | {row.cost[0]:.0f} ± {row.cost_error:.1f} % "
        f"| {row.cost[1]:.0f} % | {row.p50:.2f} s | {row.p95:.1f} s | {row.speed:.1f}× |"
        for row in rows
    ]
    return "\n".join(lines)


def draw_picture(rows: Sequence[Row]) -> str:
    """Draw cost against points as SVG, with 95 % intervals; light and dark by the viewer's colours."""
    width, height, left, bottom, zero, scale = 720, 420, 60, 370, 160, 38

    def mark(row: Row) -> str:
        x, y, half = left + row.cost[0] * 5.6, zero - row.points * scale, row.points_error * scale
        before = row.policy.startswith("cut")  # two of them stand close together
        place = (
            f'x="{x - 8:.0f}" text-anchor="end"' if before or row is rows[0] else f'x="{x + 8:.0f}"'
        )
        return (
            f'<path d="M{x:.0f} {y - half:.0f}V{y + half:.0f}" stroke="currentColor"/>'
            f'<circle cx="{x:.0f}" cy="{y:.0f}" r="4" fill="#2a78d6"/>'
            f'<text {place} y="{y + 4:.0f}">{row.policy.partition(":")[0]}</text>'
        )

    ticks = [
        f'<text x="{left + cost * 5.6:.0f}" y="{bottom + 18}" text-anchor="middle">{cost} %</text>'
        for cost in range(0, 101, 20)
    ]
    ticks += [
        f'<text x="{left - 8}" y="{zero + 4 - points * scale}" text-anchor="end">{points:+d}</text>'
        for points in (3, 2, 1, 0, -1, -2, -3, -4, -5)
    ]
    marks = [mark(row) for row in rows if row.policy not in _NOT_DRAWN]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        'font-family="sans-serif" font-size="12" fill="currentColor" color="#777">'
        "<title>Points of success against cost, both relative to Sonnet for everything</title>"
        f'<path d="M{left} 20V{bottom}H{width - 40}M{left} {zero}H{width - 40}" fill="none" '
        f'stroke="currentColor" stroke-dasharray="2 3"/>{"".join(ticks)}{"".join(marks)}'
        f'<text x="{width // 2}" y="{bottom + 38}" text-anchor="middle">cost for each success, of '
        f'all Sonnet\'s</text><text x="{left + 6}" y="16">points of success</text></svg>\n'
    )


def main() -> None:
    """Play and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--sets", type=int, default=60)
    parser.add_argument("--tasks", type=int, default=1000)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--picture", type=Path, metavar="FILE.svg")
    args = parser.parse_args()
    shown: dict[str, Any] = {}
    for world, checks in ((AGENTS, False), (AGENTS, True), (OLD_HAIKU, False)):
        rows, learning = compare(world, checks, args.sets, args.tasks)
        title = world.name + (", with checks" if checks else "")
        print(f"\n### {title}: {args.sets} paired sets of {args.tasks:,} tasks\n")
        print(render_table(rows))
        learnt = next(row for row in rows if row.policy == "guarded learning")
        late = f"{learnt.late_points:+.2f} ± {learnt.late_error:.2f}"
        print(f"\n{learning.describe()}; points in the second half of each set {late}")
        if args.picture and world is AGENTS and not checks:
            args.picture.write_text(draw_picture(rows), encoding="utf-8")
        shown[title] = [row.__dict__ for row in rows]
    for checks in (False, True):
        actions = compare_actions(AGENTS, checks, args.sets, args.tasks)
        print(f"\nauto against the action's own tier{', with checks' if checks else ''}:")
        for action, each in actions.items():
            print(
                f"  {action:10} {each['points']:+.2f} ± {each['points_error']:.2f} points, "
                f"${each['usd_auto']:.5f} for ${each['usd_fixed']:.5f} a task"
            )
        shown[f"actions{', with checks' if checks else ''}"] = actions
    if args.json:
        args.json.write_text(json.dumps(shown, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
