"""Answers `initialize` before the heavy imports, so that an editor does not wait for them.

Knows only what a server offers as plain values; never handles anything but the greeting. Stdlib
only: the import of pygls takes a third of a second, an answer takes milliseconds.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple, TypeGuard

from flux_lsp.fronts.lsp.protocol import messages
from flux_lsp.fronts.lsp.protocol.framing import BadFrame, Decoder
from flux_lsp.fronts.lsp.protocol.positions import negotiate

_CHUNK = 64 * 1024


class ServerDescription(NamedTuple):
    """The server's description of itself; `capabilities` as in the reply, without the encoding.

    Without capabilities pygls derives them from the registered features, which takes its import:
    it cannot greet early.
    """

    name: str
    version: str
    capabilities: Mapping[str, Any] | None = None


class Greeting(NamedTuple):
    """The input that the greeting read, with which the real loop goes on.

    `bodies` come first, in order; then `initialize`, which has its reply; then what `decoder`
    still holds.
    """

    decoder: Decoder
    bodies: tuple[bytes | BadFrame, ...]
    initialize: messages.RequestMessage | None


def make_initialize_result(description: ServerDescription, params: Any) -> dict[str, Any]:
    """Make the result of `initialize`, early or late; nothing else makes it."""
    capabilities = params.get("capabilities") if isinstance(params, dict) else None
    encoding = negotiate(capabilities if isinstance(capabilities, dict) else {})
    return {
        "capabilities": {"positionEncoding": encoding, **(description.capabilities or {})},
        "serverInfo": {"name": description.name, "version": description.version},
    }


def greet(description: ServerDescription, stdin: int = 0, stdout: int = 1) -> Greeting:
    """Read up to the first message that wants more than patience, and answer it if possible.

    Blocks until that message, or the end of the input. Both are file descriptors.
    """
    if os.name == "posix":  # a shared descriptor may have been left non-blocking
        os.set_blocking(stdin, True)
        os.set_blocking(stdout, True)
    decoder = Decoder()
    if description.capabilities is None:
        return Greeting(decoder, (), None)
    bodies: list[bytes | BadFrame] = []
    for body in _read_bodies(decoder, stdin):
        message = messages.read_message(body) if isinstance(body, bytes) else None
        if _is_greeting(message):
            reply = messages.make_result(
                message.id, make_initialize_result(description, message.params)
            )
            _write(stdout, messages.encode_frame(reply))
            return Greeting(decoder, tuple(bodies), message)
        bodies.append(body)
        if not isinstance(message, messages.NotificationMessage) or message.method == "exit":
            break  # for the real loop, which knows what to say to it
    return Greeting(decoder, tuple(bodies), None)


@contextmanager
def defer_collection() -> Iterator[None]:
    """Stop garbage collection during a large import, and keep the imported objects out of it later."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _read_bodies(decoder: Decoder, stdin: int) -> Iterator[bytes | BadFrame]:
    while True:
        while (body := decoder.next()) is not None:
            yield body
        data = os.read(stdin, _CHUNK)
        if not data:
            return
        decoder.feed(data)


def _is_greeting(message: messages.Message | None) -> TypeGuard[messages.RequestMessage]:
    return (
        isinstance(message, messages.RequestMessage)
        and message.method == "initialize"
        and isinstance(message.params, dict)
    )


def _write(stdout: int, data: bytes) -> None:
    with suppress(BrokenPipeError):  # a client that left: the real loop finds the input ended
        while data:
            data = data[os.write(stdout, data) :]
