"""The least of HTTP/1.1 a fake service needs: keep-alive, chunks, drops, seeing the client go.

The client's going away is seen by the event loop at once, whatever the fake is doing, because the
reader keeps being fed while an answer is written.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from struct import pack
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class HttpRequest:
    """One request; header names in lower case."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes


class Connection:
    """One client connection, from the server's side."""

    def __init__(self, reader: "_Reader", writer: asyncio.StreamWriter, number: int) -> None:
        self._reader = reader
        self._writer = writer
        self.number = number
        self.gone = reader.gone

    async def read(self) -> HttpRequest | None:
        """The next request; None when there is none any more."""
        try:
            head = await self._reader.readuntil(b"\r\n\r\n")
            first, *lines = head.decode("latin-1").strip().split("\r\n")
            headers = {
                k.strip().lower(): v.strip() for k, _, v in (x.partition(":") for x in lines)
            }
            body = await self._body(headers)
        except (asyncio.IncompleteReadError, ConnectionError):
            return None
        method, target, _ = first.split(" ", 2)
        parts = urlsplit(target)
        return HttpRequest(method, parts.path, parse_qs(parts.query), headers, body)

    async def send(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """A whole response."""
        await self._head(status, {**headers, "content-length": str(len(body))})
        await self.write(body)

    async def start(self, status: int, headers: Mapping[str, str]) -> None:
        """The head of a chunked response."""
        await self._head(status, {**headers, "transfer-encoding": "chunked"})

    async def chunk(self, data: bytes) -> None:
        """One piece of a chunked response."""
        await self.write(b"%x\r\n%s\r\n" % (len(data), data))

    async def finish(self) -> None:
        """The end of a chunked response, in good order."""
        await self.write(b"0\r\n\r\n")

    async def write(self, data: bytes) -> None:
        """Bytes as they are; nothing when the client is gone."""
        if self.gone.is_set():
            return
        with suppress(ConnectionError):
            self._writer.write(data)
            await self._writer.drain()

    async def unless_gone(self, waited: Awaitable[object]) -> bool:
        """Wait for `waited` or for the client to go away; True when it stayed."""
        tasks = [asyncio.ensure_future(waited), asyncio.ensure_future(self.gone.wait())]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        return not self.gone.is_set()

    def reset(self) -> None:
        """RST instead of FIN."""
        raw = self._writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, pack("ii", 1, 0))
        self._writer.transport.abort()

    async def close(self) -> None:
        """FIN, with what was written still delivered."""
        self._writer.close()
        with suppress(ConnectionError):
            await self._writer.wait_closed()

    async def _body(self, headers: Mapping[str, str]) -> bytes:
        if headers.get("transfer-encoding", "").lower() != "chunked":
            return await self._reader.readexactly(int(headers.get("content-length", "0")))
        whole = b""
        while size := int((await self._reader.readline()).split(b";")[0], 16):
            whole += (await self._reader.readexactly(size + 2))[:-2]
        await self._reader.readline()
        return whole

    async def _head(self, status: int, headers: Mapping[str, str]) -> None:
        known = {s.value: s.phrase for s in HTTPStatus}
        lines = [f"HTTP/1.1 {status} {known.get(status, 'Status')}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        await self.write(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))


class HttpServer:
    """Serves each connection by `handle`, which returns when the connection is to be closed."""

    def __init__(self, handle: Callable[[Connection], Awaitable[None]]) -> None:
        self._handle = handle
        self._tasks: set[asyncio.Task[None]] = set()
        self._connections = 0
        self._server: asyncio.Server | None = None

    async def start(self, port: int = 0) -> int:
        """Listen on 127.0.0.1; the port."""
        loop = asyncio.get_running_loop()

        def protocol() -> asyncio.StreamReaderProtocol:
            return asyncio.StreamReaderProtocol(_Reader(loop=loop), self._connected, loop=loop)

        self._server = await loop.create_server(protocol, "127.0.0.1", port)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Close everything and wait for it."""
        if self._server is None:
            return
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert isinstance(reader, _Reader)
        self._connections += 1
        task = asyncio.ensure_future(self._serve(Connection(reader, writer, self._connections)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, connection: Connection) -> None:
        try:
            await self._handle(connection)
        finally:
            await connection.close()


class _Reader(asyncio.StreamReader):
    """A stream that says when the other side is gone, even while nobody reads."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(limit=2**26, loop=loop)
        self.gone = asyncio.Event()

    def feed_eof(self) -> None:
        self.gone.set()
        super().feed_eof()

    def set_exception(self, exc: Exception) -> None:
        self.gone.set()
        super().set_exception(exc)
