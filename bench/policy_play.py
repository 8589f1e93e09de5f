"""Plays simulated tasks through the product's own rules, guards and learning, once for each policy.

Never copies a rule: it asks `models.routing`, `engine.guards` and `ledger.learning`.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bench.policy_world import CHECK_SECONDS, CORRECTED_AFTER, Answer, Task
from flux_lsp.actions.registry import load_registry
from flux_lsp.core.errors import ErrorCode
from flux_lsp.core.tiers import TIERS, Tier
from flux_lsp.core.usage import Usage
from flux_lsp.edits.values import Reject
from flux_lsp.engine.guards import choose_next_step
from flux_lsp.engine.routing import read_matrix
from flux_lsp.engine.steps import FailedAttempt, RetryLimits, Stop
from flux_lsp.ledger.learning import HaikuAnswer, Learned, count_answer
from flux_lsp.models.prices import Prices, Rates, compute_price, load_prices
from flux_lsp.models.routing.rules import RecentDecision, Situation, decide
from flux_lsp.models.routing.score import Matrix, compute_points
from flux_lsp.settings.routing import MatrixSettings

ACTIONS = load_registry()
MODELS: Mapping[Tier, str] = {"haiku": "claude-haiku-5-5", "sonnet": "claude-sonnet-5-5"}
SHIPPED = read_matrix(MatrixSettings())
MATRIX_B = Matrix(
    {
        "well_defined_spec": 1,
        "pattern_application": 1,
        "code_generation": 1,
        "documentation": 1,
        "novel_problem": -1,
        "complex_reasoning": -1,
        "architecture_design": -1,
        "security_critical": -2,
    },
    action=1,
    long_prompt=-1,
)
# The usual call: tokens that are new, that come from the cache, and of the answer.
NEW, CACHED, ANSWER = 3500, 1500, 500
_MORE = 800  # tokens of a failed answer and what was wrong with it
_THINKING = 1.5  # how much longer Sonnet's answers are
_DAY = date(2026, 11, 1)
_CUTS: Mapping[str, int | None] = {"0": 0, "3": 3, "never": None}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a task. `silent`: accepted and wrong. `usd`: at each price table."""

    right: bool
    silent: bool
    usd: tuple[float, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Policy:
    """How a task is routed. `fixed`: a tier, or "action" for the action's own; else by the score.

    `escalates`: whether Sonnet may follow Haiku. `sticky`: as the product does within a file.
    """

    name: str
    fixed: str = ""
    matrix: Matrix = SHIPPED
    cut: int = 0
    escalates: bool = True
    sticky: bool = False
    learns: bool = False
    oracle: bool = False


def make_prices() -> tuple[Prices, Prices]:
    """Return today's prices, and a table in which Sonnet costs four times what Haiku does at input."""
    today = load_prices()
    price = today.find_price(MODELS["haiku"], _DAY)
    assert price is not None
    dear = replace(price, rates=Rates(0.5, 2.5, 0.625, 0.05), over=None, long=None)
    return today, replace(today, own=(dear,))


class Play:
    """One policy on one set of tasks, in their order; learns as it goes where the policy does."""

    def __init__(self, policy: Policy, checks: bool, rates: Sequence["TierRates"]) -> None:
        self.policy, self.checks, self.rates = policy, checks, rates
        self.learned: dict[str, Learned] = {}
        self.moved: list[tuple[int, str]] = []  # (task, action)
        self.seen: Counter[tuple[str, str]] = Counter()  # (action, what was seen of Haiku)
        self._recent: RecentDecision | None = None
        self._waiting: list[tuple[int, str, HaikuAnswer]] = []

    def run(self, tasks: Sequence[Task]) -> list[Outcome]:
        """Play all tasks."""
        return [self._run_task(number, task) for number, task in enumerate(tasks)]

    def _run_task(self, number: int, task: Task) -> Outcome:
        if self.policy.oracle:
            return self._play_oracle(task)
        self._learn(number)
        tier = self._choose_tier(task)
        outcome, first_code, last = self._play(task, tier)
        if self.policy.learns and tier == "haiku":
            answer = task.answers["haiku"][0]
            judged = answer.corrected if last == "haiku" and first_code is None else None
            self.seen.update(
                (task.action, what)
                for what, holds in (
                    ("answers", True),
                    ("rejected", first_code is not None),
                    ("judged", judged is not None),
                    ("corrected", bool(judged)),
                )
                if holds
            )
            result = HaikuAnswer(first_code is not None, self.checks, judged)
            self._waiting.append((number + CORRECTED_AFTER, task.action, result))
        return outcome

    def _choose_tier(self, task: Task) -> Tier:
        action = ACTIONS.find(task.action)
        assert action is not None
        fixed = self.policy.fixed
        pinned: Tier | None = action.tier if fixed == "action" else None
        if fixed in TIERS:
            pinned = "haiku" if fixed == "haiku" else "sonnet"
        recent = self._recent if self.policy.sticky and task.same_file else None
        cut: int | None = self.policy.cut
        if self.policy.learns:
            cut = _CUTS[self.learned.get(task.action, Learned()).cut]
        characteristics = task.characteristics.union(action.characteristics)
        situation = Situation(
            models=MODELS,
            usual=action.tier,
            pinned=pinned,
            is_security_critical="security_critical" in characteristics,
            recent=recent,
            cut=cut,
        )
        tokens = int((NEW + CACHED) * task.size)
        points = compute_points(characteristics, self.policy.matrix, action.points, tokens)
        decision = decide(situation, points)
        if decision.rule != "sticky":
            kept = decision.rule in {"score", "default"}
            self._recent = RecentDecision(decision.tier, decision.score) if kept else None
        return decision.tier

    def _play(self, task: Task, tier: Tier) -> tuple[Outcome, ErrorCode | None, Tier]:
        """Ask until the guards stop; returns the outcome, the first answer's error, the last tier."""
        limits = RetryLimits(
            max_attempts=3,
            seconds_left=100,
            sonnet=self.policy.escalates and self.policy.fixed != "haiku",
            other_tier=None,
        )
        tried: list[FailedAttempt] = []
        usd, seconds = [0.0] * len(self.rates), 0.0
        first_code: ErrorCode | None = None
        before: Tier | None = None
        while True:
            answer = task.answers[tier][len(tried)]
            for index, rates in enumerate(self.rates):
                usd[index] += rates.compute(tier, task.size, len(tried), tier == before)
            code = self._read(answer)
            seconds += answer.seconds + (CHECK_SECONDS if self._is_checked(task, answer) else 0)
            first_code = code if not tried else first_code
            if code is None:
                right = answer.right
                return Outcome(right, not right, tuple(usd), seconds), first_code, tier
            tried.append(
                FailedAttempt(tier, "any", Reject(code, "it failed", f"{code}: it failed"))
            )
            step = choose_next_step(tried, limits)
            if isinstance(step, Stop):
                return Outcome(False, False, tuple(usd), seconds), first_code, tier
            before, tier = tier, step.tier

    def _is_checked(self, task: Task, answer: Answer) -> bool:
        return self.checks and answer.code is None and task.action != "explain"

    def _read(self, answer: Answer) -> ErrorCode | None:
        """Return what is seen to be wrong with an answer, by Flux or by the project's checks."""
        if answer.code is not None or not self.checks:
            return answer.code
        # The code of a failed check is not decided yet; the guards go by its nature, substance.
        return ErrorCode.CODE_CHANGED if answer.check_fails else None

    def _play_oracle(self, task: Task) -> Outcome:
        """Begin with the tier that ends right, with the cheaper one where both do."""
        ends = [self._play(task, tier)[0] for tier in TIERS]
        return min(ends, key=lambda end: (not end.right, end.usd[0]))

    def _learn(self, number: int) -> None:
        """Take in what persons and checks have said by now."""
        while self._waiting and self._waiting[0][0] <= number:
            _, action, answer = self._waiting.pop(0)
            before = self.learned.get(action, Learned())
            after = count_answer(before, answer)
            self.learned[action] = after
            if after.cut != before.cut:
                self.moved.append((number, action))


class TierRates:
    """What calls cost by one price table, from the product's own prices."""

    def __init__(self, prices: Prices) -> None:
        def price(tier: Tier, usage: Usage) -> float:
            usd = compute_price(usage, MODELS[tier], _DAY, prices)
            assert usd is not None
            return usd

        kinds: Mapping[str, Callable[[int], Usage]] = {
            "input": lambda n: Usage(input=n),
            "output": lambda n: Usage(output=n),
            "cached": lambda n: Usage(cache_read=n),
        }
        self._usd = {
            (tier, kind): price(tier, make(1000)) / 1000
            for tier in TIERS
            for kind, make in kinds.items()
        }

    def compute(self, tier: Tier, size: float, tries: int, same: bool) -> float:
        """Return the price of a call: the first, one more on the `same` tier, or one on another."""
        out = ANSWER * size * (_THINKING if tier == "sonnet" else 1)
        new, cached = NEW * size, CACHED * size
        if tries and same:
            new, cached = _MORE * tries, (NEW + CACHED) * size
        elif tries:
            new, cached = (NEW + CACHED) * size + _MORE * tries, 0.0
        rates = self._usd
        return (
            new * rates[tier, "input"]
            + cached * rates[tier, "cached"]
            + out * rates[tier, "output"]
        )
