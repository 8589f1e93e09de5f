"""Values the model tests begin with."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from flux_lsp.core.conversation import CallError, Prompt, RedactedPrompt, Reply, Turn
from flux_lsp.core.usage import Usage
from flux_lsp.models.anthropic import AnthropicClient
from flux_lsp.models.client import Route
from flux_lsp.settings.credentials import Credentials
from tests.fakes.messages_api import MessagesApi

KEY = Credentials("api_key", "variable ANTHROPIC_API_KEY", secret="sk-test")
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


class FakeClock:
    """Moves only when told to."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.seconds - 1000)

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds


HAIKU = Route(
    tier="haiku",
    model="claude-haiku-5-5",
    reason="",
    thinking="disabled",
    strict_tools=True,
    max_output_tokens=128_000,
    described=True,
    replacement="claude-haiku-9",
    setting="models.haiku",
)
SONNET = Route(
    tier="sonnet",
    model="claude-sonnet-5-5",
    reason="",
    thinking="between_tools",
    effort="medium",
    strict_tools=True,
    max_output_tokens=128_000,
    described=True,
    setting="models.sonnet",
)
LOCAL = Route(tier="haiku", model="qwen3-coder:30b", reason="", setting="model")


def prompt(**changes: Any) -> Prompt:
    """A prompt with both tools; `changes` replaces fields."""
    fields: dict[str, Any] = {
        "action": "edit",
        "system": "You edit.",
        "stable": "The project's rules.",
        "turns": (Turn("user", ({"type": "text", "text": "<target>x</target>"},)),),
        "tools": ("rewrite_range", "apply_edits"),
        "max_tokens": 2000,
    }
    return Prompt(**(fields | changes))


@dataclass
class Asking:
    """A client and what it told while it streamed."""

    client: AnthropicClient
    clock: FakeClock
    texts: list[str] = field(default_factory=list)
    usages: list[Usage] = field(default_factory=list)

    async def ask(
        self, route: Route = HAIKU, timeout: float = 20.0, **changes: Any
    ) -> Reply | CallError:
        redacted = RedactedPrompt(prompt(**changes), {})
        return await self.client.complete(
            redacted, route, self.texts.append, timeout, self.usages.append
        )

    async def reply(self, route: Route = HAIKU, **changes: Any) -> Reply:
        answer = await self.ask(route, **changes)
        assert isinstance(answer, Reply), answer
        return answer

    async def fault(self, route: Route = HAIKU, **changes: Any) -> CallError:
        answer = await self.ask(route, **changes)
        assert isinstance(answer, CallError), answer
        return answer


@asynccontextmanager
async def asking(
    api: MessagesApi | str, credentials: Credentials = KEY, **options: Any
) -> AsyncIterator[Asking]:
    """A client of the fake, or of any address."""
    clock = FakeClock()
    url = api if isinstance(api, str) else api.url
    client = AnthropicClient(credentials, clock, base_url=url, **options)
    try:
        yield Asking(client, clock)
    finally:
        await client.close()
