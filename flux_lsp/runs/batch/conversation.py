"""Makes the conversation of an item anew from what is stored: the question, and what follows a bad answer.

Never sends anything. The same store gives the same conversation, so a job can go on at any time.
"""

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from flux_lsp.context.redact_prompt import redact_prompt
from flux_lsp.core.conversation import Prompt, RedactedPrompt, Reply, ToolCall
from flux_lsp.core.errors import ErrorCode, Problem
from flux_lsp.edits.findings.values import FindingReport
from flux_lsp.edits.values import Plan, Reject
from flux_lsp.engine.events import ignore_events
from flux_lsp.engine.guards import choose_next_step
from flux_lsp.engine.perform import preview
from flux_lsp.engine.plan_checks import check_answer
from flux_lsp.engine.prepare import prepare_request
from flux_lsp.engine.prompt import is_large
from flux_lsp.engine.reading import TextAnswer, read_answer
from flux_lsp.engine.run_state import RunState, make_next_state
from flux_lsp.engine.services import Services
from flux_lsp.engine.steps import RetryLimits, Stop
from flux_lsp.models.client import Route
from flux_lsp.runs.batch.job import Job
from flux_lsp.runs.batch.job_values import ItemState

Reading = Plan | TextAnswer | FindingReport | Reject

_PLACEHOLDER = re.compile(r"FLUX_SECRET_[0-9a-f]{12}")
_LOOK_ALIKE = re.compile(r"FLUX[_ -]?SECRET", re.IGNORECASE)


async def begin_conversation(job: Job, item: ItemState) -> RunState | Problem:
    """Return the state of an item before its first question, or why it cannot be asked."""
    request = job.make_request(item)
    prepared = await prepare_request(job.action, request, job.services)
    if isinstance(prepared, Problem):
        return prepared
    return await preview(job.action, prepared, request, job.services)


async def restore_conversation(job: Job, item: ItemState, round_: int) -> RunState | Problem:
    """Return the state of an item before its question of a round, after its answers of earlier rounds."""
    state = await begin_conversation(job, item)
    for number, stored in await asyncio.to_thread(job.store.list_replies, item.item.number):
        if isinstance(state, Problem) or number >= round_:
            break
        if stored.reply is None:
            continue  # nobody answered, so the question is the same
        reply, answer = await read_reply(job, state, item, number, stored.reply)
        if (
            isinstance(answer, Plan) and item.ending.feedback
        ):  # a check refused it, and is not run again
            words = item.ending.feedback
            answer = Reject(ErrorCode.CHECK_FAILED, item.ending.message, words)
        if isinstance(answer, Reject):
            state = ask_stronger(state, reply, answer, job.services)
    return state


def ask_stronger(
    state: RunState, reply: Reply, reject: Reject, services: Services
) -> RunState | Problem:
    """Return the state that asks Sonnet after a bad answer, with the reason; or why nobody is asked."""
    state = state.add_failure(reply, reject)
    limits = RetryLimits(
        max_attempts=len(state.tried) + 1,
        seconds_left=1.0,
        sonnet=True,
        other_tier=None,
        large=is_large(state.prepared.context),
    )
    step = choose_next_step(state.tried, limits)
    if isinstance(step, Stop):
        return step.problem
    stronger = replace(step, tier="sonnet", why="escalate")
    return make_next_state(state, stronger, reply, reject, services)


def can_ask_stronger(job: Job) -> bool:
    """Whether Sonnet may be asked for what Haiku failed at: nobody chose a tier or model, and it is there."""
    settings, order = job.services.settings, job.order
    is_chosen = order.tier is not None or bool(order.model or settings.model)
    return (
        not is_chosen
        and settings.max_attempts > 1
        and job.action.escalates_to == "sonnet"
        and job.services.client.provider != "offline"
        and isinstance(job.services.choose_route("sonnet", False, ""), Route)
    )


async def read_result(job: Job, item: ItemState, round_: int, reply: Reply) -> Reading | Problem:
    """Read the answer of a round; a Problem where its question cannot be made any more."""
    replies = await asyncio.to_thread(job.store.list_replies, item.item.number)
    hidden = await asyncio.to_thread(job.store.read_secrets, round_, item.item.number)
    has_checks = bool(job.services.settings.checks)
    if has_checks or replies[0][0] < round_ or _needs_question(hidden, reply):
        state = await restore_conversation(job, item, round_)
        if isinstance(state, Problem):
            return state
        _, answer = await read_reply(job, state, item, round_, reply)
        state = replace(state, started=job.services.clock.monotonic())
        return (await check_answer(state, answer, job.services, ignore_events))[1]
    # the first answer, and no placeholder anywhere: what was asked does not matter to it
    prepared = await prepare_request(job.action, job.make_request(item), job.services)
    if isinstance(prepared, Problem):
        return prepared
    return await asyncio.to_thread(read_answer, reply, _redact_nothing(), prepared)


async def read_reply(
    job: Job, state: RunState, item: ItemState, round_: int, reply: Reply
) -> tuple[Reply, Reading]:
    """Read an answer that may have come to another process; every check of a run is made.

    Returns it with the placeholders of this process, and what it comes to.
    """
    hidden = await asyncio.to_thread(job.store.read_secrets, round_, item.item.number)
    return await asyncio.to_thread(_read, state, hidden, reply)


def _read(state: RunState, hidden: Mapping[str, str], reply: Reply) -> tuple[Reply, Reading]:
    redacted = _redact(state, hidden, reply)
    placeholders = {secret: name for name, secret in redacted.placeholders.items()}
    reply = _rename(reply, {old: placeholders.get(secret, old) for old, secret in hidden.items()})
    return reply, read_answer(reply, redacted, state.prepared)


def _redact(state: RunState, hidden: Mapping[str, str], reply: Reply) -> RedactedPrompt:
    """Return the question as it was sent; an empty one where neither it nor the answer has a placeholder."""
    if not _needs_question(hidden, reply):
        return _redact_nothing()
    return redact_prompt(state.prompt, state.prepared.secrets)


def _needs_question(hidden: Mapping[str, str], reply: Reply) -> bool:
    """Whether a placeholder is in the question or the answer, or something like one."""
    texts = (reply.text, *(call.json for call in reply.tool_calls))
    return bool(hidden) or any(map(_LOOK_ALIKE.search, texts))


@cache
def _redact_nothing() -> RedactedPrompt:
    return redact_prompt(Prompt("", "", "", (), (), 1))


def _rename(reply: Reply, names: Mapping[str, str]) -> Reply:
    """Return the answer with other placeholders: each process has its own."""
    if not names:
        return reply

    def rename(text: str) -> str:
        return _PLACEHOLDER.sub(lambda match: names.get(match[0], match[0]), text)

    calls = tuple(ToolCall(c.id, c.name, rename(c.json)) for c in reply.tool_calls)
    blocks = tuple(json.loads(rename(json.dumps(block))) for block in reply.blocks)
    return replace(reply, text=rename(reply.text), tool_calls=calls, blocks=blocks)
