"""One child process that builds an index: started without keys, told what is wanted, ended.

Never runs longer than the server that started it, and never sees the server's environment.
"""

import asyncio
import json
import logging
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from flux_lsp.core.isolation import isolate_environment

log = logging.getLogger(__name__)

_LONGEST = 900.0  # seconds; what is left is done by the next process
_LONGEST_LINE = 1_000_000
# What Python needs to start, and where git's ignore files of a person lie. No key is among them.
_PASSED_ON = (
    "PATH", "HOME", "USERPROFILE", "XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM",
    "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "APPDATA", "LOCALAPPDATA",
    "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH",
)  # fmt: skip
_BELOW_NORMAL = getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0)


class IndexProcess:
    """A running child; `task` ends with it and says whether every file is in the index."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        """Begin to read what `process` says."""
        self._process = process
        self._ready: dict[str, asyncio.Event] = {}
        self.task = asyncio.ensure_future(self._follow())

    @classmethod
    async def start(cls, order: Mapping[str, object], folder: Path) -> "IndexProcess":
        """Start a child in `folder` with its order. Raises OSError."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", "flux_lsp.context.project.child",
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            cwd=folder, env=make_child_environment(os.environ), limit=_LONGEST_LINE,
            creationflags=_BELOW_NORMAL,
        )  # fmt: skip
        child = cls(process)
        child._send(order)
        return child

    async def wait_for(self, path: str, seconds: float) -> bool:
        """Ask for a file and what it imports, and wait; returns whether they are in the index."""
        ready = self._ready.setdefault(path, asyncio.Event())
        self._send({"want": path})
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await ready.wait()
        return ready.is_set()

    async def close(self) -> None:
        """End the child; what it has written stays."""
        with suppress(ProcessLookupError):
            self._process.kill()
        with suppress(asyncio.CancelledError):
            await self.task

    def _send(self, line: Mapping[str, object]) -> None:
        if self._process.stdin is not None and not self._process.stdin.is_closing():
            self._process.stdin.write(json.dumps(line).encode() + b"\n")

    async def _follow(self) -> bool:
        """Read what the child says until it ends."""
        is_complete = False
        try:
            async with asyncio.timeout(_LONGEST):
                while self._process.stdout and (line := await self._process.stdout.readline()):
                    message = json.loads(line)
                    is_complete = message.get("complete", is_complete)
                    if (ready := self._ready.get(message.get("ready", ""))) is not None:
                        ready.set()
        except (TimeoutError, ValueError):
            with suppress(ProcessLookupError):
                self._process.kill()
        finally:
            for ready in self._ready.values():
                ready.set()
            if self._process.stdin is not None:
                self._process.stdin.close()
        code = await self._process.wait()
        if code:
            log.info("the index of the project is not complete: its process ended with %d", code)
        return is_complete


def make_child_environment(env: Mapping[str, str]) -> dict[str, str]:
    """Make the environment of the child: what Python needs, and nothing that lets one in anywhere."""
    return isolate_environment({name: env[name] for name in _PASSED_ON if name in env})
