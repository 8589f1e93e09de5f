"""Sends a round as one batch: the intent first, then the batch, once; then waits for its end.

Never creates a batch while nobody knows whether it was made.
"""

import asyncio
import hashlib
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from flux_lsp.core.conversation import CallError
from flux_lsp.core.errors import ErrorCode, FluxError, Problem
from flux_lsp.core.usage import Usage
from flux_lsp.ledger.batches import (
    BatchIntent,
    intend_batch,
    list_intents,
    name_batch,
    withdraw_intent,
)
from flux_lsp.models.batches import BatchClient, BatchRequest
from flux_lsp.models.client import Route
from flux_lsp.models.size import estimate_body_tokens
from flux_lsp.runs.batch.job import Job
from flux_lsp.runs.batch.job_values import ItemState, Round
from flux_lsp.runs.batch.money import limit_job, price_request, read_allowance
from flux_lsp.runs.batch.phrase import end_without_call, make_job_error, phrase_question
from flux_lsp.runs.batch.polling import list_waits
from flux_lsp.runs.batch.reconcile import find_batch
from flux_lsp.runs.batch.results import fetch_results, make_row, settle_round, write_lost

_KEPT = timedelta(days=29)  # so long the server keeps results


@dataclass(frozen=True)
class _BatchQuestion:
    """One request of a round, before it is sent."""

    item: ItemState
    route: Route
    params: dict[str, object]
    usd: float | None  # at most


async def send_as_batch(
    job: Job, door: BatchClient, round_: Round, intent: BatchIntent | None, hold: int
) -> None:
    """Bring a round to its end as a batch: go on from its `intent`, or begin. Raises FluxError."""
    if intent is not None and intent.is_settled:
        return
    batch = intent.batch if intent is not None else ""
    doubt = intent or await asyncio.to_thread(read_note, job, round_)
    if doubt is not None and not batch:
        batch = await find_batch(job, door, doubt) or ""
    if not batch or intent is None:
        batch = await _create(job, door, round_, hold, batch)
    if not batch:
        return  # no item of the round can be asked for
    await asyncio.to_thread(name_batch, job.environment.ledger, job.id, round_.number, batch)
    if job.is_canceled:
        await _cancel(door, batch)
    if not await _wait_for_end(job, door, batch, intent):
        await asyncio.to_thread(write_lost, job, round_)
        return  # nobody knows what it cost, so it counts at what was held
    await fetch_results(job, door, round_, batch)
    await asyncio.to_thread(settle_round, job, round_)


async def find_intent(job: Job, round_: Round) -> BatchIntent | None:
    """Find what the ledger knows of the batch of a round."""
    intents = await asyncio.to_thread(list_intents, job.environment.ledger, job.id)
    return next((intent for intent in intents if intent.round == round_.number), None)


def write_note(job: Job, intent: BatchIntent | None) -> None:
    """Note an intent in the job as well: its ledger may be moved away."""
    note = intent and {**asdict(intent), "time": intent.time.isoformat()}
    job.store.write_facts({"intent": note})


def read_note(job: Job, round_: Round) -> BatchIntent | None:
    """Read the intent of a round that the job itself has noted. Blocks."""
    note = job.store.read_facts().get("intent")
    if not note or note["round"] != round_.number:
        return None
    return BatchIntent(**{**note, "time": datetime.fromisoformat(note["time"])})


