"""Whether the loop turns again: one table, one row a rule."""

from dataclasses import replace

import pytest

from flux_lsp.core.conversation import Fault
from flux_lsp.core.errors import Code, Problem
from flux_lsp.edits.values import Reject
from flux_lsp.engine.guards import Again, Room, Stop, Tried, next_step

ROOM = Room(max_attempts=3, seconds_left=100, sonnet=True, other_tier="sonnet")


def reject(code: Code, searched: tuple[str, ...] = ()) -> Reject:
    return Reject(code, "it failed", f"{code}: it failed", searched)


def fault(
    code: Code = Code.OVERLOADED,
    *,
    status: int | None = 529,
    retryable: bool = True,
    retry_after: float | None = None,
    unavailable: bool = False,
    message: str = "overloaded",
) -> Fault:
    return Fault(
        Problem(code, message, "wait"),
        status=status,
        retryable=retryable,
        retry_after=retry_after,
        unavailable=unavailable,
    )


def tried(*failures: Reject | Fault, tier: str = "haiku", strategy: str = "any") -> list[Tried]:
    return [Tried(tier, strategy, failure) for failure in failures]  # type: ignore[arg-type]


NOT_FOUND = reject(Code.SEARCH_TEXT_NOT_FOUND, ("a",))
NOT_FOUND_ELSEWHERE = reject(Code.SEARCH_TEXT_NOT_FOUND, ("b",))
AMBIGUOUS_SAME_TEXT = reject(Code.AMBIGUOUS_MATCH, ("a",))
SYNTAX = reject(Code.SYNTAX_ERROR)
FORMAT = reject(Code.FORMAT)


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (tried(NOT_FOUND), Again("haiku", "any")),
        (
            tried(NOT_FOUND, FORMAT),
            Again("sonnet", "any", why="escalate"),
        ),
        (
            tried(NOT_FOUND, NOT_FOUND_ELSEWHERE),
            Again("sonnet", "rewrite", wider=True, why="escalate"),
        ),
        (
            tried(NOT_FOUND, AMBIGUOUS_SAME_TEXT),
            Again("sonnet", "rewrite", wider=True, why="escalate"),
        ),
        (
            tried(NOT_FOUND, NOT_FOUND_ELSEWHERE, tier="sonnet"),
            Again("sonnet", "rewrite", wider=True, why="pivot"),
        ),
        (
            tried(FORMAT, FORMAT, tier="sonnet", strategy="rewrite"),
            Again("sonnet", "any", wider=True, why="pivot"),
        ),
        (tried(FORMAT, strategy="text"), Again("haiku", "text")),
        (tried(SYNTAX), Again("haiku", "any", wider=True)),
        (
            tried(reject(Code.TRUNCATED)),
            Again("haiku", "edits", longer=True, why="pivot"),
        ),
        (
            tried(reject(Code.ELISION), strategy="rewrite"),
            Again("haiku", "edits", wider=True, why="pivot"),
        ),
        (
            tried(reject(Code.INCOMPLETE), reject(Code.INCOMPLETE)),
            Again("sonnet", "edits", wider=True, why="escalate"),
        ),
        (tried(fault()), Again("haiku", "any", wait=0.5, resend=True, why="backoff")),
        (tried(fault(), fault()), Again("haiku", "any", wait=1.0, resend=True, why="backoff")),
        (
            tried(fault(retry_after=7)),
            Again("haiku", "any", wait=7, resend=True, why="backoff"),
        ),
        (
            tried(fault(Code.MODEL_UNAVAILABLE, status=404, retryable=False, unavailable=True)),
            Again("sonnet", "rewrite", wider=True, resend=True, why="fallback"),
        ),
        (
            tried(
                fault(Code.FORMAT, status=400, retryable=False, message="tools are not supported")
            ),
            Again("haiku", "text", resend=True, why="pivot"),
        ),
        (
            tried(NOT_FOUND, fault(), FORMAT),
            Again("sonnet", "any", why="escalate"),
        ),
    ],
)
def test_the_loop_turns_again(before: list[Tried], expected: Again) -> None:
    assert next_step(before, ROOM) == expected


@pytest.mark.parametrize(
    "before",
    [
        tried(NOT_FOUND, strategy="edits"),
        tried(NOT_FOUND, NOT_FOUND, strategy="edits"),
        tried(SYNTAX),
        tried(fault(Code.MODEL_UNAVAILABLE, status=404, retryable=False, unavailable=True)),
    ],
)
def test_a_large_target_is_never_written_anew(before: list[Tried]) -> None:
    step = next_step(before, replace(ROOM, large=True))

    assert isinstance(step, Again)
    assert step.strategy == "edits"


@pytest.mark.parametrize(
    ("before", "room", "code"),
    [
        (tried(NOT_FOUND, FORMAT, SYNTAX), ROOM, Code.SYNTAX_ERROR),
        (tried(reject(Code.REFUSED_BY_MODEL)), ROOM, Code.REFUSED_BY_MODEL),
        (tried(NOT_FOUND), Room(1, 100, True, "sonnet"), Code.SEARCH_TEXT_NOT_FOUND),
        (tried(NOT_FOUND), Room(3, 0, True, "sonnet"), Code.SEARCH_TEXT_NOT_FOUND),
        (tried(fault(retry_after=3600)), ROOM, Code.OVERLOADED),
        (tried(fault(retry_after=20)), Room(3, 10, True, "sonnet"), Code.OVERLOADED),
        (tried(fault(), fault(), fault(), fault()), ROOM, Code.OVERLOADED),
        (
            tried(fault(Code.AUTHENTICATION, status=401, retryable=False)),
            ROOM,
            Code.AUTHENTICATION,
        ),
        (
            tried(fault(Code.MODEL_UNAVAILABLE, retryable=False, unavailable=True)),
            Room(3, 100, False, None),
            Code.MODEL_UNAVAILABLE,
        ),
        (
            tried(
                fault(Code.MODEL_UNAVAILABLE, retryable=False, unavailable=True),
                fault(Code.MODEL_UNAVAILABLE, retryable=False, unavailable=True),
            ),
            ROOM,
            Code.MODEL_UNAVAILABLE,
        ),
    ],
)
def test_the_loop_stops(before: list[Tried], room: Room, code: Code) -> None:
    step = next_step(before, room)

    assert isinstance(step, Stop)
    assert step.problem.code is code
    assert step.problem.hint


def test_an_hour_long_wait_is_told_and_not_waited_for() -> None:
    step = next_step(tried(fault(Code.RATE_LIMITED, retry_after=3600)), ROOM)

    assert isinstance(step, Stop)
    assert "60 min" in step.problem.message


def test_without_sonnet_the_tier_stays() -> None:
    step = next_step(tried(NOT_FOUND, FORMAT), Room(3, 100, False, None))

    assert isinstance(step, Again)
    assert step.tier == "haiku"


def test_a_model_that_is_gone_is_replaced_by_its_own_kind_before_the_other_tier() -> None:
    gone = fault(unavailable=True)
    step = next_step(tried(gone), replace(ROOM, stand_in=True))
    assert isinstance(step, Again)
    assert (step.tier, step.resend, step.why) == ("haiku", True, "fallback")
    assert isinstance(next_step(tried(gone, gone), replace(ROOM, stand_in=True)), Stop)
