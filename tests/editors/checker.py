"""A tiny checker as a language server: reports `prcies` as undefined and offers to ignore it.

Stands for the person's own server beside Flux. Standard library only: it runs under any Python.
"""

import json
import sys
from typing import Any

Json = dict[str, Any]
CAPABILITIES = {"textDocumentSync": 1, "codeActionProvider": True, "positionEncoding": "utf-16"}


def main() -> None:
    """Serve over stdio until `exit`."""
    while (message := _read()) is not None and message.get("method") != "exit":
        params = message.get("params") or {}
        match message.get("method"):
            case "initialize":
                _reply(message, {"capabilities": CAPABILITIES, "serverInfo": {"name": "checker"}})
            case "textDocument/didOpen":
                _check(params["textDocument"]["uri"], params["textDocument"]["text"])
            case "textDocument/didChange":
                _check(params["textDocument"]["uri"], params["contentChanges"][-1]["text"])
            case "textDocument/codeAction":
                _reply(message, [{"title": "Checker: ignore it", "kind": "quickfix"}])
            case _ if "id" in message:
                _reply(message, None)


def _check(uri: str, text: str) -> None:
    found = []
    for number, line in enumerate(text.splitlines()):
        if "prcies" in line:
            start = len(line[: line.index("prcies")].encode("utf-16-le")) // 2
            ends = {"start": (number, start), "end": (number, start + 6)}
            place = {end: {"line": row, "character": column} for end, (row, column) in ends.items()}
            words = "undefined name `prcies`"
            found.append({"range": place, "severity": 1, "message": words, "source": "checker"})
    params = {"uri": uri, "diagnostics": found}
    _send({"method": "textDocument/publishDiagnostics", "params": params})


def _reply(message: Json, result: Any) -> None:
    _send({"id": message["id"], "result": result})


def _send(message: Json) -> None:
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    sys.stdout.buffer.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    sys.stdout.buffer.flush()


def _read() -> Json | None:
    length = 0
    while line := sys.stdin.buffer.readline().strip():
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    if not length:
        return None
    message: Json = json.loads(sys.stdin.buffer.read(length))
    return message


if __name__ == "__main__":
    main()
