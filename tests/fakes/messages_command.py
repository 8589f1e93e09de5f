"""The fake Messages API as a command, for suites in other languages and for trying things by hand.

Prints its URL as the first line on stdout and serves until it is told to end.
"""

import argparse
import asyncio
import contextlib
import json
import signal
import sys
from pathlib import Path
from typing import TextIO

from tests.fakes import script as scripts
from tests.fakes.answers import Answer, Json, status
from tests.fakes.messages_api import Call, MessagesApi

CONTROL = """\
While it runs:
  GET  /_fake/requests        the recorded requests to /v1/messages, as a JSON list
  POST /_fake/script          replaces the script by the one in the body and starts it anew
  POST /_fake/release/NAME    opens the gate NAME

Point a program at it with ANTHROPIC_BASE_URL=<the printed URL> ANTHROPIC_API_KEY=anything.

The script:
"""


class CommandApi(MessagesApi):
    """The fake with paths of its own, by which another process steers it."""

    def control(self, call: Call) -> Answer:
        """The `/_fake/` paths."""
        what, _, name = call.path.removeprefix("/_fake/").partition("/")
        if what == "requests":
            return _json([record(one) for one in self.calls])
        if what == "release" and name in self.gates:
            self.gates[name].open()
            return _json({"released": name})
        if what == "script":
            return self._replace(call.body)
        return super().control(call)

    def _replace(self, body: bytes) -> Answer:
        try:
            self.load(json.loads(body))
        except (ValueError, KeyError) as error:
            return status(400, f"fake: {error}")
        return _json({"answers": len(self.script)})

    def load(self, entries: object) -> None:
        """Start a new script; what was recorded stays."""
        self.script = list(scripts.read_script(entries, self.gates))
        self._used = 0


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGINT or SIGTERM; 2 when the script is wrong."""
    options = _parser().parse_args(arguments)
    unreachable = (entry.partition("=") for entry in options.unreachable)
    api = CommandApi(
        key=options.key,
        lenient=options.lenient,
        repeat_last=True,
        unreachable={model: int(code) for model, _, code in unreachable},
    )
    try:
        api.load(json.loads(Path(options.script).read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError) as error:
        print(f"{options.script}: {error}", file=sys.stderr)
        return 2
    with contextlib.ExitStack() as stack:
        if options.log:
            log = stack.enter_context(Path(options.log).open("a", encoding="utf-8"))
            api.on_call = lambda call, event: write_line(log, call, event)
        asyncio.run(_serve(api, options.port))
    return 0


def record(call: Call) -> Json:
    """A request as one JSON value."""
    return {
        "method": call.method,
        "path": call.path,
        "headers": dict(call.headers),
        "json": call.json,
        "answered": call.answered.is_set(),
        "disconnected": call.disconnected.is_set(),
    }


def write_line(log: TextIO, call: Call, event: str) -> None:
    """One line of the log: the event and the request."""
    log.write(json.dumps({"event": event, **record(call)}) + "\n")
    log.flush()


async def _serve(api: CommandApi, port: int) -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows ends by KeyboardInterrupt
            loop.add_signal_handler(number, ended.set)
    await api.start(port)
    try:
        print(api.url, flush=True)
        await ended.wait()
    finally:
        await api.stop()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.fakes.messages_api",
        description="A fake Messages API on 127.0.0.1 that answers by a script.",
        epilog=CONTROL + (scripts.__doc__ or ""),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--port", type=int, default=0, help="0: a free one")
    parser.add_argument("--script", required=True, help="a JSON file, see below")
    parser.add_argument("--log", help="a file to which each request is added as a line of JSON")
    parser.add_argument("--key", help="the only key that is accepted; anything is without")
    parser.add_argument(
        "--unreachable",
        action="append",
        default=[],
        metavar="MODEL=STATUS",
        help="a model that this key cannot use, and the status it gets: 403 or 404",
    )
    parser.add_argument("--lenient", action="store_true", help="accept what the real API refuses")
    return parser


def _json(value: object) -> Answer:
    headers = {"content-type": "application/json"}
    return Answer(headers=headers, body=json.dumps(value).encode())
