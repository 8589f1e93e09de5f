"""The session over TCP or WebSocket: one client, for debugging and thin clients.

Never serves a second client: it would share documents and replies with the first. Nothing is
authenticated, so bind loopback.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from flux_lsp.server.protocol.framing import MAX_BODY
from flux_lsp.server.protocol.outbox import HARD_LIMIT, SOFT_LIMIT

if TYPE_CHECKING:
    from flux_lsp.server.protocol.plain import PlainServer

logger = logging.getLogger(__name__)

_CHUNK = 64 * 1024


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
        """Send `data` some time; a `droppable` one not at all when the client is far behind."""
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


async def serve_tcp(server: PlainServer, host: str, port: int) -> asyncio.Server:
    """Listen; the first connection is the client, its end is the session's."""

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if server.protocol.writer is not None:
            logger.warning("a second client was turned away")
            writer.close()
            return

        async def send(data: bytes) -> None:
            writer.write(data)
            await writer.drain()

        server.protocol.set_writer(SocketBox(send, server.stop))
        receive = server.resume()
        try:
            while data := await reader.read(_CHUNK):
                receive(data)
        except ConnectionError:
            logger.debug("the connection broke")
        finally:
            server.stop()

    listening = await asyncio.start_server(client, host, port)
    _announce(listening)
    return listening


async def serve_ws(server: PlainServer, host: str, port: int, origins: Sequence[str | None]) -> Any:
    """As `serve_tcp` over WebSocket: each message is one body, without header."""
    from websockets.asyncio.server import ServerConnection, serve
    from websockets.exceptions import ConnectionClosed
    from websockets.typing import Origin

    async def client(connection: ServerConnection) -> None:
        if server.protocol.writer is not None:
            logger.warning("a second client was turned away")
            return

        async def send(data: bytes) -> None:
            with suppress(ConnectionClosed):  # `recv` below tells
                await connection.send(data, text=True)

        server.protocol.set_writer(SocketBox(send, server.stop), include_headers=False)
        try:
            while True:
                server.protocol.receive(await connection.recv(decode=False))
        except ConnectionClosed:
            logger.debug("the connection is closed")
        finally:
            server.stop()

    allowed = [None if origin is None else Origin(origin) for origin in origins]
    listening = await serve(client, host, port, origins=allowed, max_size=MAX_BODY)
    _announce(listening)
    return listening


def _announce(listening: Any) -> None:
    for socket in listening.sockets:
        logger.info("listening on %s port %d", *socket.getsockname()[:2])
