"""Start-up: from spawn to the answer of `initialize`, and to the first code action.

Servers take turns, so that a busy moment hits all of them; the yardstick is a minimal pygls server.
Warm is a start like any other: files are in the system's cache, modules are compiled. Cold is the
first start after an installation: no module is compiled yet.

    python -m bench.startup [--rounds 15] [--cold] [--json] [--server 'COMMAND …']
"""

import argparse
import json
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.fakes.wire import clean_environment

YARDSTICK = f"{sys.executable} -m bench.minimal_server"
URI = "file:///bench/a.py"


class Session:
    """A blocking client that adds no event loop of its own to what is measured."""

    def __init__(
        self, command: Sequence[str], home: Path, env: Mapping[str, str] | None = None
    ) -> None:
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=clean_environment(home, env),
            cwd=Path(__file__).parent.parent,
        )
        self._id = 0

    def send(self, method: str, params: Any, request: bool = True) -> int:
        message: dict[str, Any] = {"jsonrpc": "2.0", "method": method, "params": params}
        if request:
            self._id += 1
            message["id"] = self._id
        body = json.dumps(message).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self.process.stdin.flush()
        return self._id

    def wait(self, request_id: int) -> Any:
        """The result of this request; what the server asks is refused."""
        while True:
            message = self._read()
            if message.get("id") == request_id and "method" not in message:
                return message.get("result")
            if "id" in message and "method" in message:
                self._refuse(message["id"])

    def ask(self, method: str, params: Any) -> Any:
        return self.wait(self.send(method, params))

    def sync(self) -> None:
        """Wait until all that was sent is processed: by a request that no server knows."""
        self.wait(self.send("bench/unknown", None))

    def end(self) -> None:
        self.ask("shutdown", None)
        self.send("exit", None, request=False)
        self.process.wait(10)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()

    def rss(self) -> float:
        """Resident memory of the server in MB; 0 where the system does not tell."""
        statm = Path(f"/proc/{self.process.pid}/statm")
        pages = int(statm.read_text().split()[1]) if statm.exists() else 0
        return pages * 4096 / 1e6

    def _read(self) -> dict[str, Any]:
        stdout = self.process.stdout
        assert stdout is not None
        length = 0
        while line := stdout.readline().strip():
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        message: dict[str, Any] = json.loads(stdout.read(length))
        return message

    def _refuse(self, request_id: Any) -> None:
        error = {"code": -32601, "message": "not in a benchmark"}
        body = json.dumps({"jsonrpc": "2.0", "id": request_id, "error": error}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self.process.stdin.flush()


def initialize_params() -> dict[str, Any]:
    code_action = {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["refactor"]}}}
    return {
        "processId": None,
        "rootUri": None,
        "capabilities": {
            "general": {"positionEncodings": ["utf-16"]},
            "textDocument": {"codeAction": code_action},
            "workspace": {"applyEdit": True, "workspaceEdit": {"documentChanges": True}},
            "window": {"workDoneProgress": True},
        },
    }


def start(command: Sequence[str], home: Path, compiled: Path | None) -> dict[str, float]:
    """Milliseconds from spawn to both answers of one server, and its memory then.

    `compiled` is a folder for compiled modules in the place of the usual one.
    """
    env = {} if compiled is None else {"PYTHONPYCACHEPREFIX": str(compiled)}
    began = time.perf_counter()
    session = Session(command, home, env)
    session.ask("initialize", initialize_params())
    initialized = time.perf_counter()
    session.send("initialized", {}, request=False)
    text = "def f(items):\n    return len(items)\n"
    document = {"uri": URI, "languageId": "python", "version": 1, "text": text}
    session.send("textDocument/didOpen", {"textDocument": document}, request=False)
    session.ask(
        "textDocument/codeAction",
        {
            "textDocument": {"uri": URI},
            "range": {"start": {"line": 0, "character": 0}, "end": {"line": 1, "character": 4}},
            "context": {"diagnostics": [], "triggerKind": 1},
        },
    )
    answered = time.perf_counter()
    rss = session.rss()
    session.end()
    return {
        "initialize": 1000 * (initialized - began),
        "codeAction": 1000 * (answered - began),
        "rss": rss,
    }


def measure(
    servers: dict[str, str], rounds: int, cold: bool = False
) -> dict[str, dict[str, dict[str, float]]]:
    """Median and minimum per server and figure; the first round warms the disk and is dropped."""
    samples: dict[str, list[dict[str, float]]] = {name: [] for name in servers}
    with tempfile.TemporaryDirectory() as home:
        for number in range(rounds + 1):
            for name, command in servers.items():
                compiled = Path(home, f"{name}{number}") if cold else None
                samples[name].append(start(shlex.split(command), Path(home), compiled))
    return {
        name: {
            figure: {
                "median": statistics.median(run[figure] for run in runs[1:]),
                "min": min(run[figure] for run in runs[1:]),
            }
            for figure in runs[0]
        }
        for name, runs in samples.items()
    }


def report(figures: dict[str, dict[str, dict[str, float]]]) -> str:
    """A table with ratios to the yardstick, which comes first."""
    yardstick = next(iter(figures.values()))
    lines = [f"{'server':12} {'figure':12} {'median':>8} {'min':>8} {'ratio':>7} {'of min':>7}"]
    for name, values in figures.items():
        for figure, value in values.items():
            ratio, of_min = (
                value[key] / (yardstick[figure][key] or 1) for key in ("median", "min")
            )
            unit = "MB" if figure == "rss" else "ms"
            lines.append(
                f"{name:12} {figure:12} {value['median']:5.0f} {unit} {value['min']:5.0f} {unit}"
                f" {ratio:7.2f} {of_min:7.2f}"
            )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--server", default=f"{sys.executable} -m flux_lsp")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--cold", action="store_true", help="no module is compiled yet")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    servers = {"minimal": YARDSTICK, "this": arguments.server}
    figures = measure(servers, arguments.rounds, arguments.cold)
    if not arguments.json:
        print("cold: no module compiled" if arguments.cold else "warm")
    print(json.dumps(figures) if arguments.json else report(figures))


if __name__ == "__main__":
    main()
