"""Decides what follows a call without an answer: wait and ask again, ask another tier, or stop.

Pure. Never waits itself, and goes to another tier once in a run.
"""

from collections.abc import Sequence

from flux_lsp.core.conversation import CallError
from flux_lsp.core.errors import ErrorCode, Problem
from flux_lsp.core.tiers import Tier
from flux_lsp.engine.steps import FailedAttempt, Retry, RetryLimits, Stop
from flux_lsp.engine.values import Strategy

# A server's own wish to wait is honoured up to here; a longer one ends the run with the reason,
# since nobody sits in front of an editor for it.
LONGEST_WAIT = 60.0
_LONGEST_PAUSE = 30.0  # between two calls, where the server wishes nothing
TRANSPORT_RETRIES = 3
# The server is there, is busy and bills nothing: a run asks it again until its deadline.
_BUSY_STATUSES = frozenset({429, 503, 529})
# The server is there, and this model cannot answer now; another one may.
_BUSY_CODES = frozenset({ErrorCode.RATE_LIMITED, ErrorCode.OVERLOADED, ErrorCode.TIMEOUT})


def step_after_fault(
    attempts: Sequence[FailedAttempt], last: FailedAttempt, fault: CallError, limits: RetryLimits
) -> Retry | Stop:
    """Decide what follows `fault`, which the `last` of `attempts` ended with."""
    if fault.unavailable:
        return _step_after_unavailable(attempts, last, fault, limits)
    if _is_without_tools(fault) and last.strategy != "text":
        return Retry(last.tier, "text", resend=True, why="pivot")
    in_a_row = _count_last_faults(attempts)
    busy = fault.status in _BUSY_STATUSES and not fault.may_cost
    tired = in_a_row > TRANSPORT_RETRIES
    pause, wish = min(0.5 * 2 ** min(in_a_row - 1, 10), _LONGEST_PAUSE), fault.retry_after
    wait = pause if wish is None else max(wish, pause) if busy else wish
    too_long = wait > LONGEST_WAIT or wait >= limits.seconds_left
    if (not fault.retryable or tired or too_long) and (
        other := _fall_back(attempts, last, limits)
    ) is not None:
        return other
    if not fault.retryable or (tired and not busy):
        return Stop(fault.problem)
    if too_long:
        offered = limits.offered_tier if busy else None
        if any(each.tier == offered for each in attempts if isinstance(each.failure, CallError)):
            offered = None  # it was busy too
        return _stop_waiting(fault, wait, in_a_row, offered)
    return Retry(last.tier, last.strategy, wait=wait, resend=True, why="backoff")


def _step_after_unavailable(
    attempts: Sequence[FailedAttempt], last: FailedAttempt, fault: CallError, limits: RetryLimits
) -> Retry | Stop:
    """Turn to a model that this key can reach, once."""
    earlier = [each.failure for each in attempts[:-1] if isinstance(each.failure, CallError)]
    if any(failure.unavailable for failure in earlier):
        return Stop(fault.problem)
    if limits.stand_in:
        return Retry(last.tier, last.strategy, resend=True, why="fallback")
    if limits.other_tier is None:
        return Stop(fault.problem)
    return _ask_other_tier(limits.other_tier, last, limits)


def _fall_back(
    attempts: Sequence[FailedAttempt], last: FailedAttempt, limits: RetryLimits
) -> Retry | None:
    """Turn to the other tier when this one is busy, unless that one failed to answer too.

    An answer that broke off is no sign of that, and it was paid for.
    """
    failed = {each.tier for each in attempts if isinstance(each.failure, CallError)}
    other = limits.other_tier
    fault = last.failure
    busy = isinstance(fault, CallError) and fault.problem.code in _BUSY_CODES
    if isinstance(fault, CallError) and fault.usage.output:
        return None
    if not busy or other is None or other in failed or limits.seconds_left <= 0:
        return None
    return _ask_other_tier(other, last, limits)


def _ask_other_tier(tier: Tier, last: FailedAttempt, limits: RetryLimits) -> Retry:
    """Ask a tier nobody chose for this action: show more and ask for the whole symbol."""
    strategy: Strategy = "text" if last.strategy == "text" else "rewrite"
    if limits.large and strategy == "rewrite":
        strategy = "edits"
    return Retry(tier, strategy, wider=True, resend=True, why="fallback")


def _count_last_faults(attempts: Sequence[FailedAttempt]) -> int:
    """Count the last calls of this tier that brought no answer."""
    count = 0
    for attempt in reversed(attempts):
        if not isinstance(attempt.failure, CallError) or attempt.tier != attempts[-1].tier:
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