async def _create(job: Job, door: BatchClient, round_: Round, hold: int, known: str) -> str:
    """Write the intent, then create the batch; returns its name, "" when there is nothing to ask.

    A batch that is `known` is only written into a ledger that does not know it.
    """
    questions = await _build_questions(job, door, round_, hold)
    if not questions:
        return ""
    newest = await find_newest(door)
    route = questions[0].route
    ledger, prices = job.environment.ledger, [question.usd for question in questions]
    usd = None if None in prices else sum(price or 0.0 for price in prices)
    intent = BatchIntent(
        job=job.id,
        round=round_.number,
        time=job.environment.clock.now(),
        token=make_token(job, round_, [question.item for question in questions]),
        anchor=newest,
        requests=len(questions),
    )
    row = make_row(job, round_, job.id, route, Usage(), None, "begun")
    limits = limit_job(job, await asyncio.to_thread(job.store.sum_usd))
    if not known:
        await asyncio.to_thread(write_note, job, intent)
    refused = await asyncio.to_thread(intend_batch, ledger, intent, row, usd, limits, hold)
    if refused is not None:
        raise FluxError(refused.code, refused.message, refused.hint)
    if known:
        return known
    requests = [
        BatchRequest(f"{intent.token}-{question.item.item.number}", question.params)
        for question in questions
    ]
    state = await door.create(requests)
    if not isinstance(state, CallError):
        return state.id
    if is_doubtful(state):
        name = await find_batch(job, door, intent)
        if name is not None:
            return name
    await asyncio.to_thread(withdraw_intent, ledger, job.id, round_.number)
    await asyncio.to_thread(write_note, job, None)
    raise FluxError(
        state.problem.code,
        f"No batch was made: {state.problem.message}",
        f"Nothing of it is paid for. `flux-lsp batch resume {job.id}` tries again; servers without "
        "batches need --now",
    )


async def find_newest(door: BatchClient) -> str:
    """Find the server's newest batch, "" for none. Raises FluxError when it does not say."""
    listed = await door.list_newest("")
    if not isinstance(listed, CallError):
        return listed[0].id if listed else ""
    if listed.status in {404, 405, 501}:
        raise FluxError(
            ErrorCode.NOT_CONFIGURED,
            "The server takes no batches",
            "Add --now: Flux then makes ordinary calls, at the ordinary price",
        )
    raise make_job_error(listed)


def is_doubtful(fault: CallError) -> bool:
    """Whether a failed request may have been carried out all the same."""
    if fault.status is None:
        return fault.may_cost
    return fault.may_cost or not 400 <= fault.status < 500 or fault.status == 408


def make_token(job: Job, round_: Round, items: list[ItemState]) -> str:
    """Make what each `custom_id` of a round begins with: a hash of the job, its round and its items."""
    digest = hashlib.sha256(f"{job.id}:{round_.number}:{job.order.root}".encode())
    for state in items:
        item = state.item
        digest.update(f"\0{item.number}\0{item.path}\0{item.symbol}\0{item.span}".encode())
    return f"flux-{digest.hexdigest()[:32]}"


async def _build_questions(
    job: Job, door: BatchClient, round_: Round, hold: int
) -> list[_BatchQuestion]:
    """Build the requests of a round; their placeholders are written down before they are sent."""
    questions, secrets = [], []
    allowance = await read_allowance(job, hold)
    for item in await asyncio.to_thread(job.store.list_members, round_.number):
        question = await phrase_question(job, round_, item)
        if isinstance(question, Problem):
            await end_without_call(job, item, question)
            continue
        state, redacted = question
        params = door.build_params(redacted.prompt, state.route)
        tokens, longest = estimate_body_tokens(params), redacted.prompt.max_tokens
        usd = price_request(job, state.route.model, tokens, longest)
        refused = allowance.take(usd)
        if refused is not None:
            await end_without_call(job, item, refused)
            continue
        questions.append(_BatchQuestion(item, state.route, params, usd))
        if redacted.placeholders:
            secrets.append((item.item.number, redacted.placeholders))
    await asyncio.to_thread(job.store.write_secrets, round_.number, secrets)
    return questions


async def _cancel(door: BatchClient, batch: str) -> None:
    """Ask the server to end the batch; one that has ended by itself cannot be cancelled any more."""
    state = await door.cancel(batch)
    if isinstance(state, CallError) and state.status not in {400, 409}:
        raise make_job_error(state)


async def _wait_for_end(
    job: Job, door: BatchClient, batch: str, intent: BatchIntent | None
) -> bool:
    """Wait until the batch has ended; False if it is so old that the server has deleted its results."""
    for wait in list_waits(*job.poll_seconds):
        state = await door.retrieve(batch)
        if isinstance(state, CallError):
            age = job.environment.clock.now() - intent.time if intent else timedelta()
            if state.status == 404 and age > _KEPT:
                return False
            if not state.retryable:
                raise make_job_error(state)
        elif state.status == "ended":
            return True
        await job.environment.clock.sleep(wait)
    return True
