"""Loads the SDK and builds its client, in a thread, once; the only module that imports `anthropic`.

Never makes a call and never lets the SDK log.
"""

import contextlib
import importlib
import json
import logging
import os
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal

from flux_lsp.core.conversation import CallError
from flux_lsp.core.errors import FluxError
from flux_lsp.models.anthropic import sdk_errors
from flux_lsp.models.anthropic.keys import check_key
from flux_lsp.settings.addresses import get_host, is_loopback

if TYPE_CHECKING:
    from flux_lsp.settings.credentials import Credentials

Provider = Literal["anthropic", "bedrock", "vertex", "foundry"]

_CONNECT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Sdk:
    """The SDK, loaded. `client`: one of its provider classes; `failures`: what a call may raise."""

    anthropic: ModuleType
    httpx2: ModuleType
    client: Any
    failures: tuple[type[Exception], ...]


def load_sdk(
    provider: Provider, base_url: str | None, credentials: "Credentials", silence: float
) -> Sdk | CallError:
    """Import and build: a second of work. `silence`: seconds without a byte before giving up."""
    os.environ.pop("ANTHROPIC_LOG", None)  # at import it would set up logging, and of bodies
    import anthropic
    import httpx2

    # Bodies hold source text, and nothing of it belongs into a log at any level.
    for name in ("anthropic", "httpx2", "httpcore2"):
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        client = _build(provider, base_url, credentials, silence)
    except FluxError as error:
        return CallError(error.problem)
    except (
        ValueError,
        ImportError,
        OSError,  # a certificate file that is none
        anthropic.AnthropicError,
        httpx2.InvalidURL,
    ) as error:
        return sdk_errors.explain_setup(provider, error)
    _warm_up()
    return Sdk(anthropic, httpx2, client, _list_failures(provider))


def _build(
    provider: Provider, base_url: str | None, credentials: "Credentials", silence: float
) -> Any:
    import anthropic
    import httpx2

    # The default of 5 s would pay a new TLS handshake for nearly every action.
    limits = httpx2.Limits(max_connections=20, max_keepalive_connections=5, keepalive_expiry=120)
    timeout = httpx2.Timeout(silence, connect=min(_CONNECT_SECONDS, silence))
    options: dict[str, Any] = {
        "http_client": anthropic.DefaultAsyncHttpxClient(
            limits=limits, timeout=timeout, **_skip_proxy(base_url)
        ),
        "timeout": timeout,
        "max_retries": 0,  # the engine counts, prices and bounds every call itself
        "open_telemetry": False,
        **({"base_url": base_url} if base_url else {}),
    }
    match provider:
        case "bedrock":
            return anthropic.AsyncAnthropicBedrock(**options)
        case "vertex":
            return anthropic.AsyncAnthropicVertex(**options)
        case "foundry":
            return anthropic.AsyncAnthropicFoundry(**options)
        case "anthropic":
            return anthropic.AsyncAnthropic(**options, **_choose_authentication(credentials))


def _skip_proxy(base_url: str | None) -> dict[str, Any]:
    """Keep requests to this machine away from the environment's proxy, to which it is another machine."""
    if not base_url or not is_loopback(base_url):
        return {}
    host = get_host(base_url)
    return {"mounts": {f"all://[{host}]" if ":" in host else f"all://{host}": None}}


def _choose_authentication(known: "Credentials") -> dict[str, Any]:
    import anthropic

    match known.kind:
        case "api_key":
            return {"api_key": check_key(known.secret or "")}
        case "auth_token":
            return {"auth_token": check_key(known.secret or "")}
        case "command":
            return {"api_key": "not asked for yet"}  # set before each call
        case "none":
            return {"api_key": "none", "default_headers": {"Authorization": anthropic.omit}}
        case _:
            return {}  # the SDK finds its profile by itself


def _warm_up() -> None:
    """Make one call to nowhere, so that the SDK and its transport load their parts here in the
    thread, and not on the loop while somebody types.
    """
    import anthropic
    import anyio
    import httpx2

    def answer(_: httpx2.Request) -> httpx2.Response:
        event = b'event: message_stop\ndata: {"type": "message_stop"}\n\n'
        return httpx2.Response(200, headers={"content-type": "text/event-stream"}, content=event)

    anyio.run(anyio.sleep, 0)
    transport = httpx2.Client(transport=httpx2.MockTransport(answer))
    with (
        anthropic.Anthropic(
            api_key="none",
            base_url="http://nowhere.invalid",
            http_client=transport,
            open_telemetry=False,
        ) as client,
        client.post(
            "/v1/messages",
            cast_to=object,
            body={},
            stream=True,
            stream_cls=anthropic.Stream[object],
        ) as stream,
    ):
        list(stream)


def _list_failures(provider: Provider) -> tuple[type[Exception], ...]:
    """List all that a call is known to raise, including the cloud providers' own sign-in."""
    import anthropic
    import httpx2

    known: list[type[Exception]] = [
        anthropic.AnthropicError,
        httpx2.HTTPError,
        httpx2.StreamError,
        json.JSONDecodeError,
        UnicodeError,
    ]
    with contextlib.suppress(ImportError):
        if provider == "bedrock":
            known.append(importlib.import_module("botocore.exceptions").BotoCoreError)
        if provider == "vertex":
            known.append(importlib.import_module("google.auth.exceptions").GoogleAuthError)
    return tuple(known)
