"""A quarter of a year of calls as one person makes them, the same each time."""

import math
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from flux_lsp.core.usage import Usage
from flux_lsp.ledger.values import RecordedCall
from tests.ledger.ledgers import row

HAIKU, SONNET = "claude-haiku-5-5", "claude-sonnet-5-5"
_ACTIONS = {"edit": 0.4, "fix": 0.2, "explain": 0.2, "tests": 0.1, "document": 0.1}
_SONNETS = {"edit": 0.75, "fix": 0.15, "explain": 0.2, "tests": 0.4, "document": 0.05}


def make_quarter(
    until: datetime, *, days: int = 90, runs_a_day: float = 14, seed: int = 5
) -> list[RecordedCall]:
    """Every call of the `days` before `until`; nobody works at weekends."""
    chance = random.Random(seed)
    calls: list[RecordedCall] = []
    for ago in range(days, -1, -1):
        day = until - timedelta(days=ago)
        if day.weekday() < 5:
            for number in range(round(chance.gauss(runs_a_day, runs_a_day / 3))):
                moment = day.replace(hour=9, minute=0) + timedelta(minutes=3 * number)
                calls += _make_run(f"{ago}-{number}", moment.astimezone(UTC), chance)
    return calls


def _make_run(run: str, moment: datetime, chance: random.Random) -> Iterator[RecordedCall]:
    action = chance.choices(list(_ACTIONS), list(_ACTIONS.values()))[0]
    sonnet = chance.random() < _SONNETS[action]
    fallback = chance.random() < 0.02
    for attempt in (1, 2, 3):
        good = chance.random() < (0.93 if sonnet else 0.86)
        yield _make_call(run, attempt, action, sonnet, good, moment, chance, fallback)
        if good:
            return
        if chance.random() < 0.15:  # the person has had enough
            return
        sonnet = sonnet or attempt == 2 or chance.random() < 0.5
        moment += timedelta(seconds=20)


def _make_call(
    run: str,
    attempt: int,
    action: str,
    sonnet: bool,
    good: bool,
    moment: datetime,
    chance: random.Random,
    fallback: bool,
) -> RecordedCall:
    fresh, cached = round(chance.lognormvariate(8, 0.5)), chance.choice((0, 1500, 1500, 4000))
    output = round(chance.lognormvariate(6, 0.6) * (1.5 if sonnet else 1))
    rates = (2, 10, 0.1) if sonnet else (0.1, 0.5, 0.01)
    code = chance.choice(("FORMAT", "SEARCH_TEXT_NOT_FOUND", "SYNTAX_ERROR", "ELISION"))
    model = SONNET if sonnet else HAIKU
    total = round(1000 * math.exp(chance.gauss(1.1 if sonnet else -0.4, 0.5)))
    return row(
        run=run,
        attempt=attempt,
        action=action,
        tier="sonnet" if sonnet else "haiku",
        model_asked=model,
        model_answered=model,
        usage=Usage(fresh, output, 0, cached),
        usd=(fresh * rates[0] + output * rates[1] + cached * rates[2]) / 1e6,
        total_ms=total,
        first_token_ms=round(total * chance.uniform(0.2, 0.5)),
        result="ok" if good else code,
        error=None if good else code,
        escalated=sonnet and attempt > 1,
        fallback=fallback,
        time=moment,
    )
