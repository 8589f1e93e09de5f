"""Finds out whether a batch was made after all: after a time-out, a broken connection, a crash.

Never creates one, and never says there is none while a batch that may be it is still going on.
"""

import asyncio
from collections.abc import Collection

from flux_lsp.core.conversation import CallError
from flux_lsp.core.errors import ErrorCode, FluxError
from flux_lsp.ledger.batches import BatchIntent, list_known_batches
from flux_lsp.models.batches import BatchClient, BatchState
from flux_lsp.runs.batch.job import Job
from flux_lsp.runs.batch.polling import list_waits

# A batch that was made shows in the list by then: so many waits, from 5 s on, are two minutes.
_LOOKS = 8


async def find_batch(job: Job, door: BatchClient, intent: BatchIntent) -> str | None:
    """Find the server's name of the batch that `intent` may have led to; None: there certainly is none.

    Looks at the batches that are newer than the intent, belong to no other job and have as many
    requests; the `custom_id` of a result tells whose a batch is. Raises FluxError when nobody can say.
    """
    job.watch.tell(
        "Nobody knows whether the server made the batch: Flux looks before it makes another one"
    )
    known = await asyncio.to_thread(list_known_batches, job.environment.ledger)
    others: set[str] = set()
    for looks, wait in enumerate(list_waits(*job.poll_seconds), 1):
        listed = await door.list_newest(intent.anchor)
        if isinstance(listed, CallError):
            if not listed.retryable:
                raise FluxError(*_explain(listed))
            await job.environment.clock.sleep(wait)
            continue
        candidates = _select_candidates(listed, intent, known | others)
        for batch in candidates:
            if batch.status != "ended":
                continue
            if await _is_of(door, batch, intent):
                return batch.id
            others.add(batch.id)
        if looks >= _LOOKS and all(batch.id in others for batch in candidates):
            return None
        await job.environment.clock.sleep(wait)
    return None


def _select_candidates(
    listed: list[BatchState], intent: BatchIntent, others: Collection[str]
) -> list[BatchState]:
    return [b for b in listed if b.requests == intent.requests and b.id not in others]


async def _is_of(door: BatchClient, batch: BatchState, intent: BatchIntent) -> bool:
    """Whether the first result of an ended batch bears the job's token."""
    async for result in door.read_results(batch.id):
        if isinstance(result, CallError):
            raise FluxError(*_explain(result))
        return result.custom_id.startswith(f"{intent.token}-")
    return False


def _explain(fault: CallError) -> tuple[ErrorCode, str, str]:
    problem = fault.problem
    hint = "Resume the job later; no second batch is made before that is known"
    return problem.code, problem.message, hint
