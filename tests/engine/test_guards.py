"""Whether the loop turns again: one table, one row a rule."""

from dataclasses import replace

import pytest

from flux_lsp.core.conversation import CallError
from flux_lsp.core.errors import ErrorCode, Problem
from flux_lsp.core.tiers import Tier
from flux_lsp.edits.values import Reject
from flux_lsp.engine.guards import choose_next_step
from flux_lsp.engine.steps import FailedAttempt, Retry, RetryLimits, Stop

ROOM = RetryLimits(max_attempts=3, seconds_left=100, sonnet=True, other_tier="sonnet")

ALONE = replace(ROOM, other_tier=None)  # no other tier may stand in


def reject(code: ErrorCode, searched: tuple[str, ...] = ()) -> Reject:
    return Reject(code, "it failed", f"{code}: it failed", searched)


def fault(
    code: ErrorCode = ErrorCode.OVERLOADED,
    *,
    status: int | None = 529,
    retryable: bool = True,
    retry_after: float | None = None,
    unavailable: bool = False,
    message: str = "overloaded",
) -> CallError:
    return CallError(
        Problem(code, message, "wait"),
        status=status,
        retryable=retryable,
        retry_after=retry_after,
        unavailable=unavailable,
    )


def tried(
    *failures: Reject | CallError, tier: str = "haiku", strategy: str = "any"
) -> list[FailedAttempt]:
    return [FailedAttempt(tier, strategy, failure) for failure in failures]  # type: ignore[arg-type]


NOT_FOUND = reject(ErrorCode.SEARCH_TEXT_NOT_FOUND, ("a",))
NOT_FOUND_ELSEWHERE = reject(ErrorCode.SEARCH_TEXT_NOT_FOUND, ("b",))
AMBIGUOUS_SAME_TEXT = reject(ErrorCode.AMBIGUOUS_MATCH, ("a",))
SYNTAX = reject(ErrorCode.SYNTAX_ERROR)
FORMAT = reject(ErrorCode.FORMAT)
PROSE = replace(FORMAT, words="It is fine as it is.", prose=True)
NO_CHANGE = reject(ErrorCode.NO_CHANGE)
OUT_OF_SCOPE = reject(ErrorCode.OUT_OF_SCOPE)


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (tried(NOT_FOUND), Retry("haiku", "any")),
        (
            tried(NOT_FOUND, FORMAT),
            Retry("sonnet", "any", why="escalate"),
        ),
        (
            tried(NOT_FOUND, NOT_FOUND_ELSEWHERE),
            Retry("sonnet", "rewrite", wider=True, why="escalate"),
        ),
        (
            tried(NOT_FOUND, AMBIGUOUS_SAME_TEXT),
            Retry("sonnet", "rewrite", wider=True, why="escalate"),
        ),
        (
            tried(NOT_FOUND, NOT_FOUND_ELSEWHERE, tier="sonnet"),
            Retry("sonnet", "rewrite", wider=True, why="pivot"),
        ),
        (
            tried(FORMAT, FORMAT, tier="sonnet", strategy="rewrite"),
            Retry("sonnet", "any", wider=True, why="pivot"),
        ),
        (tried(FORMAT, strategy="text"), Retry("haiku", "text")),
        (tried(SYNTAX), Retry("sonnet", "rewrite", wider=True, why="escalate")),
        (tried(SYNTAX, tier="sonnet"), Retry("sonnet", "any", wider=True)),
        (tried(NO_CHANGE), Retry("haiku", "any")),
        (tried(OUT_OF_SCOPE), Retry("haiku", "any")),
        (
            tried(reject(ErrorCode.CODE_CHANGED)),
            Retry("sonnet", "edits", wider=True, why="escalate"),
        ),
        (
            tried(reject(ErrorCode.TRUNCATED)),
            Retry("haiku", "edits", longer=True, why="pivot"),
        ),
        (
            tried(reject(ErrorCode.ELISION), strategy="rewrite"),
            Retry("sonnet", "edits", wider=True, why="escalate"),
        ),
        (
            tried(*[fault()] * 4),
            Retry("sonnet", "rewrite", wider=True, resend=True, why="fallback"),
        ),
        (
            tried(fault(retry_after=3600)),
            Retry("sonnet", "rewrite", wider=True, resend=True, why="fallback"),
        ),
        (
            [*tried(*[fault()] * 4), *tried(fault(), tier="sonnet", strategy="rewrite")],
            Retry("sonnet", "rewrite", wait=0.5, resend=True, why="backoff"),
        ),
        (
            tried(reject(ErrorCode.INCOMPLETE), reject(ErrorCode.INCOMPLETE)),
            Retry("sonnet", "edits", wider=True, why="escalate"),
        ),
        (tried(fault()), Retry("haiku", "any", wait=0.5, resend=True, why="backoff")),
        (tried(fault(), fault()), Retry("haiku", "any", wait=1.0, resend=True, why="backoff")),
        (
            tried(fault(retry_after=7)),
            Retry("haiku", "any", wait=7, resend=True, why="backoff"),
        ),
        (
            tried(
                fault(ErrorCode.MODEL_UNAVAILABLE, status=404, retryable=False, unavailable=True)
            ),
            Retry("sonnet", "rewrite", wider=True, resend=True, why="fallback"),
        ),
        (
            tried(
                fault(
                    ErrorCode.FORMAT, status=400, retryable=False, message="tools are not supported"
                )
            ),
            Retry("haiku", "text", resend=True, why="pivot"),
        ),
        (
            tried(NOT_FOUND, fault(), FORMAT),
            Retry("sonnet", "any", why="escalate"),
        ),
    ],
)
def test_the_loop_turns_again(before: list[FailedAttempt], expected: Retry) -> None:
    assert choose_next_step(before, ROOM) == expected


