"""Makes requests with the SDK: loads it once, gets the key, sends, reads, returns errors as values.

Knows nothing about prompts and routes; retries only once, with a fresh key after a 401.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from flux_lsp.core.clock import Clock
from flux_lsp.core.conversation import CallError
from flux_lsp.core.errors import FluxError
from flux_lsp.models.anthropic import call_errors, sdk_errors
from flux_lsp.models.anthropic.call_errors import Recipient
from flux_lsp.models.anthropic.events import Event, EventDecoder, split_lines
from flux_lsp.models.anthropic.keys import CommandKey
from flux_lsp.models.anthropic.sdk import Provider, Sdk, load_sdk
from flux_lsp.models.anthropic.stream import IncomingAnswer

if TYPE_CHECKING:
    from flux_lsp.settings.credentials import Credentials

_T = TypeVar("_T")
_SMALL_CALL_SECONDS = 20.0
# Flux takes an answer as soon as it is over. It waits so long for the last counts and the end of the
# body: a connection whose body was read to its end serves the next call too.
_LAST_WORDS_SECONDS = 0.25


class Connection:
    """The one connection pool of a configuration."""

    def __init__(
        self,
        provider: Provider,
        base_url: str | None,
        credentials: "Credentials",
        clock: Clock,
        silence: float,
    ) -> None:
        self._provider = provider
        self._base_url = base_url
        self._credentials = credentials
        self._clock = clock
        self._silence = silence
        self._loading: asyncio.Task[Sdk | CallError] | None = None
        command = credentials.command if credentials.kind == "command" else None
        self._key_command = CommandKey(command) if command else None

    async def stream(
        self, body: dict[str, object], incoming: IncomingAnswer, recipient: Recipient
    ) -> CallError | None:
        """Send a body and read its answer; None when everything that the server sent has come."""
        return await self._call_with_key(lambda sdk: self._stream(sdk, body, incoming, recipient))

    async def request_json(
        self,
        path: str,
        recipient: Recipient,
        seconds: float = _SMALL_CALL_SECONDS,
        **request: Any,
    ) -> Mapping[str, object] | CallError:
        """Make a small call whose answer is one JSON object; a GET unless there is a `body`."""
        try:
            async with asyncio.timeout(seconds):
                answer = await self._call_with_key(
                    lambda sdk: self._send_request(sdk, recipient, path, **request)
                )
        except TimeoutError:
            silence = call_errors.make_timeout_error(
                f"{recipient.server} does not answer", retryable=True
            )
            return replace(silence, may_cost="body" in request)
        if isinstance(answer, CallError | Mapping):
            return answer
        return call_errors.explain_web_page(recipient)  # HTML comes as a str

    async def read_lines(
        self, path: str, recipient: Recipient
    ) -> AsyncGenerator[str | CallError, None]:
        """Read an answer of many lines, each as it comes; a CallError is the last of them."""

        async def send(sdk: Sdk) -> Any:
            kind = sdk.anthropic.AsyncStream[object]
            return await self._send_request(sdk, recipient, path, stream=True, stream_cls=kind)

        stream = await self._call_with_key(send)
        sdk = await self.get_sdk()
        if isinstance(stream, CallError) or isinstance(sdk, CallError):
            yield stream
            return
        async with stream:
            try:
                async for line in split_lines(stream.response.aiter_bytes()):
                    yield line
            except sdk.failures as error:
                yield self._explain_error(sdk, error, recipient)

    async def close(self) -> None:
        """Close the connections."""
        sdk = None if self._loading is None else await self._loading
        if isinstance(sdk, Sdk):
            await sdk.client.close()

    async def get_sdk(self) -> Sdk | CallError:
        """Return the SDK and its client; the first call loads them."""
        if not self._credentials.is_usable:
            return call_errors.make_setup_error(self._credentials.problem, self._credentials.hint)
        if self._loading is None:
            # a task of its own: the first caller may be cancelled while others wait for it
            self._loading = asyncio.create_task(asyncio.to_thread(self._load))
        sdk = await asyncio.shield(self._loading)
        if isinstance(sdk, CallError):
            self._loading = None  # what was missing may be there next time
        return sdk

    def _load(self) -> Sdk | CallError:
        return load_sdk(self._provider, self._base_url, self._credentials, self._silence)

    async def _call_with_key(self, call: Callable[[Sdk], Awaitable[_T]]) -> _T | CallError:
        """Make the call with the key that a command prints; after a 401 run the command once more."""
        sdk = await self.get_sdk()
        if isinstance(sdk, CallError):
            return sdk
        if self._key_command is None:
            return await call(sdk)
        try:
            key = sdk.client.api_key = await self._key_command.get()
            outcome = await call(sdk)
            if not (isinstance(outcome, CallError) and outcome.status == 401):
                return outcome
            fresh = sdk.client.api_key = await self._key_command.get(after=key)
        except FluxError as error:
            return CallError(error.problem)
        return outcome if fresh == key else await call(sdk)

    async def _stream(
        self, sdk: Sdk, body: dict[str, object], incoming: IncomingAnswer, recipient: Recipient
    ) -> CallError | None:
        """Send and read to the end; None when everything that the server sent has come."""
        incoming.sent = True
        stream = await self._send_request(
            sdk,
            recipient,
            "/v1/messages",
            body=body,
            stream=True,
            stream_cls=sdk.anthropic.AsyncStream[object],
        )
        if isinstance(stream, CallError):
            incoming.sent = stream.may_cost
            return stream
        async with stream:  # closes the connection at once when the task is cancelled
            kind = stream.response.headers.get("content-type", "")
            fault = None
            if "html" not in kind:
                fault = await self._read(sdk, stream, incoming, recipient)
        if fault is None and not incoming.begun:
            incoming.sent = "event-stream" in kind  # else it was no model that answered
            return (
                call_errors.explain_no_answer(recipient)
                if incoming.sent
                else call_errors.explain_web_page(recipient)
            )
        return fault

    async def _read(
        self, sdk: Sdk, stream: Any, incoming: IncomingAnswer, recipient: Recipient
    ) -> CallError | None:
        """Read until the answer is over, even if the connection stays open."""
        try:
            async with contextlib.aclosing(_read_events(stream)) as events:
                async for event in events:
                    if event.get("type") == "error" or ("error" in event and "type" not in event):
                        incoming.sent = incoming.begun
                        headers = stream.response.headers
                        return sdk_errors.explain_event(
                            event, headers, recipient, self._clock.now()
                        )
                    incoming.take(event)
                    if incoming.ending.over:
                        break
                await self._read_last_words(events, incoming)
        except sdk.failures as error:
            return None if incoming.ending.over else self._explain_error(sdk, error, recipient)
        return None

    async def _read_last_words(
        self, events: AsyncIterator[Event], incoming: IncomingAnswer
    ) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LAST_WORDS_SECONDS):
                async for event in events:
                    incoming.take(event)

    async def _send_request(self, sdk: Sdk, recipient: Recipient, path: str, **request: Any) -> Any:
        """Send the request and return the SDK's raw answer, without its types."""
        send = sdk.client.post if "body" in request else sdk.client.get
        try:
            return await send(path, cast_to=object, **request)
        except sdk.failures as error:
            return self._explain_error(sdk, error, recipient)
        except (ImportError, TypeError, ValueError, RuntimeError, sdk.httpx2.InvalidURL) as error:
            # how the SDK says that a package is missing, that there is no way to authenticate, or
            # that an address is none
            return sdk_errors.explain_setup(self._provider, error)

    def _explain_error(self, sdk: Sdk, error: Exception, recipient: Recipient) -> CallError:
        """Turn an exception into a CallError; `error` is one of `sdk.failures`."""
        kinds, transport, now = sdk.anthropic, sdk.httpx2, self._clock.now()
        match error:
            case kinds.APIStatusError():
                return sdk_errors.explain_status(
                    error, recipient, now, self._provider != "anthropic"
                )
            case kinds.APITimeoutError() | transport.TimeoutException():
                return sdk_errors.explain_silence(transport, error, recipient)
            case kinds.APIConnectionError() | transport.HTTPError() | transport.StreamError():
                return sdk_errors.explain_connection(transport, error, recipient)
            case UnicodeEncodeError():
                return call_errors.explain_unsendable()
            case ValueError():
                return call_errors.explain_unreadable(recipient)
            case _:
                return sdk_errors.explain_setup(self._provider, error)


async def _read_events(stream: Any) -> AsyncGenerator[Event, None]:
    """Read the events of the SDK's stream; the SDK itself reads only a cloud's own framing."""
    if "eventstream" in stream.response.headers.get("content-type", ""):  # Bedrock's
        async for event in stream:
            if isinstance(event, Mapping):
                yield event
        return
    decoder = EventDecoder()
    async for chunk in stream.response.aiter_bytes():
        for event in decoder.feed(chunk):
            yield event
    for event in decoder.close():
        yield event
