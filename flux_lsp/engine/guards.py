"""Decides whether the one loop of the product asks again, and how: a pure function of the attempts.

Never looks at text, never waits and never spends.
"""

from collections.abc import Sequence
from typing import Literal

from flux_lsp.core.conversation import CallError
from flux_lsp.core.errors import ErrorCode, Problem
from flux_lsp.core.tiers import Tier
from flux_lsp.edits.values import Reject
from flux_lsp.engine.fault_guards import step_after_fault
from flux_lsp.engine.steps import FailedAttempt, Retry, RetryLimits, Stop
from flux_lsp.engine.values import Strategy

_WORDS_ENOUGH = 2  # answers in words instead of an edit: the model has something to say
# A model that left out or changed what it had to copy does better with small edits.
_NOT_AS_A_WHOLE = frozenset({ErrorCode.ELISION, ErrorCode.INCOMPLETE, ErrorCode.CODE_CHANGED})


def choose_next_step(attempts: Sequence[FailedAttempt], limits: RetryLimits) -> Retry | Stop:
    """Decide what follows once the last of `attempts` (at least one) has failed."""
    last = attempts[-1]
    if isinstance(last.failure, CallError):
        return step_after_fault(attempts, last, last.failure, limits)
    return _step_after_reject(attempts, last, last.failure, limits)


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
    repeated = _is_repeated([t.failure for t in answers if isinstance(t.failure, Reject)])
    wrong = reject.code.nature == "substance"
    escalate = limits.sonnet and last.tier != "sonnet" and (wrong or repeated or len(answers) >= 2)
    tier: Tier = "sonnet" if escalate else last.tier
    pivot = repeated or (escalate and wrong)
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
    if code in _NOT_AS_A_WHOLE and now != "edits":
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
