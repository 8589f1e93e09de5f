"""The offline provider behind the protocol every provider fulfils.

Never touches the network, the disk or the clock's time; the same question gets the same answer.
"""

import asyncio
import hashlib
import json
import re
from collections.abc import Callable, Iterator

from flux_lsp.core.conversation import Block, Fault, Prompt, Reply, SealedPrompt, ToolCall
from flux_lsp.core.usage import Usage, estimate_tokens
from flux_lsp.models.catalogue import ModelInfo
from flux_lsp.models.client import Route, Standing
from flux_lsp.models.offline.abilities import ABILITIES
from flux_lsp.models.offline.choose import answer
from flux_lsp.models.offline.spoken import Spoken, speak

MODEL = "offline"
_PIECE = 80  # characters of text told at once


class OfflineClient:
    """A `ModelClient` that answers by fixed rules."""

    provider = "offline"

    async def complete(
        self,
        sealed: SealedPrompt,
        route: Route,  # noqa: ARG002 - the protocol's signature; there is one model
        on_text: Callable[[str], None],
        timeout: float,  # noqa: ARG002, ASYNC109 - nothing is waited for
        on_usage: Callable[[Usage], None] = lambda _: None,
    ) -> Reply | Fault:
        """Answer by the rules; text is told in pieces, and the task can be cancelled between them."""
        prompt = sealed.prompt
        usage = Usage(input=_size(prompt))
        on_usage(usage)
        said = await asyncio.to_thread(_said, prompt)
        for piece in _pieces(said.text):
            await asyncio.sleep(0)
            on_text(piece)
        await asyncio.sleep(0)
        usage = Usage(usage.input, estimate_tokens(said.text + said.json))
        on_usage(usage)
        return _reply(said, prompt, usage)

    def request_body(self, prompt: Prompt, route: Route) -> dict[str, object]:
        """What a call looks at; nothing of it leaves the process."""
        return {
            "model": route.model,
            "system": prompt.system,
            "messages": [{"role": t.role, "content": list(t.blocks)} for t in prompt.turns],
            "tools": list(prompt.tools),
        }

    async def models(self) -> list[ModelInfo] | Fault:
        """None but itself, which no catalogue lists."""
        return []

    async def probe(self, model: str) -> Standing:
        """Always there."""
        return "available" if model == MODEL else "404"

    async def warm(self) -> None:
        """Nothing to load."""

    async def close(self) -> None:
        """Nothing to give back."""


def _said(prompt: Prompt) -> Spoken:
    return speak(answer(prompt), prompt.tools, ABILITIES, _mark(prompt))


def _mark(prompt: Prompt) -> str:
    """The word that the prompt wants behind each marker, with a blank before it; "" for none."""
    asked = re.search(r"^<<<<<<< SEARCH( \S+)$", prompt.system, re.MULTILINE)
    return asked[1] if asked else ""


def _pieces(text: str) -> Iterator[str]:
    return (text[start : start + _PIECE] for start in range(0, len(text), _PIECE))


def _reply(said: Spoken, prompt: Prompt, usage: Usage) -> Reply:
    blocks: list[Block] = [{"type": "text", "text": said.text}] if said.text else []
    calls: tuple[ToolCall, ...] = ()
    if said.tool is not None:
        call = ToolCall(_call_id(prompt), said.tool, said.json)
        calls = (call,)
        blocks.append(
            {"type": "tool_use", "id": call.id, "name": call.name, "input": json.loads(call.json)}
        )
    return Reply(MODEL, said.text, calls, said.stop_reason, usage, tuple(blocks), 0, 0)


def _call_id(prompt: Prompt) -> str:
    """The same for the same conversation."""
    said = json.dumps([[t.role, [dict(b) for b in t.blocks]] for t in prompt.turns], default=str)
    return f"toolu_offline_{hashlib.sha256(said.encode()).hexdigest()[:16]}"


def _size(prompt: Prompt) -> int:
    texts = [prompt.system, prompt.stable]
    texts += [str(block.get("text", block)) for turn in prompt.turns for block in turn.blocks]
    return sum(map(estimate_tokens, texts))
