"""A small LSP client for the command that shows the real server: `demo`.

Never knows what an action does: it opens a document, runs a command and keeps what comes back.
"""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flux_lsp.core.isolation import build_own_command, isolate_environment
from flux_lsp.core.text import Change, Snapshot, apply_changes
from flux_lsp.files import SOURCE_BYTES, read_bytes
from flux_lsp.fronts.cli.lines import locate_range
from flux_lsp.runs.uris import parse_file_uri

_INVALID_PARAMS = -32602
ENCODING = "utf-32"  # the server counts code points too

_CAPABILITIES = {
    "general": {"positionEncodings": [ENCODING]},
    "workspace": {
        "applyEdit": True,
        "workspaceEdit": {"documentChanges": True, "resourceOperations": ["create", "delete"]},
    },
    "window": {"workDoneProgress": True},
    "textDocument": {"codeAction": {"codeActionLiteralSupport": {}}},
    "experimental": {"flux": {"outcome": True, "delta": True}},
}


class ServerFailedError(RuntimeError):
    """The server answered a request with an error, or went away; `misused`: the request was wrong."""

    def __init__(self, message: str, *, misused: bool = False) -> None:
        """The message is a sentence for people."""
        super().__init__(message)
        self.misused = misused


@dataclass
class HeadlessClient:
    """One server process, and the texts of the documents that this client has open."""

    process: asyncio.subprocess.Process
    on_notification: Callable[[str, Any], None] = lambda _method, _params: None
    texts: dict[str, Snapshot] = field(default_factory=dict)
    created: dict[str, str] = field(default_factory=dict)
    _next: int = 0
    _waiting: dict[int, asyncio.Future[Any]] = field(default_factory=dict)
    _sending: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def request(self, method: str, params: object) -> Any:
        """Send a request and wait; raises ServerFailedError with the server's sentence."""
        self._next += 1
        number, future = self._next, asyncio.get_running_loop().create_future()
        self._waiting[number] = future
        await self._send({"id": number, "method": method, "params": params})
        return await future

    async def notify(self, method: str, params: object) -> None:
        """Send a notification."""
        await self._send({"method": method, "params": params})

    async def open(self, file: Path, text: str) -> Snapshot:
        """Open a document with the text it has on disk."""
        snapshot = Snapshot(file.resolve().as_uri(), file.name, "", 1, text)
        self.texts[snapshot.uri] = snapshot
        document = {"uri": snapshot.uri, "languageId": "", "version": 1, "text": text}
        await self.notify("textDocument/didOpen", {"textDocument": document})
        return snapshot

    async def run(self, argument: Mapping[str, Any]) -> dict[str, Any]:
        """Run `flux.run` and return its Outcome."""
        params = {"command": "flux.run", "arguments": [{**argument, "wait": True}]}
        outcome: dict[str, Any] = await self.request("workspace/executeCommand", params)
        return outcome

    async def read(self) -> None:
        """Take messages until the server closes; runs as a task."""
        assert self.process.stdout is not None
        try:
            while message := await _read_message(self.process.stdout):
                await self._take(message)
        finally:
            self._fail_all(ServerFailedError("the server went away"))

    def _fail_all(self, error: ServerFailedError) -> None:
        """Fail every open request, since nobody knows to which one this error belongs."""
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(error)

    async def _take(self, message: dict[str, Any]) -> None:
        if "method" not in message:
            self._settle(message)
        elif "id" in message:
            result = await self._answer(message["method"], message.get("params"))
            await self._send({"id": message["id"], "result": result})
        else:
            self.on_notification(message["method"], message.get("params"))

    def _settle(self, message: dict[str, Any]) -> None:
        if message.get("id") is None and "error" in message:
            self._fail_all(ServerFailedError(message["error"].get("message", "")))
        future = self._waiting.pop(message.get("id", -1), None)
        if future is None or future.done():
            return
        error = message.get("error")
        if error is None:
            future.set_result(message.get("result"))
        else:
            misused = error.get("code") == _INVALID_PARAMS
            future.set_exception(ServerFailedError(error.get("message", ""), misused=misused))

    async def _answer(self, method: str, params: Any) -> object:
        if method == "workspace/applyEdit":
            return {"applied": await self._apply(params["edit"])}
        if method == "workspace/configuration":
            return [None for _ in params["items"]]
        return None

    async def _apply(self, edit: Mapping[str, Any]) -> bool:
        for operation in edit.get("documentChanges", ()):
            if operation.get("kind") == "create":
                self.created[operation["uri"]] = ""
            elif operation.get("kind") == "delete":
                self.created.pop(operation["uri"], None)
            elif not await self._edit(operation):
                return False
        return True

    async def _edit(self, operation: Mapping[str, Any]) -> bool:
        uri = operation["textDocument"]["uri"]
        if uri in self.created:
            self.created[uri] = "".join(e["newText"] for e in operation["edits"])
            return True
        base = self.texts.get(uri) or _read_from_disk(uri)
        if base is None or operation["textDocument"]["version"] not in {None, base.version}:
            return False
        changes = [Change(locate_range(base, e["range"]), e["newText"]) for e in operation["edits"]]
        text = apply_changes(base.text, changes)
        version = (base.version or 0) + 1
        self.texts[uri] = Snapshot(uri, base.path, "", version, text)
        if base.version is not None:
            await self.notify(
                "textDocument/didChange",
                {
                    "textDocument": {"uri": uri, "version": version},
                    "contentChanges": [{"text": text}],
                },
            )
        return True

    async def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}, allow_nan=False).encode()
        assert self.process.stdin is not None
        async with self._sending:
            self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
            await self.process.stdin.drain()


@asynccontextmanager
async def connect_server(
    root: Path, settings: Mapping[str, Any] | None = None, *, env: Mapping[str, str] | None = None
) -> AsyncIterator[HeadlessClient]:
    """Start a server for `root`, and shut it down in order at the end."""
    process = await asyncio.create_subprocess_exec(
        *build_own_command("serve"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=None,
        env=isolate_environment(env or os.environ),
    )
    client = HeadlessClient(process)
    reading = asyncio.ensure_future(client.read())
    try:
        await client.request(
            "initialize",
            {
                "processId": os.getpid(),
                "clientInfo": {"name": "flux-lsp"},
                "rootUri": root.resolve().as_uri(),
                "workspaceFolders": [{"uri": root.resolve().as_uri(), "name": root.name}],
                "capabilities": _CAPABILITIES,
                # options of a command line are the person's own
                "initializationOptions": {"userSettings": {"flux": dict(settings or {})}},
            },
        )
        await client.notify("initialized", {})
        yield client
        await client.request("shutdown", None)
        await client.notify("exit", None)
        await process.wait()
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)


async def _read_message(stream: asyncio.StreamReader) -> dict[str, Any] | None:
    length = None
    while (line := await stream.readline()) not in {b"\r\n", b""}:
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            length = int(value)
    if length is None:
        return None
    message: dict[str, Any] = json.loads(await stream.readexactly(length))
    return message


def _read_from_disk(uri: str) -> Snapshot | None:
    path = parse_file_uri(uri)
    if path is None or not path.is_file():
        return None
    return Snapshot(uri, path.name, "", None, read_bytes(path, SOURCE_BYTES).decode("utf-8"))
