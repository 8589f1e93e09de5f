"""The simulated work that routing is compared on: tasks, two models, checks and a person's corrections.

Nothing here measures Claude: it is a world made of the assumptions below, the same for each policy.
Every draw of a task is made once, so that two policies that ask the same model get the same answer.
"""

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import get_args

from flux_lsp.core.characteristics import Characteristic
from flux_lsp.core.errors import ErrorCode
from flux_lsp.core.tiers import TIERS, Tier

ATTEMPTS = 3
_SLOPE = 1.3  # how fast success falls with difficulty
_MISREAD = 0.12  # of each characteristic
# Other work that is taken for security: of 2,469 places in 27 repositories the reader flags 85, of 40
# of which that a person looked at 5 were not about security. That is under 1 %; this is more.
_FALSE_SECURITY = 0.02
_TAIL = math.log(2.4) / 1.645  # of a log-normal latency whose P95 is 2.4 times its median
_SIZES = 0.5  # of a log-normal prompt, in logarithms
_FORM = (ErrorCode.SEARCH_TEXT_NOT_FOUND, ErrorCode.AMBIGUOUS_MATCH, ErrorCode.FORMAT)
_SUBSTANCE = (ErrorCode.SYNTAX_ERROR, ErrorCode.ELISION, ErrorCode.INCOMPLETE)
_FORM_SHARE = 0.6  # of the errors that can be seen
_SEEN_IN_PROSE = 0.02
CHECK_FINDS, CHECK_FALSE_ALARM, CHECK_SECONDS = 0.7, 0.02, 1.5
_CORRECTS_WRONG, _CORRECTS_RIGHT = 0.45, 0.03
CORRECTED_AFTER = 10  # tasks later


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of task: its share, success and P95 seconds by tier, and the actions it comes as."""

    share: float
    success: Mapping[Tier, float]
    seconds: Mapping[Tier, float]
    actions: tuple[tuple[str, float], ...]


# Shares, success and seconds as a published table of agents has them; where it has none (the success
# of maintenance, the seconds of architecture and security), the nearest kind's stand in.
KINDS: Mapping[str, Kind] = {
    "architecture": Kind(
        0.20,
        {"haiku": 0.78, "sonnet": 0.94},
        {"haiku": 1.5, "sonnet": 5.0},
        (("edit", 0.7), ("explain", 1.0)),
    ),
    "security": Kind(
        0.10,
        {"haiku": 0.82, "sonnet": 0.95},
        {"haiku": 1.5, "sonnet": 5.0},
        (("edit", 0.7), ("explain", 1.0)),
    ),
    "code": Kind(
        0.35,
        {"haiku": 0.94, "sonnet": 0.96},
        {"haiku": 1.2, "sonnet": 4.8},
        (("edit", 0.7), ("fix", 1.0)),
    ),
    "tests": Kind(
        0.15,
        {"haiku": 0.92, "sonnet": 0.93},
        {"haiku": 0.8, "sonnet": 3.2},
        (("tests", 1.0),),
    ),
    "maintenance": Kind(
        0.20,
        {"haiku": 0.94, "sonnet": 0.96},
        {"haiku": 1.5, "sonnet": 5.0},
        (("document", 0.5), ("fix", 1.0)),
    ),
}
# A characteristic of a task: how likely it is at a difficulty below and above the middle of its kind.
_LIKELY: Mapping[str, Mapping[Characteristic, tuple[float, float]]] = {
    "architecture": {
        "architecture_design": (0.7, 0.95),
        "complex_reasoning": (0.35, 0.8),
        "novel_problem": (0.2, 0.6),
        "creative_synthesis": (0.3, 0.4),
        "well_defined_spec": (0.4, 0.1),
    },
    "security": {
        "security_critical": (1.0, 1.0),
        "complex_reasoning": (0.3, 0.8),
        "novel_problem": (0.1, 0.5),
        "code_generation": (0.5, 0.5),
    },
    "code": {
        "code_generation": (0.8, 0.8),
        "well_defined_spec": (0.8, 0.3),
        "pattern_application": (0.6, 0.2),
        "complex_reasoning": (0.05, 0.5),
        "novel_problem": (0.05, 0.4),
    },
    "tests": {
        "code_generation": (1.0, 1.0),
        "pattern_application": (0.9, 0.6),
        "well_defined_spec": (0.6, 0.3),
        "complex_reasoning": (0.05, 0.4),
    },
    "maintenance": {
        "documentation": (0.5, 0.4),
        "pattern_application": (0.8, 0.5),
        "well_defined_spec": (0.6, 0.3),
        "batch_processing": (0.3, 0.3),
        "complex_reasoning": (0.05, 0.4),
        "novel_problem": (0.02, 0.3),
    },
}
CHARACTERISTICS: tuple[Characteristic, ...] = get_args(Characteristic)


@dataclass(frozen=True, slots=True)
class World:
    """How good the models are; `success` overrules that of the kinds. `seen`: errors that show."""

    name: str
    seen: Mapping[Tier, float]
    success: Mapping[Tier, float] | None = None


AGENTS = World("agents", {"haiku": 0.35, "sonnet": 0.25})
OLD_HAIKU = World("old Haiku", {"haiku": 0.8, "sonnet": 0.8}, {"haiku": 0.30, "sonnet": 0.85})


@dataclass(frozen=True, slots=True)
class Answer:
    """What one answer of a tier to a task is like; `code` None: nothing wrong can be seen."""

    right: bool
    code: ErrorCode | None
    check_fails: bool
    seconds: float
    corrected: bool  # a person would undo it, or ask again


@dataclass(frozen=True, slots=True)
class Task:
    """One task with every draw made. `size`: how large its prompt is beside the usual."""

    kind: str
    action: str
    characteristics: frozenset[Characteristic]
    size: float
    answers: Mapping[Tier, tuple[Answer, ...]]
    same_file: bool  # as the task before it, within five minutes


def make_tasks(world: World, count: int, seed: int) -> list[Task]:
    """Make the tasks of one set."""
    source = random.Random(seed)
    return [_make_task(world, source) for _ in range(count)]


def _make_task(world: World, source: random.Random) -> Task:
    name = source.choices(list(KINDS), [kind.share for kind in KINDS.values()])[0]
    kind = KINDS[name]
    difficulty = source.gauss(0, 1)
    draw = source.random()
    action = next(action for action, below in kind.actions if draw < below)
    answers = {
        tier: tuple(
            _draw_answer(world, kind, action, tier, difficulty, source) for _ in range(ATTEMPTS)
        )
        for tier in TIERS
    }
    return Task(
        name,
        action,
        _draw_characteristics(name, difficulty, source),
        math.exp(source.gauss(0, _SIZES)),
        answers,
        source.random() < 0.75,
    )


def _draw_characteristics(
    kind: str, difficulty: float, source: random.Random
) -> frozenset[Characteristic]:
    hard = 1 / (1 + math.exp(-3 * difficulty))
    present = set()
    for name in CHARACTERISTICS:
        easy_share, hard_share = _LIKELY[kind].get(name, (0.0, 0.0))
        true = source.random() < easy_share + (hard_share - easy_share) * hard
        false = _FALSE_SECURITY if name == "security_critical" and not true else _MISREAD
        if true != (source.random() < false):
            present.add(name)
    return frozenset(present)


def _draw_answer(
    world: World, kind: Kind, action: str, tier: Tier, difficulty: float, source: random.Random
) -> Answer:
    mean = (world.success or kind.success)[tier]
    right = source.random() < _sigmoid(_find_offset(mean) - _SLOPE * difficulty)
    seen = _SEEN_IN_PROSE if action == "explain" else world.seen[tier]
    shows, form, pick = source.random() < seen, source.random() < _FORM_SHARE, source.random()
    codes = _FORM if form else _SUBSTANCE
    code = None if right or not shows else codes[int(pick * len(codes))]
    alarm = source.random() < (CHECK_FALSE_ALARM if right else CHECK_FINDS)
    seconds = kind.seconds[tier] / 2.4 * math.exp(source.gauss(0, _TAIL))
    corrected = source.random() < (_CORRECTS_RIGHT if right else _CORRECTS_WRONG)
    return Answer(right, code, alarm and action != "explain", seconds, corrected)


@cache
def _find_offset(mean: float) -> float:
    """Find where the curve has to stand so that a normal difficulty gives this mean success."""
    grid = [(x / 50, math.exp(-((x / 50) ** 2) / 2)) for x in range(-250, 251)]
    weight = sum(w for _, w in grid)
    low, high = -12.0, 12.0
    for _ in range(60):
        middle = (low + high) / 2
        value = sum(_sigmoid(middle - _SLOPE * x) * w for x, w in grid) / weight
        low, high = (middle, high) if value < mean else (low, middle)
    return low


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))
