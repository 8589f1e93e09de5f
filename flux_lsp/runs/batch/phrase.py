"""Phrases what is asked of an item in a round, and ends an item that cannot be asked for.

Never sends anything.
"""

import asyncio

from flux_lsp.core.conversation import CallError, RedactedPrompt
from flux_lsp.core.errors import FluxError, Problem
from flux_lsp.engine.redact_in_thread import redact_in_thread
from flux_lsp.engine.run_state import RunState
from flux_lsp.runs.batch.conversation import restore_conversation
from flux_lsp.runs.batch.job import Job
from flux_lsp.runs.batch.job_values import ItemState, Round


async def phrase_question(
    job: Job, round_: Round, item: ItemState
) -> tuple[RunState, RedactedPrompt] | Problem:
    """Return what is asked of an item in a round, and as it is sent; or why it cannot be asked."""
    state = await restore_conversation(job, item, round_.number)
    if isinstance(state, Problem):
        return state
    redacted = await redact_in_thread(state.prompt, state.prepared.secrets)
    return redacted if isinstance(redacted, Problem) else (state, redacted)


async def end_without_call(job: Job, item: ItemState, problem: Problem) -> None:
    """Write that an item cannot be asked for."""
    ending = item.ending.fail("refused", problem.code, problem.message)
    await asyncio.to_thread(job.store.end_items, [(item.item.number, ending)])


def make_job_error(fault: CallError) -> FluxError:
    """Make the error that ends a command: the job can be resumed."""
    return FluxError(fault.problem.code, fault.problem.message, fault.problem.hint)
