"""Sends a round as ordinary calls, a few at a time; each takes its money out of the job's hold.

Never asks twice for what was answered.
"""

import asyncio
from dataclasses import replace

from flux_lsp.core.conversation import CallError
from flux_lsp.core.errors import Problem
from flux_lsp.engine.calls import make_call
from flux_lsp.engine.events import ignore_events
from flux_lsp.models.size import estimate_body_tokens
from flux_lsp.runs.batch.job import Job
from flux_lsp.runs.batch.job_values import ItemState, Round, StoredReply
from flux_lsp.runs.batch.money import Allowance, JobBudget, read_allowance
from flux_lsp.runs.batch.phrase import end_without_call, make_job_error, phrase_question

_AT_ONCE = 4  # calls under way

_Fault = tuple[CallError, float | None]  # with what the call cost all the same


async def send_as_calls(job: Job, round_: Round, hold: int) -> None:
    """Ask for what is not answered yet in a round. Raises FluxError when nobody answers."""
    members = await asyncio.to_thread(job.store.list_members, round_.number)
    answered = {item for item, _ in job.store.iterate_replies(round_.number)}
    places, allowance = asyncio.Semaphore(_AT_ONCE), await read_allowance(job, hold)

    async def send(item: ItemState) -> _Fault | None:
        async with places:
            return await _call(job, round_, item, hold, allowance)

    waiting = [member for member in members if member.item.number not in answered]
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(send(item)) for item in waiting]
    except ExceptionGroup as several:
        raise several.exceptions[0] from several
    faults = {
        item.item.number: fault
        for item, task in zip(waiting, tasks, strict=True)
        if (fault := task.result()) is not None
    }
    if faults and (round_.kind == "probe" or len(faults) == len(waiting)):
        raise make_job_error(next(iter(faults.values()))[0])
    replies = (
        (item, StoredReply("errored", usd, fault.problem.message, str(fault.problem.code)))
        for item, (fault, usd) in faults.items()
    )
    await asyncio.to_thread(job.store.write_replies, round_.number, replies)


async def _call(
    job: Job, round_: Round, item: ItemState, hold: int, allowance: Allowance
) -> _Fault | None:
    """Ask for one item by an ordinary call; returns the fault of a call without an answer."""
    question = await phrase_question(job, round_, item)
    if isinstance(question, Problem):
        await end_without_call(job, item, question)
        return None
    state, redacted = question
    params = job.services.client.request_body(redacted.prompt, state.route)
    tokens, longest = estimate_body_tokens(params), redacted.prompt.max_tokens
    refused = allowance.take(job.environment.find_price_at_most(state.route, tokens, longest))
    if refused is not None:
        await end_without_call(job, item, refused)
        return None
    number, services = item.item.number, job.services
    secrets = [(number, redacted.placeholders)]
    await asyncio.to_thread(job.store.write_secrets, round_.number, secrets)
    services = replace(services, budget=JobBudget.of(services.budget, hold))
    # the run's deadline is for each call: a job has none
    state = replace(state, started=services.clock.monotonic())
    call = await make_call(state, redacted, services, ignore_events)
    if isinstance(call, Problem):
        return CallError(call), 0.0
    if isinstance(call.answer, CallError):
        return call.answer, call.usd
    replies = [(number, StoredReply(call.answer, call.usd))]
    await asyncio.to_thread(job.store.write_replies, round_.number, replies)
    return None