@pytest.mark.parametrize(
    "before",
    [
        tried(NOT_FOUND, strategy="edits"),
        tried(NOT_FOUND, NOT_FOUND, strategy="edits"),
        tried(SYNTAX),
        tried(fault(ErrorCode.MODEL_UNAVAILABLE, status=404, retryable=False, unavailable=True)),
    ],
)
def test_a_large_target_is_never_written_anew(before: list[FailedAttempt]) -> None:
    step = choose_next_step(before, replace(ROOM, large=True))

    assert isinstance(step, Retry)
    assert step.strategy == "edits"


@pytest.mark.parametrize(
    ("before", "room", "code"),
    [
        (tried(NOT_FOUND, FORMAT, SYNTAX), ROOM, ErrorCode.SYNTAX_ERROR),
        (tried(reject(ErrorCode.REFUSED_BY_MODEL)), ROOM, ErrorCode.REFUSED_BY_MODEL),
        (tried(NOT_FOUND), RetryLimits(1, 100, True, "sonnet"), ErrorCode.SEARCH_TEXT_NOT_FOUND),
        (tried(NOT_FOUND), RetryLimits(3, 0, True, "sonnet"), ErrorCode.SEARCH_TEXT_NOT_FOUND),
        (tried(fault(retry_after=3600)), ALONE, ErrorCode.OVERLOADED),
        (tried(fault(retry_after=20)), RetryLimits(3, 10, True, None), ErrorCode.OVERLOADED),
        (
            [*tried(*[fault(status=500)] * 4), *tried(*[fault(status=500)] * 4, tier="sonnet")],
            replace(ROOM, other_tier="haiku"),
            ErrorCode.OVERLOADED,
        ),
        (tried(*[fault(status=500)] * 4), ALONE, ErrorCode.OVERLOADED),
        (tried(*[fault(ErrorCode.NETWORK, status=None)] * 4), ROOM, ErrorCode.NETWORK),
        (tried(fault(), fault()), RetryLimits(3, 1, True, None), ErrorCode.OVERLOADED),
        (tried(PROSE, PROSE), ROOM, ErrorCode.FORMAT),
        (tried(PROSE, NOT_FOUND, PROSE), replace(ROOM, max_attempts=4), ErrorCode.FORMAT),
        (
            tried(fault(ErrorCode.BAD_REQUEST, status=400, retryable=False)),
            ROOM,
            ErrorCode.BAD_REQUEST,
        ),
        (
            tried(fault(ErrorCode.AUTHENTICATION, status=401, retryable=False)),
            ROOM,
            ErrorCode.AUTHENTICATION,
        ),
        (
            tried(fault(ErrorCode.MODEL_UNAVAILABLE, retryable=False, unavailable=True)),
            RetryLimits(3, 100, False, None),
            ErrorCode.MODEL_UNAVAILABLE,
        ),
        (
            tried(
                fault(ErrorCode.MODEL_UNAVAILABLE, retryable=False, unavailable=True),
                fault(ErrorCode.MODEL_UNAVAILABLE, retryable=False, unavailable=True),
            ),
            ROOM,
            ErrorCode.MODEL_UNAVAILABLE,
        ),
    ],
)
def test_the_loop_stops(before: list[FailedAttempt], room: RetryLimits, code: ErrorCode) -> None:
    step = choose_next_step(before, room)

    assert isinstance(step, Stop)
    assert step.problem.code is code
    assert step.problem.hint


