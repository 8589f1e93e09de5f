"""Runs the session over TCP or WebSocket: one client, for debugging and thin clients.

Never serves a second client: it would share documents and replies with the first. Anybody on the
machine and any web page can connect, so nothing is done for a client before its first message: it is
a proper one, and it holds the token if there is one.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import threading
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, Protocol

from flux_lsp.fronts.lsp.protocol import messages
from flux_lsp.fronts.lsp.protocol.framing import MAX_BODY, StrictDecoder
from flux_lsp.fronts.lsp.protocol.greeting import Greeting
from flux_lsp.fronts.lsp.protocol.incoming import MessageReceiver
from flux_lsp.fronts.lsp.protocol.outbox import HARD_LIMIT, SOFT_LIMIT

logger = logging.getLogger(__name__)

_CHUNK = 64 * 1024
_PATIENCE = 30.0  # seconds for a client's first message
_LONGEST_GREETING = 4 * 1024 * 1024  # bytes; nobody is known before the first message
_UNKNOWN_CLIENT = (
    "This server serves only who sends its token as `initializationOptions.token` of the first "
    "message, `initialize`; it printed the token when it started"
)


class SocketServer(Protocol):
    """The server, as far as a connection needs it."""

    @property
    def protocol(self) -> MessageReceiver:
        """The protocol that takes messages in and sends them."""

    def resume(self, greeting: Greeting | None = None) -> Callable[[bytes], None]:
        """Take in the first message; returns what to call with the bytes that follow."""

    def stop(self, code: int | None = None) -> None:
        """Stop, because the connection is over."""


class SocketBox:
    """A writer that hands messages to a task, in order; may be called by any thread."""

    def __init__(
        self, send: Callable[[bytes], Awaitable[None]], on_lost: Callable[[], None]
    ) -> None:
        self._send = send
        self._on_lost = on_lost
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()
        self._queue: asyncio.Queue[bytes] = asyncio.Queue()
        self._size = 0
        self._task = self._loop.create_task(self._run())

    def write(self, data: bytes, *, droppable: bool = False) -> None:
        """Send `data` soon; drops `droppable` data when the client is far behind."""
        if threading.get_ident() == self._thread:
            self._put(data, droppable)
        else:
            self._loop.call_soon_threadsafe(self._put, data, droppable)

    def _put(self, data: bytes, droppable: bool) -> None:
        if self._size > HARD_LIMIT:
            self._on_lost()
        elif not (droppable and self._size > SOFT_LIMIT):
            self._size += len(data)
            self._queue.put_nowait(data)

    async def _run(self) -> None:
        while True:
            data = await self._queue.get()
            try:
                await self._send(data)
            except OSError:
                self._on_lost()
                return
            self._size -= len(data)


async def serve_tcp(
    server: SocketServer, host: str, port: int, token: str | None = None
) -> asyncio.Server:
    """Listen and serve the first client with the token; the session ends with it."""

    async def serve_client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        decoder = StrictDecoder(_LONGEST_GREETING)
        body = None if _is_taken(server) else await _read_first_body(reader, decoder)
        refusal = None if body is None else _find_refusal(body, token)
        if body is None or refusal is not None or _is_taken(server):
            if refusal is not None:
                writer.write(messages.encode_frame(refusal))
            writer.close()
            return

        async def send(data: bytes) -> None:
            writer.write(data)
            await writer.drain()

        server.protocol.set_writer(SocketBox(send, server.stop))
        decoder.max_body = MAX_BODY
        receive = server.resume(Greeting(decoder, (body,), None))
        try:
            while not decoder.broken and (data := await reader.read(_CHUNK)):
                receive(data)
        except ConnectionError:
            logger.debug("the connection broke")
        finally:
            server.stop()

    listening = await asyncio.start_server(serve_client, host, port)
    _announce(listening)
    return listening


async def serve_ws(
    server: SocketServer,
    host: str,
    port: int,
    origins: Sequence[str | None],
    token: str | None = None,
) -> Any:
    """Do as `serve_tcp`, over WebSocket: each message is one body, without header."""
    from websockets.asyncio.server import ServerConnection, serve
    from websockets.exceptions import ConnectionClosed
    from websockets.typing import Origin

    async def serve_client(connection: ServerConnection) -> None:
        if _is_taken(server):
            return
        try:
            async with asyncio.timeout(_PATIENCE):
                body = await connection.recv(decode=False)
        except (ConnectionClosed, TimeoutError):
            return
        if (refusal := _find_refusal(body, token)) is not None:
            await connection.send(messages.encode_body(refusal), text=True)
            return
        if _is_taken(server):
            return

        async def send(data: bytes) -> None:
            with suppress(ConnectionClosed):  # `recv` below tells
                await connection.send(data, text=True)

        server.protocol.set_writer(SocketBox(send, server.stop), include_headers=False)
        server.protocol.receive(body)
        try:
            while True:
                server.protocol.receive(await connection.recv(decode=False))
        except ConnectionClosed:
            logger.debug("the connection is closed")
        finally:
            server.stop()

    allowed = [None if origin is None else Origin(origin) for origin in origins]
    listening = await serve(serve_client, host, port, origins=allowed, max_size=MAX_BODY)
    _announce(listening)
    return listening


def _is_taken(server: SocketServer) -> bool:
    """Whether there is a client already; then logs that this one is turned away."""
    if server.protocol.writer is None:
        return False
    logger.warning("a second client was turned away")
    return True


async def _read_first_body(reader: asyncio.StreamReader, decoder: StrictDecoder) -> bytes | None:
    """Read the first message; None if the input is not one, or nothing comes."""
    try:
        async with asyncio.timeout(_PATIENCE):
            while (item := decoder.next()) is None:
                if not (data := await reader.read(_CHUNK)):
                    return None
                decoder.feed(data)
    except (ConnectionError, TimeoutError):
        return None
    if isinstance(item, bytes):
        return item
    logger.warning("a connection was closed: %s", item.reason)
    return None


def _find_refusal(body: bytes, token: str | None) -> dict[str, Any] | None:
    """Find the error for a client without the token; None for one with it."""
    if token is None:
        return None
    message = messages.read_message(body)
    request = message if isinstance(message, messages.RequestMessage) else None
    if request is not None and hmac.compare_digest(_read_token(request), token.encode()):
        return None
    logger.warning("a client without the token was turned away")
    return messages.make_error(request and request.id, messages.INVALID_REQUEST, _UNKNOWN_CLIENT)


def _read_token(request: messages.RequestMessage) -> bytes:
    """Read the token that `initialize` brings, b"" for nothing."""
    value: Any = request.params if request.method == "initialize" else None
    for key in ("initializationOptions", "token"):
        value = value.get(key) if isinstance(value, dict) else None
    return value.encode("utf-8", "replace") if isinstance(value, str) else b""


def _announce(listening: Any) -> None:
    for socket in listening.sockets:
        logger.info("listening on %s port %d", *socket.getsockname()[:2])
