"""Decides whether the one loop of the product asks again, and how: a pure function of the attempts.

Never looks at text, never waits and never spends.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from flux_lsp.core.conversation import CallError
from flux_lsp.core.errors import ErrorCode, Problem
from flux_lsp.core.tiers import Tier
from flux_lsp.edits.values import Reject
from flux_lsp.engine.values import Strategy

# A server's own wish to wait is honoured up to here; a longer one ends the run with the reason,
# since nobody sits in front of an editor for it.
LONGEST_WAIT = 60.0
_LONGEST_PAUSE = 30.0  # between two calls, where the server wishes nothing
TRANSPORT_RETRIES = 3
# The server is there, is busy and bills nothing: a run asks it again until its deadline.
_BUSY_STATUSES = frozenset({429, 503, 529})
_WORDS_ENOUGH = 2  # answers in words instead of an edit: the model has something to say


@dataclass(frozen=True, slots=True)
class FailedAttempt:
    """One call, and why its answer cannot be used."""

    tier: Tier
    strategy: Strategy
    failure: Reject | CallError


@dataclass(frozen=True, slots=True)
class RetryLimits:
    """The limits that are left for the next decision.

    `other_tier`: a tier this key can reach that is not in use. `large`: the target is too large to
    be written anew in one answer.
    """

    max_attempts: int
    seconds_left: float
    sonnet: bool  # Sonnet may be used: it is available and nobody pinned another tier or model
    other_tier: Tier | None
    large: bool = False
    stand_in: bool = False  # another model of the same tier is there for one that is going or gone
    offered_tier: Tier | None = None  # the other tier, where a person could ask for it afterwards


@dataclass(frozen=True, slots=True)
class Retry:
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
    """Give up; nothing was changed. `other_tier` may answer where this one could not."""

    problem: Problem
    other_tier: Tier | None = None


def choose_next_step(attempts: Sequence[FailedAttempt], limits: RetryLimits) -> Retry | Stop:
    """Decide what follows once the last of `attempts` (at least one) has failed."""
    last = attempts[-1]
    if isinstance(last.failure, CallError):
        return _step_after_fault(attempts, last, last.failure, limits)
    return _step_after_reject(attempts, last, last.failure, limits)


def _step_after_fault(
    attempts: Sequence[FailedAttempt], last: FailedAttempt, fault: CallError, limits: RetryLimits
) -> Retry | Stop:
    if fault.unavailable:
        already = any(
            isinstance(t.failure, CallError) and t.failure.unavailable for t in attempts[:-1]
        )
        if already:
            return Stop(fault.problem)
        if limits.stand_in:
            return Retry(last.tier, last.strategy, resend=True, why="fallback")
        if limits.other_tier is None:
            return Stop(fault.problem)
        # A tier nobody chose for this action: show more and ask for the whole symbol.
        strategy: Strategy = "text" if last.strategy == "text" else "rewrite"
        if limits.large and strategy == "rewrite":
            strategy = "edits"
        return Retry(limits.other_tier, strategy, wider=True, resend=True, why="fallback")
    if _is_without_tools(fault) and last.strategy != "text":
        return Retry(last.tier, "text", resend=True, why="pivot")
    in_a_row = _count_last_faults(attempts)
    busy = fault.status in _BUSY_STATUSES
    if not fault.retryable or (in_a_row > TRANSPORT_RETRIES and not busy):
        return Stop(fault.problem)
    pause, wish = min(0.5 * 2 ** (in_a_row - 1), _LONGEST_PAUSE), fault.retry_after
    wait = pause if wish is None else max(wish, pause) if busy else wish
    if wait > LONGEST_WAIT or wait >= limits.seconds_left:
        return _stop_waiting(fault, wait, in_a_row, limits.offered_tier if busy else None)
    return Retry(last.tier, last.strategy, wait=wait, resend=True, why="backoff")


def _step_after_reject(
    attempts: Sequence[FailedAttempt], last: FailedAttempt, reject: Reject, limits: RetryLimits
) -> Retry | Stop:
    answers = [t for t in attempts if isinstance(t.failure, Reject)]
    if (
        not reject.code.is_told_to_model
        or len(answers) >= limits.max_attempts
        or limits.seconds_left <= 0
    ):
        return Stop(_give_up(reject, len(answers), last.strategy))
    wordy = sum(isinstance(t.failure, Reject) and t.failure.prose for t in answers)
    if reject.prose and wordy >= _WORDS_ENOUGH:
        return Stop(_ANSWERED_IN_WORDS)
    escalate = len(answers) >= 2 and limits.sonnet and last.tier != "sonnet"
    tier: Tier = "sonnet" if escalate else last.tier
    pivot = _is_repeated([t.failure for t in answers if isinstance(t.failure, Reject)])
    strategy = _choose_strategy(last.strategy, reject.code, pivot)
    beyond = any(isinstance(t.failure, Reject) and t.failure.beyond for t in answers)
    if (limits.large or beyond) and strategy in {"any", "rewrite"}:
        strategy = "edits"
    if escalate:
        why: Literal["retry", "pivot", "escalate"] = "escalate"
    else:
        why = "pivot" if pivot or strategy != last.strategy else "retry"
    return Retry(
        tier,
        strategy,
        wider=pivot or reject.code in {ErrorCode.SYNTAX_ERROR, ErrorCode.ELISION},
        longer=reject.code is ErrorCode.TRUNCATED,
        why=why,
    )


def _choose_strategy(now: Strategy, code: ErrorCode, pivot: bool) -> Strategy:
    """Choose the next way of answering: a rewrite after search/replace, edits after a cut-off rewrite."""
    if now == "text":
        return "text"
    if code is ErrorCode.TRUNCATED:
        return "edits"
    if code in {ErrorCode.ELISION, ErrorCode.INCOMPLETE}:  # it will not write all of it
        return "edits" if pivot or now == "rewrite" else now
    if pivot:
        return "rewrite" if now != "rewrite" else "any"
    return now


def _is_repeated(rejects: list[Reject]) -> bool:
    """Whether the last failure has the code, or a search text, of an earlier one."""
    *before, last = rejects
    codes = {reject.code for reject in before}
    searched = {text for reject in before for text in reject.searched}
    return last.code in codes or bool(searched.intersection(last.searched))


def _count_last_faults(attempts: Sequence[FailedAttempt]) -> int:
    count = 0
    for attempt in reversed(attempts):
        if not isinstance(attempt.failure, CallError):
            break
        count += 1
    return count


def _is_without_tools(fault: CallError) -> bool:
    """Whether the server knows no tools; one behind `base_url` says so with a 400."""
    return fault.status in {400, 422, 501} and "tool" in fault.problem.message.lower()


def _stop_waiting(fault: CallError, wait: float, calls: int, other: Tier | None) -> Stop:
    """Give up as the next call would come too late; `other` is a tier that the person could ask."""
    period = f"{wait / 60:.0f} min" if wait >= 90 else f"{wait:.0f} s"
    why, when = f"asked {calls} times", "in a minute"
    if fault.retry_after is not None and fault.retry_after >= wait:
        why, when = f"the service asks to wait {period}", f"in {period}"
    instead = f", or ask {other.capitalize()} (tier `{other}`)" if other else ""
    return Stop(
        Problem(
            fault.problem.code,
            f"{fault.problem.message} ({why}; nothing was changed)",
            f"Try again {when}{instead}",
        ),
        other,
    )


_ANSWERED_IN_WORDS = Problem(
    ErrorCode.FORMAT,
    "The model answered in words instead of changing the code",
    "Read its answer, then say in the instruction what should change; nothing was changed",
)


def _give_up(reject: Reject, answers: int, strategy: Strategy) -> Problem:
    tries = "" if answers == 1 else f"tried {answers} answers; "
    return Problem(
        reject.code,
        f"{reject.message.rstrip('.')} ({tries}nothing was changed)",
        _choose_hint(reject.code, strategy),
    )


def _choose_hint(code: ErrorCode, strategy: Strategy) -> str:
    if code is ErrorCode.FORMAT and strategy == "text":  # what its hint advises is set already
        return "Run it again, or say more in the instruction"
    return code.hint