def test_an_hour_long_wait_is_told_and_not_waited_for() -> None:
    step = choose_next_step(tried(fault(ErrorCode.RATE_LIMITED, retry_after=3600)), ALONE)

    assert isinstance(step, Stop)
    assert "60 min" in step.problem.message


@pytest.mark.parametrize("status", [429, 503, 529])
def test_a_busy_server_is_asked_until_the_deadline_and_ever_less_often(status: int) -> None:
    busy = fault(status=status)
    waits: list[float] = []
    while isinstance(step := choose_next_step(tried(*[busy] * (len(waits) + 1)), ALONE), Retry):
        waits.append(step.wait)
        if len(waits) == 9:
            break

    assert waits == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]
    eager = choose_next_step(tried(*[fault(status=status, retry_after=0.0)] * 4), ALONE)
    assert isinstance(eager, Retry)
    assert eager.wait == 4, "a server that is busy is not hammered, whatever it says"


@pytest.mark.parametrize("offered", ["haiku", None])
def test_the_other_tier_is_offered_where_a_busy_one_ends_the_run(offered: Tier | None) -> None:
    room = replace(ROOM, seconds_left=10, offered_tier=offered)
    step = choose_next_step(tried(fault(retry_after=20), tier="sonnet"), room)

    assert isinstance(step, Stop)
    assert step.other_tier == offered
    assert ("ask Haiku (tier `haiku`)" in step.problem.hint) == (offered is not None)
    assert "wait 20 s" in step.problem.message


def test_code_in_words_is_asked_for_again() -> None:
    step = choose_next_step(tried(PROSE, replace(PROSE, prose=False)), ROOM)

    assert isinstance(step, Retry)
    assert step.tier == "sonnet"


def test_without_sonnet_the_tier_stays() -> None:
    step = choose_next_step(tried(NOT_FOUND, FORMAT), RetryLimits(3, 100, False, None))

    assert isinstance(step, Retry)
    assert step.tier == "haiku"


def test_a_model_that_is_gone_is_replaced_by_its_own_kind_before_the_other_tier() -> None:
    gone = fault(unavailable=True)
    step = choose_next_step(tried(gone), replace(ROOM, stand_in=True))
    assert isinstance(step, Retry)
    assert (step.tier, step.resend, step.why) == ("haiku", True, "fallback")
    assert isinstance(choose_next_step(tried(gone, gone), replace(ROOM, stand_in=True)), Stop)
