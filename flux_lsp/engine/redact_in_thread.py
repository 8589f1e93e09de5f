"""Redacts a prompt in a thread, within a bound of size and time.

Never lets a prompt through that could not be searched in full.
"""

import asyncio
from collections.abc import Iterable

from flux_lsp.context.redact_prompt import redact_prompt
from flux_lsp.core.conversation import Prompt, RedactedPrompt
from flux_lsp.core.errors import ErrorCode, Problem

_MOST = 6_000_000  # characters; no model takes as much
_SECONDS = 60.0


async def redact_in_thread(
    prompt: Prompt, known: Iterable[str] = (), seconds: float = _SECONDS
) -> RedactedPrompt | Problem:
    """Redact `prompt`; a Problem when it is too large to search.

    `known`: see `context.redact_prompt.redact_prompt`.
    """
    size = len(prompt.system) + len(prompt.stable)
    size += sum(len(str(block)) for turn in prompt.turns for block in turn.blocks)
    if size > _MOST:
        return _refuse(f"it holds {size:,} characters")
    try:
        async with asyncio.timeout(seconds):
            return await asyncio.to_thread(redact_prompt, prompt, known)
    except TimeoutError:
        return _refuse(f"that was not done after {seconds:.0f} s")


def _refuse(why: str) -> Problem:
    return Problem(
        ErrorCode.TOO_LARGE,
        f"The request could not be searched for secrets: {why}",
        "Nothing was sent. Select less, or lower `context.max_tokens`",
    )
