"""pygls' `LanguageServer`, mended: register handlers by its decorators, then start it.

Never decides what a server does; never shows the user an error of its own making.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, BinaryIO

from pygls.lsp.server import LanguageServer

from flux_lsp.fronts.lsp.protocol import lifetime, stdio
from flux_lsp.fronts.lsp.protocol.builtin_methods import Token
from flux_lsp.fronts.lsp.protocol.documents import LineDocuments
from flux_lsp.fronts.lsp.protocol.framing import Decoder
from flux_lsp.fronts.lsp.protocol.greeting import Greeting, ServerDescription
from flux_lsp.fronts.lsp.protocol.incoming import LifeStage
from flux_lsp.fronts.lsp.protocol.outbox import Outbox
from flux_lsp.fronts.lsp.protocol.progress import WorkDone
from flux_lsp.fronts.lsp.protocol.protocol import MendedProtocol
from flux_lsp.fronts.lsp.protocol.typed import LazyConverter

logger = logging.getLogger(__name__)

StopHook = Callable[[], Awaitable[None]]


class MendedServer(LanguageServer):
    """One server for one client.

    Handlers are pygls': they may raise `JsonRpcException` for an error reply, or `BadParamsError`,
    which is -32602 with its sentence.
    """

    protocol: MendedProtocol

    def __init__(
        self, description: ServerDescription, *, parent_watch_seconds: float = 5.0
    ) -> None:
        self.description = description
        self._parent_watch_seconds = parent_watch_seconds
        self._stop_hooks: list[StopHook] = []
        self._exit_code: asyncio.Future[int] | None = None
        self._watcher: asyncio.Task[None] | None = None
        super().__init__(
            description.name,
            description.version,
            protocol_cls=MendedProtocol,
            converter_factory=LazyConverter,
        )

    @property
    def documents(self) -> LineDocuments:
        """The open documents."""
        return self.protocol.documents

    @property
    def initialize_params(self) -> dict[str, Any]:
        """What the client said about itself; empty before `initialize`."""
        return self.protocol.initialize_params

    def add_stop_hook(self, hook: StopHook) -> None:
        """Await `hook()` before the session ends, for whatever reason; it has a second."""
        self._stop_hooks.append(hook)

    def notify(self, method: str, params: Any = None, *, droppable: bool | None = None) -> None:
        """Send a notification; `droppable` if a client that is far behind may miss it."""
        self.protocol.notify(method, params, droppable=droppable)

    async def ask(self, method: str, params: Any = None) -> Any:
        """Send a request and wait for its result as JSON has it.

        An error reply raises `JsonRpcException`. A client may never answer, so put an
        `asyncio.timeout` around it.
        """
        return await asyncio.wrap_future(self.protocol.post(method, params))

    def begin_work(
        self,
        title: str,
        message: str | None = None,
        on_cancel: Callable[[], object] | None = None,
        client_token: Token | None = None,
    ) -> WorkDone:
        """Show progress of some work to the user; the user can cancel it if `on_cancel` is given."""
        begin = {"title": title} if message is None else {"title": title, "message": message}
        return WorkDone(self.protocol, begin, on_cancel, client_token)

    def report_error(self, error: Exception, method: str) -> None:
        """Log a handler's failure. Never a popup: only a developer can mend it."""
        logger.error("%s failed", method, exc_info=error)

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Log what pygls itself reports, which would otherwise be a popup."""
        self.report_error(error, source.__name__)

    def stop(self, code: int | None = None) -> None:
        """End the session. The default code is 0 after `shutdown`, else 1."""
        if self._exit_code is not None and not self._exit_code.done():
            orderly = self.protocol.stage is LifeStage.SHUT_DOWN
            self._exit_code.set_result((0 if orderly else 1) if code is None else code)

    def watch_process(self, process_id: int) -> None:
        """Stop when this process, which is the client's, has ended."""
        self.process_id = process_id
        watch = lifetime.watch(process_id, self.stop, self._parent_watch_seconds)
        self._watcher = asyncio.get_running_loop().create_task(watch)

    def start_io(
        self,
        stdin: BinaryIO | None = None,
        stdout: BinaryIO | None = None,
        greeting: Greeting | None = None,
    ) -> int:
        """Serve over standard input and output, or other files with descriptors; the exit code.

        `greeting` is what was read, and perhaps answered, before this server was made.
        """
        if stdin is None and stdout is None:
            source, sink = stdio.claim()
        else:
            source, sink = (stdin or sys.stdin).fileno(), (stdout or sys.stdout).fileno()
        return lifetime.run(self._serve_stdio(source, sink, greeting))

    def start_tcp(self, host: str, port: int, token: str | None = None) -> int:  # type: ignore[override]
        """Serve the first client that connects to this address; the exit code.

        A `token` is what a client has to send as `initializationOptions.token`.
        """
        from flux_lsp.fronts.lsp.protocol.sockets import serve_tcp

        return lifetime.run(self._serve_session(lambda: serve_tcp(self, host, port, token)))

    def start_ws(  # type: ignore[override]
        self,
        host: str,
        port: int,
        origins: Sequence[str | None] = (None,),
        token: str | None = None,
    ) -> int:
        """Do as `start_tcp`, over WebSocket.

        `origins` are those of web pages that may connect; None is a client that is no page.
        """
        from flux_lsp.fronts.lsp.protocol.sockets import serve_ws

        return lifetime.run(self._serve_session(lambda: serve_ws(self, host, port, origins, token)))

    async def _serve_stdio(self, source: int, sink: int, greeting: Greeting | None) -> int:
        loop = asyncio.get_running_loop()

        def stop_soon() -> None:
            with suppress(RuntimeError):  # the loop has ended before the outbox
                loop.call_soon_threadsafe(self.stop)

        outbox = Outbox(sink, stop_soon)
        self.protocol.set_writer(outbox)

        async def connect() -> None:
            receive = self.resume(greeting)
            await stdio.read(source, receive, self.stop)

        try:
            return await self._serve_session(connect)
        finally:
            outbox.close()

    def resume(self, greeting: Greeting | None = None) -> Callable[[bytes], None]:
        """Take in what the greeting read; returns what to call with the bytes that follow."""
        decoder = Decoder() if greeting is None else greeting.decoder
        bodies = () if greeting is None else greeting.bodies

        def receive(data: bytes) -> None:
            decoder.feed(data)
            while (body := decoder.next()) is not None:
                self.protocol.receive(body)

        for body in bodies:
            self.protocol.receive(body)
        if greeting is not None and greeting.initialize is not None:
            self.protocol.resume(greeting.initialize)
        receive(b"")
        return receive

    async def _serve_session(self, connect: Callable[[], Awaitable[object]]) -> int:
        self._exit_code = asyncio.get_running_loop().create_future()
        lifetime.handle_signals(self.stop)
        connection = await connect()  # kept for as long as the session
        try:
            return await self._exit_code
        finally:
            del connection
            self.protocol.stage = LifeStage.OVER
            for hook in self._stop_hooks:
                await self._run_hook(hook)
            self.protocol.hang_up()

    async def _run_hook(self, hook: StopHook) -> None:
        try:
            async with asyncio.timeout(lifetime.GRACE):
                await hook()
        except TimeoutError:
            logger.warning("the session's end was not waited for any longer")
        except Exception as error:  # the edge: nothing may keep the process alive
            logger.exception("stop hook failed", exc_info=error)
