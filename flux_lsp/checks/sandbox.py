"""Which walls a check runs behind on this machine, and how they are put up.

Never runs anything without walls unless the person's own settings say so.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

# "bwrap": bubblewrap. "own": namespaces of the Linux kernel. "seatbelt": macOS. "none": no walls.
Walls = Literal["bwrap", "own", "seatbelt", "none"]

_PACKAGE = Path(__file__).resolve().parents[1]
_START = "checks/inside/start.py"
_MOVED = "/run/flux/flux_lsp"  # where the package lies behind bubblewrap's walls
_OLDEST_BWRAP = (0, 11)  # the first with overlays
_LINKED = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
_PYTHON = ("-I", "-S", "-X", "utf8")


@dataclass(frozen=True, slots=True)
class Sandbox:
    """The walls in use; `why` says why there are none, or what they lack, "" if nothing."""

    walls: Walls | None
    why: str = ""
    program: str = ""

    @property
    def needs_copy(self) -> bool:
        """Whether a command works on a copy of the project, since nothing can lie over it."""
        return self.walls in ("seatbelt", "none")

    @property
    def is_first_process(self) -> bool:
        """Whether the watch is the first process of its own namespace, and so sees all others."""
        return self.walls in ("bwrap", "own")


def list_candidates() -> list[Sandbox]:
    """List the walls that this system could have, the best first. Blocks for some milliseconds."""
    if sys.platform == "darwin":
        program = shutil.which("sandbox-exec")
        return [Sandbox("seatbelt", program=program)] if program else []
    if sys.platform != "linux":
        return []
    program = shutil.which("bwrap")
    bwrap = [Sandbox("bwrap", program=program)] if program and _is_new_enough(program) else []
    return [*bwrap, Sandbox("own")]


def _is_new_enough(program: str) -> bool:
    try:
        answer = subprocess.run(
            [program, "--version"], capture_output=True, text=True, timeout=5, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return False
    numbers = re.search(r"(\d+)\.(\d+)", answer)
    return numbers is not None and (int(numbers[1]), int(numbers[2])) >= _OLDEST_BWRAP


def build_command(
    sandbox: Sandbox, root: Path, home: Path, visible: Sequence[str], disk: int
) -> list[str]:
    """Build the command line that starts the watch behind the walls; its order comes by its input."""
    start = [sys.executable, *_PYTHON, str(_PACKAGE / _START)]
    if sandbox.walls == "seatbelt":
        return [sandbox.program, "-p", write_seatbelt_profile(root, home, visible), *start]
    if sandbox.walls != "bwrap":
        return start
    return [
        sandbox.program,
        "--unshare-all", "--unshare-user", "--disable-userns", "--die-with-parent", "--new-session",
        "--as-pid-1", "--cap-drop", "ALL",
        *_list_system_links(),
        "--size", str(disk), "--tmpfs", "/tmp", "--size", str(disk), "--tmpfs", str(home),
        *(word for path in visible if _can_bind(path) for word in ("--ro-bind", path, path)),
        "--proc", "/proc", *_protect_kernel(), "--dev", "/dev",
        "--ro-bind", str(_PACKAGE / "__init__.py"), f"{_MOVED}/__init__.py",
        "--ro-bind", str(_PACKAGE / "checks"), f"{_MOVED}/checks",
        "--overlay-src", str(root), "--tmp-overlay", str(root),
        "--chdir", str(root), "--remount-ro", "/",
        "--", sys.executable, *_PYTHON, f"{_MOVED}/{_START}",
    ]  # fmt: skip


def _protect_kernel() -> list[str]:
    """Make read-only what root of the machine could write to the kernel by; bubblewrap leaves it."""
    paths = [f"/proc/{name}" for name in ("sys", "irq", "bus", "fs", "sysrq-trigger")]
    return [word for path in paths for word in ("--ro-bind-try", path, path)]


def _list_system_links() -> list[str]:
    links = [Path("/", name) for name in _LINKED]
    return [
        word
        for link in links
        if link.is_symlink()
        for word in ("--symlink", str(link.readlink()), str(link))
    ]


def _can_bind(path: str) -> bool:
    is_link = Path(path).parent == Path("/") and Path(path).is_symlink()
    return os.path.exists(path) and not is_link  # noqa: PTH110 - says no where it may not look


def write_seatbelt_profile(root: Path, home: Path, visible: Sequence[str]) -> str:
    """Write the rules for macOS: read the system and the tools, write in the copy, no network."""
    readable = ("/System", "/Library", "/private/etc", "/private/var/db", "/dev", *visible)
    lines = [
        "(version 1)",
        "(deny default)",
        "(allow process-fork process-exec sysctl-read mach-lookup signal (target same-sandbox))",
        "(allow file-read-metadata)",
        f"(deny file-read* (subpath {_quote(str(home))}))",
        f"(allow file-read* {' '.join(f'(subpath {_quote(path)})' for path in readable)})",
        f"(allow file-read* (subpath {_quote(str(_PACKAGE))}))",
        f"(allow file-read* file-write* (subpath {_quote(str(root))}))",
        '(allow file-write* (literal "/dev/null"))',
        "(deny network*)",
    ]
    return "\n".join(lines)


def _quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def explain_failure(sandbox: Sandbox, report: Mapping[str, object], words: str) -> str:
    """Say why the walls could not be put up, as a cause that a person can act on."""
    text = f"{report.get('cannot', '')} {words}".strip()
    lowered = text.lower()
    if _reads_one("/proc/sys/kernel/apparmor_restrict_unprivileged_userns"):
        return f"AppArmor forbids user namespaces here ({text})"
    if Path("/.dockerenv").exists() or Path("/run/.containerenv").exists():
        return f"this container forbids what a sandbox needs ({text})"
    if "overlay" in lowered:
        return f"this kernel or file system has no overlay for ordinary users ({text})"
    if "unshare" in lowered or "uid_map" in lowered or "namespace" in lowered:
        return f"this system forbids user namespaces ({text})"
    return f"{sandbox.walls} failed: {text or 'it ended without a word'}"


def _reads_one(path: str) -> bool:
    try:
        return Path(path).read_text().strip() == "1"
    except OSError:
        return False
