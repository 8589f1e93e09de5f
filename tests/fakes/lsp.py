"""A raw-framing LSP client with a fake editor behind it, over a real server process.

Speaks the wire format itself (pygls on both sides would hide what both get wrong) and holds the
server to the protocol: what it may not do is collected in `violations`. Never imports the product.

    async with session(tmp_path, encodings=["utf-8"]) as client:
        uri = client.open(tmp_path / "a.py", "x = 1\n", "python")
        actions = await client.code_actions(uri, client.range(uri, (0, 0), (0, 5)))
        await client.execute(actions[0]["command"]["command"], *actions[0]["command"]["arguments"])
        await client.wait_for(lambda: client.text(uri) == "x = 2\n")
"""

import asyncio
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.fakes.editor import Buffer, Editor, Json, path_of, to_offset, to_position
from tests.fakes.processes import FLUX, Fork
from tests.fakes.wire import LspError, Pending, ServerGoneError, Wire

__all__ = ["LspClient", "LspError", "Pending", "ServerGoneError", "capabilities", "session"]

DEFAULT_COMMAND = FLUX
Cursor = tuple[int, int]  # 0-based line, column in code points


def capabilities(encodings: Sequence[str] | None = ("utf-16",), **changes: Any) -> Json:
    """A modern editor's capabilities; `changes` replaces values: `workspace={"applyEdit": False}`.

    Dicts are merged, anything else is set; None takes a key out.
    """
    full: Json = {
        "general": {"positionEncodings": list(encodings)} if encodings is not None else {},
        "workspace": {
            "applyEdit": True,
            "configuration": True,
            "didChangeConfiguration": {"dynamicRegistration": True},
            "workspaceFolders": True,
            "workspaceEdit": {
                "documentChanges": True,
                "resourceOperations": ["create", "rename", "delete"],
                "failureHandling": "textOnlyTransactional",
            },
        },
        "window": {
            "workDoneProgress": True,
            "showDocument": {"support": True},
            "showMessage": {"messageActionItem": {}},
        },
        "textDocument": {
            "synchronization": {"didSave": True},
            "hover": {"contentFormat": ["markdown", "plaintext"]},
            "codeAction": {
                "codeActionLiteralSupport": {
                    "codeActionKind": {"valueSet": ["", "quickfix", "refactor", "source"]}
                },
                "isPreferredSupport": True,
                "disabledSupport": True,
                "dataSupport": True,
            },
        },
        "experimental": {"flux": {"outcome": True, "delta": True}},
    }
    return _merged(full, changes)


