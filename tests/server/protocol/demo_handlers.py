"""What the demo server does: one handler for each thing a test wants to see, all taking JSON."""

import asyncio
import contextlib
import os
import resource
import time
from typing import Any

from pygls.exceptions import JsonRpcException

from flux_lsp.fronts.lsp.protocol.params import BadParamsError
from flux_lsp.fronts.lsp.protocol.server import MendedServer
from flux_lsp.fronts.lsp.protocol.typed import skip_structuring


def register(server: MendedServer) -> None:
    """Register everything."""
    demo = Demo(server)
    for name in ("echo", "raise", "wait", "leaks", "ask", "flood", "text", "unserializable",
                 "stray", "work", "token", "block", "stubborn"):  # fmt: skip
        _register_command(server, name, getattr(demo, name.replace("raise", "fail")))

    @server.feature("demo/echo")
    @skip_structuring
    def echo(params: Any) -> Any:
        return params

    @server.feature("demo/fail")
    @skip_structuring
    async def fail(params: Any) -> None:
        raise RuntimeError(str(params))

    @server.feature("demo/sleep")
    @skip_structuring
    async def sleep(_params: Any) -> str:
        await asyncio.Event().wait()
        return "never"

    @server.feature("demo/touch")
    @skip_structuring
    def touch(params: Any) -> None:
        with open(params["path"], "w"):
            pass

    server.add_stop_hook(demo.stopping)


def _register_command(server: MendedServer, name: str, handler: Any) -> None:
    if asyncio.iscoroutinefunction(handler):

        @server.command(f"demo.{name}")
        async def run(*arguments: Any) -> Any:
            return await handler(list(arguments))
    else:

        @server.command(f"demo.{name}")
        def run_at_once(*arguments: Any) -> Any:
            return handler(list(arguments))


class Demo:
    def __init__(self, server: MendedServer) -> None:
        self.server = server
        self.seen: list[str] = []  # what became of handlers that took their time

    def echo(self, arguments: list[Any]) -> Any:
        return arguments

    def fail(self, arguments: list[Any]) -> Any:
        kind, message = arguments
        if kind == "bad params":
            raise BadParamsError(message)
        if kind == "json-rpc":
            raise JsonRpcException(message, -32801, {"why": message})
        raise RuntimeError(message)

    async def wait(self, arguments: list[Any]) -> str:
        """Wait until cancelled; with "return" answer all the same, with "linger" take a while."""
        how = arguments[0] if arguments else ""
        self.server.notify("demo/waiting")
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.seen.append(f"cancelled {how}")
            if how == "return":
                return "partial"
            raise
        return "never"

    def leaks(self, _arguments: list[Any]) -> dict[str, Any]:
        protocol = self.server.protocol
        return {
            "futures": len(protocol._pending),
            "running": len(protocol._running),
            "background": len(protocol._background),
            "unwanted": len(protocol._unwanted),
            "tokens": len(protocol.cancellable),
            "tasks": len(asyncio.all_tasks()),
            "seen": self.seen,
            "rss": _rss(),
        }

    async def ask(self, arguments: list[Any]) -> Any:
        """Ask the client `method`, with a time limit."""
        method, params, seconds = arguments
        try:
            async with asyncio.timeout(seconds):
                return {"result": await self.server.ask(method, params)}
        except TimeoutError:
            return "timeout"
        except JsonRpcException as error:
            return {"code": error.code, "message": error.message}

    def flood(self, arguments: list[Any]) -> str:
        """Say `count` things of `size` bytes at once, `method` each."""
        method, count, size = arguments
        began = time.perf_counter()
        for number in range(count):
            self.server.notify(method, {"number": number, "message": "x" * size})
        return f"{time.perf_counter() - began:.6f}"

    def text(self, arguments: list[Any]) -> Any:
        document = self.server.documents.get(arguments[0])
        return document and {
            "text": document.text(),
            "version": document.version,
            "language": document.language_id,
            "lines": document.line_count,
        }

    def unserializable(self, _arguments: list[Any]) -> Any:
        return {"set": {1, 2}}

    def stray(self, _arguments: list[Any]) -> str:
        """Print where the protocol would be, and read where it comes from."""
        print("stray output", flush=True)
        os.write(1, b"stray bytes\n")
        return os.read(0, 10).decode()

    async def work(self, arguments: list[Any]) -> str:
        """Work-done progress around a wait for its cancel; begin, report, end."""
        wait, token = arguments
        cancelled = asyncio.Event()
        done = self.server.begin_work("Working", "on it", cancelled.set, token)
        done.report("first")
        done.report("second")
        if wait:
            await cancelled.wait()
        else:
            await self.server.ask("workspace/configuration", {"items": []})
        done.end("over")
        done.end("again")
        done.report("too late")
        return "cancelled" if cancelled.is_set() else "done"

    def token(self, _arguments: list[Any]) -> Any:
        """The token by which the client follows this very command."""
        return self.server.protocol.work_done_token

    async def block(self, arguments: list[Any]) -> None:
        """Block a worker thread for so many seconds."""
        self.server.notify("demo/waiting")
        await asyncio.to_thread(time.sleep, arguments[0])

    async def stubborn(self, _arguments: list[Any]) -> None:
        self.server.notify("demo/waiting")
        while True:
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.Event().wait()

    async def stopping(self) -> None:
        if "DEMO_STOP_FILE" in os.environ:
            with open(os.environ["DEMO_STOP_FILE"], "a") as file:
                file.write(f"stopped {self.seen}\n")


def _rss() -> int:
    """Resident bytes now; where the system does not tell, the most there ever were."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * resource.getpagesize()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
