"""Sends a round in the way that it needs: as one batch, or as ordinary calls.

Never sends what the ledger does not hold.
"""

from flux_lsp.runs.batch.job import Job
from flux_lsp.runs.batch.job_values import Round
from flux_lsp.runs.batch.send_batch import find_intent, find_newest, read_note, send_as_batch
from flux_lsp.runs.batch.send_calls import send_as_calls


async def send_round(job: Job, round_: Round, hold: int) -> None:
    """Send what is not sent yet of a round, wait for it, and write down what came back and what it cost.

    Raises FluxError when the job cannot go on; it can be resumed then.
    """
    if job.door is not None and round_.kind != "now":
        intent = await find_intent(job, round_)
        is_begun = intent is not None or read_note(job, round_) is not None
        if is_begun or (round_.kind == "batch" and not job.order.now):
            await send_as_batch(job, job.door, round_, intent, hold)
            return
        if not job.order.now:
            await find_newest(job.door)  # whether the server takes batches, before anything is paid
    await send_as_calls(job, round_, hold)
