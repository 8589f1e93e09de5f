"""Starts processes of Flux: quickly, by forking one that is warm, or the long way where that matters.

Never shares a child between tests: each is a process of its own with its own streams, folder and
environment.
"""

import asyncio
import atexit
import json
import os
import signal
import socket
import subprocess
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

FLUX = (sys.executable, "-m", "flux_lsp")
_ROOT = Path(__file__).parents[2]
# Set FLUX_TESTS_FORK=0 to start every process the long way.
_CAN_FORK = sys.platform.startswith("linux") and os.environ.get("FLUX_TESTS_FORK") != "0"


async def start_process(
    command: Sequence[str],
    env: Mapping[str, str],
    cwd: Path | None = None,
    *,
    stdin: bool = True,
) -> "Process | Fork":
    """A process with pipes at all its ends; without `stdin` nothing can be said to it."""
    is_own = tuple(command[: len(FLUX)]) == FLUX and "PYTHONPATH" not in env
    if _CAN_FORK and is_own:
        return await _fork(command[len(FLUX) :], env, cwd or Path.cwd(), stdin)
    return await asyncio.create_subprocess_exec(
        *command, stdin=PIPE if stdin else DEVNULL, stdout=PIPE, stderr=PIPE, cwd=cwd, env=env
    )


class Fork:
    """A forked child, as `asyncio.subprocess.Process` has it."""

    def __init__(
        self,
        pid: int,
        stdin: asyncio.StreamWriter | None,
        stdout: asyncio.StreamReader,
        stderr: asyncio.StreamReader,
        news: asyncio.StreamReader,
    ) -> None:
        self.pid, self.stdin, self.stdout, self.stderr = pid, stdin, stdout, stderr
        self.returncode: int | None = None
        self._end = asyncio.create_task(self._follow(news))

    async def _follow(self, news: asyncio.StreamReader) -> int:
        line = await news.readline()
        self.returncode = int(line or b"-9")
        await news.read()
        if self.stdin is not None:
            self.stdin.close()
        return self.returncode

    async def wait(self) -> int:
        """Its exit code; minus the signal that ended it."""
        return await asyncio.shield(self._end)

    async def communicate(self) -> tuple[bytes, bytes]:
        """All that it wrote, when it has ended."""
        out, err, _ = await asyncio.gather(self.stdout.read(), self.stderr.read(), self.wait())
        return out, err

    def send_signal(self, number: int) -> None:
        """Nothing happens to one that has ended."""
        if self.returncode is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)


async def _fork(
    arguments: Sequence[str], env: Mapping[str, str], cwd: Path, with_stdin: bool
) -> Fork:
    (in_read, in_write), (out_read, out_write) = os.pipe(), os.pipe()
    (err_read, err_write), (news_read, news_write) = os.pipe(), os.pipe()
    order = {"arguments": list(arguments), "env": dict(env), "cwd": str(cwd)}
    theirs = [in_read, out_write, err_write, news_write]
    socket.send_fds(_nursery(), [json.dumps(order).encode()], theirs)
    for file in theirs:
        os.close(file)
    stdout, stderr, news = [await _reader(file) for file in (out_read, err_read, news_read)]
    stdin = await _writer(in_write) if with_stdin else None
    if not with_stdin:
        os.close(in_write)
    pid = int(await news.readline())
    return Fork(pid, stdin, stdout, stderr, news)


async def _reader(file: int) -> asyncio.StreamReader:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    pipe = os.fdopen(file, "rb", buffering=0)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), pipe)
    return reader


async def _writer(file: int) -> asyncio.StreamWriter:
    loop = asyncio.get_running_loop()
    pipe = os.fdopen(file, "wb", buffering=0)
    transport, protocol = await loop.connect_write_pipe(asyncio.streams.FlowControlMixin, pipe)
    return asyncio.StreamWriter(transport, protocol, None, loop)


@cache
def _nursery() -> socket.socket:
    """The channel to the one warm process of this process of tests; it ends with it."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.fakes.nursery", str(theirs.fileno())],
            cwd=_ROOT,
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
        )

    def end() -> None:
        ours.close()
        nursery.wait()

    atexit.register(end)
    return ours
