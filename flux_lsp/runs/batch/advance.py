"""The one path of a job, new or resumed: choose a round, send it, read it, until nothing is left to ask.

A kill at any point loses nothing: each step is written down before the next begins.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from flux_lsp.core.errors import ErrorCode, FluxError, Problem
from flux_lsp.ledger.batches import list_intents
from flux_lsp.runs.batch.conversation import can_ask_stronger
from flux_lsp.runs.batch.job import Job
from flux_lsp.runs.batch.job_values import (
    UNANSWERED,
    ItemState,
    ItemStatus,
    Round,
    RoundKind,
)
from flux_lsp.runs.batch.money import JobPrice, drop_hold, hold_money, price_job
from flux_lsp.runs.batch.reading import read_round
from flux_lsp.runs.batch.send import send_round
from flux_lsp.runs.batch.send_batch import read_note

_MOST_REQUESTS = 2_000  # of one batch: so many requests fit into memory


async def carry_on(job: Job, price: JobPrice | None = None) -> None:
    """Go on with the job to its end. Raises FluxError when it has to stop; it can be resumed then.

    `price` of all items, for a new job.
    """
    if job.is_canceled:
        await asyncio.to_thread(_drop_unsent_round, job)
    hold = 0 if job.is_canceled else await _hold_rest(job, price)
    try:
        while (round_ := await asyncio.to_thread(_choose_round, job)) is not None:
            job.watch.tell(_describe_round(job, round_))
            await send_round(job, round_, hold)
            await read_round(job, round_)
            await asyncio.to_thread(job.store.close_round, round_.number)
    finally:
        await drop_hold(job)


def _drop_unsent_round(job: Job) -> None:
    """Take back the open round if nothing of it was sent."""
    intents = {intent.round for intent in list_intents(job.environment.ledger, job.id)}
    for round_ in job.store.list_rounds():
        is_begun = round_.number in intents or read_note(job, round_) is not None
        is_sent = is_begun or any(job.store.iterate_replies(round_.number))
        if not round_.is_closed and not is_sent:
            job.store.drop_round(round_.number)


def ask_unanswered_again(job: Job) -> None:
    """Let the items wait again that nobody answered, or that a budget kept from being asked. Blocks."""
    too_dear = str(ErrorCode.OVER_BUDGET)
    again = []
    for state in job.store.list_items(*UNANSWERED, "refused"):
        if state.status == "refused" and state.ending.code != too_dear:
            continue
        has_bad_answer = any(r.reply for _, r in job.store.list_replies(state.item.number))
        status: ItemStatus = "weak" if has_bad_answer else "waiting"
        again.append((state.item.number, replace(state.ending, status=status, code="", message="")))
    job.store.end_items(again)


async def _hold_rest(job: Job, price: JobPrice | None) -> int:
    """Set aside what the rest of the job may cost, before anything of it is sent."""
    if price is None:
        waiting = await asyncio.to_thread(_list_unasked, job)
        if not waiting:
            return 0
        known = await price_job(job, waiting)
        if isinstance(known, Problem):
            return 0  # each item says itself why it cannot be asked for
        price = known
    hold = await hold_money(job, price, await asyncio.to_thread(job.store.sum_usd))
    if isinstance(hold, Problem):
        raise FluxError(hold.code, hold.message, hold.hint)
    return hold


def _list_unasked(job: Job) -> list[ItemState]:
    """List the items that still have to be asked for: no batch is at work on them, and no answer is there."""
    intents = {intent.round for intent in list_intents(job.environment.ledger, job.id)}
    at_work: set[int] = set()
    for round_ in job.store.list_rounds():
        if round_.is_closed:
            continue
        at_work.update(item for item, _ in job.store.iterate_replies(round_.number))
        if round_.number in intents:
            at_work.update(member.item.number for member in job.store.list_members(round_.number))
    waiting = job.store.list_items("waiting", "weak")
    return [item for item in waiting if item.item.number not in at_work]


def _choose_round(job: Job) -> Round | None:
    """Return the round that is open, else a new one; None when nothing is left to ask."""
    rounds = job.store.list_rounds()
    if rounds and not rounds[-1].is_closed:
        return rounds[-1]
    number = len(rounds) + 1
    usual: RoundKind = "batch" if job.is_priced_as_batch else "now"
    if job.is_canceled:
        _cancel_rest(job)
        return None
    waiting = job.store.list_items("waiting")
    if waiting:
        kind: RoundKind = "probe" if usual == "batch" and not job.store.has_replies() else usual
        round_ = Round(number, kind, job.first_tier)
        items = waiting[:1] if kind == "probe" else waiting[:_MOST_REQUESTS]
    else:
        weak = job.store.list_items("weak")
        if not weak or not can_ask_stronger(job):
            _end_weak(job, weak)
            return None
        round_, items = Round(number, usual, "sonnet"), weak[:_MOST_REQUESTS]
    job.store.open_round(round_, [item.item.number for item in items])
    return round_


def _cancel_rest(job: Job) -> None:
    rest = job.store.list_items("waiting")
    words = "The job was cancelled"
    job.store.end_items(
        (i.item.number, i.ending.fail("canceled", ErrorCode.CANCELLED, words)) for i in rest
    )
    _end_weak(job, job.store.list_items("weak"))


def _end_weak(job: Job, weak: Sequence[ItemState]) -> None:
    job.store.end_items((i.item.number, replace(i.ending, status="failed")) for i in weak)


def _describe_round(job: Job, round_: Round) -> str:
    count = len(job.store.list_members(round_.number))
    items = "1 item" if count == 1 else f"{count:,} items"
    ways = {
        "probe": "asks for one item first, by an ordinary call",
        "batch": f"sends a batch of {items}",
        "now": f"asks for {items}",
    }
    return f"Round {round_.number} ({round_.tier}): Flux {ways[round_.kind]}"
