"""Makes one call of a run: writes its row, sends the call, finishes the row.

Never lets a call leave that could not be written down, and never reads its answer.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from flux_lsp.core.conversation import CallError, RedactedPrompt, Reply
from flux_lsp.core.errors import ErrorCode, Problem
from flux_lsp.core.usage import Usage
from flux_lsp.engine.events import ContextSent, Observer, TextArrived
from flux_lsp.engine.run_state import RunState
from flux_lsp.engine.services import CallRecord, Services
from flux_lsp.engine.visible import hide_reasoning
from flux_lsp.ledger.values import Reservation
from flux_lsp.models.routing.estimates import measure_prompt
from flux_lsp.models.size import estimate_body_tokens

_T = TypeVar("_T")


@dataclass(frozen=True)
class Call:
    """A call that was made: its answer or fault, its price, and its row in the ledger."""

    answer: Reply | CallError
    usd: float | None
    reservation: Reservation
    trouble: str  # what kept its end out of the ledger

    @property
    def reply(self) -> Reply | None:
        """The answer, None when there is none."""
        return self.answer if isinstance(self.answer, Reply) else None


async def make_call(
    state: RunState, redacted: RedactedPrompt, services: Services, observe: Observer
) -> Call | Problem:
    """Write the call's row, make the call, finish the row. Sends nothing without a row."""
    body = services.client.request_body(redacted.prompt, state.route)
    reservation = await _reserve(state, redacted, body, services)
    if isinstance(reservation, Problem):
        return reservation
    run = state.prepared.request.run
    before = services.clock.monotonic()
    used = Usage()
    # What stands in the row when the call ends by an exception: it is over, whatever happens.
    record = _make_record(state, state.route.model, used, str(ErrorCode.INTERNAL), None, 0)

    def count(usage: Usage) -> None:
        nonlocal used, record
        used = usage
        record = replace(record, usage=usage)

    try:
        observe(ContextSent(run, state.prepared.context.sent))
        answer = await services.client.complete(
            redacted,
            state.route,
            on_text=hide_reasoning(lambda text: observe(TextArrived(run, text))),
            timeout=max(0.1, services.settings.deadline_seconds - (before - state.started)),
            on_usage=count,
        )
        record = _record_answer(state, answer)
    except asyncio.CancelledError:
        ms = int((services.clock.monotonic() - before) * 1000)
        record = _make_record(state, state.route.model, used, str(ErrorCode.CANCELLED), None, ms)
        raise
    finally:
        settle = services.budget.settle
        request = state.prepared.request
        settled = await finish_write(settle, reservation, request, state.route, record)
    cached, now = measure_prompt(body), services.clock.monotonic()
    services.memory.record_call(state.route.model, cached, answer.usage, now)
    return Call(answer, settled.usd, reservation, settled.trouble)


async def finish_write(write: Callable[..., _T], *arguments: object) -> _T:
    """Run `write` in a thread; a cancel waits for it, or `write` might never begin and hold money."""
    writing = asyncio.ensure_future(asyncio.to_thread(write, *arguments))
    try:
        return await asyncio.shield(writing)
    except asyncio.CancelledError:
        await writing
        raise


async def _reserve(
    state: RunState, redacted: RedactedPrompt, body: Mapping[str, object], services: Services
) -> Reservation | Problem:
    """Reserve the money; a cancel meanwhile gives it back, because nobody can stop the thread.

    The reservation is for what is really sent: the body, made from the redacted prompt.
    """
    budget, prompt = services.budget, redacted.prompt
    tokens = estimate_body_tokens(body)
    record = _make_record(state, state.route.model, Usage(), "answered", None, 0)
    request = state.prepared.request
    reserving = asyncio.ensure_future(
        asyncio.to_thread(budget.reserve, request, state.route, record, tokens, prompt.max_tokens)
    )
    try:
        return await asyncio.shield(reserving)
    except asyncio.CancelledError:
        reservation = await reserving
        if isinstance(reservation, Reservation):
            await finish_write(budget.release, reservation)
        raise


def _make_record(
    state: RunState, model: str, usage: Usage, result: str, first_ms: int | None, ms: int
) -> CallRecord:
    error = None if result == "answered" else result
    number = len(state.attempts) + 1
    return CallRecord(
        number, model, usage, result, error, first_ms, ms, state.escalated, state.fallback
    )


def _record_answer(state: RunState, answer: Reply | CallError) -> CallRecord:
    if isinstance(answer, CallError):
        model, result = state.route.model, str(answer.problem.code)
    else:
        model, result = answer.model, "answered"
    return _make_record(state, model, answer.usage, result, answer.first_token_ms, answer.total_ms)