class LspClient(Wire):
    """A server process with an editor in front of it. Made by `spawn` or `session`."""

    def __init__(self, process: asyncio.subprocess.Process | Fork, timeout: float = 20) -> None:
        super().__init__(process, timeout)
        self.editor = Editor(on_change=self._did_change)
        self.configuration: Json = {}  # answers workspace/configuration: section → value
        self.answer: str | None = None  # title chosen in showMessageRequest
        self.capabilities: Json = {}
        self.server: Json = {}  # the result of initialize
        self._tokens: dict[str | int, str] = {}
        self.on("workspace/applyEdit", lambda params: self.editor.apply(params["edit"]))
        self.on("workspace/configuration", self._configure)
        self.on("window/workDoneProgress/create", self._create_token)
        self.on("window/showDocument", lambda _params: {"success": True})
        self.on("window/showMessageRequest", self._choose)
        self.on("client/registerCapability", lambda _params: None)
        self.on("client/unregisterCapability", lambda _params: None)
        self.on("workspace/codeLens/refresh", lambda _params: None)

    # -- the protocol

    async def initialize(self, root: Path | None = None, **params: Any) -> Json:
        """`initialize` and `initialized`; `params` replaces parameters (`capabilities=…`)."""
        full: Json = {
            "processId": os.getpid(),
            "clientInfo": {"name": "fake editor", "version": "1"},
            "rootUri": root.as_uri() if root else None,
            "workspaceFolders": [{"uri": root.as_uri(), "name": root.name}] if root else None,
            "capabilities": capabilities(),
            **params,
        }
        self.capabilities = full["capabilities"]
        self.server = await self.request("initialize", full)
        self.editor.encoding = self.server["capabilities"].get("positionEncoding", "utf-16")
        self.notify("initialized", {})
        return self.server

    def progress(self, token: str | int) -> list[Json]:
        """The progress values reported under `token`."""
        return [p["value"] for p in self.seen("$/progress") if p["token"] == token]

    # -- the editor

    def open(self, path: Path | str, text: str | None = None, language_id: str = "python") -> str:
        """Open a document (the file's text when none is given); returns its URI."""
        uri = path if isinstance(path, str) else path.as_uri()
        text = text if text is not None else (self.editor.text(uri) or "")
        self.editor.buffers[uri] = Buffer(uri, language_id, 1, text)
        item = {"uri": uri, "languageId": language_id, "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})
        return uri

    def close(self, uri: str) -> None:
        """Close a document, its changes thrown away."""
        del self.editor.buffers[uri]
        self.notify("textDocument/didClose", {"textDocument": {"uri": uri}})

    def save(self, uri: str) -> None:
        """Write the buffer to its file."""
        path_of(uri).write_bytes(self.editor.buffers[uri].text.encode())
        self.notify("textDocument/didSave", {"textDocument": {"uri": uri}})

    def change(self, uri: str, start: Cursor, end: Cursor, text: str) -> None:
        """Replace a range of an open document, as typing does (one incremental didChange)."""
        self.editor.edit(uri, [{"range": self.range(uri, start, end), "newText": text}])

    def replace(self, uri: str, old: str, new: str) -> None:
        """Replace the only occurrence of `old` in an open document."""
        self.editor.edit(uri, [{"range": self.range_of(uri, old), "newText": new}])

    def undo(self) -> None:
        """Take back the last applyEdit, all of it."""
        self.editor.undo()

    def text(self, uri: str) -> str | None:
        """What the person sees: the buffer, else the file, else None."""
        return self.editor.text(uri)

    def version(self, uri: str) -> int:
        """Version of an open document."""
        return self.editor.buffers[uri].version

    def range(self, uri: str, start: Cursor, end: Cursor | None = None) -> Json:
        """LSP range, in the negotiated encoding, of two places in code points."""
        return {
            "start": self._position(uri, start),
            "end": self._position(uri, end if end is not None else start),
        }

    def range_of(self, uri: str, part: str) -> Json:
        """LSP range of the only occurrence of `part`."""
        text = self.text(uri) or ""
        assert text.count(part) == 1, f"{part!r} occurs {text.count(part)} times"
        offset = text.index(part)
        encoding = self.editor.encoding
        return {
            "start": to_position(text, offset, encoding),
            "end": to_position(text, offset + len(part), encoding),
        }

    async def code_actions(
        self,
        uri: str,
        where: Json,
        only: Sequence[str] | None = None,
        trigger: int | None = 1,
        diagnostics: Sequence[Json] = (),
    ) -> list[Json]:
        """The code actions offered; `trigger` 1 is invoked, 2 is automatic."""
        context: Json = {"diagnostics": list(diagnostics)}
        if only is not None:
            context["only"] = list(only)
        if trigger is not None:
            context["triggerKind"] = trigger
        params = {"textDocument": {"uri": uri}, "range": where, "context": context}
        result: list[Json] | None = await self.request("textDocument/codeAction", params)
        return result or []

    async def execute(self, command: str, *arguments: Any) -> Any:
        """Run a command of the server's and wait for its result."""
        params = {"command": command, "arguments": list(arguments)}
        return await self.request("workspace/executeCommand", params)

    def start_command(self, command: str, *arguments: Any) -> Pending:
        """Run a command of the server's and don't wait for it."""
        params = {"command": command, "arguments": list(arguments)}
        return self.start("workspace/executeCommand", params)

    # -- inside

    def _sent(self, params: Any) -> None:
        if isinstance(params, dict) and "workDoneToken" in params:
            self._tokens[params["workDoneToken"]] = "created"

    def _may_serve(self, method: str) -> bool:
        needs = {
            "workspace/applyEdit": ("workspace", "applyEdit"),
            "workspace/configuration": ("workspace", "configuration"),
            "window/workDoneProgress/create": ("window", "workDoneProgress"),
            "window/showDocument": ("window", "showDocument", "support"),
            "workspace/codeLens/refresh": ("workspace", "codeLens", "refreshSupport"),
        }
        value: Any = self.capabilities
        for key in needs.get(method, ()):
            value = (value or {}).get(key)
        return bool(value) or method not in needs

    def _notified(self, method: str, params: Any) -> None:
        if method != "$/progress":
            return
        token, kind = params["token"], params["value"].get("kind")
        state = self._tokens.get(token, "unknown")
        allowed = {"begin": ("created",), "report": ("begin", "report"), "end": ("begin", "report")}
        if kind in allowed and state not in allowed[kind]:
            self.violations.append(f"progress {kind} of token {token!r} that is {state}")
        self._tokens[token] = str(kind)

    def _create_token(self, params: Json) -> None:
        self._tokens[params["token"]] = "created"

    def _configure(self, params: Json) -> list[Any]:
        return [self.configuration.get(item.get("section", "")) for item in params["items"]]

    def _choose(self, params: Json) -> Json | None:
        chosen = [item for item in params.get("actions") or [] if item["title"] == self.answer]
        return chosen[0] if chosen else None

    def _did_change(self, buffer: Buffer, events: list[Json]) -> None:
        document = {"uri": buffer.uri, "version": buffer.version}
        params = {"textDocument": document, "contentChanges": events}
        self.notify("textDocument/didChange", params)

    def _position(self, uri: str, cursor: Cursor) -> Json:
        text, (line, column) = self.text(uri) or "", cursor
        start = to_offset(text, {"line": line, "character": 0}, self.editor.encoding)
        return to_position(text, start + column, self.editor.encoding)


@asynccontextmanager
async def session(
    home: Path,
    command: Sequence[str] = DEFAULT_COMMAND,
    env: Mapping[str, str] | None = None,
    root: Path | None = None,
    encodings: Sequence[str] | None = ("utf-16",),
    **params: Any,
) -> AsyncIterator[LspClient]:
    """A server that is initialized, shut down in the end, and kept to the protocol throughout."""
    client = await LspClient.spawn(home, command, env, cwd=root)
    try:
        params.setdefault("capabilities", capabilities(encodings))
        await client.initialize(root, **params)
        yield client
        if client.process.returncode is None and not client.gone:
            assert await client.shutdown() == 0
        assert client.violations == []
        assert client.editor.problems == []
    finally:
        await client.kill()


def _merged(old: Json, new: Mapping[str, Any]) -> Json:
    result = dict(old)
    for key, value in new.items():
        if isinstance(value, Mapping) and isinstance(old.get(key), dict):
            result[key] = _merged(old[key], value)
        else:
            result[key] = value
    return {key: value for key, value in result.items() if value is not None}
