"""Lays changed files over the project, runs the command, and ends it when it goes beyond its limits.

Never outlives the pipe that its order came by: when Flux is gone, so is everything it started.
"""

import os
import resource
import select
import signal
import sys
from collections.abc import Mapping
from typing import Any

from flux_lsp.checks.inside import kernel

_PAUSE = 50  # milliseconds between two looks
_PAGE = os.sysconf("SC_PAGE_SIZE")


def lay_files(order: Mapping[str, Any]) -> None:
    """Write the changed texts and take away what the command may not see."""
    for path in order["hidden"]:
        if os.path.lexists(path):
            os.unlink(path)
    for path, text in order["texts"].items():
        os.makedirs(os.path.dirname(path), exist_ok=True)
        _refuse_links(path, order["root"])
        with open(path, "wb") as file:
            file.write(text.encode("utf-8", "surrogatepass"))


def run_command(order: Mapping[str, Any], lifeline: int) -> dict[str, object]:
    """Run the command to its end; returns its exit code, or by which limit it was ended."""
    child = os.fork()
    if child == 0:
        _become_command(order)
    first = order["is_first"]
    poll = select.poll()
    poll.register(lifeline, select.POLLIN | select.POLLHUP)
    if sys.platform == "linux":
        poll.register(os.pidfd_open(child), select.POLLIN)  # wakes the poll when it ends
    status, ending = None, ""
    while status is None and not ending:
        events = poll.poll(_PAUSE)
        status = _reap(child)
        if any(descriptor == lifeline for descriptor, _ in events):
            ending = "cancelled"  # nothing is ever written there: the other end is closed
        elif first and status is None:
            ending = _find_excess(order)
    _kill_all(child, first=first)
    return {"exit": status} if status is not None else {"ending": ending}


def _become_command(order: Mapping[str, Any]) -> None:
    """Turn this process into the command. Never returns."""
    try:
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0)
        os.dup2(1, 2)
        os.closerange(3, 4096)
        os.setsid()
        _limit(resource.RLIMIT_CORE, 0)
        _limit(resource.RLIMIT_FSIZE, order["bytes"])
        if sys.platform == "linux":
            _limit(resource.RLIMIT_DATA, order["memory"])
            if order["is_first"]:  # elsewhere the person's own processes count too
                _limit(resource.RLIMIT_NPROC, order["processes"])
                kernel.drop_rights()
        os.chdir(order["root"])
        os.execvpe(order["command"][0], order["command"], order["env"])
    except FileNotFoundError:
        os.write(1, f"{order['command'][0]}: not found\n".encode())
        os._exit(127)
    except OSError as error:
        os.write(1, f"{order['command'][0]}: {error}\n".encode())
        os._exit(126)
    finally:
        os._exit(126)


def _limit(kind: int, most: int) -> None:
    _, hard = resource.getrlimit(kind)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(kind, (most, most))


def _reap(child: int) -> int | None:
    """Collect every process that ended; returns the exit code of `child` once it has."""
    ended = None
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return ended
        if pid == 0:
            return ended
        if pid == child:
            ended = os.waitstatus_to_exitcode(status)


def _find_excess(order: Mapping[str, Any]) -> str:
    """Find the limit that all processes together have passed; "" while none is."""
    processes, memory = _measure_processes()
    if processes > order["processes"]:
        return "processes"
    if memory > order["memory"]:
        return "memory"
    store = os.statvfs(order["root"])
    used = (store.f_blocks - store.f_bfree) * store.f_frsize
    return "disk" if order["watch_disk"] and used > order["bytes"] else ""


def _measure_processes() -> tuple[int, int]:
    """Count the processes of this namespace but this one, and add up their memory in bytes."""
    count = pages = 0
    for name in os.listdir("/proc"):
        if name.isdigit() and name != "1":
            count += 1
            try:
                with open(f"/proc/{name}/statm", "rb") as file:
                    pages += int(file.read(200).split()[1])
            except (OSError, IndexError):  # it ended meanwhile
                continue
    return count, pages * _PAGE


def _kill_all(child: int, *, first: bool) -> None:
    """Kill every process that is left; the first process of a namespace can reach all of them."""
    for target in (-1,) if first else (-child, *_list_adopted()):
        try:
            os.kill(target, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            continue


def _list_adopted() -> list[int]:
    """List the children that this process has, also those it adopted."""
    try:
        with open(f"/proc/self/task/{os.getpid()}/children", "rb") as file:
            return [int(pid) for pid in file.read(100_000).split()]
    except OSError:  # no /proc: only the command's own group is known
        return []


def _refuse_links(path: str, root: str) -> None:
    """Refuse to write through a link that leads out of the project."""
    real = os.path.realpath(path)
    if os.path.commonpath((real, os.path.realpath(root))) != os.path.realpath(root):
        raise OSError(f"{path} leads out of the project")
