"""One run from request to outcome: the only loop of the product, and `next_step` decides if it turns.

Never applies anything and never retries on its own; a failure is a value until the run has ended.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from flux_lsp.context.values import Sent
from flux_lsp.core.conversation import Fault, Prompt, Reply, SealedPrompt
from flux_lsp.core.errors import Code, Problem
from flux_lsp.core.usage import Usage
from flux_lsp.edits.values import Plan, Reject
from flux_lsp.engine.action import Action
from flux_lsp.engine.guards import Again, Room, Stop, Tried, next_step
from flux_lsp.engine.prepare import Prepared, prepare, question
from flux_lsp.engine.prompt import continued, is_large
from flux_lsp.engine.reading import Answer, read_answer
from flux_lsp.engine.sealing import seal_in_thread
from flux_lsp.engine.services import CallRecord, Services, Watch
from flux_lsp.engine.values import Attempt, Outcome, Request, Status, Strategy, Tier
from flux_lsp.engine.visible import hide_reasoning
from flux_lsp.ledger.values import Reservation
from flux_lsp.models.client import Route
from flux_lsp.models.size import body_tokens

_T = TypeVar("_T")


async def perform(
    action: Action, request: Request, services: Services, watch: Watch | None = None
) -> Outcome:
    """Run `action`; the outcome carries a verified plan, a text, or the reason there is none.

    A cancelled task cancels the run: the model's stream is closed, what was used is recorded and
    CancelledError goes on to the caller.
    """
    watch = watch or Watch()
    if services.not_ready is not None:
        return _ended(request, services.not_ready)
    watch.state("reading")
    prepared = await prepare(action, request, services)
    if isinstance(prepared, Problem):
        return _ended(request, prepared)
    watch.target(prepared.context.target.span)
    tier = _wanted_tier(action, request, services)
    route = services.choose(tier, request.tier is None, request.model)
    if isinstance(route, Problem):
        return _ended(request, route, sent=prepared.context.sent)
    return await _loop(_first(prepared, route, tier, services), services, watch)


@dataclass(frozen=True)
class _Now:
    """Where the loop stands: what will be asked next, of whom, and what has been tried."""

    prepared: Prepared
    route: Route
    prompt: Prompt
    strategy: Strategy
    started: float
    tried: tuple[Tried, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    cut: int = 0  # answers whose stream ended before they did
    trouble: str = ""  # what kept the end of the last call out of the ledger
    escalated: bool = False
    fallback: bool = False


def preview(
    action: Action, prepared: Prepared, request: Request, services: Services
) -> tuple[Prompt, Route] | Problem:
    """The first call of a run as it would be made, before the choke point; nothing is sent."""
    tier = _wanted_tier(action, request, services)
    route = services.choose(tier, request.tier is None, request.model)
    if isinstance(route, Problem):
        return route
    now = _first(prepared, route, tier, services)
    return now.prompt, now.route


def _first(prepared: Prepared, route: Route, tier: Tier, services: Services) -> _Now:
    settings = services.settings
    fallback = route.tier != tier
    strategy: Strategy = "text" if settings.dialect == "text" else "any"
    if fallback:  # a tier nobody chose for this action: tighter guards from the start
        prepared = prepared.widened()
        strategy = "text" if strategy == "text" else "rewrite"
    if strategy != "text" and is_large(prepared.context):
        strategy = "edits"
    return _Now(
        prepared,
        route,
        question(prepared, strategy, settings.max_tokens),
        strategy,
        services.clock.monotonic(),
        fallback=fallback,
    )


async def _loop(now: _Now, services: Services, watch: Watch) -> Outcome:
    while True:
        watch.state(_asking(now))
        sealed = await seal_in_thread(now.prompt, now.prepared.secrets)
        if isinstance(sealed, Problem):
            return _outcome(now, sealed)
        asked = await _ask(now, sealed, services, watch)
        if isinstance(asked, Problem):
            return _outcome(now, asked)
        watch.state("checking the answer")
        answer = (
            await asyncio.to_thread(read_answer, asked.reply, sealed, now.prepared)
            if asked.reply
            else None
        )
        failure = answer if isinstance(answer, Reject) else _asked_enough(asked.fault, now.tried)
        attempt = _attempt(now, asked, failure)
        now = replace(now, attempts=(*now.attempts, attempt), trouble=asked.trouble)
        watch.attempt(attempt)
        if asked.reply is not None:
            services.available(now.route)
            error = None if failure is None else attempt.result
            await _to_its_end(services.purse.judge, asked.held, attempt.result, error)
        if failure is None:
            assert answer is not None
            return _done(now, answer)
        now = _having_tried(now, asked.reply, failure)
        if isinstance(failure, Fault) and failure.unavailable:
            services.unavailable(now.route, failure.status)
        step = next_step(now.tried, _room(now, services)) if now.cut < 2 else Stop(_CUT_TWICE)
        if isinstance(step, Stop):
            return _outcome(now, step.problem)
        if step.wait:
            watch.state(f"waiting {step.wait:.0f} s: {_short(failure)}")
            await services.clock.sleep(step.wait)
        following = _next(now, step, asked.reply, failure, services)
        if isinstance(following, Problem):
            return _outcome(now, following)
        now = following


@dataclass(frozen=True)
class _Asked:
    """One call that was made: its answer or fault, its price, and its row in the ledger."""

    reply: Reply | None
    fault: Fault | None
    usd: float | None
    held: Reservation
    trouble: str  # what kept its end out of the ledger


async def _ask(
    now: _Now, sealed: SealedPrompt, services: Services, watch: Watch
) -> "_Asked | Problem":
    """Write the call down, make it, finish its row. Nothing leaves that could not be written."""
    held = await _reserve(now, sealed, services)
    if isinstance(held, Problem):
        return held
    before = services.clock.monotonic()
    used = Usage()
    # What stands in the row when the call ends by an exception: it is over, whatever happens.
    record = _record(now, now.route.model, used, str(Code.INTERNAL), None, 0)

    def count(usage: Usage) -> None:
        nonlocal used, record
        used = usage
        record = replace(record, usage=usage)

    try:
        watch.sent(now.prepared.context.sent)
        answer = await services.client.complete(
            sealed,
            now.route,
            on_text=hide_reasoning(watch.delta),
            timeout=max(0.1, services.settings.deadline_seconds - (before - now.started)),
            on_usage=count,
        )
        record = _record_of(now, answer)
    except asyncio.CancelledError:
        ms = int((services.clock.monotonic() - before) * 1000)
        record = _record(now, now.route.model, used, str(Code.CANCELLED), None, ms)
        raise
    finally:
        settle = services.purse.settle
        settled = await _to_its_end(settle, held, now.prepared.request, now.route, record)
    if isinstance(answer, Fault):
        return _Asked(None, answer, settled.usd, held, settled.trouble)
    return _Asked(answer, None, settled.usd, held, settled.trouble)


async def _reserve(now: _Now, sealed: SealedPrompt, services: Services) -> Reservation | Problem:
    """Hold the money; a cancel meanwhile gives it back, since the thread cannot be stopped.

    It is held for what is really sent: the body, made from the sealed prompt.
    """
    purse, prompt = services.purse, sealed.prompt
    tokens = body_tokens(services.client.request_body(prompt, now.route))
    record = _record(now, now.route.model, Usage(), "answered", None, 0)
    request = now.prepared.request
    reserving = asyncio.ensure_future(
        asyncio.to_thread(purse.reserve, request, now.route, record, tokens, prompt.max_tokens)
    )
    try:
        return await asyncio.shield(reserving)
    except asyncio.CancelledError:
        held = await reserving
        if isinstance(held, Reservation):
            await _to_its_end(purse.release, held)
        raise


async def _to_its_end(write: Callable[..., _T], *arguments: object) -> _T:
    """`write` in a thread; a cancel waits for it, or it might never begin and money stay held."""
    writing = asyncio.ensure_future(asyncio.to_thread(write, *arguments))
    try:
        return await asyncio.shield(writing)
    except asyncio.CancelledError:
        await writing
        raise


def _record(
    now: _Now, model: str, usage: Usage, result: str, first_ms: int | None, ms: int
) -> CallRecord:
    error = None if result == "answered" else result
    number = len(now.attempts) + 1
    return CallRecord(
        number, model, usage, result, error, first_ms, ms, now.escalated, now.fallback
    )


def _record_of(now: _Now, answer: Reply | Fault) -> CallRecord:
    if isinstance(answer, Fault):
        model, result = now.route.model, str(answer.problem.code)
    else:
        model, result = answer.model, "answered"
    return _record(now, model, answer.usage, result, answer.first_token_ms, answer.total_ms)


_CUT_TWICE = Problem(
    Code.TRUNCATED,
    "The stream ended in the middle of the answer, twice (nothing was changed)",
    "Look at what limits the time of an answer (a proxy, a gateway, the server), or select less",
)

# Tokens of an answer that broke off: so much is paid for twice at most.
_MUCH = 500


def _having_tried(now: _Now, reply: Reply | None, failure: Reject | Fault) -> _Now:
    tried = Tried(now.route.tier, now.strategy, failure)
    cut = reply is not None and reply.stop_reason is None
    return replace(now, tried=(*now.tried, tried), cut=now.cut + cut)


def _asked_enough(fault: Fault | None, tried: tuple[Tried, ...]) -> Fault | None:
    """An answer of which much came and broke off is asked for once more, and then no further."""
    if fault is None:
        return None
    before = [one.failure for one in tried if isinstance(one.failure, Fault)]
    often = fault.usage.output > _MUCH and any(one.usage.output > _MUCH for one in before)
    return replace(fault, retryable=False) if often else fault


def _next(
    now: _Now, step: Again, reply: Reply | None, failure: Reject | Fault, services: Services
) -> "_Now | Problem":
    route: Route | Problem = now.route
    if step.why == "fallback":  # its reason names the model that was refused
        route = services.choose(now.route.tier, True, now.prepared.request.model)
    elif step.tier != now.route.tier:
        route = services.choose(step.tier, False, "")
    if isinstance(route, Problem):
        return route
    prepared = now.prepared.widened() if step.wider else now.prepared
    if step.resend or not isinstance(failure, Reject) or reply is None:
        same = step.strategy == now.strategy and not step.wider
        prompt = (
            now.prompt if same else question(prepared, step.strategy, services.settings.max_tokens)
        )
    else:
        more = prepared.more_than(now.prepared)
        prompt = continued(now.prompt, prepared.action, reply, failure, step, more)
    return replace(
        now,
        prepared=prepared,
        route=route,
        prompt=prompt,
        strategy=step.strategy,
        escalated=now.escalated or step.why == "escalate",
        fallback=now.fallback or step.why == "fallback",
    )


def _room(now: _Now, services: Services) -> Room:
    settings, request = services.settings, now.prepared.request
    pinned = request.tier is not None or bool(request.model or settings.model)
    free = not pinned and services.client.provider != "offline"
    other: Tier = "haiku" if now.route.tier == "sonnet" else "sonnet"
    same = services.choose(now.route.tier, False, request.model)
    return Room(
        max_attempts=settings.max_attempts,
        seconds_left=settings.deadline_seconds - (services.clock.monotonic() - now.started),
        sonnet=free and isinstance(services.choose("sonnet", False, ""), Route),
        large=is_large(now.prepared.context),
        stand_in=isinstance(same, Route) and same.model != now.route.model,
        other_tier=other if free and isinstance(services.choose(other, False, ""), Route) else None,
    )


def _wanted_tier(action: Action, request: Request, services: Services) -> Tier:
    routed = services.settings.tier_for(action.id)
    if request.tier is not None:
        return request.tier
    return action.tier if routed == "auto" else routed


def _attempt(now: _Now, asked: _Asked, failure: Reject | Fault | None) -> Attempt:
    source = asked.reply or asked.fault
    assert source is not None
    code: str | None = None
    if isinstance(failure, Reject):
        code = str(failure.code)
    elif isinstance(failure, Fault):
        code = str(failure.problem.code)
    return Attempt(
        tier=now.route.tier,
        model=asked.reply.model if asked.reply else now.route.model,
        strategy=now.strategy,
        result=code or "ok",
        error=None if failure is None else _short(failure),
        usage=source.usage,
        usd=asked.usd,
        ms=source.total_ms,
    )


def _short(failure: Reject | Fault) -> str:
    return failure.message if isinstance(failure, Reject) else failure.problem.message


def _asking(now: _Now) -> str:
    number = sum(isinstance(t.failure, Reject) for t in now.tried) + 1
    return f"asking {now.route.model}" + (f" (attempt {number})" if number > 1 else "")


def _done(now: _Now, answer: Answer | Plan | Reject) -> Outcome:
    outcome = _outcome(now, None)
    if isinstance(answer, Plan):
        base = now.prepared.piece.files
        return replace(outcome, status="proposed", plan=answer, base=base, summary=answer.note)
    assert isinstance(answer, Answer)
    first = answer.text.strip().split("\n", 1)[0]
    return replace(outcome, status="answered", text=answer.text, summary=first)


def _outcome(now: _Now, problem: Problem | None) -> Outcome:
    ended = _ended(now.prepared.request, problem, now.prepared.context.sent)
    unanswered = bool(now.tried) and isinstance(now.tried[-1].failure, Fault)
    return replace(
        ended,
        status="failed" if unanswered else ended.status,
        attempts=now.attempts,
        reason=now.route.reason,
        trouble=now.trouble,
    )


def _ended(request: Request, problem: Problem | None, sent: tuple[Sent, ...] = ()) -> Outcome:
    status: Status = "refused" if problem is None else problem.code.status
    summary = str(problem) if problem else ""
    return Outcome(request.run, request.action, status, error=problem, sent=sent, summary=summary)
