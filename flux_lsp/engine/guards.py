"""Decides whether the one loop of the product asks again, and how: a pure function of the attempts.

Never looks at text, never waits and never spends.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from flux_lsp.core.conversation import Fault
from flux_lsp.core.errors import Code, Problem
from flux_lsp.core.tiers import Tier
from flux_lsp.edits.values import Reject
from flux_lsp.engine.values import Strategy

# A server's own wish to wait is honoured up to here; a longer one ends the run with the reason,
# since nobody sits in front of an editor for it.
LONGEST_WAIT = 30.0
TRANSPORT_RETRIES = 3


@dataclass(frozen=True, slots=True)
class Tried:
    """One call, and why its answer cannot be used."""

    tier: Tier
    strategy: Strategy
    failure: Reject | Fault


@dataclass(frozen=True, slots=True)
class Room:
    """What is left to decide with.

    `other_tier`: a tier this key can reach that is not in use. `large`: the target is too large to
    be written anew in one answer.
    """

    max_attempts: int
    seconds_left: float
    sonnet: bool  # Sonnet may be used: it is available and nobody pinned another tier or model
    other_tier: Tier | None
    large: bool = False
    stand_in: bool = False  # another model of the same tier is there for one that is going or gone


@dataclass(frozen=True, slots=True)
class Again:
    """Ask once more: after `wait` seconds, on `tier`, by `strategy`, with a wider view or answer.

    `resend` is the same conversation (the last call brought no answer); else feedback is added.
    """

    tier: Tier
    strategy: Strategy
    wait: float = 0.0
    wider: bool = False
    longer: bool = False
    resend: bool = False
    why: Literal["retry", "pivot", "escalate", "fallback", "backoff"] = "retry"


@dataclass(frozen=True, slots=True)
class Stop:
    """Give up; nothing was changed."""

    problem: Problem


def next_step(tried: Sequence[Tried], room: Room) -> Again | Stop:
    """Decide after the last of `tried` (at least one) failed."""
    last = tried[-1]
    if isinstance(last.failure, Fault):
        return _after_fault(tried, last, last.failure, room)
    return _after_reject(tried, last, last.failure, room)


def _after_fault(tried: Sequence[Tried], last: Tried, fault: Fault, room: Room) -> Again | Stop:
    if fault.unavailable:
        already = any(isinstance(t.failure, Fault) and t.failure.unavailable for t in tried[:-1])
        if already:
            return Stop(fault.problem)
        if room.stand_in:
            return Again(last.tier, last.strategy, resend=True, why="fallback")
        if room.other_tier is None:
            return Stop(fault.problem)
        # A tier nobody chose for this action: show more and ask for the whole symbol.
        strategy: Strategy = "text" if last.strategy == "text" else "rewrite"
        if room.large and strategy == "rewrite":
            strategy = "edits"
        return Again(room.other_tier, strategy, wider=True, resend=True, why="fallback")
    if _tools_unsupported(fault) and last.strategy != "text":
        return Again(last.tier, "text", resend=True, why="pivot")
    in_a_row = _faults_in_a_row(tried)
    if not fault.retryable or in_a_row > TRANSPORT_RETRIES:
        return Stop(fault.problem)
    wait = fault.retry_after if fault.retry_after is not None else 0.5 * 2 ** (in_a_row - 1)
    if wait > LONGEST_WAIT or wait >= room.seconds_left:
        return Stop(_too_long(fault.problem, wait))
    return Again(last.tier, last.strategy, wait=wait, resend=True, why="backoff")


def _after_reject(tried: Sequence[Tried], last: Tried, reject: Reject, room: Room) -> Again | Stop:
    answers = [t for t in tried if isinstance(t.failure, Reject)]
    if (
        not reject.code.is_told_to_model
        or len(answers) >= room.max_attempts
        or room.seconds_left <= 0
    ):
        return Stop(_given_up(reject, len(answers), last.strategy))
    escalate = len(answers) >= 2 and room.sonnet and last.tier != "sonnet"
    tier: Tier = "sonnet" if escalate else last.tier
    pivot = _repeats([t.failure for t in answers if isinstance(t.failure, Reject)])
    strategy = _strategy(last.strategy, reject.code, pivot)
    if room.large and strategy in {"any", "rewrite"}:
        strategy = "edits"
    if escalate:
        why: Literal["retry", "pivot", "escalate"] = "escalate"
    else:
        why = "pivot" if pivot or strategy != last.strategy else "retry"
    return Again(
        tier,
        strategy,
        wider=pivot or reject.code in {Code.SYNTAX_ERROR, Code.ELISION},
        longer=reject.code is Code.TRUNCATED,
        why=why,
    )


def _strategy(now: Strategy, code: Code, pivot: bool) -> Strategy:
    """Search/replace turns into a rewrite of the symbol; a rewrite that was cut off, into edits."""
    if now == "text":
        return "text"
    if code is Code.TRUNCATED:
        return "edits"
    if code in {Code.ELISION, Code.INCOMPLETE}:  # it will not write all of it
        return "edits" if pivot or now == "rewrite" else now
    if pivot:
        return "rewrite" if now != "rewrite" else "any"
    return now


def _repeats(rejects: list[Reject]) -> bool:
    """Whether the last failure has the code, or a search text, of an earlier one."""
    *before, last = rejects
    codes = {reject.code for reject in before}
    searched = {text for reject in before for text in reject.searched}
    return last.code in codes or bool(searched.intersection(last.searched))


def _faults_in_a_row(tried: Sequence[Tried]) -> int:
    count = 0
    for one in reversed(tried):
        if not isinstance(one.failure, Fault):
            break
        count += 1
    return count


def _tools_unsupported(fault: Fault) -> bool:
    """A server behind `base_url` that knows no tools says so with a 400."""
    return fault.status in {400, 422, 501} and "tool" in fault.problem.message.lower()


def _too_long(problem: Problem, wait: float) -> Problem:
    minutes = f"{wait / 60:.0f} min" if wait >= 90 else f"{wait:.0f} s"
    return Problem(
        problem.code,
        f"{problem.message} (the service asks to wait {minutes})",
        f"Try again in {minutes}. Nothing was changed",
    )


def _given_up(reject: Reject, answers: int, strategy: Strategy) -> Problem:
    times = "the answer" if answers == 1 else f"{answers} answers"
    return Problem(
        reject.code,
        f"{reject.message} (tried {times}; nothing was changed)",
        _hint(reject.code, strategy),
    )


def _hint(code: Code, strategy: Strategy) -> str:
    if code is Code.FORMAT and strategy == "text":  # what its hint advises is set already
        return "Run it again, or say more in the instruction"
    return code.hint
