"""Brings back the results of a batch that has ended, and settles it in the ledger by them alone.

Never counts a result twice: an answer is kept once, and a batch is settled once.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

from flux_lsp.core.conversation import CallError, Reply
from flux_lsp.core.usage import Usage
from flux_lsp.engine.call_budget import read_agent_id
from flux_lsp.ledger.batches import settle_batch
from flux_lsp.ledger.values import CallRow, hash_workspace
from flux_lsp.models.batches import BatchClient, BatchResult
from flux_lsp.models.client import Route
from flux_lsp.runs.batch.job import Job
from flux_lsp.runs.batch.job_values import Round, StoredReply
from flux_lsp.runs.batch.money import price_answer
from flux_lsp.runs.batch.phrase import make_job_error
from flux_lsp.runs.batch.polling import list_waits

_WRITTEN = 500  # answers of one transaction
_NO_RESULT = StoredReply("errored", 0.0, "the server told no result")
_READ_AGAIN = 5  # times that results are read once more after the connection broke


async def fetch_results(job: Job, door: BatchClient, round_: Round, batch: str) -> None:
    """Write every result down; what the server does not tell of counts as an error of its own."""
    fault: CallError | None = None
    for wait, _ in zip(list_waits(*job.poll_seconds), range(_READ_AGAIN), strict=False):
        results: list[BatchResult] = []
        fault = None
        async for result in door.read_results(batch):
            if isinstance(result, CallError):
                fault = result
                break
            results.append(result)
            if len(results) >= _WRITTEN:
                await asyncio.to_thread(_write_results, job, round_, results)
                results = []
        await asyncio.to_thread(_write_results, job, round_, results)
        if fault is None:
            break
        await job.environment.clock.sleep(wait)
    if fault is not None:
        raise make_job_error(fault)
    await asyncio.to_thread(_write_the_missing, job, round_)


def _write_results(job: Job, round_: Round, results: list[BatchResult]) -> None:
    replies = []
    for result in results:
        number = result.custom_id.rpartition("-")[2]
        if not number.isdecimal():
            continue
        answer = result.answer
        usd: float | None = 0.0
        if isinstance(answer, Reply):
            usd = price_answer(job, answer.usage, answer.model)
        replies.append((int(number), StoredReply(answer, usd, result.message)))
    job.store.write_replies(round_.number, replies)


def write_lost(job: Job, round_: Round) -> None:
    """Write that the answers of a round are lost for good. Blocks."""
    _write_the_missing(job, round_, StoredReply("expired", None, "the server has deleted it"))


def _write_the_missing(job: Job, round_: Round, lost: StoredReply = _NO_RESULT) -> None:
    there = {item for item, _ in job.store.iterate_replies(round_.number)}
    members = (m for m in job.store.list_members(round_.number) if m.status != "refused")
    numbers = (member.item.number for member in members if member.item.number not in there)
    job.store.write_replies(round_.number, ((number, lost) for number in numbers))


def settle_round(job: Job, round_: Round) -> None:
    """Write what each result of a round cost, in place of what was held for all of it. Blocks."""
    settle_batch(job.environment.ledger, job.id, round_.number, _list_rows(job, round_))


def _list_rows(job: Job, round_: Round) -> Iterator[CallRow]:
    route = job.services.choose_route(round_.tier, True, job.order.model)
    assert isinstance(route, Route)
    for item, stored in job.store.iterate_replies(round_.number):
        reply = stored.reply
        usage = reply.usage if reply else Usage()
        result = "answered" if reply else stored.code
        row = make_row(job, round_, job.name_run(item), route, usage, stored.usd, result)
        yield replace(row, model_answered=reply.model) if reply else replace(row, error=result)


def make_row(
    job: Job,
    round_: Round,
    run: str,
    route: Route,
    usage: Usage,
    usd: float | None,
    result: str,
) -> CallRow:
    """Make a row of the ledger for a request of a round, or for the batch as a whole."""
    budget = job.services.budget
    return CallRow(
        run=run,
        attempt=round_.number,
        action=job.action.id,
        agent=read_agent_id(job.action.id),
        tier=round_.tier,
        model_asked=route.model,
        model_answered=None,
        provider=budget.provider,
        usage=usage,
        usd=usd,
        total_ms=0,
        result=result,
        escalated=round_.tier != job.first_tier,
        workspace=hash_workspace(job.order.root),
        session=budget.ledger.session,
    )
