"""What a model says of its own answer: how sure it is, and whether that is a reason to ask a stronger one.

Never rejects an answer: one that is in doubt stays if nothing better comes.
"""

import asyncio
import json
from dataclasses import replace

from flux_lsp.core.conversation import Reply
from flux_lsp.engine.reading import Answer
from flux_lsp.engine.run_state import RunState, make_next_state, retry_limits
from flux_lsp.engine.services import Services
from flux_lsp.engine.steps import Retry

_DOUBTFUL = 0.7  # below it, an answer is in doubt


async def ask_for_surer(state: RunState, answer: Answer, services: Services) -> RunState | None:
    """Return the state in which Sonnet is asked for a surer answer; None when this one will do."""
    if not await _is_doubtful(state, services):
        return None
    step = Retry("sonnet", state.strategy, resend=True, why="escalate")
    following = make_next_state(state, step, None, None, services)
    return replace(following, doubtful=answer) if isinstance(following, RunState) else None


async def _is_doubtful(state: RunState, services: Services) -> bool:
    """Whether Haiku doubts its own answer, its word has been worth something, and Sonnet can be asked."""
    attempt, limits = state.attempts[-1], retry_limits(state, services)
    confidence = attempt.confidence
    if attempt.tier != "haiku" or confidence is None or confidence >= _DOUBTFUL:
        return False
    if not limits.sonnet or len(state.attempts) >= limits.max_attempts or limits.seconds_left <= 0:
        return False
    return await asyncio.to_thread(services.trusts_confidence)


def read_confidence(reply: Reply | None) -> float | None:
    """Read how sure the model is, 0 to 1; the least of several calls, None where it does not say."""
    if reply is None:
        return None
    values = [_read_value(call.json) for call in reply.tool_calls]
    known = [value for value in values if value is not None]
    return min(known) if known else None


def _read_value(arguments: str) -> float | None:
    try:
        value = json.loads(arguments).get("confidence")
    except (ValueError, AttributeError, RecursionError):
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        return None
    return float(value)
