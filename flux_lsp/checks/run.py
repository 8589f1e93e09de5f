"""Runs one command behind the walls, on the project with something laid over it.

Never leaves a process behind, and never takes in more output than the limits say.
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from flux_lsp.checks.copying import copy_project
from flux_lsp.checks.environment import list_visible, make_environment
from flux_lsp.checks.sandbox import Sandbox, build_command, explain_failure
from flux_lsp.checks.values import CommandLimits, CommandRun, Ending, Layover

_KEPT = 200_000  # bytes of output kept at its beginning, and as many at its end
_Read = tuple[tuple[str, bool], dict[str, Any]]  # output, whether it was too much, the report
_GRACE = 5.0  # seconds in which everything ends after the lifeline was cut


@dataclass(frozen=True, slots=True)
class CommandOrder:
    """One command, ready to run; `words` is a program and its arguments.

    `secret`: paths from the root that the command does not get to see.
    """

    words: tuple[str, ...]
    root: Path
    home: Path
    layover: Layover
    secret: tuple[str, ...]
    limits: CommandLimits


async def run_command(order: CommandOrder, sandbox: Sandbox) -> CommandRun:
    """Run the command to its end or to its limits; a cancel ends it with all it started."""
    if not sandbox.needs_copy:
        return await _run(order, sandbox, order.root)
    with tempfile.TemporaryDirectory(prefix="flux-check-", ignore_cleanup_errors=True) as folder:
        copy = Path(folder, order.root.name or "project")
        try:
            await asyncio.to_thread(copy_project, order.root, copy)
        except OSError as error:
            why = f"the project cannot be copied: {error.strerror or error}"
            return CommandRun(None, "", 0, "cannot", why)
        run = await _run(order, sandbox, copy)
    # The copy lies elsewhere each time, and a path must not tell two equal failures apart.
    return replace(run, output=run.output.replace(str(copy), str(order.root)))


async def _run(order: CommandOrder, sandbox: Sandbox, root: Path) -> CommandRun:
    visible = list_visible(os.environ, order.home)
    started = time.monotonic()
    try:
        process = await asyncio.create_subprocess_exec(
            *build_command(sandbox, root, order.home, visible, order.limits.disk),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            cwd="/", env=make_environment(os.environ, order.home), start_new_session=True,
        )  # fmt: skip
    except OSError as error:
        return CommandRun(None, "", 0, "cannot", str(error))
    reading = asyncio.gather(_read_output(process, order.limits.output), _read_report(process))
    ending: Ending = ""
    try:
        assert process.stdin is not None
        process.stdin.write(_write_order(order, sandbox, root, visible))
        async with asyncio.timeout(order.limits.seconds):
            await asyncio.shield(reading)
    except TimeoutError:
        ending = "time"
    finally:
        (output, is_flood), report = await _finish(process, reading)
    ms = round(1000 * (time.monotonic() - started))
    return _conclude(output, report, ms, "output" if is_flood else ending, sandbox)


def _conclude(
    output: str, report: Mapping[str, Any], ms: int, ending: Ending, sandbox: Sandbox
) -> CommandRun:
    if ending:
        return CommandRun(None, output, ms, ending)
    if "exit" in report:
        return CommandRun(report["exit"], output, ms)
    if report.get("ending") in ("memory", "processes", "disk"):
        return CommandRun(None, output, ms, report["ending"])
    why = explain_failure(sandbox, report, str(report.get("words", "")))
    return CommandRun(None, output, ms, "cannot", why)


def _write_order(
    order: CommandOrder, sandbox: Sandbox, root: Path, visible: Sequence[str]
) -> bytes:
    document = {
        "walls": sandbox.walls,
        "is_first": sandbox.is_first_process,
        "watch_disk": sandbox.walls == "bwrap",
        "root": str(root),
        "home": str(order.home),
        "visible": [path for path in visible if not _is_linked_top(path)],
        "texts": {str(root / path): text for path, text in order.layover.texts.items()},
        "hidden": [str(root / path) for path in order.secret],
        "command": list(order.words),
        "env": make_environment(os.environ, order.home),
        "memory": order.limits.memory,
        "bytes": order.limits.disk,
        "processes": order.limits.processes,
    }
    return json.dumps(document).encode() + b"\n"


def _is_linked_top(path: str) -> bool:
    return Path(path).parent == Path("/") and Path(path).is_symlink()


async def _read_output(process: asyncio.subprocess.Process, most: int) -> tuple[str, bool]:
    """Read what the command writes: its beginning and its end, and whether it was too much."""
    assert process.stdout is not None
    head, tail, total = bytearray(), bytearray(), 0
    while chunk := await process.stdout.read(1 << 16):
        total += len(chunk)
        free = _KEPT - len(head)
        head += chunk[:free]
        tail = (tail + chunk[free:])[-_KEPT:] if free < len(chunk) else tail
        if total > most:
            _kill(process)
    cut = b"\n[\xe2\x80\xa6]\n" if total > len(head) + len(tail) else b""
    return (head + cut + tail).decode("utf-8", "replace"), total > most


async def _read_report(process: asyncio.subprocess.Process) -> dict[str, Any]:
    """Read what the watch says at its end; `words` where it is no report."""
    assert process.stderr is not None
    content = b""
    while chunk := await process.stderr.read(1 << 16):
        content = (content + chunk)[-_KEPT:]
    text = content.decode("utf-8", "replace")
    last = text.strip().rpartition("\n")[2]
    try:
        report = json.loads(last)
    except ValueError:
        return {"words": text.strip()[-500:]}
    return report if isinstance(report, dict) else {"words": last[-500:]}


async def _finish(process: asyncio.subprocess.Process, reading: asyncio.Future[_Read]) -> _Read:
    """Cut the lifeline, upon which the watch ends everything, and take in what was written.

    A cancel waits for this: nothing may be left behind.
    """
    ending = asyncio.ensure_future(_end(process, reading))
    try:
        return await asyncio.shield(ending)
    except asyncio.CancelledError:
        await ending
        raise


async def _end(process: asyncio.subprocess.Process, reading: asyncio.Future[_Read]) -> _Read:
    if process.stdin is not None:
        process.stdin.close()
    try:
        async with asyncio.timeout(_GRACE):
            await process.wait()
            return await asyncio.shield(reading)
    except TimeoutError:
        _kill(process)
    await process.wait()
    return await reading


def _kill(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError, PermissionError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
