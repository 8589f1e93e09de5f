"""Reads the answers of a round into endings of items: a verified change, nothing to do, or why not.

Never takes an answer that did not pass every check of an ordinary run.
"""

import asyncio
from dataclasses import replace

from flux_lsp.core.errors import ErrorCode, Problem
from flux_lsp.edits.values import Plan, Reject
from flux_lsp.ledger.batches import record_verdicts
from flux_lsp.runs.batch.conversation import (
    Reading,
    can_ask_stronger,
    read_result,
)
from flux_lsp.runs.batch.job import Job
from flux_lsp.runs.batch.job_values import ItemEnd, ItemState, Round, StoredReply
from flux_lsp.runs.review import needs_yes

_WRITTEN = 200  # endings of one transaction


async def read_round(job: Job, round_: Round) -> None:
    """Read every answer of a round and write down how its items ended."""
    members = {
        m.item.number: m for m in await asyncio.to_thread(job.store.list_members, round_.number)
    }
    endings: list[tuple[int, ItemEnd]] = []
    for number, stored in job.store.iterate_replies(round_.number):
        item = members.get(number)
        if item is not None:
            endings.append((number, await _end_item(job, round_, item, stored)))
        if len(endings) >= _WRITTEN:
            await asyncio.to_thread(_write, job, round_, endings)
            endings = []
    await asyncio.to_thread(_write, job, round_, endings)


async def _end_item(job: Job, round_: Round, item: ItemState, stored: StoredReply) -> ItemEnd:
    before = item.ending
    usd = None if before.usd is None or stored.usd is None else before.usd + stored.usd
    if isinstance(stored.answer, str):
        message = stored.message or f"The server ended the request: {stored.answer}"
        return replace(before, status=stored.answer, code=stored.code, message=message, usd=usd)
    ending = replace(before, model=stored.answer.model, usd=usd, code="", message="")
    answer = await read_result(job, item, round_.number, stored.answer)
    if isinstance(answer, Problem):
        return ending.fail("failed", answer.code, answer.message)
    return _judge(job, round_, ending, answer)


def _judge(job: Job, round_: Round, ending: ItemEnd, answer: Reading) -> ItemEnd:
    if isinstance(answer, Reject):
        if answer.code is ErrorCode.NO_CHANGE:
            return replace(ending, status="nothing")
        weak = round_.tier == "haiku" and answer.code.is_told_to_model and can_ask_stronger(job)
        if answer.code is ErrorCode.CHECK_FAILED:
            ending = replace(ending, feedback=answer.feedback)
        return ending.fail("weak" if weak else "failed", answer.code, answer.message)
    if not isinstance(answer, Plan):
        words = "The model answered in words instead of an edit"
        return ending.fail("failed", ErrorCode.FORMAT, words)
    if answer.already_applied:
        return replace(ending, status="nothing")
    return replace(
        ending,
        status="done",
        doubt=_find_doubt(job, answer),
        files=tuple((file.path, file.changes) for file in answer.files),
        new_files=answer.new_files,
    )


def _find_doubt(job: Job, plan: Plan) -> str:
    """Say why a person should look at the change first; "" where an ordinary run would apply it."""
    if not needs_yes(plan, job.action, "auto"):
        return ""
    return plan.doubt or "It changes more than the symbol itself"


def _write(job: Job, round_: Round, endings: list[tuple[int, ItemEnd]]) -> None:
    job.store.end_items(endings)
    counts = job.store.count_statuses()
    items = sum(counts.values())
    job.watch.count(items - counts.get("waiting", 0) - counts.get("weak", 0), items)
    verdicts = (
        (job.name_run(number), ending.code or "ok", ending.code or None)
        for number, ending in endings
        if ending.model
    )
    record_verdicts(job.environment.ledger, round_.number, verdicts)
