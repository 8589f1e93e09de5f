"""A language server: register handlers by plain calls, then start it.

Never decides what a server does; never shows the user an error of its own making. Imports neither
pygls nor lsprotocol, which take most of a server's start-up time and memory.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, BinaryIO

from flux_lsp.fronts.lsp.protocol import lifetime, stdio
from flux_lsp.fronts.lsp.protocol.documents import Documents
from flux_lsp.fronts.lsp.protocol.framing import Decoder
from flux_lsp.fronts.lsp.protocol.greeting import Greeting, Offer
from flux_lsp.fronts.lsp.protocol.incoming import Handler, State
from flux_lsp.fronts.lsp.protocol.outbox import Outbox
from flux_lsp.fronts.lsp.protocol.progress import WorkDone
from flux_lsp.fronts.lsp.protocol.session import Session, Token

logger = logging.getLogger(__name__)

Hook = Callable[[], Awaitable[None]]


class PlainServer:
    """One server for one client.

    Handlers are plain: `handler(params)` takes parameters and returns a result as JSON has them, or
    an awaitable of one; it may raise `BadParamsError`, or `RpcError` for any other error reply.
    """

    protocol: Session

    def __init__(self, offer: Offer, *, parent_watch_seconds: float = 5.0) -> None:
        self.offer = offer
        self._parent_watch_seconds = parent_watch_seconds
        self._stop_hooks: list[Hook] = []
        self._stopped: asyncio.Future[int] | None = None
        self._watcher: asyncio.Task[None] | None = None
        self.protocol = self._make_session()

    @property
    def documents(self) -> Documents:
        """The open documents."""
        return self.protocol.documents

    @property
    def initialize_params(self) -> dict[str, Any]:
        """What the client said of itself; empty before `initialize`."""
        return self.protocol.initialize_params

    def capability(self, path: str) -> Any:
        """What the client says at a dotted path like `workspace.applyEdit`; None when nothing."""
        return self.protocol.capability(path)

    def on(self, method: str, handler: Handler) -> None:
        """Handle a request or notification. For builtin ones this runs after the builtin part.

        `initialize` gets the parameters; what it returns is ignored.
        """
        self.protocol.on(method, handler)

    def on_command(self, name: str, handler: Callable[[list[Any]], Any]) -> None:
        """Run a command of `workspace/executeCommand` by `handler(arguments)`."""
        self.protocol.on_command(name, handler)

    def on_stop(self, hook: Hook) -> None:
        """Await `hook()` before the session ends, for whatever reason; it has a second."""
        self._stop_hooks.append(hook)

    def tell(self, method: str, params: Any = None, *, droppable: bool | None = None) -> None:
        """Send a notification; `droppable` if a client that is far behind may miss it."""
        self.protocol.notify(method, params, droppable=droppable)

    async def ask(self, method: str, params: Any = None) -> Any:
        """Send a request and wait for its result; an error reply raises `RpcError`.

        A client may never answer, so put an `asyncio.timeout` around it.
        """
        return await asyncio.wrap_future(self.protocol.post(method, params))

    def work_done(
        self,
        title: str,
        message: str | None = None,
        on_cancel: Callable[[], object] | None = None,
        client_token: Token | None = None,
    ) -> WorkDone:
        """Show a piece of work to the user, cancellable if `on_cancel` is given."""
        begin = {"title": title} if message is None else {"title": title, "message": message}
        return WorkDone(self.protocol, begin, on_cancel, client_token)

    def report_error(self, error: Exception, method: str) -> None:
        """Log a handler's failure. Never a popup: only a developer can mend it."""
        logger.error("%s failed", method, exc_info=error)

    def stop(self, code: int | None = None) -> None:
        """End the session. Without a code: 0 after `shutdown`, else 1."""
        if self._stopped is not None and not self._stopped.done():
            orderly = self.protocol.state is State.SHUT_DOWN
            self._stopped.set_result((0 if orderly else 1) if code is None else code)

    def watch_process(self, process_id: int) -> None:
        """Stop when this process, the client's, is gone."""
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

    def start_tcp(self, host: str, port: int, token: str | None = None) -> int:
        """Serve the first client that connects to this address; the exit code.

        A `token` is what a client has to send as `initializationOptions.token`.
        """
        from flux_lsp.fronts.lsp.protocol.sockets import serve_tcp

        return lifetime.run(self._session(lambda: serve_tcp(self, host, port, token)))

    def start_ws(
        self,
        host: str,
        port: int,
        origins: Sequence[str | None] = (None,),
        token: str | None = None,
    ) -> int:
        """As `start_tcp` over WebSocket.

        `origins` are those of web pages that may connect; None is a client that is no page.
        """
        from flux_lsp.fronts.lsp.protocol.sockets import serve_ws

        return lifetime.run(self._session(lambda: serve_ws(self, host, port, origins, token)))

    def _make_session(self) -> Session:
        return Session(self)

    async def _serve_stdio(self, source: int, sink: int, greeting: Greeting | None) -> int:
        loop = asyncio.get_running_loop()

        def lost() -> None:
            with suppress(RuntimeError):  # the loop has ended before the outbox
                loop.call_soon_threadsafe(self.stop)

        outbox = Outbox(sink, lost)
        self.protocol.set_writer(outbox)

        async def connect() -> None:
            receive = self.resume(greeting)
            await stdio.read(source, receive, self.stop)

        try:
            return await self._session(connect)
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

    async def _session(self, connect: Callable[[], Awaitable[object]]) -> int:
        self._stopped = asyncio.get_running_loop().create_future()
        lifetime.on_signals(self.stop)
        connection = await connect()  # kept for as long as the session
        try:
            return await self._stopped
        finally:
            del connection
            self.protocol.state = State.OVER
            for hook in self._stop_hooks:
                await self._run_hook(hook)
            self.protocol.hang_up()

    async def _run_hook(self, hook: Hook) -> None:
        try:
            async with asyncio.timeout(lifetime.GRACE):
                await hook()
        except TimeoutError:
            logger.warning("the session's end was not waited for any longer")
        except Exception as error:  # the edge: nothing may keep the process alive
            logger.exception("stop hook failed", exc_info=error)
