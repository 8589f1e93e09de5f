"""The offline provider, behind the protocol that every provider fulfils.

Never touches the network or the person's files; the same question gets the same answer.
"""

import asyncio
from collections.abc import Callable

from flux_lsp.core.conversation import CallError, Prompt, RedactedPrompt, Reply
from flux_lsp.core.usage import Usage, estimate_tokens
from flux_lsp.models.catalogue import ModelInfo
from flux_lsp.models.client import ModelAvailability, Route
from flux_lsp.models.offline.answers import MODEL, phrase_reply
from flux_lsp.models.offline.rules import answer_prompt

_CHUNK = 80  # characters of text in one delta


class OfflineClient:
    """A `ModelClient` that answers by fixed rules."""

    provider = "offline"
    batches = None

    async def complete(
        self,
        redacted: RedactedPrompt,
        route: Route,  # noqa: ARG002 - the protocol's signature; there is one model
        on_text: Callable[[str], None],
        timeout: float,  # noqa: ARG002, ASYNC109 - nothing is waited for
        on_usage: Callable[[Usage], None] = lambda _: None,
    ) -> Reply | CallError:
        """Answer by the rules; text comes in chunks, and the task can be cancelled at any of them."""
        prompt = redacted.prompt
        usage = Usage(input=_size(prompt))
        on_usage(usage)
        reply = phrase_reply(await answer_prompt(prompt), prompt, usage.input)
        for start in range(0, len(reply.text), _CHUNK):
            await asyncio.sleep(0)
            on_text(reply.text[start : start + _CHUNK])
        await asyncio.sleep(0)
        on_usage(reply.usage)
        return reply

    def request_body(self, prompt: Prompt, route: Route) -> dict[str, object]:
        """Return what a call looks at; nothing of it leaves the process."""
        return {
            "model": route.model,
            "system": prompt.system,
            "messages": [{"role": t.role, "content": list(t.blocks)} for t in prompt.turns],
            "tools": list(prompt.tools),
        }

    async def models(self) -> list[ModelInfo] | CallError:
        """List no models: no catalogue has the offline one."""
        return []

    async def probe(self, model: str) -> ModelAvailability:
        """Report the model as available."""
        return "available" if model == MODEL else "404"

    async def warm(self) -> None:
        """Do nothing: there is nothing to load."""

    async def close(self) -> None:
        """Do nothing: there is nothing to close."""


def _size(prompt: Prompt) -> int:
    texts = [prompt.system, prompt.stable]
    texts += [str(block.get("text", block)) for turn in prompt.turns for block in turn.blocks]
    return sum(map(estimate_tokens, texts))
