"""The only client of the Messages API: shared, streaming, with failures as values.

Never loads the SDK before the first call or `warm` (it costs a second), never retries by itself,
and lets no exception out but CancelledError.
"""

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote

from flux_lsp.core.clock import Clock
from flux_lsp.core.conversation import CallError, Prompt, RedactedPrompt, Reply
from flux_lsp.core.usage import Usage
from flux_lsp.models.anthropic import call_errors
from flux_lsp.models.anthropic.batches import AnthropicBatches
from flux_lsp.models.anthropic.body import request_body
from flux_lsp.models.anthropic.call_errors import Recipient
from flux_lsp.models.anthropic.connection import Connection
from flux_lsp.models.anthropic.counting import TokenCounter
from flux_lsp.models.anthropic.endings import Ending
from flux_lsp.models.anthropic.listing import read_model
from flux_lsp.models.anthropic.sdk import Provider
from flux_lsp.models.anthropic.stream import IncomingAnswer, convert_to_ms
from flux_lsp.models.catalogue import ModelInfo
from flux_lsp.models.client import ModelAvailability, Route
from flux_lsp.models.size import estimate_body_tokens
from flux_lsp.settings.addresses import get_host, remove_secrets

if TYPE_CHECKING:
    from flux_lsp.settings.credentials import Credentials

# After so long without a byte, not even a ping, nothing more will come.
_SILENCE_SECONDS = 60.0
_MOST_PAGES = 20
# How servers complain about a parameter they do not know.
_EXTRAS = re.compile(
    r"thinking|output_config|effort|cache_control|strict|eager_input|tool_choice|"
    r"not permitted|unknown|unsupported|unrecognized|\bsystem\b",
    re.IGNORECASE,
)


