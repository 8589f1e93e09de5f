"""Runs the person's `api_key_command` when a call needs it and keeps what it printed in memory.

Never logs what it printed on stdout, never runs it before a call, never stores it.
"""

import asyncio
import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from flux_lsp.core.errors import ErrorCode, FluxError
from flux_lsp.models.anthropic.call_errors import shorten_line
from flux_lsp.settings.paths import find_home

# A password manager may ask the person to unlock it.
_PATIENCE = 60.0


class CommandKey:
    """The key that a command prints as its first line."""

    def __init__(self, command: str, patience: float = _PATIENCE) -> None:
        self._command = command
        self._patience = patience
        self._key: str | None = None
        self._lock = asyncio.Lock()

    def __repr__(self) -> str:
        """Show neither the key nor the command, which may hold one."""
        return "CommandKey(…)"

    async def get(self, after: str | None = None) -> str:
        """Return the key; runs the command at most once, and again when `after` is the key that failed.

        Raises FluxError (NOT_CONFIGURED) when the command fails, hangs or prints no key.
        """
        async with self._lock:  # two calls at once must not both ask the password manager
            if self._key is None or self._key == after:
                self._key = None
                self._key = await self._run()
            return self._key

    async def _run(self) -> str:
        process = await asyncio.create_subprocess_shell(
            self._command,
            stdin=asyncio.subprocess.DEVNULL,  # stdin is the editor's
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=sys.platform != "win32",
            cwd=_find_working_folder(),  # not a workspace: its files must not stand in for what the command names
        )
        try:
            async with asyncio.timeout(self._patience):
                out, err = await process.communicate()
        except TimeoutError:
            raise _make_error(f"did not finish within {self._patience:.0f} s") from None
        finally:
            await _end_process(process)
        if process.returncode != 0:
            words = shorten_line(err.decode(errors="replace"))
            raise _make_error(
                f"ended with status {process.returncode}" + (f": {words}" if words else "")
            )
        line = out.decode(errors="replace").partition("\n")[0]
        if not line.strip():
            raise _make_error("printed nothing")
        return check_key(line)


def check_key(key: str) -> str:
    """Return the key without blanks around it; FluxError when no key looks like that."""
    key = key.strip()
    if not key or not (key.isascii() and key.isprintable()) or " " in key:
        raise FluxError(
            ErrorCode.NOT_CONFIGURED,
            "The API key is empty or holds characters that no key has",
            "Copy the key again; `flux-lsp doctor` shows where it comes from",
        )
    return key


def _find_working_folder() -> Path:
    """Find the person's home folder, or the system's folder for temporary files if there is none."""
    return find_home() if find_home().is_dir() else Path(tempfile.gettempdir())


def _make_error(how: str) -> FluxError:
    return FluxError(
        ErrorCode.NOT_CONFIGURED,
        f"`api_key_command` {how}",
        "Run the command in a terminal: its first line of output must be the key",
    )


async def _end_process(process: asyncio.subprocess.Process) -> None:
    """End the process when the call was cancelled or the command hangs."""
    if process.returncode is not None:
        return
    with suppress(ProcessLookupError):
        if sys.platform == "win32":
            process.kill()
        else:
            import signal

            os.killpg(process.pid, signal.SIGKILL)
    await process.wait()
