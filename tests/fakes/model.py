"""A model client that answers from a script, for runs of the engine in process. Opens no connection."""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flux_lsp.core.conversation import Block, CallError, Prompt, RedactedPrompt, Reply, ToolCall
from flux_lsp.core.usage import Usage
from flux_lsp.models.anthropic.body import request_body
from flux_lsp.models.client import Route

# A tool call, a text, a fault, or what is raised.
Answer = tuple[str, Mapping[str, Any]] | str | CallError | Exception


@dataclass
class ScriptedModel:
    """Gives the last answer again and again; waits at `gate` while it is shut.

    `prompts` and `bodies` are what it was asked: as values, and as the text that would be sent.
    """

    script: list[Answer]
    gate: asyncio.Event | None = None
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    prompts: list[Prompt] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    provider: str = "anthropic"

    def request_body(self, prompt: Prompt, route: Route) -> dict[str, object]:
        return request_body(prompt, route)

    async def complete(
        self,
        redacted: RedactedPrompt,
        route: Route,
        on_text: Callable[[str], None],
        timeout: float,
        on_usage: Callable[[Usage], None] = lambda _: None,
    ) -> Reply | CallError:
        del timeout
        self.prompts.append(redacted.prompt)
        self.bodies.append(json.dumps(request_body(redacted.prompt, route), ensure_ascii=False))
        self.asked.set()
        if self.gate is not None:
            await self.gate.wait()
        on_usage(Usage(10, 5))
        answer = self.script[min(len(self.prompts), len(self.script)) - 1]
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, CallError):
            return answer
        if isinstance(answer, str):
            on_text(answer)
            block: Block = {"type": "text", "text": answer}
            return Reply("m", answer, (), "end_turn", Usage(10, 5), (block,))
        name, arguments = answer
        call = ToolCall("t1", name, json.dumps(arguments))
        block = {"type": "tool_use", "id": "t1", "name": name, "input": arguments}
        return Reply("m", "", (call,), "tool_use", Usage(10, 5), (block,))
