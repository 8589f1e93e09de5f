"""Finds out whether a process that holds money still runs.

Never signals a process.
"""

import os
import platform
import sys
from functools import cache
from pathlib import Path


@cache
def get_host_name() -> str:
    """Return the name of the space in which process ids count: the host, and its pid namespace."""
    namespace = Path("/proc/self/ns/pid")
    try:
        return f"{platform.node()} {namespace.readlink()}"
    except OSError:
        return platform.node()


if sys.platform == "win32":

    def is_alive(pid: int) -> bool:
        """Whether process `pid` runs on this host."""
        import ctypes

        kernel = ctypes.windll.kernel32
        handle = kernel.OpenProcess(0x1000, False, pid)  # PROCESS_QUERY_LIMITED_INFORMATION
        if not handle:
            return bool(kernel.GetLastError() == 5)  # access denied: it is somebody else's
        code = ctypes.c_ulong()
        kernel.GetExitCodeProcess(handle, ctypes.byref(code))
        kernel.CloseHandle(handle)
        return code.value == 259  # STILL_ACTIVE

else:

    def is_alive(pid: int) -> bool:
        """Whether process `pid` runs on this host; one that only waits to be reaped does not."""
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return not _is_zombie(pid)

    def _is_zombie(pid: int) -> bool:
        try:
            stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return False  # no /proc here, or the process went away: the expiry deals with it
        return stat.rpartition(")")[2].split()[:1] == ["Z"]