class AnthropicClient:
    """`ModelClient` over the SDK; `base_url` None is the vendor's own address.

    Make one for each configuration and share it. `silence`: after so many seconds without a byte
    it gives up a stream.
    """

    def __init__(
        self,
        credentials: "Credentials",
        clock: Clock,
        *,
        provider: Provider = "anthropic",
        base_url: str | None = None,
        silence: float = _SILENCE_SECONDS,
    ) -> None:
        self._provider = provider
        self._key_source = "" if credentials.kind == "none" else credentials.source
        self._clock = clock
        self._base_url = base_url
        self._own_server = provider == "anthropic" and not _is_vendor(base_url)
        self._plain = False
        self._connection = Connection(provider, base_url, credentials, clock, silence)

    @property
    def provider(self) -> str:
        """anthropic, bedrock, vertex or foundry."""
        return self._provider

    def request_body(self, prompt: Prompt, route: Route) -> dict[str, object]:
        """Return exactly the JSON that `complete` sends."""
        return request_body(prompt, route, plain=self._plain)

    async def complete(
        self,
        redacted: RedactedPrompt,
        route: Route,
        on_text: Callable[[str], None],
        timeout: float,  # noqa: ASYNC109 - a deadline over connecting, waiting and streaming
        on_usage: Callable[[Usage], None] = lambda _: None,
    ) -> Reply | CallError:
        """Ask once and stream the answer, see `ModelClient.complete`."""
        started = self._clock.monotonic()
        body = self.request_body(redacted.prompt, route)
        counting = TokenCounter(estimate_body_tokens(body))
        longest = route.max_output_tokens or redacted.prompt.max_tokens
        ending = Ending(min(redacted.prompt.max_tokens, longest))
        incoming = IncomingAnswer(on_text, self._clock.monotonic, counting, ending)
        recipient = self._describe_recipient(
            route.model, route.setting, route.replacement, route.pinned
        )
        try:
            async with asyncio.timeout(timeout):
                fault = await self._connection.stream(body, incoming, recipient)
        except TimeoutError:
            fault = call_errors.make_timeout_error(
                f"No full answer within {timeout:.3g} s", retryable=False
            )
        finally:
            usage = incoming.get_usage()
            on_usage(usage)
        reply = incoming.reply(route.model, started)
        if fault is None and reply.stop_reason == "other":
            fault = call_errors.explain_strange_end(recipient, ending.word)
        if fault is None:
            return reply
        fault = self._drop_extras(fault, body, recipient)
        first = incoming.first_token
        return replace(
            fault,
            usage=usage,
            first_token_ms=None if first is None else convert_to_ms(first - started),
            total_ms=convert_to_ms(self._clock.monotonic() - started),
        )

    async def models(self) -> list[ModelInfo] | CallError:
        """List the models of this key; the cloud providers have no such list."""
        if self._provider != "anthropic":
            return call_errors.explain_no_list(_NAMES[self._provider])
        recipient = self._describe_recipient("", "base_url")
        models: list[ModelInfo] = []
        query: dict[str, object] = {"limit": 1000}
        for _ in range(_MOST_PAGES):
            page = await self._connection.request_json(
                "/v1/models", recipient, options={"params": query}
            )
            if isinstance(page, CallError):
                return page
            data = page.get("data")
            models += filter(None, map(read_model, data if isinstance(data, list) else []))
            if page.get("has_more") is not True:
                break
            query["after_id"] = page.get("last_id")
        return models

    async def probe(self, model: str) -> ModelAvailability:
        """Whether this key can use the model, by calls that cost nothing."""
        if self._provider != "anthropic":
            return "unknown"
        recipient = self._describe_recipient(model, "model")
        listed = _read_availability(
            await self._connection.request_json(f"/v1/models/{quote(model, safe='')}", recipient)
        )
        if listed in {"404", "403"}:
            return listed
        question = {"model": model, "messages": [{"role": "user", "content": "."}]}
        return _read_availability(
            await self._connection.request_json(
                "/v1/messages/count_tokens", recipient, body=question
            )
        )

    async def warm(self) -> None:
        """Load the SDK and build the client, in a thread."""
        await self._connection.get_sdk()

    async def close(self) -> None:
        """Close the connections."""
        await self._connection.close()

    @property
    def batches(self) -> AnthropicBatches | None:
        """The door to batches; the cloud providers have none of this form."""
        if self._provider != "anthropic":
            return None
        recipient = self._describe_recipient("", "base_url")
        return AnthropicBatches(self._connection, self._clock, recipient, self.request_body)

    def _describe_recipient(
        self, model: str, setting: str, replacement: str | None = None, pinned: bool = False
    ) -> Recipient:
        address = remove_secrets(self._base_url or "")
        server = address if self._own_server else _NAMES[self._provider]
        return Recipient(
            model, setting, server, self._key_source, self._own_server, replacement, pinned, address
        )

    def _drop_extras(
        self, fault: CallError, body: Mapping[str, object], recipient: Recipient
    ) -> CallError:
        """Send only what every server knows from now on: a proxy or a cloud may take Claude's ids but
        not all of its parameters.
        """
        extras = isinstance(body.get("system"), list)
        about_them = fault.status in {400, 422} and _EXTRAS.search(fault.problem.message)
        elsewhere = self._own_server or self._provider != "anthropic"
        if not (elsewhere and extras and about_them):
            return fault
        self._plain = True
        return call_errors.retry_with_less(recipient, fault.status)


def _read_availability(answer: Mapping[str, object] | CallError) -> ModelAvailability:
    if not isinstance(answer, CallError):
        return "available"
    if not answer.unavailable:
        return "unknown"
    return "403" if answer.status == 403 else "404"


def _is_vendor(base_url: str | None) -> bool:
    host = get_host(base_url or "https://api.anthropic.com")
    return host == "anthropic.com" or host.endswith(".anthropic.com")


_NAMES = {
    "anthropic": "Anthropic",
    "bedrock": "Amazon Bedrock",
    "vertex": "Google Vertex AI",
    "foundry": "Microsoft Foundry",
}
