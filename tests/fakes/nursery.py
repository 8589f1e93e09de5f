"""Forks processes of Flux from one that has imported everything: no import is paid for twice.

Run as `python -m tests.fakes.nursery FD`. Never runs anything of Flux before the fork, so each child
is what `python -m flux_lsp` is after its imports; tests of the start itself start it the long way.
"""

import json
import os
import signal
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from typing import Any

_EAGER = ("anthropic", "flux_lsp.fronts.lsp.app", "flux_lsp.fronts.cli.main", "pydantic", "yaml")
_LARGEST = 1 << 20  # bytes of an order


def main(channel_fd: int) -> list[str] | None:
    """Serve orders until the tests have gone; in a child, the arguments to run Flux with."""
    for module in _EAGER:
        import_module(module)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # meant for the tests, which end this by leaving
    channel = socket.socket(fileno=channel_fd)
    while True:
        raw, files, _, _ = socket.recv_fds(channel, _LARGEST, 4)
        _bury_the_ended()
        if not raw:
            return None
        order = json.loads(raw)
        if os.fork() == 0:
            channel.close()
            return _wait_for_child(order, files)
        for file in files:
            os.close(file)


def _bury_the_ended() -> None:
    with suppress(ChildProcessError):  # there is none
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _wait_for_child(order: dict[str, Any], files: Sequence[int]) -> list[str] | None:
    """Fork once more, tell the child's number and how it ended; goes on in the child alone."""
    *streams, news = files
    child = os.fork()
    if child == 0:
        os.close(news)
        return _become(order, streams)
    for stream in streams:
        os.close(stream)
    os.write(news, f"{child}\n".encode())
    _, status = os.waitpid(child, 0)
    os.write(news, f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def _become(order: dict[str, Any], streams: Sequence[int]) -> list[str]:
    """Take on the order's folder, environment and streams."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.chdir(order["cwd"])
    os.environ.clear()
    os.environ.update(order["env"])
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    sys.stdin = open(0, encoding="utf-8", closefd=False)
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = open(
        2, "w", encoding="utf-8", closefd=False, buffering=1, errors="backslashreplace"
    )
    arguments: list[str] = order["arguments"]
    sys.argv = ["flux-lsp", *arguments]
    sys.path[0] = os.getcwd()  # as `python -m` has it
    return arguments


if __name__ == "__main__":
    arguments = main(int(sys.argv[1]))
    if arguments is not None:
        from flux_lsp.__main__ import main as run

        raise SystemExit(run(arguments))
