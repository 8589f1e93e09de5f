"""One end of LSP's wire over a server process: frames, requests, replies, and what went wrong.

Never forgives: a broken frame, a reply to nothing or a second reply is a violation.
"""

import asyncio
import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from tests.fakes.editor import Json
from tests.fakes.processes import Fork, start_process


def frame(body: bytes) -> bytes:
    """`body` with its header."""
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


class LspError(Exception):
    """An error reply."""

    def __init__(self, error: Json) -> None:
        super().__init__(f"{error.get('code')} {error.get('message')}")
        self.code: int = error["code"]
        self.message: str = error["message"]
        self.data: Any = error.get("data")


class ServerGoneError(Exception):
    """The server's stdout ended while something was awaited."""


def clean_environment(home: Path, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Just enough to run Python, with every folder of the user under `home` and no key."""
    keep = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LANG", "PATHEXT", "COMSPEC")
    folders = {
        name: str(home / name.lower())
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")
    }
    return {
        **{name: os.environ[name] for name in keep if name in os.environ},
        **folders,
        "HOME": str(home),
        "USERPROFILE": str(home),
        "FLUX_DATA_DIR": str(home / "flux-data"),
        "PYTHONFAULTHANDLER": "1",
        **(extra or {}),
    }


class Pending:
    """A request on its way; await it for the result, `client.cancel(pending.id)` to cancel."""

    def __init__(self, request_id: int, future: "asyncio.Future[Any]") -> None:
        self.id = request_id
        self.future = future

    def __await__(self) -> Any:
        return self.future.__await__()


class Wire:
    """A server process and the messages to and from it; made by `spawn`."""

    def __init__(self, process: asyncio.subprocess.Process | Fork, timeout: float = 20) -> None:
        self.process = process
        self.timeout = timeout
        self.received: list[Json] = []  # every message, in order of arrival
        self.violations: list[str] = []
        self.stderr = b""
        self._pending: dict[int | str, asyncio.Future[Any]] = {}
        self._handlers: dict[str, Callable[[Any], Any]] = {}
        self._next_id = 0
        self._moved = asyncio.Condition()
        self._reading = asyncio.Event()
        self._reading.set()
        self._readers = (
            asyncio.create_task(self._read()),
            asyncio.create_task(self._drain_stderr()),
        )
        self._answering: set[asyncio.Task[None]] = set()

    @classmethod
    async def spawn(
        cls,
        home: Path,
        command: Sequence[str],
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        timeout: float = 20,
    ) -> Self:
        """Start the server; `env` is added to a clean environment under `home`."""
        process = await start_process(command, clean_environment(home, env), cwd)
        return cls(process, timeout)

    def start(self, method: str, params: Any = None) -> Pending:
        """Send a request and don't wait for it."""
        self._next_id += 1
        future = asyncio.get_running_loop().create_future()
        self._pending[self._next_id] = future
        message: Json = {"jsonrpc": "2.0", "id": self._next_id, "method": method}
        self.send(message if params is None else {**message, "params": params})
        self._sent(params)
        return Pending(self._next_id, future)

    async def request(self, method: str, params: Any = None, timeout: float | None = None) -> Any:
        """Send a request and wait for its result; an error reply raises LspError."""
        async with asyncio.timeout(timeout or self.timeout):
            return await self.start(method, params)

    def notify(self, method: str, params: Any = None) -> None:
        """Send a notification."""
        message: Json = {"jsonrpc": "2.0", "method": method}
        self.send(message if params is None else {**message, "params": params})

    def cancel(self, request_id: int) -> None:
        """Ask the server to give up a request."""
        self.notify("$/cancelRequest", {"id": request_id})

    def on(self, method: str, handler: Callable[[Any], Any]) -> None:
        """Answer this server request by `handler(params)`, sync or async; LspError refuses it."""
        self._handlers[method] = handler

    def send(self, message: Any) -> None:
        """Send any JSON value in a frame of its own."""
        self.send_raw(frame(json.dumps(message).encode()))

    def send_raw(self, data: bytes) -> None:
        """Write bytes to the server's stdin as they are."""
        assert self.process.stdin is not None
        self.process.stdin.write(data)

    # -- what arrived

    async def wait_for(self, predicate: Callable[[], Any], timeout: float | None = None) -> Any:
        """Wait until `predicate()` holds, asked after each message; its value."""
        async with asyncio.timeout(timeout or self.timeout), self._moved:
            return await self._moved.wait_for(lambda: self._checked(predicate()))

    async def wait_notification(
        self, method: str, predicate: Callable[[Any], Any] = lambda _params: True
    ) -> Any:
        """Parameters of the first notification or request that fits, past ones included."""
        found = await self.wait_for(lambda: [p for p in self.seen(method) if predicate(p)])
        return found[0]

    def seen(self, method: str) -> list[Any]:
        """Parameters of all notifications and requests of this method so far."""
        return [m.get("params") for m in self.received if m.get("method") == method]

    # -- the end

    async def shutdown(self, timeout: float = 10) -> int:
        """`shutdown`, `exit`, wait for the process; its exit code. One that stays is killed."""
        await self.request("shutdown", timeout=timeout)
        self.notify("exit")
        return await self.wait(timeout)

    async def wait(self, timeout: float = 10) -> int:
        """Wait for the process to end and for all it wrote to be read; its exit code."""
        try:
            async with asyncio.timeout(timeout):
                code = await self.process.wait()
                self._reading.set()
                await asyncio.gather(*self._readers, return_exceptions=True)
                return code
        except TimeoutError:
            await self.kill()
            raise

    def close_stdin(self) -> None:
        """Go away as an editor that crashed: the server sees the end of its input."""
        assert self.process.stdin is not None
        self.process.stdin.close()

    def stop_reading(self) -> None:
        """Read nothing more from the server, so that its pipe fills up."""
        self._reading.clear()

    def resume_reading(self) -> None:
        """Read again."""
        self._reading.set()

    async def kill(self) -> None:
        """End the process whatever it does."""
        if self.process.returncode is None:
            self.process.kill()
        self.close_stdin()
        self._reading.set()
        await self.process.wait()
        for task in self._answering:
            task.cancel()
        # to the end of what it wrote: its pipes are closed only then
        await asyncio.gather(*self._readers, *self._answering, return_exceptions=True)

    # -- inside

    def _checked(self, value: Any) -> Any:
        if not value and self.gone:
            raise ServerGoneError(self.stderr.decode(errors="replace")[-2000:])
        return value

    @property
    def gone(self) -> bool:
        """Whether the server's output has ended."""
        assert self.process.stdout is not None
        return self.process.stdout.at_eof()

    async def _read(self) -> None:
        assert self.process.stdout is not None
        try:
            while True:
                await self._reading.wait()
                message = await self._read_message(self.process.stdout)
                self.received.append(message)
                self._dispatch(message)
                await self._wake()
        except asyncio.IncompleteReadError as end:
            if end.partial:
                self.violations.append(f"output ends in mid-message: {end.partial[:80]!r}")
        except (ValueError, KeyError, TypeError, asyncio.LimitOverrunError) as error:
            self.violations.append(f"unreadable output: {error!r}")
        for future in self._pending.values():
            if not future.done():
                future.set_exception(ServerGoneError(self.stderr.decode(errors="replace")[-2000:]))
                future.exception()  # nobody needs to await it
        await self._wake()

    async def _read_message(self, stdout: asyncio.StreamReader) -> Json:
        header = await stdout.readuntil(b"\r\n\r\n")
        fields = dict(line.split(b": ", 1) for line in header.strip().split(b"\r\n"))
        message: Json = json.loads(await stdout.readexactly(int(fields[b"Content-Length"])))
        if message["jsonrpc"] != "2.0":
            raise ValueError(f"not JSON-RPC 2.0: {message}")
        return message

    async def _drain_stderr(self) -> None:
        assert self.process.stderr is not None
        while chunk := await self.process.stderr.read(65536):
            self.stderr += chunk

    async def _wake(self) -> None:
        async with self._moved:
            self._moved.notify_all()

    def _dispatch(self, message: Json) -> None:
        if "method" not in message:
            self._settle(message)
        elif "id" in message:
            self._serve(message)
        else:
            self._notified(message["method"], message.get("params"))

    def _settle(self, message: Json) -> None:
        future = self._pending.pop(message["id"], None)
        if future is None:
            if message["id"] is not None:
                self.violations.append(f"reply to nothing or second reply: {message}")
        elif not future.done():
            if "error" in message:
                future.set_exception(LspError(message["error"]))
            else:
                future.set_result(message["result"])

    def _serve(self, message: Json) -> None:
        task = asyncio.create_task(
            self._reply(message["id"], message["method"], message.get("params"))
        )
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    async def _reply(self, request_id: Any, method: str, params: Any) -> None:
        reply: Json = {"jsonrpc": "2.0", "id": request_id}
        try:
            if method not in self._handlers or not self._may_serve(method):
                self.violations.append(f"{method} asked of a client that does not have it")
                raise LspError({"code": -32601, "message": f"no {method}"})
            result = self._handlers[method](params)
            reply["result"] = await result if asyncio.iscoroutine(result) else result
        except LspError as error:
            reply["error"] = {"code": error.code, "message": error.message}
        except Exception as error:  # a mistake in the test's handler must not hang the server
            self.violations.append(f"{method} handler failed: {error!r}")
            reply["error"] = {"code": -32603, "message": str(error)}
        self.send(reply)
        await self._wake()

    def _may_serve(self, method: str) -> bool:  # what the client declared
        return True

    def _sent(self, params: Any) -> None:  # a request went out
        pass

    def _notified(self, method: str, params: Any) -> None:  # a notification arrived
        pass
